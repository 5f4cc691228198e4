"""What objects show by themselves: as text what the command line says, as HTML the same in a table."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import tierlang
from tierlang.notebook import options
from tierlang.notebook.display import bundle

ROOT = Path(__file__).resolve().parents[3]

STARS = """
edition 1
@label(zh: "星级", en: "stars")
scheme demo.stars
version "2017"
assess every half
input score : number 0..100 by quarter
input complaints : count missing 0
param least : number external
@label(zh: "平均分", en: "mean score")
avg = mean(score, over: this half)
late = complaints > 2
require calm: complaints <= 3
tiers GOLD > NONE
@label(zh: "金牌", en: "gold provider")
tier GOLD if avg >= least
tier NONE otherwise
"""


@pytest.fixture
def scheme() -> tierlang.Scheme:
    """A scheme with everything that is shown of one."""
    return tierlang.loads(STARS, name="stars")


@pytest.fixture
def outcome(scheme) -> tierlang.Outcome:
    """Four subjects, of whom one is undetermined."""
    rows = [
        {"id": "a", "score": [92, "91.5"]},
        {"id": "b", "score": [80, None], "complaints": 1},
        {"id": "c", "score": [80, 80], "complaints": 4},
        {"id": "d", "score": ["1/3", 0], "complaints": 0},
    ]
    return scheme.rate(rows, period="2017-H1", params={"least": 90})


@pytest.fixture
def chinese(monkeypatch) -> None:
    """A notebook in Chinese."""
    monkeypatch.setattr(options, "lang", "zh")


def shown(one: object) -> tuple[str, str]:
    """The text of an object, and the words of its page without the style sheet."""
    made = one._repr_mimebundle_()
    assert set(made) == {"text/plain", "text/html"}
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", made["text/html"])
    return made["text/plain"], " ".join(words.split())


def test_scheme(scheme) -> None:
    """A scheme says what it is called, leads to and asks for."""
    text, page = shown(scheme)
    assert text == (
        "demo.stars 2017\n"
        "  levels: GOLD > NONE\n"
        "  inputs: score : number by quarter, complaints : count\n"
        "  to be supplied: least\n"
        "  0 examples, 0 readings, 0 holes"
    )
    for part in (
        "demo.stars 2017",
        "GOLD &gt; NONE",
        "to be supplied",
        "0 examples",
        "the scheme",
        "assess every half",
    ):
        assert part in page


def test_scheme_with_warnings_and_no_name() -> None:
    """The warnings of the checker are part of it; one without a name is still one."""
    text, page = shown(tierlang.loads("input x : number\ninput y : number\nz = x", name="cell"))
    assert text.startswith("scheme without a name\n  inputs: x : number, y : number\n")
    assert "warning[W-UNUSED]" in text
    assert "warning[W-UNUSED]" in page
    assert text.endswith("\n1 warning")


def test_outcome(outcome) -> None:
    """An outcome is the table of the command line, and so are its counts."""
    text, page = shown(outcome)
    assert text.split("\n")[0] == "demo.stars 2017 · 2017-H1"
    assert re.search(
        r"^b +undetermined: missing score@2017-Q2 +NONE\.\.GOLD +\? \(missing score@2017-Q2\) +false$",
        text,
        re.MULTILINE,
    )
    assert text.endswith("\n4 subjects: GOLD 1, NONE 2, undetermined 1")
    assert "id status tier avg mean score late" in page
    assert "a rated GOLD gold provider 91.75 false" in page
    assert "d rated NONE ≈0.166667 false" in page


def test_outcome_in_chinese(outcome, chinese) -> None:
    """Headings, statuses and labels follow the language of the notebook."""
    text, page = shown(outcome)
    assert "编号" in text
    assert "已评级" in page
    assert "GOLD 金牌" in page
    assert "平均分" in page
    assert text.endswith("4 个对象：GOLD 1，NONE 2，无法确定 1")


@pytest.mark.parametrize("rows, left", [(1, True), (3, True), (4, False), (20, False)])
def test_long_outcome_is_cut(outcome, rows: int, left: bool, monkeypatch) -> None:
    """So many rows and no more are shown, and where some are left that is said; the counts are of all."""
    monkeypatch.setattr(options, "rows", rows)
    text, page = shown(outcome)
    assert outcome._repr_mimebundle_()["text/html"].count("<td") == 5 * min(rows, 4)
    for written in (text, page):
        assert (f"{rows} of 4 subjects shown" in written) == left
        assert "4 subjects: GOLD 1" in written


def test_large_outcome_is_quick(scheme) -> None:
    """What is not shown is not drawn: the page of ten thousand subjects is as long as that of twenty."""
    many = scheme.rate(
        [{"id": f"s{i}", "score": [i % 100, 50]} for i in range(10_000)],
        period="2017-H1",
        params={"least": 90},
    )
    few = scheme.rate(
        [{"id": f"s{i}", "score": [i % 100, 50]} for i in range(21)], period="2017-H1", params={"least": 90}
    )
    lengths = [len(one._repr_mimebundle_()["text/html"]) for one in (many, few)]
    assert abs(lengths[0] - lengths[1]) < 200


def test_outcome_of_nobody(scheme) -> None:
    """An empty cohort is no error."""
    text, page = shown(scheme.rate([], period="2017-H1", params={"least": 90}))
    assert "nobody to rate" in text
    assert "nobody to rate" in page


def test_result(outcome) -> None:
    """One result says its level, its values with their labels, and what was assumed or failed."""
    assert shown(outcome["a"])[0] == (
        "a: GOLD gold provider\n  avg   91.75  mean score\n  late  false\n  absent, taken as declared: complaints"
    )
    assert shown(outcome["c"])[0].endswith("\n  failed: calm")
    text, page = shown(outcome["b"])
    assert text.startswith("b: undetermined: missing score@2017-Q2 NONE..GOLD\n")
    assert "undetermined because of: missing score@2017-Q2" in page


def test_explanation(outcome) -> None:
    """An explanation is its sentences."""
    for lang in ("en", "zh"):
        explanation = outcome["c"].explain(lang)
        text, page = shown(explanation)
        assert text == explanation.text.rstrip("\n")
        assert re.sub(r"\s", "", page) == re.sub(r"\s", "", text).replace(">", "&gt;").replace("<", "&lt;")


def test_diagnostics() -> None:
    """An error caught and shown is its findings, one of them by itself too."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads("x = y\nz = 1 +", name="cell")
    text, page = shown(caught.value)
    assert text.startswith("error[E-UNKNOWN-NAME]: the name `y` is not declared\n --> cell:1:5\n")
    assert text.endswith("\n2 errors")
    assert page.startswith("error[E-UNKNOWN-NAME] : the name")
    assert "^" in page
    one, _ = shown(caught.value.diagnostics[0])
    assert one.endswith("\n1 error")


def test_diagnostics_in_chinese(chinese) -> None:
    """In the language of the notebook."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads("x = y")
    assert shown(caught.value)[0].startswith("错误[E-UNKNOWN-NAME]：")


def test_anything_else_is_its_own_text(outcome) -> None:
    """What cannot be drawn is not."""
    assert bundle(5) == {"text/plain": "5"}
    without_run = tierlang.Result("a", "rated", "GOLD", {})
    assert bundle(without_run) == {"text/plain": repr(without_run)}


@pytest.mark.parametrize(
    "name, value", [("lang", "fr"), ("lang", None), ("rows", 0), ("rows", "5"), ("rows", 2.5)]
)
def test_wrong_options(name: str, value: object) -> None:
    """Settings that mean nothing are refused where they are made, and change nothing."""
    before = getattr(options, name)
    with pytest.raises(ValueError, match=name):
        setattr(options, name, value)
    assert getattr(options, name) == before


# ------------------------------------------------------------------ what is imported


def run(code: str) -> str:
    """What a program prints that starts from nothing."""
    path = {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True
    ).stdout


def test_core_imports_no_notebook() -> None:
    """Loading and rating bring neither IPython nor what draws pages."""
    code = (
        "import sys, tierlang; s = tierlang.loads('input x : number'); o = s.rate([{'id': 'a', 'x': 1}]);"
        "print(sorted(m for m in sys.modules if m.startswith(('IPython', 'tierlang.notebook', 'pygments'))))"
    )
    assert run(code) == "[]\n"


def test_shown_without_ipython() -> None:
    """Objects show themselves where IPython is not installed, as other notebooks ask for it."""
    code = (
        "import sys; sys.modules['IPython'] = None; import tierlang; s = tierlang.loads('input x : number');"
        "print(sorted(s._repr_mimebundle_()), hasattr(tierlang, 'load_ipython_extension'))"
    )
    assert run(code) == "['text/html', 'text/plain'] True\n"
