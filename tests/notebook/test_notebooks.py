"""
Notebooks run: the published one as it stands, and others that try what may go wrong in one.

They run in a kernel of their own, over sockets of the file system, so that no network is needed. Without nbclient and a kernel
they are skipped, and say so.
"""

import os
import re
from pathlib import Path

import pytest

REASON = "NOTEBOOKS ARE NOT RUN: pip install 'tierlang[test]'"
nbformat = pytest.importorskip("nbformat", reason=REASON)
nbclient = pytest.importorskip("nbclient", reason=REASON)
pytest.importorskip("ipykernel", reason=REASON)

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "rating.ipynb"


def executed(notebook, folder: Path, *, allow_errors: bool = False):
    """A notebook after all its cells have run."""
    from jupyter_client import AsyncKernelManager

    manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=str(folder / "kernel"))
    client = nbclient.NotebookClient(
        notebook,
        km=manager,
        timeout=120,
        allow_errors=allow_errors,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(
        env=os.environ
        | {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "error::DeprecationWarning:tierlang"}
    )
    return notebook


def cells(*sources: str):
    """A notebook of code."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return notebook


def outputs(cell) -> list[dict]:
    """What a cell shows, by kind of text; an error under ``error``."""
    return [output.get("data") or {"error": output.get("ename"), **output} for output in cell.outputs]


# ------------------------------------------------------------------ the published notebook


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The published notebook, executed."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    return executed(notebook, tmp_path_factory.mktemp("notebook"))


def test_published_notebook_is_stored_without_outputs() -> None:
    """What it shows is made by whoever runs it, and never stale."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) >= 6
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_published_notebook_shows_something_everywhere(published) -> None:
    """Every cell but the first shows text and HTML; none has an error or a warning."""
    code = [cell for cell in published.cells if cell.cell_type == "code"]
    assert code[0].outputs == []
    for cell in code[1:]:
        assert cell.outputs, cell.source
        for data in outputs(cell):
            assert set(data) == {"text/plain", "text/html"}, cell.source


@pytest.mark.parametrize(
    "source, shown",
    [
        ("%%tier stars", ["stars = demo.stars 2017 · no errors", "✓ all"]),
        ("providers = [", ["4 subjects: GOLD 1, SILVER 0, NONE 2, undetermined 1"]),
        ('outcome["沧屿"]', ["undetermined: missing score@2017-Q2 NONE..GOLD"]),
        ('outcome["碧山"]', ["碧山：NONE", "不成立"]),
        ("%%tier strict", ["没有错误", "4 个对象：金牌 1，普通 2，无法确定 1"]),
        ("stars", ["等级: GOLD > SILVER > NONE"]),
    ],
)
def test_published_notebook_says(published, source: str, shown: list[str]) -> None:
    """Each cell shows what the text around it says."""
    (cell,) = [cell for cell in published.cells if cell.source.startswith(source)]
    text = "\n".join(data["text/plain"] for data in outputs(cell))
    assert [part for part in shown if part not in text] == []


# ------------------------------------------------------------------ what may go wrong


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """A notebook in which cells fail, executed to its end."""
    notebook = cells(
        "import tierlang\nscheme = tierlang.loads('input x : number\\ny = 2 * x')\nscheme.rate([{'id': 'a', 'x': 3}])",
        "%load_ext tierlang",
        "%%tier wrong\n得分 = 未知的名字 + 1",
        "'wrong' in globals()",
        "%%tier\nx = 1",
        "tierlang.loads('z = nobody')",
        "try:\n    tierlang.loads('z = nobody')\nexcept tierlang.DiagnosticError as error:\n    caught = error\ncaught",
        "%load_ext tierlang.notebook",
    )
    return executed(notebook, tmp_path_factory.mktemp("troubled"), allow_errors=True)


def test_rich_without_loading(troubled) -> None:
    """Objects show themselves before any extension is loaded."""
    (data,) = outputs(troubled.cells[0])
    assert "<table" in data["text/html"]
    assert "1 subject" in data["text/plain"]


def test_scheme_with_errors(troubled) -> None:
    """The findings are shown with carets as wide as what they mark; then the cell has failed, in one line."""
    shown, failed = outputs(troubled.cells[2])
    assert "^" in shown["text/plain"]
    assert "＾＾＾＾＾" in shown["text/html"]
    assert failed["error"] == "CellError"
    assert failed["traceback"] == ["DiagnosticError: 1 error"]
    assert outputs(troubled.cells[3])[0]["text/plain"] == "False"


def test_misuse_is_one_sentence(troubled) -> None:
    """A wrong line of the magic is no traceback."""
    (data,) = [output for output in outputs(troubled.cells[4]) if "UsageError" in str(output)]
    assert "the following arguments are required: name" in str(data)
    assert "Traceback" not in str(data)


def test_uncaught_error(troubled) -> None:
    """Outside of the magic an error is an exception as always, whose words are the findings."""
    (data,) = outputs(troubled.cells[5])
    assert data["error"] == "DiagnosticError"
    assert "error[E-UNKNOWN-NAME]" in data["evalue"]


def test_caught_error(troubled) -> None:
    """Caught, it shows itself."""
    (data,) = outputs(troubled.cells[6])
    assert re.search(r"E-UNKNOWN-NAME\]</span>", data["text/html"])
    assert troubled.cells[7].outputs == []


def test_run_stops_at_a_scheme_with_errors(tmp_path: Path) -> None:
    """Run as a whole, as `nbconvert --execute` does, a notebook ends where a scheme is wrong."""
    notebook = cells("%load_ext tierlang", "%%tier s\nx = y", "print('never')")
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="1 error"):
        executed(notebook, tmp_path)
    assert notebook.cells[2].outputs == []
