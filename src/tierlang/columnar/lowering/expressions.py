"""
Expressions as columns: cells that are NULL exactly where the interpreter's value is undetermined.

The built-in functions of one subject are in calls.py.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme
from tierlang.check.order import is_cohort_call
from tierlang.columnar.columns.cells import (
    FALSE,
    TRUE,
    Beyond,
    Cell,
    any_nullable,
    both,
    constant,
    either,
    inverse,
    is_null,
)
from tierlang.columnar.columns.levels import numbers_of
from tierlang.columnar.columns.numbers import NotNative, Num, exact, minus
from tierlang.columnar.columns.relation import Aggregate, Relation
from tierlang.columnar.columns.values import (
    Items,
    ListOf,
    Plain,
    Row,
    SeriesOf,
    Single,
    Unknown,
    Value,
    first_known_of,
    literal,
    number,
    pick,
    same,
    single,
    truth_of,
)
from tierlang.columnar.lowering.bands import compile_band
from tierlang.columnar.lowering.gaps import Noting, Scope
from tierlang.columnar.lowering.operators import compile_compare, compile_if, compile_product, compile_sum
from tierlang.periods import PeriodError
from tierlang.run.expressions import TableValue
from tierlang.run.values import Value as Computed
from tierlang.run.windows import TimeFrame
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import BoolType, DateType, NumberType, TextType, TierType

MAX_ARMS = 256
"""Entries of a table, and values of a window, that are written out one by one."""


@attrs.frozen
class Given:
    """
    What the interpreter has found an expression to be worth.

    Attributes:
        value: in columns.
        told: a text that says why it is undetermined and what did not matter; NULL where there is nothing to say.
    """

    value: Single
    told: Cell


@attrs.define(eq=False)
class ExpressionLowerer(Noting):
    """
    Turns expressions into columns.

    Attributes:
        constants, tables, dated: what is the same for all subjects, see `Supplied`.
        inputs: every input as columns of the scans.
        given: by ``id`` of an expression of the subjects what the interpreter has found it to be worth.
        texts: by column the texts that stand in it, where they are known.
        beyond: where it is a list, the expressions that columns cannot say are noted there, and taken to be unknown.
        part: the part of the scheme that is lowered, as refusals call it.
        values: what each name is worth; *calls* what each call over the cohort is worth.
        children: scopes of the rows of lists that need nothing of their subject.
    """

    scheme: CheckedScheme
    time: TimeFrame
    constants: Mapping[str, Computed]
    tables: Mapping[str, TableValue]
    dated: Mapping[str, Sequence[tuple[datetime.date | None, Computed]]]
    inputs: Mapping[str, Value]
    given: Mapping[int, Given] = attrs.field(factory=dict, kw_only=True)
    texts: Mapping[str, frozenset[str]] = attrs.field(factory=dict, kw_only=True)
    beyond: list[Beyond] | None = attrs.field(default=None, kw_only=True)
    part: str = attrs.field(default="", kw_only=True)
    values: dict[str, Single] = attrs.field(factory=dict, kw_only=True)
    calls: dict[int, Single] = attrs.field(factory=dict, kw_only=True)
    children: dict[str, Scope] = attrs.field(factory=dict, kw_only=True)

    def compile(self, expr: n.Expr) -> Value:
        """
        The value of an expression.

        Raises:
            Beyond: columns cannot say it.
        """
        given = self.given.get(id(expr))
        if given is not None:
            return self.taken_from(given)
        try:
            return self._compile(expr)
        except Beyond as error:
            if not self._stands_alone(expr):
                raise
            return self.unknown_instead(error, expr)

    def unheard(self, expr: n.Expr) -> Value:
        """
        A value whose absence is no gap, because something else takes its place, as behind `present` or before `??`.

        That holds for a name or a field. What a longer expression computes on the way is a gap where it is missing.
        """
        before = len(self.scope.gaps)
        value = self.compile(expr)
        if is_plain(expr):
            del self.scope.gaps[before:]
        return value

    def taken_from(self, given: Given) -> Value:
        """What the interpreter has computed; subjects of whom it says the same are alike."""
        if given.told.op != "constant":
            self.gap(inverse(is_null(given.told)))
            self.scope.texts.append(given.told)
        return self.outer(given.value)

    def unknown_instead(self, error: Beyond, expr: n.Expr) -> Single:
        """
        What stands for an expression that the interpreter could compute instead.

        Raises:
            Beyond: nobody has asked for these.
        """
        if error.node is None:
            error.node, error.part = expr, self.part
            if self.beyond is not None:
                self.beyond.append(error)
                return Unknown()
        raise error

    def _stands_alone(self, expr: n.Expr) -> bool:
        """Whether an expression is one value of a subject, whatever stands around it."""
        kind = self.scheme.expression_types.get(id(expr))
        one = isinstance(kind, NumberType | BoolType | TextType | DateType | TierType)
        return one and self.scope.parent is None and not self.scope.variables

    def _compile(self, expr: n.Expr) -> Value:
        match expr:
            case n.NumberLiteral(value=amount):
                return exact(amount)
            case n.TextLiteral(value=text):
                return Plain("text", constant(text))
            case n.DateLiteral(value=day):
                return Plain("date", constant(day.toordinal()))
            case n.BoolLiteral(value=yes):
                return Plain("bool", constant(yes))
            case n.MissingLiteral() | n.Hole():
                return self.used(Unknown())
            case n.Name(ident=ident):
                return self.name(ident.text)
            case n.Group(inner=inner):
                return self.compile(inner)
            case n.Attribute():
                return self._attribute(expr)
            case n.Index():
                return self._index(expr)
            case n.Call():
                return self._call(expr)
            case n.Band() | n.Match():
                return compile_band(self, expr)
            case n.ListExpr(items=items):
                return Items(tuple(self.compile(item) for item in items))
            case n.If():
                return compile_if(self, expr)
            case n.And(operands=operands):
                return self.kleene([truth_of(self.compile(o)) for o in operands], both)
            case n.Or(operands=operands):
                return self.kleene([truth_of(self.compile(o)) for o in operands], either)
            case n.Not(operand=operand):
                return Plain("bool", inverse(truth_of(self.compile(operand))))
            case n.Compare():
                return compile_compare(self, expr)
            case n.Coalesce(operands=operands):
                found = first_known_of([single(self.unheard(operand)) for operand in operands])
                self.gap(self.share_null(found))
                return found
            case n.Sum():
                return compile_sum(self, expr)
            case n.Product():
                return compile_product(self, expr)
            case n.Negate(operand=operand):
                value = self.compile(operand)
                return value if isinstance(value, Unknown) else minus(number(value))
            case _:
                raise NotNative(
                    f"`{type(expr).__name__}` is not known to the columns",
                    f"列式计算不支持 `{type(expr).__name__}`",
                )

    def _call(self, expr: n.Call) -> Value:
        from tierlang.columnar.lowering.calls import compile_call

        if not is_cohort_call(expr, self.scheme.expression_types):
            return compile_call(self, expr)
        if id(expr) not in self.calls:
            raise NotNative(
                "a call over the cohort stands where it is not computed", "对全体对象的调用所在之处不会计算"
            )
        return self.outer(self.calls[id(expr)])

    # ------------------------------------------------------------ names

    def name(self, name: str) -> Value:
        """What a name is worth here."""
        scope: Scope | None = self.scope
        while scope is not None:
            if name in scope.variables:
                value = scope.variables[name]
                return self.outer(value) if scope is not self.scope else self.used(value)
            scope = scope.parent
        if name in self.constants:
            return self.used(literal(self.constants[name]))
        if name in {"period_start", "period_end"}:
            return literal(self.time.start if name == "period_start" else self.time.end)
        if name in self.values:
            return self.outer(self.values[name])
        if name not in self.inputs:
            raise NotNative(f"`{name}` is not known to the columns", f"列式计算不支持 `{name}`")
        value = self.outer(self.inputs[name])
        return self.used(value)

    def outer(self, value: Value) -> Value:
        """A value of the subject, brought to the child rows where it is used among them."""
        if self.scope.parent is None:
            return value
        match value:
            case Num() | Plain():
                value = self._held(value)
                for cell in value.cells:
                    self._bring(cell)
                self.gap(value.is_null)
            case Unknown():
                self.gap(value.is_null)
            case Items(values=values):
                for item in values:
                    self.outer(item)
            case SeriesOf(values=by_period, absent=absent):
                for item in (*by_period.values(), absent):
                    self.outer(item)
            case ListOf():
                raise NotNative(
                    "a list is gone through for each row of another list", "为一个列表的每一行遍历另一个列表"
                )
        return value

    def _held(self, value: Num | Plain) -> Num | Plain:
        """A value of the subject whose cells are columns, so that they can be brought."""
        assert self.scope.parent is not None
        hold = self.scope.parent.relation.hold
        if isinstance(value, Plain):
            return attrs.evolve(value, cell=hold(value.cell))
        bottom = None if value.denominator is None else hold(value.denominator)
        return attrs.evolve(value, numerator=hold(value.numerator), denominator=bottom)

    def _bring(self, cell: Cell) -> None:
        if cell.op == "column":
            self.scope.relation.outer.setdefault(str(cell.args[0]), cell)

    def _attribute(self, expr: n.Attribute) -> Value:
        base = self.compile(expr.base)
        if isinstance(base, Unknown):
            return base
        if not isinstance(base, Row):
            raise NotNative("a field is taken of something that is no child row", "取字段的对象不是明细行")
        return self.used(base.fields[expr.field.text])

    def _index(self, expr: n.Index) -> Value:
        assert isinstance(expr.base, n.Name)
        key = single(self.compile(expr.key))
        if isinstance(key, Unknown):
            return key
        if expr.base.ident.text in self.scheme.params:
            return self._on_day(self.dated[expr.base.ident.text], key)
        table = self.tables[expr.base.ident.text]
        if len(table.entries) > MAX_ARMS:
            raise NotNative(f"a table has more than {MAX_ARMS} entries", f"对照表超过 {MAX_ARMS} 项")
        entries, complete = self._entries_met(table, key)
        level = numbers_of(self.scheme.level_names)
        keys: list[Single] = []
        for entry in entries:
            is_level = isinstance(key, Plain) and key.kind == "tier"
            keys.append(Plain("tier", constant(level[str(entry)])) if is_level else literal(entry))  # type: ignore[arg-type]
        arms: list[tuple[Cell, Value]] = [
            (same("==", key, k), literal(v)) for k, v in zip(keys, entries.values(), strict=True)
        ]
        otherwise = None if table.otherwise is None else literal(table.otherwise)
        if complete:
            otherwise = single(arms.pop()[1])  # whatever is no other entry is the last one
        if key.nullable:
            arms.insert(0, (key.is_null, Unknown()))
        if not arms:
            found: Single = otherwise if otherwise is not None else Unknown()
        else:
            found = self.settled(pick(arms, otherwise), None)
        self._told_by(key, found)
        return found

    def _told_by(self, key: Single, found: Single) -> None:
        """Note that what is looked up may lack, and that causes name the key."""
        gap = self.share_null(found)
        self.gap(gap, lone=True)
        if gap != FALSE:
            self.scope.texts += [cell for cell in key.cells if cell.op != "constant"]

    def _on_day(self, values: Sequence[tuple[datetime.date | None, Computed]], day: Single) -> Single:
        """The value of a parameter that is in force on a day."""
        if len(values) > MAX_ARMS:
            raise NotNative(f"a parameter has more than {MAX_ARMS} values", f"参数超过 {MAX_ARMS} 个值")
        arms: list[tuple[Cell, Value]] = [(day.is_null, Unknown())] if day.nullable else []
        otherwise: Single = Unknown()
        for start, value in reversed(values):
            if start is None:
                otherwise = literal(value)
                break
            arms.append((same(">=", day, literal(start)), literal(value)))
        found = self.settled(pick(arms, otherwise), None) if arms else otherwise
        self._told_by(day, found)
        return found

    def _entries_met(self, table: TableValue, key: Single) -> tuple[Mapping[object, Computed], bool]:
        """The entries of a table that a key can meet, as far as the data tell, and whether it surely meets one of them."""
        column = key.cell.args[0] if isinstance(key, Plain) and key.cell.op == "column" else None
        texts = self.texts.get(str(column))
        if not texts:
            return table.entries, False
        met: dict[object, Computed] = {e: value for e, value in table.entries.items() if e in texts}
        return met, len(met) == len(texts)

    # ------------------------------------------------------------ several values

    def elements(self, expr: n.Expr, window: n.Window | None, *, heard: bool = True) -> Value:
        """
        The elements of a list, or of a series over a window.

        Args:
            heard: whether they are used as they are, so that those which are missing are noted.
        """
        value = self.compile(expr)
        if not isinstance(value, SeriesOf):
            return value
        try:
            periods = self.time.periods(window, value.unit)
        except PeriodError:
            return self.used(Unknown())
        if len(periods) > MAX_ARMS:
            raise NotNative(f"a window has more than {MAX_ARMS} periods", f"窗口超过 {MAX_ARMS} 个周期")
        found = []
        for period in periods:
            item = value.values.get(period.number, value.absent)
            found.append(self.used(item) if heard else item)
        return Items(tuple(found))

    def over_items(self, generator: n.Generator, items: Items) -> Iterator[tuple[Cell, Value]]:
        """For each of several values whether a generator takes it, and what it gives for it."""
        refuse_more(generator)
        before = dict(self.scope.variables)
        try:
            for ago, element in zip(reversed(range(len(items.values))), items.values, strict=True):
                self.scope.variables[generator.variable.text] = element
                if generator.ago is not None:
                    self.scope.variables[generator.ago.text] = exact(ago)
                yield self._taken(generator)
        finally:
            self.scope.variables = before

    def _taken(self, generator: n.Generator) -> tuple[Cell, Value]:
        """Whether a generator takes the value at hand, and what it gives for it."""
        taken = TRUE if generator.condition is None else truth_of(self.compile(generator.condition))
        wanted, noted = self.share(taken), self.noted
        with self.only_where(taken):
            item = self.compile(generator.item)
        if (
            wanted.nullable
            or self.noted != noted
            or any_nullable(cells_in(item))
            or isinstance(item, Unknown)
        ):
            self.truths([wanted])
        return wanted, item

    def enter(self, generator: n.Generator, rows: ListOf) -> Scope:
        """The scope of a list's rows, in which a generator's variable is one of them."""
        refuse_more(generator)
        if self.scope.parent is not None:
            raise NotNative(
                "a list is gone through for each row of another list", "为一个列表的每一行遍历另一个列表"
            )
        inside = [generator.item, *([generator.condition] if generator.condition is not None else [])]
        local = {generator.variable.text}
        names = {
            node.ident.text for part in inside for node in walk(part) if isinstance(node, n.Name)
        } - local
        types = self.scheme.expression_types
        calls = any(is_cohort_call(node, types) for part in inside for node in walk(part))
        needs_subject = calls or any(self._cells_of(name) for name in names)
        if not needs_subject:
            scope = self.rows_of(rows)
        else:
            scope = self._new_scope(rows)
        scope.variables[generator.variable.text] = rows.element
        return scope

    def rows_of(self, rows: ListOf) -> Scope:
        """The scope of a list's rows that need nothing of their subject."""
        if rows.name not in self.children:
            self.children[rows.name] = self._new_scope(rows)
        return self.children[rows.name]

    def _new_scope(self, rows: ListOf) -> Scope:
        relation = Relation(rows.name, self.names, parent=self.scope.relation)
        aggregate = Aggregate(relation, self.scope.relation, rows.maximum)
        self.scope.relation.aggregates.append(aggregate)
        scope = Scope(relation, self.scope, aggregate)
        self.scopes.append(scope)
        return scope

    def _cells_of(self, name: str) -> list[Cell]:
        value = self.scope.variables.get(name) or self.values.get(name) or self.inputs.get(name)
        return [cell for cell in cells_in(value) if cell.op != "constant"] if value is not None else []


GENERATOR = frozenset({"span", "item", "variable", "ago", "source", "condition"})
"""What the columns know of a generator."""


def refuse_more(generator: n.Generator) -> None:
    """Refuse a generator that says more than the columns know."""
    more = [
        f.name for f in attrs.fields(n.Generator) if f.name not in GENERATOR and getattr(generator, f.name)
    ]
    if more:
        word = "by" if more[0] == "key" else more[0]
        raise NotNative(f"`for … {word}` is computed by the interpreter", f"`for … {word}` 由解释器计算")


def is_plain(expr: n.Expr) -> bool:
    """Whether an expression is a name, or a field of one."""
    while isinstance(expr, n.Group | n.Attribute):
        expr = expr.inner if isinstance(expr, n.Group) else expr.base
    return isinstance(expr, n.Name)


def cells_in(value: Value) -> list[Cell]:
    """All cells of a value of the subject."""
    match value:
        case Num() | Plain():
            return value.cells
        case Items(values=values):
            return [cell for item in values for cell in cells_in(item)]
        case SeriesOf(values=by_period, absent=absent):
            return [cell for item in (*by_period.values(), absent) for cell in cells_in(item)]
        case _:
            return []
