"""The published schemes: examples, clauses, and the sample data against results computed by hand."""

import csv
import re
import subprocess
import sys
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

import tierlang
from tierlang.api import Scheme
from tierlang.data import Published, read_mapping, read_subjects
from tierlang.diagnostics.model import DiagnosticError
from tierlang.run.result import Outcome
from tierlang.run.values import Undetermined

TESTS = Path(__file__).resolve().parents[1]
SCHEMES = TESTS.parent / "schemes"
EXPECTED = TESTS / "schemes" / "expected"
SCHEME_FILES = sorted(SCHEMES.glob("*/*.tier"))
OVERLAYS = sorted(SCHEMES.glob("*/overlays/*.tier"))

PLAN = "alibaba_1688/star_provider.tier"
QUARTER = "tmall_global/quarter.tier"
STAR = "tmall_global/star.tier"
BELT = "douyin/industrial_belt.tier"
PLATFORM = "gbt_31526/platform.tier"
TMALL = "tmall/star_provider.tier"
SHOPS, MERCHANTS = ("shops",), ("merchants",)

CLAUSES = {
    "alibaba_1688": [f"1688-{i}" for i in range(1, 10)],
    "tmall_global": [f"TG-{i}" for i in range(1, 10)],
    "douyin": [f"DY-{i}" for i in range(1, 10)],
    "gbt_31526": [f"GB-{i}" for i in range(1, 4)],
    "tmall": [f"TM-{i}" for i in range(1, 6)],
    "airbnb": [f"AIR-{i}" for i in range(1, 12)],
    "amazon": [f"AHR-{i}" for i in range(1, 15)],
    "dhgate": [f"DH-{i}" for i in range(1, 9)] + [f"DC-{i}" for i in range(1, 6)],
    "etsy": [f"ETSY-{i}" for i in range(1, 18)],
    "jd": [f"JDR-{i}" for i in range(1, 11)] + [f"JDS-{i}" for i in range(1, 5)],
    "lazada": [f"LZM-{i}" for i in range(1, 13)],
    "shopee": [
        f"{source}-{i}" for source, last in [("SHP", 14), ("SPM", 11), ("SPP", 5)] for i in range(1, last + 1)
    ],
}
"""The clauses of each source."""


def name_of(path: Path) -> str:
    """What a test id calls a scheme or overlay."""
    return path.relative_to(SCHEMES).as_posix()


def load(path: Path, overlay: bool = False) -> Scheme:
    """A scheme, with the illustration's figures if asked for."""
    scheme = tierlang.loads(path.read_text("utf-8"), name=path.name)
    if not overlay:
        return scheme
    illustration = path.parent / "overlays" / "illustration.tier"
    return scheme.fill(illustration.read_text("utf-8"), illustration.name)


# ------------------------------------------------------------------ the files themselves


@pytest.mark.parametrize("path", SCHEME_FILES, ids=name_of)
def test_every_example_comes_out(path: Path) -> None:
    """Each scheme has examples, and what they expect is what the engine says."""
    outcomes = tierlang.run_examples(load(path))
    assert outcomes
    assert {o.title: o.findings for o in outcomes if not o.passed} == {}


@pytest.mark.parametrize("platform", CLAUSES)
def test_every_clause_is_quoted_or_set_aside(platform: str) -> None:
    """Each clause of the source is cited by a statement, or named in a comment that says why it is not."""
    texts = "\n".join(path.read_text("utf-8") for path in sorted((SCHEMES / platform).glob("*.tier")))
    cited = set(re.findall(r'clause: "([^"]+)"', texts))
    aside = set(re.findall(r"^#+ (?:- |  )?([\w.-]+)(?:  |:)", texts, re.MULTILINE))
    assert set(CLAUSES[platform]) <= cited | aside


def test_readings_have_ids_of_their_own() -> None:
    """No two schemes record different readings under one id."""
    ids = [reading.id for path in SCHEME_FILES for reading in load(path).readings]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 33


@pytest.mark.parametrize("path", OVERLAYS, ids=name_of)
def test_invented_figures_say_so(path: Path) -> None:
    """Every statement of an illustration is marked, and the file begins with it."""
    text = path.read_text("utf-8")
    assert text.startswith("# ILLUSTRATION — NOT FROM THE SOURCE.\n")
    statements = re.findall(r"^(?:tier|param|table|deduct|\w+ =)", text, re.MULTILINE)
    assert text.count('@note(text: "illustration, not from the source")') == len(statements) > 0


@pytest.mark.parametrize("path", OVERLAYS, ids=name_of)
def test_illustrations_leave_no_hole(path: Path) -> None:
    """With its illustration a scheme has nothing left open."""
    open_ones = [p for p in path.parent.parent.glob("*.tier") if p != SCHEMES / STAR]
    assert [load(p, overlay=True).checked.holes for p in open_ones] == [0]


# ------------------------------------------------------------------ which periods a version governs


@pytest.mark.parametrize(
    ("path", "refused", "accepted"),
    [
        (QUARTER, ["2017-Q1", "2017-Q2"], ["2017-Q3", "2017-Q4", "2018-Q1"]),
        (STAR, ["2016-H2"], ["2017-H1", "2017-H2"]),
        (PLAN, ["FY2021"], ["FY2022", "FY2023"]),
        (BELT, ["2023-07"], ["2023-08", "2024-01"]),
        (PLATFORM, ["2014", "2025", "2026"], ["2015", "2024"]),
        (TMALL, ["2021-H2"], ["2022-H1"]),
    ],
)
def test_periods_outside_the_version_are_refused(path: str, refused: list[str], accepted: list[str]) -> None:
    """A period before or after the version is refused, and the refusal names it."""
    scheme = load(SCHEMES / path)
    for label in accepted:
        period = scheme.period(label)
        assert period is not None and period.label == label
    for label in refused:
        with pytest.raises(DiagnosticError) as error:
            scheme.period(label)
        assert [d.code for d in error.value.diagnostics] in (["E-NO-VERSION"], ["E-RETIRED"])
        assert label in error.value.diagnostics[0].args.values()


def test_the_refusal_names_the_nearest_period() -> None:
    """The second quarter of 2017 was assessed by the old standard; the third is the nearest."""
    with pytest.raises(DiagnosticError) as error:
        load(SCHEMES / QUARTER).period("2017-Q2")
    assert error.value.diagnostics[0].args["nearest"] == "2017-Q3"


# ------------------------------------------------------------------ the sample data


@attrs.frozen
class Run:
    """One rating of sample data: *expected* is the name of the file computed by hand."""

    expected: str
    scheme: str
    period: str
    data: str
    tables: tuple[str, ...] = ()
    overlay: bool = False

    def rate(self, history: Iterable[Published] = ()) -> Outcome:
        """What the engine makes of it."""
        path = SCHEMES / self.scheme
        scheme = load(path, self.overlay)
        tables = {name: path.parent / "data" / f"{name}.csv" for name in self.tables}
        rows = read_subjects(path.parent / "data" / self.data, scheme.fields, tables=tables).rows
        return scheme.rate(rows, period=self.period, history=history)


RUNS = [
    Run("alibaba_1688.star_provider-FY2022", PLAN, "FY2022", "providers.csv"),
    Run("alibaba_1688.star_provider-FY2022-illustration", PLAN, "FY2022", "providers.csv", (), True),
    Run("alibaba_1688.star_provider-FY2022-illustration", PLAN, "FY2022", "providers-gb18030.csv", (), True),
    Run("tmall_global.quarter-2017-Q3-illustration", QUARTER, "2017-Q3", "providers.csv", SHOPS, True),
    Run("tmall_global.quarter-2017-Q4-illustration", QUARTER, "2017-Q4", "providers.csv", SHOPS, True),
    Run("tmall_global.star-2017-H1", STAR, "2017-H1", "scores-2017-H1.csv"),
    Run("douyin.industrial_belt-2023-08-illustration", BELT, "2023-08", "providers.csv", MERCHANTS, True),
    Run("douyin.industrial_belt-2023-09-illustration", BELT, "2023-09", "providers.csv", MERCHANTS, True),
    Run("gbt_31526-2024", PLATFORM, "2024", "platforms.csv"),
    Run("tmall.star_provider-2022-H1-illustration", TMALL, "2022-H1", "providers.csv", (), True),
    Run("tmall.star_provider-2022-H2-illustration", TMALL, "2022-H2", "providers.csv", (), True),
]


def compare(outcome: Outcome, expected: str) -> None:
    """Hold an outcome against the file computed by hand, row by row."""
    with (EXPECTED / f"{expected}.csv").open(encoding="utf-8", newline="") as file:
        wanted = {row.pop("id"): row for row in csv.DictReader(file)}
    assert {result.id for result in outcome.results} == set(wanted)
    differing = {}
    for result in outcome.results:
        row = wanted[result.id]
        told = ["status"] if row["status"] == "ineligible" else list(row)
        found = {name: shown(result.values.get(name, getattr(result, name, None))) for name in told}
        if found != {name: row[name] for name in told}:
            differing[result.id] = (found, row)
    assert differing == {}


def shown(value: object) -> str:
    """A value as the files computed by hand write it."""
    return "" if value is None or isinstance(value, Undetermined) else str(value)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.expected} {run.data}")
def test_the_engine_agrees_with_the_results_by_hand(run: Run) -> None:
    """Every status, level, bound and figure of every subject is the one computed without the language."""
    compare(run.rate(), run.expected)


def test_the_second_half_year_is_averaged_from_published_quarters() -> None:
    """Results of 2017-Q3 and 2017-Q4, taken as published, give the stars of 2017-H2."""
    quarters = [run for run in RUNS if run.scheme == QUARTER]
    published = [
        Published("tmall_global.quarter", "2017-08", run.period, result.id, result.status, result.tier, score)
        for run in quarters
        for result in run.rate().results
        for value in [result.values["score"]]
        for score in [{"score": value if isinstance(value, int | Fraction) else None}]
    ]
    rows = [{"id": id_} for id_ in dict.fromkeys(p.id for p in published)]
    outcome = load(SCHEMES / STAR).rate(rows, period="2017-H2", history=published)
    compare(outcome, "tmall_global.star-2017-H2-illustration")


def test_the_sample_of_the_external_table_is_the_illustration() -> None:
    """The bars of Douyin's CSV file and of its overlay give the same results."""
    scheme, data = load(SCHEMES / BELT), SCHEMES / "douyin" / "data"
    declared = scheme.checked.tables["qualified_bar"]
    bars = read_mapping(data / "qualified_bar.csv", declared.key, declared.value)
    tables = {"merchants": data / "merchants.csv"}
    rows = read_subjects(data / "providers.csv", scheme.fields, tables=tables).rows
    outcome = scheme.rate(rows, period="2023-08", tables={"qualified_bar": bars})
    compare(outcome, "douyin.industrial_belt-2023-08-illustration")


@pytest.mark.parametrize("script", ["datasets/make_data.py", "schemes/by_hand.py"])
def test_generated_files_are_what_their_script_writes(script: str) -> None:
    """Every data file and every expected result is rewritten byte for byte, and no other file is there."""
    run = subprocess.run(
        [sys.executable, "-B", str(TESTS / script), "--check"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
