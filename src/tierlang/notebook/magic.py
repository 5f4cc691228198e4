"""The cell magic ``%%tier``."""

import argparse
import math
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.display import display

from tierlang.api import Scheme, loads
from tierlang.diagnostics.model import DiagnosticError, nearest
from tierlang.diagnostics.render import summary
from tierlang.examples import run_examples
from tierlang.notebook import schemes
from tierlang.notebook.display import both, bundle
from tierlang.notebook.options import options
from tierlang.run.result import Outcome

_show: Callable[..., None] = display


class CellError(DiagnosticError):
    """Stops the notebook at a cell whose diagnostics have been shown already."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of the calls that led here, of which none is the reader's."""
        return [f"DiagnosticError: {summary(self.diagnostics, options.lang)}"]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the line of the magic, and ends no program."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%%tier: {message}; `%%tier?` says how it is written")


def _parser() -> _Parser:
    parser = _Parser(prog="%%tier", add_help=False, allow_abbrev=False)
    parser.add_argument("name")
    parser.add_argument("--period")
    parser.add_argument("--data")
    parser.add_argument("--floats", choices=("refuse", "shortest"), default="refuse")
    parser.add_argument("--lang", choices=("en", "zh"))
    return parser


def register(shell: Any) -> None:
    """Add ``%%tier`` to a shell of IPython."""

    def tier(line: str, cell: str) -> Outcome | None:
        """
        Check the scheme in this cell, and call it NAME.

            %%tier NAME [--period PERIOD] [--data ROWS] [--floats refuse|shortest] [--lang en|zh]

        Shows what the checker finds and what became of the scheme's examples. A scheme with errors stops here and leaves
        NAME as it was.

        With --data the subjects in the variable ROWS are rated, for the period if the scheme assesses one: a list of mappings,
        a Dataset, or a data frame. A frame with fractions in binary needs --floats shortest. What comes out is the value
        of the cell. --lang holds from here on, for whatever is shown.
        """
        return run(shell, line, cell)

    shell.register_magic_function(tier, magic_kind="cell", magic_name="tier")


def run(shell: Any, line: str, cell: str) -> Outcome | None:
    """
    Check, show, bind and, where there are data, rate.

    Raises:
        UsageError: the line is not right.
        CellError: the scheme or the data have errors; they have been shown.
    """
    given = _parser().parse_args(_words(line))
    if not given.name.isidentifier():
        raise UsageError(f"%%tier: `{given.name}` is no name for a variable")
    if given.period is not None and given.data is None:
        raise UsageError("%%tier: `--period` needs `--data`, the subjects to rate")
    rows = _rows(shell.user_ns, given.data) if given.data is not None else None
    options.lang = given.lang or options.lang
    try:
        scheme = loads(cell, name=given.name)
        _show_checked(given.name, scheme)
        shell.user_ns[given.name] = scheme
        return None if rows is None else scheme.rate(rows, period=given.period, floats=given.floats)
    except DiagnosticError as error:
        _show(bundle(error), raw=True)
        raise CellError(error.diagnostics) from None


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"%%tier: {error}") from error


def _show_checked(name: str, scheme: Scheme) -> None:
    outcomes, lang = run_examples(scheme), options.lang
    text = schemes.checked_text(name, scheme, outcomes, lang)
    _show(both(text, schemes.checked_panel(name, scheme, outcomes, lang)), raw=True)


# ------------------------------------------------------------------ data


def _rows(names: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    """
    The subjects in a variable.

    Raises:
        UsageError: there is no such variable, or it holds no subjects.
    """
    if name not in names:
        near = nearest(name, [known for known in names if not known.startswith("_")], 1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        raise UsageError(f"%%tier: there is no variable `{name}`{hint}")
    value = names[name]
    rows = _records(value)
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        raise UsageError(f"%%tier: `{name}` is no list of subjects but {type(value).__name__}")
    return rows


def _records(value: Any) -> Any:
    """The rows of a Dataset or a data frame, without what frames put where there is nothing; anything else as it is."""
    if hasattr(value, "to_dicts"):  # polars
        return [_present(row) for row in value.to_dicts()]
    if hasattr(value, "to_dict") and hasattr(value, "columns"):  # pandas
        return [_present(row) for row in value.to_dict(orient="records")]
    return getattr(value, "rows", value)


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without the cells in which a frame has nothing: NaN, and pandas' own NA and NaT."""
    return {key: value for key, value in row.items() if not _is_absent(value)}


def _is_absent(value: object) -> bool:
    nan = isinstance(value, float) and math.isnan(value)
    return nan or type(value).__name__ in {"NAType", "NaTType"}
