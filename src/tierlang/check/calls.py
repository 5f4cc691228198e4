"""What a call of a built-in function is: its arguments, options, window and result, family by family."""

from typing import TYPE_CHECKING

from tierlang.builtins import ALSO_CALLED, BUILTINS, COHORT_FAMILIES, FUNCTIONS, MODES, Builtin
from tierlang.check import units
from tierlang.check.order import is_cohort_aggregate, membership
from tierlang.diagnostics.model import Fix, nearest, quoted
from tierlang.periods import divides, unit_of
from tierlang.syntax import nodes as n
from tierlang.types import (
    ANY,
    BOOL,
    COUNT,
    DATE,
    DAYS,
    NUMBER,
    SHARE,
    TIER,
    AnyType,
    BoolType,
    DateType,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TextType,
    TierType,
    Type,
)

if TYPE_CHECKING:
    from tierlang.check.types import Typer

RANK_RESULTS: dict[str, Type] = {
    "rank": NUMBER,
    "place": NUMBER,
    "scaled_rank": NUMBER,
    "top_share": SHARE,
    "percent_rank": SHARE,
    "cume_share": SHARE,
    "better_share": SHARE,
    "minmax": NUMBER,
    "top": BOOL,
}
ARGUMENTS = {"scaled_rank": 2, "minmax": 3, "top": 2}
"""How many arguments a function of the rank family takes, where it is not one."""


def type_of_call(typer: "Typer", call: n.Call) -> Type:
    """The type of a call; misuse is reported."""
    builtin = BUILTINS.get(call.function.text)
    if builtin is None or builtin.family == "name":
        _unknown_function(typer, call)
        return ANY
    if not _takes_lists(builtin) and _refuse_list(typer, builtin, call):
        return ANY
    if builtin.name != "weighted":
        _check_options(typer, builtin, call)
    if builtin.family == "aggregate" and is_cohort_aggregate(call):
        return _cohort_aggregate(typer, builtin, call)
    return _FAMILIES[builtin.family](typer, builtin, call)


def _takes_lists(builtin: Builtin) -> bool:
    """Whether a function works on the elements of a list, so that a generator or a window may stand in its call."""
    return builtin.family in {"aggregate", "logic", "select"} or builtin.name in {
        "median",
        "quantile",
        "variance",
        "stddev",
    }


def check_function(typer: "Typer", call: n.Call) -> None:
    """Report the call of a function that nobody declares."""
    name = call.function.text
    if name not in FUNCTIONS and name not in typer.scope.functions:
        _unknown_function(typer, call)


def _unknown_function(typer: "Typer", call: n.Call) -> None:
    name = call.function.text
    if name in typer.scope.values:
        typer.findings.add(
            "E-TYPE", call.function.span, found="value", expected="a function", where="before `(`"
        )
        return
    if typer.scope.is_broken(name):
        return
    also = [known for known, names in ALSO_CALLED.items() if name.lower() in names.split()]
    near = also or nearest(name, [*FUNCTIONS, *typer.scope.functions])
    fixes = [Fix(call.function.span, near[0])] if near else []
    typer.findings.add("E-UNKNOWN-FUNCTION", call.function.span, fixes=fixes, name=name, near=quoted(near))


def _refuse_list(typer: "Typer", builtin: Builtin, call: n.Call) -> bool:
    """Report a generator or a window in the call of a function that works on single values."""
    wrong = call.generator or call.window
    if wrong is None:
        return False
    found = "a generator" if wrong is call.generator else "a window"
    typer.findings.add("E-ARGUMENTS", wrong.span, function=builtin.name, expected=builtin.form, found=found)
    return True


def _count_is(typer: "Typer", builtin: Builtin, call: n.Call, low: int, high: int | None) -> bool:
    found = len(call.arguments)
    if low <= found and (high is None or found <= high):
        return True
    typer.findings.add("E-ARGUMENTS", call.span, function=builtin.name, expected=builtin.form, found=found)
    return False


def _check_options(typer: "Typer", builtin: Builtin, call: n.Call) -> None:
    allowed = dict(builtin.options)
    seen: set[str] = set()
    for option in call.options:
        key = option.key.ident.text if isinstance(option.key, n.Name) else typer.text(option.key)
        if key not in allowed or (key in seen and key not in {"then", "within"}):
            near = nearest(key, allowed)
            facts = {"function": builtin.name, "name": key, "near": quoted(near), "expected": quoted(allowed)}
            typer.findings.add("E-ARGUMENT-NAME", option.key.span, facts=facts)
        elif key == "among" and membership(call) is not None:
            typer.condition(option.value)
        elif allowed[key]:
            word = option.value.ident.text if isinstance(option.value, n.Name) else None
            if word not in allowed[key]:
                facts = {"function": builtin.name, "name": key, "value": typer.text(option.value)}
                typer.findings.add(
                    "E-ARGUMENT-VALUE", option.value.span, facts=facts, expected=quoted(allowed[key])
                )
        elif key == "digits":
            _check_digits(typer, builtin, option.value)
        else:
            _check_key(typer, key, option.value)
        seen.add(key)


def _check_key(typer: "Typer", key: str, value: n.Expr) -> None:
    kind = typer.value(value)
    if key == "then" and not isinstance(kind, NumberType | DateType | TierType | AnyType):
        typer.findings.add(
            "E-TYPE", value.span, found=kind, expected="number, date or tier", where="after `then:`"
        )


MAX_ROUND_DIGITS = 40


def _check_digits(typer: "Typer", builtin: Builtin, value: n.Expr) -> None:
    digits = units.constant(value)
    if digits is None or digits != int(digits) or not -MAX_ROUND_DIGITS <= digits <= MAX_ROUND_DIGITS:
        facts = {"function": builtin.name, "name": "digits", "value": typer.text(value)}
        typer.findings.add(
            "E-ARGUMENT-VALUE", value.span, facts=facts, expected="a whole number from -40 to 40"
        )


# ------------------------------------------------------------------ logic and aggregates


def _logic(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    conditions = call.arguments
    if builtin.name in {"at_least", "in_a_row"}:
        if not call.arguments:
            _count_is(typer, builtin, call, 2, None)
            return BOOL
        typer.number(call.arguments[0], f"as the first argument of `{builtin.name}`")
        conditions = call.arguments[1:]
    if builtin.name == "in_a_row":
        wanted = 1 if call.generator is not None else 2
        if _count_is(typer, builtin, call, wanted, wanted):
            _run_of(typer, builtin, call, conditions)
        return BOOL
    _check_conditions(typer, builtin, call, conditions)
    return BOOL


def _run_of(typer: "Typer", builtin: Builtin, call: n.Call, conditions: tuple[n.Expr, ...]) -> None:
    """Check what a run of periods is of: conditions of a series, whose periods have an order."""
    before = len(typer.findings.found)
    _check_conditions(typer, builtin, call, conditions)
    if len(typer.findings.found) > before:
        return
    source = call.generator.source if call.generator is not None else conditions[0]
    found = typer.of(source)
    if not isinstance(found, SeriesType | AnyType):
        facts = {"found": found, "expected": "a series", "where": f"in `{builtin.name}`"}
        typer.findings.add("E-TYPE", source.span, facts=facts)


def _check_conditions(typer: "Typer", builtin: Builtin, call: n.Call, conditions: tuple[n.Expr, ...]) -> None:
    """Check several conditions: a generator's, those of a list or series, or arguments."""
    if (call.generator is not None and conditions) or (call.generator is None and not conditions):
        found = len(conditions)
        typer.findings.add(
            "E-ARGUMENTS", call.span, function=builtin.name, expected=builtin.form, found=found
        )
    if call.generator is not None:
        item = typer.generator(call.generator)
        if item != BOOL and not isinstance(item, AnyType):
            typer.findings.add("E-NOT-CONDITION", call.generator.item.span, found=item)
        _check_window(typer, call.window, typer.seen[id(call.generator.source)], call.generator.source)
        return
    for condition in conditions:
        if _needs_loop(typer, call, condition):
            continue
        kind = typer.of(condition)
        if isinstance(kind, ListType | SeriesType) and len(conditions) == 1:
            _elements(typer, call, condition, kind)
            kind = kind.of
        if kind != BOOL and not isinstance(kind, AnyType):
            typer.findings.add("E-NOT-CONDITION", condition.span, found=kind)


def _needs_loop(typer: "Typer", call: n.Call, condition: n.Expr) -> bool:
    """Report a comparison of a whole series or list, and say how its values are compared one by one."""
    if not isinstance(condition, n.Compare):
        return False
    for operand, operator in zip(condition.operands, ("", *condition.operators), strict=True):
        if operator == "in" or not isinstance(operand, n.Name | n.Attribute):
            continue
        kind = typer.of(operand)
        if isinstance(kind, SeriesType) or (
            isinstance(kind, ListType) and not isinstance(kind.of, RecordType)
        ):
            name, written = typer.text(operand), typer.findings.source.at(condition.span)
            start = operand.span.start - condition.span.start
            loop = f"{written[:start]}v{written[start + operand.span.end - operand.span.start :]} for v in {name}"
            facts = {"name": name, "function": call.function.text, "fixed": loop}
            typer.findings.add("E-NEEDS-LOOP", condition.span, fixes=[Fix(condition.span, loop)], facts=facts)
            return True
    return False


def _elements(typer: "Typer", call: n.Call, expr: n.Expr, kind: ListType | SeriesType) -> None:
    """Check the window of a call over a list or series."""
    if isinstance(kind, SeriesType):
        typer.needs_period(expr.span, typer.text(expr))
        _check_window(typer, call.window, kind, expr)
    elif call.window is not None:
        facts = {"function": call.function.text, "expected": "a series before `over:`", "found": kind}
        typer.findings.add("E-ARGUMENTS", call.window.span, facts=facts)


def _check_window(typer: "Typer", window: n.Window | None, kind: Type, expr: n.Expr) -> None:
    """Check that a series has whole periods in a window; in the data window where none is written."""
    if not isinstance(kind, SeriesType):
        if window is not None and not isinstance(kind, AnyType):
            typer.findings.add("E-ARGUMENTS", window.span, function="over", expected="a series", found=kind)
        return
    unit = typer.data_unit
    match window:
        case n.PeriodWindow(label=label):
            unit = unit_of(label)
        case n.LastWindow(unit=named) | n.ThisWindow(unit=named) | n.PreviousWindow(unit=named):
            unit = named
    if window is not None:
        typer.needs_period(window.span, "over")
    unknown_fiscal = typer.fiscal_start is None and "fiscal year" in {kind.unit, unit}
    if unit is not None and not unknown_fiscal and not divides(kind.unit, unit, typer.fiscal_start or (1, 1)):
        facts = {"unit": kind.unit, "window": unit, "name": typer.text(expr)}
        typer.findings.add("E-FINER", (window or expr).span, facts=facts)


def _aggregate(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    if builtin.name == "share_of":
        _check_conditions(typer, builtin, call, call.arguments)
        return SHARE
    if builtin.name in {"streak", "longest_streak"}:
        wanted = int(call.generator is None)
        if _count_is(typer, builtin, call, wanted, wanted):
            _run_of(typer, builtin, call, call.arguments)
        return COUNT
    items: tuple[tuple[n.Expr, Type], ...]
    if call.generator is not None:
        if call.arguments:
            _count_is(typer, builtin, call, 0, 0)
        item = typer.generator(call.generator)
        _check_window(typer, call.window, typer.seen[id(call.generator.source)], call.generator.source)
        items = ((call.generator.item, item),)
    else:
        items = _listed(typer, builtin, call)
    if builtin.name == "count":
        return COUNT
    kind: Type = ANY
    previous: n.Expr | None = None
    ordered = (NUMBER, DATE, TIER) if builtin.name in {"min", "max"} else (NUMBER,)
    for expr, item_type in items:
        found = item_type
        if not isinstance(found, NumberType | AnyType) and found not in ordered:
            typer.findings.add(
                "E-TYPE", expr.span, found=found, expected="number", where=f"in `{builtin.name}`"
            )
            found = ANY
        if previous is None:
            kind = found
        else:
            kind = units.join((previous, kind), (expr, found), builtin.name, expr.span, typer.findings)
        previous = expr
    if (builtin.name, kind) in {("mean", COUNT), ("sum", SHARE)}:
        return NUMBER
    return kind


def _listed(typer: "Typer", builtin: Builtin, call: n.Call) -> tuple[tuple[n.Expr, Type], ...]:
    """The arguments of an aggregate without generator: one list or series, or several values."""
    if not _count_is(typer, builtin, call, 1, None):
        return ()
    kinds = [typer.of(argument) for argument in call.arguments]
    first, kind = call.arguments[0], kinds[0]
    if len(kinds) == 1:
        if isinstance(kind, ListType | SeriesType):
            _elements(typer, call, first, kind)
            return ((first, kind.of),)
        if not isinstance(kind, AnyType):
            typer.findings.add("E-NEEDS-LIST", first.span, found=kind, function=builtin.name)
        return ()
    if call.window is not None:
        facts = {"function": builtin.name, "expected": builtin.form, "found": "a window"}
        typer.findings.add("E-ARGUMENTS", call.window.span, facts=facts)
    return tuple((argument, typer.value(argument)) for argument in call.arguments)


def _cohort_aggregate(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    """An aggregate with `among:` or `within:`: of one value of each member."""
    counts = builtin.name == "count"
    if not _outside_loops(typer, builtin, call) or _refuse_list(typer, builtin, call):
        return COUNT if counts else NUMBER
    if not _count_is(typer, builtin, call, 0 if counts else 1, 1) or not call.arguments:
        return COUNT if counts else NUMBER
    kind = typer.value(call.arguments[0])
    if counts:
        return COUNT
    ordered = DateType | TierType if builtin.name in {"min", "max"} else AnyType
    if not isinstance(kind, NumberType | AnyType | ordered):
        facts = {"found": kind, "expected": "number", "where": f"in `{builtin.name}`"}
        typer.findings.add("E-TYPE", call.arguments[0].span, facts=facts)
    return NUMBER if (builtin.name, kind) in {("mean", COUNT), ("sum", SHARE)} else kind


def _select(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    cuts = builtin.name != "distinct"
    wanted = (0 if call.generator is not None else 1) + cuts
    if not _count_is(typer, builtin, call, wanted, wanted):
        return ANY
    if cuts:
        typer.number(call.arguments[-1], f"as the number of elements of `{builtin.name}`")
    if call.generator is not None:
        kind = typer.generator(call.generator)
    else:
        found = typer.of(call.arguments[0])
        if isinstance(found, ListType | SeriesType):
            _elements(typer, call, call.arguments[0], found)
            kind = found.of
        elif isinstance(found, AnyType):
            kind = ANY
        else:
            typer.findings.add("E-NEEDS-LIST", call.arguments[0].span, found=found, function=builtin.name)
            return ANY
    if not cuts and isinstance(kind, TextType | BoolType):
        return ListType(kind)
    if not isinstance(kind, NumberType | DateType | TierType | AnyType):
        facts = {"found": kind, "expected": "number, date or tier", "where": f"in `{builtin.name}`"}
        typer.findings.add("E-TYPE", call.span, facts=facts)
    return ListType(kind)


# ------------------------------------------------------------------ over the cohort


def _outside_loops(typer: "Typer", builtin: Builtin, call: n.Call) -> bool:
    if not typer.loops:
        return True
    typer.findings.add("E-COHORT-IN-LOOP", call.span, function=builtin.name)
    return False


def _rank(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    result = RANK_RESULTS[builtin.name]
    wanted = ARGUMENTS.get(builtin.name, 1)
    if not _outside_loops(typer, builtin, call) or not _count_is(typer, builtin, call, wanted, wanted):
        return result
    kind = typer.value(call.arguments[0])
    needs = NumberType | AnyType if builtin.name == "minmax" else NumberType | DateType | TierType | AnyType
    if not isinstance(kind, needs):
        facts = {"found": kind, "expected": "number, date or tier", "where": f"in `{builtin.name}`"}
        typer.findings.add("E-TYPE", call.arguments[0].span, facts=facts)
    for argument in call.arguments[1:]:
        typer.number(argument, f"in `{builtin.name}`")
    if builtin.name == "top":
        _check_quota(typer, builtin, call)
    return result


def _check_quota(typer: "Typer", builtin: Builtin, call: n.Call) -> None:
    """A quota is a whole number, or a share with `count:` saying how a part of a member is counted."""
    quota = call.arguments[1]
    value = units.constant(quota)
    is_share = (
        units.is_percent(quota)
        or typer.seen.get(id(quota)) == SHARE
        or (value is not None and value != int(value))
    )
    rounds = any(isinstance(o.key, n.Name) and o.key.ident.text == "count" for o in call.options)
    if is_share != rounds:
        facts = {"function": "top", "name": "count", "value": "(none)" if is_share else "count"}
        expected = "`count: floor`, `count: ceil` or `count: half_up` with a share, and none with a number"
        typer.findings.add("E-ARGUMENT-VALUE", call.span, facts=facts, expected=expected)


def _statistic(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    wanted = (2 if builtin.name == "quantile" else 1) - (call.generator is not None)
    if not _count_is(typer, builtin, call, wanted, wanted):
        return NUMBER
    kind = (
        typer.of(call.arguments[0]) if call.generator is None else ListType(typer.generator(call.generator))
    )
    if call.generator is not None:
        _check_window(typer, call.window, typer.seen[id(call.generator.source)], call.generator.source)
        kind = kind.of if isinstance(kind, ListType) else kind
    elif isinstance(kind, ListType | SeriesType) and builtin.name != "zscore":
        _elements(typer, call, call.arguments[0], kind)
        kind = kind.of
        for option in call.options:
            if isinstance(option.key, n.Name) and option.key.ident.text in {"among", "within"}:
                words = {
                    "function": builtin.name,
                    "name": option.key.ident.text,
                    "expected": "no option of the cohort",
                }
                typer.findings.add("E-ARGUMENT-NAME", option.span, facts=words)
    else:
        _outside_loops(typer, builtin, call)
        _refuse_list(typer, builtin, call)
        kind = typer.value(call.arguments[0])
    if not isinstance(kind, NumberType | AnyType):
        facts = {"found": kind, "expected": "number", "where": f"in `{builtin.name}`"}
        typer.findings.add(
            "E-TYPE", (call.arguments[0] if call.generator is None else call).span, facts=facts
        )
        return NUMBER
    if builtin.name == "variance" and isinstance(kind, NumberType) and kind.kind == "money":
        typer.findings.add("E-TYPE", call.span, found=kind, expected="number", where="in `variance`")
    if builtin.name == "quantile":
        typer.same(call.arguments[-1], SHARE, "as the share of `quantile`")
    plain = builtin.name in {"zscore", "variance"}
    if plain or (isinstance(kind, NumberType) and kind.kind != "money"):
        return NUMBER
    return kind


# ------------------------------------------------------------------ values


def _number(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    match builtin.name:
        case "weighted":
            return _weighted(typer, builtin, call)
        case "round":
            return _round(typer, builtin, call)
        case "clamp":
            if not _count_is(typer, builtin, call, 3, 3):
                return NUMBER
            kind = typer.number(call.arguments[0], "in `clamp`")
            for bound in call.arguments[1:]:
                units.join(
                    (call.arguments[0], kind), (bound, typer.value(bound)), "clamp", call.span, typer.findings
                )
            return kind
        case "root" | "power" | "log":
            if _count_is(typer, builtin, call, 2, 2):
                _plain_number(typer, builtin, call.arguments[0])
                _plain_number(typer, builtin, call.arguments[1])
                _check_exponent(typer, builtin, call.arguments[1])
            return NUMBER
        case _:
            if not _count_is(typer, builtin, call, 1, 1):
                return NUMBER
            if builtin.name == "abs":
                return typer.number(call.arguments[0], "in `abs`")
            _plain_number(typer, builtin, call.arguments[0])
            return NUMBER


def _plain_number(typer: "Typer", builtin: Builtin, expr: n.Expr) -> None:
    """Report an amount of money: its root, square or logarithm is no amount of any currency."""
    kind = typer.number(expr, f"in `{builtin.name}`")
    if isinstance(kind, NumberType) and kind.kind == "money":
        where = f"in `{builtin.name}`"
        typer.findings.add("E-TYPE", expr.span, found=kind, expected="number", where=where)


MAX_EXPONENT = 100


def _check_exponent(typer: "Typer", builtin: Builtin, exponent: n.Expr) -> None:
    """The k of a root is a whole number; that of a power too, where it is known already."""
    k, least = units.constant(exponent), 1 if builtin.name == "root" else 0
    if builtin.name == "log" or (builtin.name == "power" and k is None):
        return
    if k is None or k != int(k) or not least <= k <= MAX_EXPONENT:
        facts = {"function": builtin.name, "name": "k", "value": typer.text(exponent)}
        expected = f"a whole number from {least} to {MAX_EXPONENT}"
        typer.findings.add("E-ARGUMENT-VALUE", exponent.span, facts=facts, expected=expected)


def _round(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    if not _count_is(typer, builtin, call, 1, 3):
        return NUMBER
    kind = typer.number(call.arguments[0], "in `round`")
    if len(call.arguments) > 1:
        _check_digits(typer, builtin, call.arguments[1])
    if len(call.arguments) > 2:
        mode = call.arguments[2]
        word = mode.ident.text if isinstance(mode, n.Name) else typer.text(mode)
        if word not in MODES:
            facts = {"function": "round", "name": "mode", "value": word}
            typer.findings.add("E-ARGUMENT-VALUE", mode.span, facts=facts, expected=quoted(MODES))
    return kind


def _weighted(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    if call.arguments:
        _count_is(typer, builtin, call, 0, 0)
        return NUMBER
    parts = [o for o in call.options if not (isinstance(o.key, n.Name) and o.key.ident.text == "missing")]
    for option in call.options:
        if option in parts:
            continue
        word = option.value.ident.text if isinstance(option.value, n.Name) else typer.text(option.value)
        allowed = dict(builtin.options)["missing"]
        if word not in allowed:
            facts = {"function": "weighted", "name": "missing", "value": word, "expected": quoted(allowed)}
            typer.findings.add("E-ARGUMENT-VALUE", option.value.span, facts=facts)
    for option in parts:
        typer.number(option.key, "in `weighted`")
        typer.number(option.value, "as a weight in `weighted`")
    if not parts:
        typer.findings.add("E-ARGUMENTS", call.span, function="weighted", expected=builtin.form, found=0)
    return NUMBER


def _value(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    if _count_is(typer, builtin, call, 1, 1):
        typer.value(call.arguments[0])
    return BOOL


def _date(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    moves = builtin.name.startswith("add_")
    durations = {"days_between": DAYS, "full_months": NumberType("months"), "full_years": NumberType("years")}
    result: Type = DATE if moves else durations[builtin.name]
    if not _count_is(typer, builtin, call, 2, 2):
        return result
    typer.same(call.arguments[0], DATE, f"in `{builtin.name}`")
    if moves:
        typer.number(call.arguments[1], f"in `{builtin.name}`")
    else:
        typer.same(call.arguments[1], DATE, f"in `{builtin.name}`")
    return result


def _level(typer: "Typer", builtin: Builtin, call: n.Call) -> Type:
    if _count_is(typer, builtin, call, 1, 1):
        typer.same(call.arguments[0], TIER, f"in `{builtin.name}`")
    return TIER


_FAMILIES = {
    "logic": _logic,
    "aggregate": _aggregate,
    "select": _select,
    "rank": _rank,
    "statistic": _statistic,
    "number": _number,
    "value": _value,
    "date": _date,
    "level": _level,
}
assert (
    set(_FAMILIES) | {"name"} == {b.family for b in BUILTINS.values()} and set(_FAMILIES) >= COHORT_FAMILIES
)
