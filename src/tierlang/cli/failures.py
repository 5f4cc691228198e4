"""What is foreseen to go wrong with schemes and data: told on stderr, and turned into an exit code."""

from collections.abc import Iterable
from typing import Any

from tierlang.cli.exits import FINDINGS, MISUSE, OK
from tierlang.cli.terminal import Terminal, takes_colour
from tierlang.diagnostics.model import Diagnostic, DiagnosticError, Severity
from tierlang.said import Said

_COMMAND_LINE = frozenset(
    (
        "E-DATA-DATABASE",
        "E-DATA-ENCODING",
        "E-DATA-FILE",
        "E-DATA-TABLE",
        "E-FILE-SIZE",
        "E-NO-VERSION",
        "E-NOT-UTF8",
        "E-PARAM-FIXED",
        "E-PARAM-MISSING",
        "E-PARAM-UNKNOWN",
        "E-PERIOD-MISSING",
        "E-PERIOD-TEXT",
        "E-PERIOD-UNIT",
        "E-RETIRED",
        "E-SCHEME-FILE",
        "E-TABLE-MISSING",
    )
)
"""What another command line would mend: a file that is not one, a period of another kind."""

_BUDGET = Said(
    "tier: error: the run needs more than its budget of {limit} cost units\n"
    "  help: a larger one can be given with `--budget`",
    "tier: 错误：计算量超出预算（{limit} 个单位）\n  建议：可用 `--budget` 提高预算",
)


def exit_code(diagnostics: Iterable[Diagnostic], fail_on: str = "error") -> int:
    """
    The exit code that findings ask for.

    Args:
        fail_on: ``error``, or ``warning`` to let warnings fail too.
    """
    found = list(diagnostics)
    if any(d.code in _COMMAND_LINE and (d.source is None or d.place is not None) for d in found):
        return MISUSE
    failing = [d for d in found if d.severity is Severity.ERROR or fail_on == "warning"]
    return FINDINGS if failing else OK


def say_refusal(error: Exception, terminal: Terminal) -> int | None:
    """Tell why a scheme or data are refused, and return the exit code; None for any other error."""
    from tierlang.run.budget import BudgetExceeded

    match error:
        case DiagnosticError(diagnostics=diagnostics):
            say_diagnostics(diagnostics, terminal)
            return exit_code(diagnostics)
        case BudgetExceeded(limit=limit):
            terminal.note(_BUDGET.fill(limit=f"{limit:_}"))
            return FINDINGS
        case _:
            return None


def say_diagnostics(diagnostics: Iterable[Diagnostic], terminal: Terminal) -> None:
    """Write findings to stderr."""
    from tierlang.diagnostics.render import render_text

    found = tuple(diagnostics)
    if found:
        colour = takes_colour(terminal.stderr, terminal.environ)
        text = render_text(found, lang=terminal.lang, colour=colour)
        terminal.note(Said(text, text))


def diagnostics_data(diagnostics: Iterable[Diagnostic], lang: str) -> Any:
    """Findings as JSON data, as ``--format json`` of `tier check` writes them."""
    import json

    from tierlang.diagnostics.formats import render

    return json.loads(render(diagnostics, "json", lang))
