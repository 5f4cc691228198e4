"""`tier rate` and `tier explain`: which rules, which data, and how the results are written."""

import csv
import io
import json
from pathlib import Path

import pytest
from command_runner import FILES, Screen, Tier

from tierlang.cli.progress import Progress
from tierlang.cli.terminal import Terminal

HALF = ["rate", "stars.tier", "--data", "scores.csv", "--period", "2017-H1"]
BELT = [
    *(
        "rate",
        "belt.tier",
        "--data",
        "providers.csv",
        "--period",
        "2023-08",
        "--table",
        "merchants=merchants.csv",
    ),
    *("--table-param", "bar=bars.csv", "--param", "least=900万"),
]


def levels(out: str) -> dict[str, str]:
    """Id to level, of JSON results."""
    return {result["id"]: result["tier"] for result in json.loads(out)["results"]}


# ------------------------------------------------------------------ which rules


def test_the_period_chooses_the_version(tier: Tier, tmp_path: Path) -> None:
    """Of two versions the one that governs the period is applied, whatever their order."""
    data = tmp_path / "scores.csv"
    data.write_text(
        "id,score@2017-Q1,score@2017-Q2,score@2018-Q1,score@2018-Q2\na,11,11,11,11\n", encoding="utf-8"
    )
    for files in (["stars.tier", "stars-2018.tier"], ["stars-2018.tier", "stars.tier"]):
        common = ["rate", *files, "--data", data, "--format", "json"]
        assert levels(tier(*common, "--period", "2017-H1").out) == {"a": "FIVE"}
        assert levels(tier(*common, "--period", "2018-H2").out) == {"a": None}
        found = json.loads(tier(*common, "--period", "2018-H1").out)
        assert (found["scheme"]["version"], found["results"][0]["tier"]) == ("2018", "FOUR")


def test_holes_are_filled(tier: Tier, tmp_path: Path) -> None:
    """An overlay and a definition of the command line mean the same, and leave their digest in the result."""
    by_file = json.loads(tier(*BELT, "--overlay", "fill.tier", "--format", "json").out)
    by_line = json.loads(tier(*BELT, "--define", "bonus extra = 1 max 3", "--format", "json").out)
    assert by_file["results"] == by_line["results"]
    assert (by_file["scheme"]["holes"], len(by_file["scheme"]["overlays"])) == (0, 1)
    assert json.loads(tier(*BELT, "--format", "json").out)["scheme"]["holes"] == 1


def test_param_values_are_read_exactly(tier: Tier) -> None:
    """``900万`` is nine million, to the unit."""
    found = json.loads(tier(*BELT, "--format", "json").out)
    assert found["scheme"]["params"]["least"]["value"] == "9000000"


def test_history_fills_published_inputs(tier: Tier, tmp_path: Path) -> None:
    """What one run writes as JSON or JSON Lines, the next can read as history."""
    yearly = tmp_path / "year.tier"
    yearly.write_text(
        "edition 1\nscheme demo.annual\nassess every year\ninput avg : number by half from demo.stars\n"
        "tiers GOOD > BAD\ntier GOOD if mean(avg, over: 2017-H1) >= 11\ntier BAD otherwise\n",
        encoding="utf-8",
    )
    (tmp_path / "ids.csv").write_text("id\nTP-01\nTP-05\n", encoding="utf-8")
    for suffix in ("json", "jsonl"):
        published = tmp_path / f"2017-H1.{suffix}"
        assert tier(*HALF, "--out", published).code == 0
        said = tier(
            *("rate", yearly, "--data", tmp_path / "ids.csv", "--period", "2017", "--history", published),
            *("--format", "json"),
        )
        assert levels(said.out) == {"TP-01": "GOOD", "TP-05": "BAD"}


def test_who_is_left_out_is_said_aloud(tier: Tier) -> None:
    """A subject of unknown eligibility is in no ranking, and that is not kept quiet."""
    said = tier(*BELT)
    assert said.code == 0
    assert "1 subject is left out of the cohort" in said.err
    assert "临沂昶汐" in said.err


def test_a_shipped_scheme_needs_no_file(tier: Tier) -> None:
    """A scheme that comes with tier goes by its name."""
    listed = json.loads(tier("schemes", "--format", "json").out)
    assert "douyin/industrial_belt" in {scheme["name"] for scheme in listed}
    assert all(Path(scheme["path"]).is_file() and scheme["id"] for scheme in listed)
    assert "douyin.industrial_belt" in tier("readings", "douyin/industrial_belt").out
    assert tier("check", "douyin/industrial_belt.tier").code == 0
    assert "`douyin/industrial_belt`" in tier("check", "douyin").err
    assert "抖音电商产业带服务商等级" in tier("schemes", "--lang", "zh").out


# ------------------------------------------------------------------ which data


@pytest.mark.parametrize(
    ("encoding", "warning"),
    [("utf-8", ""), ("utf-8-sig", ""), ("gb18030", "W-DATA-ENCODING"), ("utf-16", "")],
)
def test_encodings(encoding: str, warning: str, tier: Tier, tmp_path: Path) -> None:
    """The same table in any of these encodings gives the same levels; a guess is told."""
    text = (FILES / "providers.csv").read_text(encoding="utf-8")
    (tmp_path / "providers.csv").write_bytes(text.encode(encoding))
    line = ["--data", tmp_path / "providers.csv"]
    said = tier(*BELT[:2], *line, *BELT[4:], "--format", "json")
    assert said.code == 0
    assert levels(said.out) == levels(tier(*BELT, "--format", "json").out)
    assert warning in said.err


def test_headings_ids_and_marks(tier: Tier, tmp_path: Path) -> None:
    """Another id column, columns to ignore, and marks for missing values are as the command line says."""
    data = tmp_path / "scores.csv"
    data.write_text(
        "服务商,季度得分@2017-Q1,季度得分@2017-Q2,备注,电话\na,12,11,x,1\nb,12,缺,y,2\n", encoding="utf-8"
    )
    line = [
        "rate",
        "stars.tier",
        "--data",
        data,
        "--period",
        "2017-H1",
        "--id-column",
        "服务商",
        "--format",
        "json",
    ]
    assert tier(*line).code == 1
    said = tier(*line, "--ignore", "备注", "--ignore", "电话", "--missing-as", "缺")
    assert levels(said.out) == {"a": "FIVE", "b": None}
    assert tier(*line, "--ignore", "*", "--missing-as", "缺").out == said.out


def test_options_stand_anywhere(tier: Tier) -> None:
    """Files and options may be mixed, and ``--`` ends the options."""
    expected = tier(*HALF).out
    assert tier("rate", "--period", "2017-H1", "stars.tier", "--data", "scores.csv").out == expected
    assert tier("rate", "--period=2017-H1", "--data=scores.csv", "--", "stars.tier").out == expected
    assert "`./-x.tier` does not exist" in tier("rate", "--data=scores.csv", "--", "-x.tier").err


# ------------------------------------------------------------------ how results are written


def test_csv_is_flat_and_exact(tier: Tier) -> None:
    """Every row has a cell for each heading; a rounded decimal has the exact value beside it."""
    rows = list(csv.DictReader(io.StringIO(tier(*HALF, "--format", "csv").out)))
    assert [row["id"] for row in rows] == ["TP-01", "TP-02", "TP-03", "TP-04", "TP-05"]
    assert (rows[0]["third"], rows[0]["third_exact"]) == ("3.916667", "47/12")
    assert (rows[1]["third"], rows[1]["third_exact"]) == ("3.65", "")
    assert "avg_exact" not in rows[0]
    assert (rows[2]["tier"], rows[2]["failed"]) == ("THREE", "calm")
    assert (rows[3]["avg"], rows[3]["causes"], rows[3]["at_most"]) == ("", "missing score@2017-Q2", "FIVE")


def test_csv_headings_are_unique(tier: Tier, tmp_path: Path) -> None:
    """Definitions that are called like another column get a heading of their own."""
    scheme = tmp_path / "names.tier"
    scheme.write_text(
        "edition 1\nscheme demo.names\ninput x : number\nthird = x / 3\nthird_exact = 1\nassumed = 2\n"
        "tiers A > B\ntier A if x > 2\ntier B otherwise\n",
        encoding="utf-8",
    )
    (tmp_path / "x.csv").write_text("id,x\na,1\n", encoding="utf-8")
    said = tier("rate", scheme, "--data", tmp_path / "x.csv", "--format", "csv")
    headings, row = csv.reader(io.StringIO(said.out))
    assert headings[-4:] == ["third", "third_exact_", "third_exact", "assumed_"]
    assert row[-4:] == ["0.333333", "1/3", "1", "2"]
    assert len(set(headings)) == len(headings)


def test_csv_holds_every_kind_of_value(tier: Tier, tmp_path: Path) -> None:
    """Truth, dates, texts and levels have one spelling each; what is unknown is empty."""
    scheme = tmp_path / "kinds.tier"
    scheme.write_text(
        "edition 1\nscheme demo.kinds\ninput x : number\ninput since : date\ninput kind : text\n"
        "good = x > 2\nday = since\nsort = kind\naim = if good then A else B\n"
        "tiers A > B\ntier A if good\ntier B otherwise\n",
        encoding="utf-8",
    )
    (tmp_path / "x.csv").write_text('id,x,since,kind\na,3,2023/8/1,"服装, 鞋"\nb,1,,\n', encoding="utf-8")
    said = tier("rate", scheme, "--data", tmp_path / "x.csv", "--format", "csv")
    first, second = csv.DictReader(io.StringIO(said.out))
    names = ("good", "day", "sort", "aim")
    assert [first[name] for name in names] == ["true", "2023-08-01", "服装, 鞋", "A"]
    assert [second[name] for name in names] == ["false", "", "", "B"]


@pytest.mark.parametrize("format", ["table", "csv", "json", "jsonl"])
def test_out_holds_what_stdout_would(format: str, tier: Tier, tmp_path: Path) -> None:
    """The content is the same; CSV has a byte order mark, for Excel; stdout says how many there are."""
    out = tmp_path / "result"
    said = tier(*HALF, "--format", format, "--out", out)
    assert (said.code, said.out) == (0, f"{out}: 5 subjects: FIVE 1, FOUR 1, THREE 2, undetermined 1\n")
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") == (format == "csv")
    assert content.decode("utf-8-sig") == tier(*HALF, "--format", format).out


@pytest.mark.parametrize(
    ("suffix", "format"), [("csv", "csv"), ("JSON", "json"), ("jsonl", "jsonl"), ("txt", "table")]
)
def test_the_name_of_out_says_the_format(suffix: str, format: str, tier: Tier, tmp_path: Path) -> None:
    """Without --format the suffix decides."""
    out = tmp_path / f"result.{suffix}"
    assert tier(*HALF, "--out", out).code == 0
    assert out.read_text(encoding="utf-8-sig") == tier(*HALF, "--format", format).out


def test_a_terminal_shows_what_fits(tier: Tier) -> None:
    """On a terminal columns without room are named below the table; a pipe has them all."""
    wide = tier(*HALF, screen=True, environ={"COLUMNS": "200", "NO_COLOR": "1"})
    assert wide.out == tier(*HALF).out
    narrow = tier(*HALF, screen=True, environ={"COLUMNS": "90", "NO_COLOR": "1"}).out
    assert "2 columns not shown for want of room: avg, third" not in narrow
    assert "1 column not shown for want of room: third" in narrow
    assert max(len(line) for line in narrow.splitlines() if "not shown" not in line) <= 90


def test_nothing_in_the_data_can_steer_a_terminal(tier: Tier, tmp_path: Path) -> None:
    """Invisible characters in data are refused, and shown as their numbers."""
    data = tmp_path / "scores.csv"
    data.write_text("id,score@2017-Q1,score@2017-Q2\n\u202ea\x1b[31m,1,2\n", encoding="utf-8")
    said = tier("rate", "stars.tier", "--data", data, "--period", "2017-H1")
    assert said.code == 1
    assert "\x1b" not in said.err
    assert "\u202e" not in said.err


# ------------------------------------------------------------------ explain


def test_everybody_is_explained_without_ids(tier: Tier) -> None:
    """Without --id there is one explanation for each subject, in order of id."""
    documents = json.loads(tier("explain", *HALF[1:], "--format", "json").out)
    assert [document["id"] for document in documents] == ["TP-01", "TP-02", "TP-03", "TP-04", "TP-05"]
    text = tier("explain", *HALF[1:]).out
    assert text.count("\n\nTP-") == 4


def test_ids_are_explained_once_in_the_order_asked_for(tier: Tier) -> None:
    """The order of the command line counts, and a repeated id does not."""
    line = ["explain", *HALF[1:], "--format", "json", "--id", "TP-03", "--id", "TP-01", "--id", "TP-03"]
    assert [document["id"] for document in json.loads(tier(*line).out)] == ["TP-03", "TP-01"]


def test_places_are_disclosed_as_asked(tier: Tier) -> None:
    """Nothing of others, places, or ids too."""
    line = ["explain", *BELT[1:], "--define", "bonus extra = 1", "--id", "泉州沐溪", "--format", "json"]
    standings = {
        word: json.loads(tier(*line, "--disclose", word).out)[0]["derivations"]
        for word in ("none", "places", "ids")
    }
    found = {word: [s for d in listed for s in d["standings"]] for word, listed in standings.items()}
    assert found["none"] == []
    assert [s["size"] for s in found["places"]] == [2]
    assert tier(*line).out == tier(*line, "--disclose", "places").out


# ------------------------------------------------------------------ progress


def test_progress_waits_and_cleans_up() -> None:
    """A short run says nothing; a long one shows each percentage once and leaves an empty line."""
    now = [0.0]
    terminal = Terminal(Screen(), Screen(), "en", {})
    with Progress(terminal, clock=lambda: now[0]) as progress:
        progress(1, 10)
        now[0] = 1.5
        progress(2, 10)
        progress(2, 10)
        progress(0, 0)
    assert terminal.stderr.getvalue() == "\rrating: 20 %\rrating: 0 %\r\x1b[K"


def test_progress_is_silent_in_a_pipe() -> None:
    """Nothing is written to a stderr that is no terminal, however long it takes."""
    now = [0.0]
    terminal = Terminal(io.StringIO(), io.StringIO(), "en", {})
    with Progress(terminal, clock=lambda: now[0]) as progress:
        now[0] = 100.0
        progress(1, 2)
    assert not terminal.stderr.getvalue()
