"""What the analyses of levels, bands and weights know about a scheme whose names and types are resolved."""

from collections.abc import Callable, Mapping

from tierlang import quickattrs as attrs
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import Nodes
from tierlang.types import Exact, Type


@attrs.frozen
class Facts:
    """
    A scheme without errors, as the analyses need it.

    Attributes:
        file: its statements, calls of defs expanded; the bodies of defs themselves are not looked at.
        nodes: all that is inside of its statements but defs and examples.
        definitions: the expression of every defined name, bonus and deduction.
        inputs: the declared inputs with their types and ranges.
        params: the value of each parameter that has one for all time; None for every other.
        types: the static type of an expression in *file*; ANY where it is unknown.
        levels: the ladder, best first, where it is declared outside the file; else *file* says.
    """

    file: n.File
    nodes: Nodes
    definitions: Mapping[str, n.Expr]
    inputs: Mapping[str, Type]
    params: Mapping[str, Exact | None]
    types: Callable[[n.Expr], Type]
    levels: tuple[str, ...] = ()
