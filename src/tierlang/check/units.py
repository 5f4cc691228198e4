"""Units: what may be added, compared and multiplied, and what comes out."""

from fractions import Fraction

from tierlang.diagnostics.model import Findings, Fix
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.types import ANY, DATE, DAYS, NUMBER, SHARE, AnyType, DateType, Exact, NumberType, Type

CONSTANT_BITS = 4096
"""Larger constants are not folded while checking; the interpreter computes them within its own bound."""


CLASHES = frozenset(
    frozenset(pair)
    for pair in (
        ("count", "share"), ("count", "days"), ("share", "days"), ("months", "days"), ("years", "days"),
        ("months", "years"), ("months", "share"), ("years", "share"),
    )
)  # fmt: skip
"""Kinds of number that are never added or compared: a duration in months is no duration in days."""


def constant(expr: n.Expr) -> Exact | None:
    """The value of an expression made of plain number literals only; None for any other."""
    match expr:
        case n.NumberLiteral(value=value, unit=unit):
            return value if unit in {None, "%", "‰"} else None
        case n.Group(inner=inner):
            return constant(inner)
        case n.Negate(operand=operand):
            value_ = constant(operand)
            return None if value_ is None else -value_
        case (
            n.Sum(operands=operands, operators=operators) | n.Product(operands=operands, operators=operators)
        ):
            values = [constant(operand) for operand in operands]
            return _fold([v for v in values if v is not None], operators) if None not in values else None
        case _:
            return None


def _fold(values: list[Exact], operators: tuple[str, ...]) -> Exact | None:
    total = Fraction(values[0])
    for operator, value in zip(operators, values[1:], strict=True):
        if (operator == "/" and value == 0) or total.numerator.bit_length() > CONSTANT_BITS:
            return None
        match operator:
            case "+":
                total += value
            case "-":
                total -= value
            case "*":
                total *= value
            case _:
                total /= value
    return total


def is_percent(expr: n.Expr) -> bool:
    """Whether a constant was written with ``%`` or ``‰``."""
    match expr:
        case n.NumberLiteral(unit=unit):
            return unit in {"%", "‰"}
        case n.Group(inner=inner) | n.Negate(operand=inner):
            return is_percent(inner)
        case _:
            return False


def join(
    left: tuple[n.Expr, Type], right: tuple[n.Expr, Type], operator: str, span: Span, findings: Findings
) -> Type:
    """
    The common unit of two operands that are added or compared; reports those that have none.

    Returns:
        The unit both can have: a plain constant takes the other's, a `number` gives way.
    """
    (left_expr, a), (right_expr, b) = left, right
    if isinstance(a, AnyType) or isinstance(b, AnyType):
        return b if isinstance(a, AnyType) else a
    if not (isinstance(a, NumberType) and isinstance(b, NumberType)):
        if a != b:
            findings.add("E-TYPE", span, found=b, expected=a, where=f"on both sides of `{operator}`")
            return ANY
        return a
    _check_share(left, right, findings)
    _check_share(right, left, findings)
    if a == b:
        return a
    if a.kind == b.kind == "money":
        findings.add("E-CURRENCY", span, left=a.currency, right=b.currency)
        return a
    if "money" in {a.kind, b.kind}:
        amount, other_expr = (a, right_expr) if a.kind == "money" else (b, left_expr)
        fixes = []
        if isinstance(other_expr, n.NumberLiteral) and other_expr.unit is None:
            place = Span(other_expr.span.end, other_expr.span.end)
            fixes = [Fix(place, f" {amount.currency}")]
        findings.add(
            "E-UNIT", span, fixes=fixes, left=a, right=b, operator=operator, currency=amount.currency
        )
        return amount
    if constant(left_expr) is not None or a.kind == "number":
        return b
    if constant(right_expr) is not None or b.kind == "number":
        return a
    if frozenset({a.kind, b.kind}) not in CLASHES:
        return NUMBER
    findings.add("E-UNIT", span, left=a, right=b, operator=operator)
    return NUMBER


def _check_share(share: tuple[n.Expr, Type], other: tuple[n.Expr, Type], findings: Findings) -> None:
    value = constant(other[0])
    if share[1] != SHARE or value is None or 0 <= value <= 1:
        return
    literal = other[0]
    fixed = f"{value}%" if 1 < value <= 100 and value == int(value) and not is_percent(literal) else None
    fixes = [Fix(literal.span, fixed)] if fixed else []
    findings.add("E-SHARE-NUMBER", literal.span, fixes=fixes, value=value, fixed=fixed)


def add(
    left: tuple[n.Expr, Type], right: tuple[n.Expr, Type], operator: str, span: Span, findings: Findings
) -> Type:
    """The type of a sum or difference."""
    a, b = left[1], right[1]
    if isinstance(a, DateType) or isinstance(b, DateType):
        return _add_days(left, right, operator, span, findings)
    unit = join(left, right, operator, span, findings)
    if isinstance(unit, NumberType):
        if unit.kind in {"money", "days"}:
            return NumberType(unit.kind, unit.currency)
        return unit if unit.kind == "count" and operator == "+" and _stays_count(left, right) else NUMBER
    if isinstance(unit, AnyType):
        return unit
    findings.add("E-TYPE", span, found=unit, expected="number", where=f"with `{operator}`")
    return ANY


def _stays_count(*operands: tuple[n.Expr, Type]) -> bool:
    """Counts and whole positive constants add up to a count."""
    return all(
        isinstance(kind, NumberType) and kind.kind == "count"
        if value is None
        else value.denominator == 1 and value >= 0
        for value, kind in ((constant(expr), kind) for expr, kind in operands)
    )


def _add_days(
    left: tuple[n.Expr, Type], right: tuple[n.Expr, Type], operator: str, span: Span, findings: Findings
) -> Type:
    a, b = left[1], right[1]
    if a == b == DATE and operator == "-":
        return DAYS
    if a == DATE and (isinstance(b, AnyType) or b == DAYS or constant(right[0]) is not None):
        return DATE
    if isinstance(a, AnyType):
        return ANY
    findings.add("E-DATE-MIX", span, left=a, right=b, operator=operator)
    return ANY


def multiply(left: Type, right: tuple[n.Expr, Type], operator: str, span: Span, findings: Findings) -> Type:
    """The type of a product or quotient of numbers."""
    a, b = left, right[1]
    for operand in (a, b):
        if not isinstance(operand, NumberType | AnyType):
            findings.add("E-TYPE", span, found=operand, expected="number", where=f"with `{operator}`")
            return ANY
    if isinstance(a, AnyType) or isinstance(b, AnyType):
        return ANY
    assert isinstance(a, NumberType) and isinstance(b, NumberType)
    money = [t for t in (a, b) if t.kind == "money"]
    if operator == "*":
        if len(money) == 2:
            findings.add("E-UNIT", span, left=a, right=b, operator="*")
        if money:
            return NumberType("money", money[0].currency)
        if "days" in {a.kind, b.kind}:
            return DAYS if {a.kind, b.kind} != {"days"} else NUMBER
        return SHARE if a == b == SHARE else NUMBER
    if len(money) == 2:
        if a != b:
            findings.add("E-CURRENCY", span, left=a.currency, right=b.currency)
        return NUMBER
    if b.kind == "money":
        findings.add("E-UNIT", span, left=a, right=b, operator="/")
        return NUMBER
    if a.kind == "money" or (a.kind == "days" and b.kind != "days"):
        return NumberType(a.kind, a.currency) if a.kind == "money" else NUMBER
    return NUMBER
