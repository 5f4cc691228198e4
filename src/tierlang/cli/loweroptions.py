"""What `tier plan` and `tier sql` share: a scheme and a period, lowered to columns."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from tierlang.cli.runoptions import add_scheme_arguments
from tierlang.cli.terminal import Terminal

if TYPE_CHECKING:
    from tierlang.columnar.sql.dialects import Dialect
    from tierlang.columnar.warehouse.statement import Lowered


def add_lower_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare scheme and period."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a scheme; of several versions the one that governs the period is taken",
    )
    add_scheme_arguments(parser.add_argument_group("what to rate by"))
    parser.set_defaults(missing_as=[], encoding=None)


def lower_for(
    options: argparse.Namespace,
    terminal: Terminal,
    dialect: "Dialect",
    write: "Callable[[Lowered], str]",
    *,
    whole: bool = True,
) -> str:
    """
    Lower the scheme of a command line, and write it.

    Raises:
        Misuse: the command line does not fit the scheme.
        DiagnosticError: the scheme or the period are refused; ``E-ENGINE``, columns cannot say all of it.
    """
    from tierlang.cli.inputs import choose_schemes, read_supplied
    from tierlang.columnar.columns.cells import Beyond
    from tierlang.columnar.warehouse.statement import lowered
    from tierlang.diagnostics.model import refusal

    scheme = choose_schemes(options).last
    parameters, tables = read_supplied(options, scheme, terminal)
    ready = scheme.prepare(period=options.period, params=parameters, tables=tables)
    try:
        return write(lowered(ready, dialect, whole=whole))
    except Beyond as error:
        raise refusal("E-ENGINE", engine=dialect.name, reason=error.why) from None
