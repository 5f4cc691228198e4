"""The cell magic: what it shows, binds, gives back and refuses."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

import tierlang
from tierlang.notebook import options

pytest.importorskip("IPython", reason="THE %%tier MAGIC IS NOT TESTED: pip install 'tierlang[notebook]'")

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

SCHEME = """
input score : number
tiers A > B
tier A if score >= 5
tier B otherwise
example "five"
given score = 5
expect tier = A
end
"""


@pytest.fixture(scope="module")
def loaded() -> InteractiveShell:
    """A shell with the extension."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "tierlang")
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(loaded, monkeypatch) -> InteractiveShell:
    """The shell with an empty notebook in English."""
    monkeypatch.setattr(options, "lang", "en")
    loaded.reset(new_session=False)
    return loaded


def run(shell: InteractiveShell, line: str, cell: str = SCHEME) -> SimpleNamespace:
    """What a cell gives back, and what it shows, as text and as HTML."""
    with capture_output() as captured:
        value = shell.run_cell_magic("tier", line, cell)
    shown = [output.data for output in captured.outputs]
    return SimpleNamespace(
        value=value,
        text="\n".join(data["text/plain"] for data in shown),
        html="\n".join(data["text/html"] for data in shown),
    )


def test_binds_and_shows(shell) -> None:
    """The scheme is bound; its examples are in a table."""
    done = run(shell, "stars")
    assert isinstance(shell.user_ns["stars"], tierlang.Scheme)
    assert shell.user_ns["stars"].levels == ("A", "B")
    assert done.value is None
    assert done.text.splitlines()[0] == "stars · no errors"
    assert "five" in done.text
    assert "✓ all" in done.text
    assert "<table" in done.html


def test_names_its_scheme(shell) -> None:
    """The headline says what the scheme calls itself."""
    assert (
        run(shell, "s", 'scheme demo.x\nversion "2"\ninput a : number\nb = a').text
        == "s = demo.x 2 · no errors"
    )


def test_failing_example(shell) -> None:
    """An example that does not come out is shown with its place, and the scheme is bound all the same."""
    done = run(shell, "stars", SCHEME.replace("tier = A\n", "tier = B\n"))
    assert "✗ 1 did not" in done.text
    assert "error[E-EXAMPLE-FAILED]" in done.text
    assert " --> stars:8:8" in done.text
    assert "E-EXAMPLE-FAILED" in done.html
    assert "stars" in shell.user_ns


def test_warnings(shell) -> None:
    """Warnings are shown and stop nothing."""
    done = run(shell, "s", "input x : number\ninput y : number\nz = x")
    assert "s · 1 warning" in done.text
    assert "warning[W-UNUSED]" in done.html
    assert "s" in shell.user_ns


def test_errors_stop_the_cell(shell) -> None:
    """A scheme with errors shows them, leaves the name as it was, and stops what comes after it."""
    shell.user_ns["stars"] = "before"
    with capture_output() as captured:
        result = shell.run_cell("%%tier stars\nscore = ordres\n")
    (shown,) = captured.outputs
    assert shown.data["text/plain"].startswith(
        "error[E-UNKNOWN-NAME]: the name `ordres` is not declared\n --> stars:1:9"
    )
    assert "<pre" in shown.data["text/html"]
    assert shell.user_ns["stars"] == "before"
    assert isinstance(result.error_in_exec, tierlang.DiagnosticError)
    assert "DiagnosticError: 1 error" in captured.stdout + captured.stderr
    assert "Traceback" not in captured.stdout + captured.stderr


# ------------------------------------------------------------------ data

ROWS = [{"id": "a", "score": 5}, {"id": "b", "score": Decimal("4.9")}, {"id": "c"}]


class Polars:
    """A frame that gives its rows as polars does."""

    def to_dicts(self) -> list:
        """The rows."""
        return [
            {"id": "a", "score": 5},
            {"id": "b", "score": Decimal("4.9")},
            {"id": "c", "score": float("nan")},
        ]


class Pandas:
    """A frame that gives its rows as pandas does."""

    columns = ("id", "score")

    def to_dict(self, orient: str) -> list:
        """The rows."""
        assert orient == "records"
        return [
            {"id": "a", "score": 5},
            {"id": "b", "score": Decimal("4.9")},
            {"id": "c", "score": type("NAType", (), {})()},
        ]


@pytest.mark.parametrize(
    "rows",
    [ROWS, tuple(ROWS), Polars(), Pandas(), SimpleNamespace(rows=ROWS)],
    ids=["list", "tuple", "polars", "pandas", "dataset"],
)
def test_rates(shell, rows) -> None:
    """The rows of a variable are rated, whatever holds them; what comes out is the value of the cell."""
    shell.user_ns["providers"] = rows
    outcome = run(shell, "stars --data providers").value
    assert [(r.id, r.tier) for r in outcome.results] == [("a", "A"), ("b", "B"), ("c", None)]
    assert shell.user_ns["stars"].levels == ("A", "B")


def test_period(shell) -> None:
    """A scheme that assesses periods takes one."""
    shell.user_ns["rows"] = [{"id": "a", "joined": datetime.date(2017, 5, 1)}]
    cell = "assess every half\ninput joined : date\nnew = joined >= period_start"
    outcome = run(shell, "s --period 2017-H1 --data rows", cell).value
    assert outcome["a"].values == {"new": True}
    assert outcome.header["period"]["label"] == "2017-H1"


def test_floats(shell) -> None:
    """Binary fractions are refused, as everywhere, unless one says how to read them."""
    shell.user_ns["rows"] = [{"id": "a", "score": 4.9}]
    with capture_output() as captured, pytest.raises(tierlang.DiagnosticError):
        shell.run_cell_magic("tier", "s --data rows", SCHEME)
    assert "E-DATA-" in captured.outputs[-1].data["text/plain"]
    assert run(shell, "s --data rows --floats shortest").value["a"].tier == "B"


def test_refused_data(shell) -> None:
    """Data with errors show them; the scheme, which has none, is bound."""
    shell.user_ns["rows"] = [{"id": "a", "score": "many"}]
    with capture_output() as captured, pytest.raises(tierlang.DiagnosticError):
        shell.run_cell_magic("tier", "s --data rows", SCHEME)
    assert "no errors" in captured.outputs[0].data["text/plain"]
    assert "`many`" in captured.outputs[1].data["text/plain"]
    assert "s" in shell.user_ns


# ------------------------------------------------------------------ language


def test_language_holds(shell) -> None:
    """A language given once is that of the notebook from there on."""
    assert "没有错误" in run(shell, "s --lang zh").text
    assert options.lang == "zh"
    assert "示例" in run(shell, "s").text
    assert "no errors" in run(shell, "s --lang en").text


# ------------------------------------------------------------------ misuse

MISUSE = {
    "": "the following arguments are required: name",
    "9stars": "`9stars` is no name for a variable",
    "a-b": "`a-b` is no name for a variable",
    "s --perod 2017": "unrecognized arguments: --perod 2017",
    "s --period 2017": "`--period` needs `--data`",
    "s --data provider": "there is no variable `provider`; did you mean `providers`?",
    "s --data nothing_like_it": "there is no variable `nothing_like_it`",
    "s --data word": "`word` is no list of subjects but str",
    "s --data number": "`number` is no list of subjects but int",
    "s --data one": "`one` is no list of subjects but dict",
    "s --lang fr": "argument --lang: invalid choice: 'fr'",
    's "': "No closing quotation",
}


@pytest.mark.parametrize("line, words", MISUSE.items())
def test_misuse(shell, line: str, words: str) -> None:
    """A wrong line is told in one sentence; nothing is checked or bound."""
    shell.user_ns.update(providers=ROWS, word="abc", number=5, one={"id": "a"})
    with capture_output() as captured, pytest.raises(UsageError) as told:
        shell.run_cell_magic("tier", line, SCHEME)
    assert str(told.value).startswith("%%tier: ")
    assert words in str(told.value)
    assert captured.outputs == []
    assert "s" not in shell.user_ns


@pytest.mark.parametrize("name", ["tierlang", "tierlang.notebook"])
def test_both_names_load(shell, name: str) -> None:
    """The package and its part are both extensions; loading twice is no harm."""
    with capture_output() as captured:
        shell.run_line_magic("reload_ext", name)
    assert captured.stderr == ""
    assert "tier" in shell.magics_manager.magics["cell"]


def test_help(shell) -> None:
    """`%%tier?` says how the magic is written."""
    written = shell.find_cell_magic("tier").__doc__
    assert "%%tier NAME [--period PERIOD] [--data ROWS]" in written
