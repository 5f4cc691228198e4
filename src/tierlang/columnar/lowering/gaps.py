"""
What is said of subjects of whom something is undetermined: where the gaps are, and which truths decide about them.

A subject with any gap is *marked*, and what is said of it comes from the interpreter (patterns.py).
"""

import contextlib
from collections.abc import Callable, Iterator

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import FALSE, TRUE, Cell, any_nullable, both, holds, inverse
from tierlang.columnar.columns.numbers import Num
from tierlang.columnar.columns.relation import SUBJECTS, Aggregate, Names, Relation
from tierlang.columnar.columns.values import Plain, Single, Unknown, Value


@attrs.define(eq=False)
class Scope:
    """
    The rows that an expression is computed for: the subjects, or the rows of one list.

    Attributes:
        gaps: where a value of a row can be undetermined. Of a subject they name *which* value; of a child row, and in
            *lone*, the causes depend on data, so that the subject must be looked at by itself. What is *told* follows from
            other gaps and truths.
        truths: conditions whose truth decides what is said of a marked subject.
        texts: values that causes may name.
    """

    relation: Relation
    parent: "Scope | None" = None
    aggregate: Aggregate | None = None
    gaps: list[Cell] = attrs.field(factory=list)
    lone: list[Cell] = attrs.field(factory=list)
    told: list[Cell] = attrs.field(factory=list)
    truths: list[Cell] = attrs.field(factory=list)
    texts: list[Cell] = attrs.field(factory=list)
    variables: dict[str, Value] = attrs.field(factory=dict)


@attrs.define(eq=False)
class Noting:
    """
    Keeps what is noted of the rows that are computed.

    Attributes:
        scope: the rows that an expression is computed for; *scopes* those of child rows.
    """

    names: Names
    scope: Scope = attrs.field(init=False)
    scopes: list[Scope] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.scope, self.scopes = Scope(Relation(SUBJECTS, self.names)), []

    def share(self, cell: Cell) -> Cell:
        """A cell that is computed once."""
        return self.scope.relation.share(cell)

    def settled(self, value: Single, name: str | None, note: str | None = None) -> Single:
        """A value whose cells are columns; *note* is written above the first of them."""
        relation = self.scope.relation
        match value:
            case Num(denominator=None):
                return attrs.evolve(value, numerator=relation.share(value.numerator, name, note))
            case Num(denominator=bottom):
                assert bottom is not None
                top = relation.share(value.numerator, name and f"{name}_numerator", note)
                return attrs.evolve(
                    value, numerator=top, denominator=relation.share(bottom, name and f"{name}_denominator")
                )
            case Plain():
                return attrs.evolve(value, cell=relation.share(value.cell, name, note))
            case _:
                return value

    def share_null(self, value: Single) -> Cell:
        """Whether a value is undetermined, computed once."""
        return self.share(value.is_null)

    def gap(self, cell: Cell, *, lone: bool = False, told: bool = False) -> None:
        """
        Note that a value is undetermined where *cell* is true.

        Args:
            lone: its causes depend on data.
            told: it follows from other gaps and truths, so that patterns need not tell it.
        """
        if cell != FALSE:
            (self.scope.lone if lone else self.scope.told if told else self.scope.gaps).append(cell)

    def truths(self, cells: list[Cell]) -> None:
        """Note conditions that decide what is said of a marked subject."""
        self.scope.truths += [cell for cell in cells if cell.op != "constant"]

    def used(self, value: Value) -> Value:
        """A value of the data, with the note that it may be missing."""
        if isinstance(value, Num | Plain | Unknown):
            self.gap(value.is_null)
        return value

    def kleene(self, cells: list[Cell], combine: Callable[[list[Cell]], Cell]) -> Plain:
        """A condition made of others; where one of them can be undetermined, it matters which of the others decides."""
        shared = [self.share(cell) for cell in cells]
        if any_nullable(shared):
            self.truths(shared)
        return Plain("bool", combine(shared))

    @property
    def noted(self) -> int:
        """How much has been noted so far; what notes nothing says nothing of anybody, whether it is computed or not."""
        scopes = {id(scope): scope for scope in (self.scope, *self.scopes)}.values()
        return sum(len(s.gaps) + len(s.lone) + len(s.told) + len(s.truths) + len(s.texts) for s in scopes)

    @contextlib.contextmanager
    def only_where(self, taken: Cell) -> Iterator[None]:
        """Note gaps only where a condition may hold: elsewhere nobody looks."""
        scope = self.scope
        starts = [len(gaps) for gaps in (scope.gaps, scope.lone, scope.told)]
        yield
        if taken == TRUE:
            return
        possible = inverse(holds(inverse(taken))) if taken.nullable else taken
        sure = set(taken.cells) if taken.op == "and" else {taken}
        for gaps, start in zip((scope.gaps, scope.lone, scope.told), starts, strict=True):
            found = [gap for gap in gaps[start:] if inverse(gap) not in sure]
            gaps[start:] = [self.share(both([possible, gap])) for gap in found]
