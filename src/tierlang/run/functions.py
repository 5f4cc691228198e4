"""Built-in functions of one subject, as closures; those over the cohort are in cohort.py."""

import datetime
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.builtins import BUILTINS
from tierlang.check import units
from tierlang.check.calls import MAX_EXPONENT
from tierlang.check.order import option_word
from tierlang.periods import PeriodError, add_months, full_months
from tierlang.run import kleene
from tierlang.run.irrational import exp_exact, ln_exact, log_exact, normal_cdf_exact, root_exact
from tierlang.run.numbers import fits, mean_of, quantile_of, round_exact, sqrt_exact, variance_of
from tierlang.run.values import (
    MAX_BITS,
    Level,
    TooBig,
    Undetermined,
    Value,
    bits,
    is_number,
    normal,
    total,
    undetermined,
    union,
)
from tierlang.syntax import nodes as n
from tierlang.types import Exact

if TYPE_CHECKING:
    from tierlang.run.expressions import Code, Compiler, Frame

DEFAULT_DIGITS = 12


def compile_call(compiler: "Compiler", call: n.Call) -> "Code":
    """The closure of a call of a built-in that needs no cohort."""
    return _FAMILIES[BUILTINS[call.function.text].family](compiler, call)


def option_number(call: n.Call, key: str, default: int) -> int:
    """The whole number given for an option."""
    for option in call.options:
        if isinstance(option.key, n.Name) and option.key.ident.text == key:
            value = units.constant(option.value)
            return default if value is None else int(value)
    return default


def _items(
    compiler: "Compiler", call: n.Call, arguments: tuple[n.Expr, ...], neutral: bool | None = None
) -> "Callable[[Frame], list[Value] | Undetermined]":
    """A closure that gives the values a function works on: generator, list, series over a window, or arguments."""
    if call.generator is not None:
        return compiler.generator(call.generator, call.window, neutral)
    codes = [compiler.elements(argument, call.window) for argument in arguments]

    def run(frame: "Frame") -> list[Value] | Undetermined:
        values = [code(frame) for code in codes]
        if len(values) == 1 and isinstance(values[0], tuple):
            values = list(values[0])
        elif len(values) == 1 and isinstance(values[0], Undetermined):
            return values[0]
        frame.budget.spend(len(values))
        return values

    return run


# ------------------------------------------------------------------ logic


def _logic(compiler: "Compiler", call: n.Call) -> "Code":
    name = call.function.text
    if name == "in_a_row":
        return _in_a_row(compiler, call)
    if name == "at_least":
        wanted = compiler.compile(call.arguments[0])
        items = _items(compiler, call, call.arguments[1:], False)

        def at_least(frame: "Frame") -> Value:
            values = items(frame)
            return (
                values
                if isinstance(values, Undetermined)
                else kleene.at_least(wanted(frame), values, frame.absorbed)
            )

        return at_least
    deciding = name != "all"
    conditions = _items(compiler, call, call.arguments, not deciding)

    def run(frame: "Frame") -> Value:
        values = conditions(frame)
        if isinstance(values, Undetermined):
            return values
        found = kleene.decide(values, deciding, frame.absorbed)
        return kleene.negate(found) if name == "none" else found

    return run


# ------------------------------------------------------------------ runs of periods


def _run_items(
    compiler: "Compiler", call: n.Call, conditions: tuple[n.Expr, ...]
) -> "Callable[[Frame], list[Value] | Undetermined]":
    """The conditions of the periods in order, with the undetermined ones treated as `gap:` says."""
    items = _items(compiler, call, conditions)
    gap = option_word(call, "gap") or "unknown"

    def run(frame: "Frame") -> list[Value] | Undetermined:
        values = items(frame)
        if isinstance(values, Undetermined) or gap == "unknown":
            return values
        frame.absorbed += [value for value in values if isinstance(value, Undetermined)]
        if gap == "skip":
            return [value for value in values if not isinstance(value, Undetermined)]
        return [False if isinstance(value, Undetermined) else value for value in values]

    return run


def _in_a_row(compiler: "Compiler", call: n.Call) -> "Code":
    wanted = compiler.compile(call.arguments[0])
    items = _run_items(compiler, call, call.arguments[1:])

    def run(frame: "Frame") -> Value:
        values, k = items(frame), wanted(frame)
        if isinstance(values, Undetermined) or isinstance(k, Undetermined):
            return union(v for v in (values, k) if isinstance(v, Undetermined))
        assert is_number(k)
        unknown = [value for value in values if isinstance(value, Undetermined)]
        if longest_run(values, False) >= k:
            frame.absorbed += unknown
            return True
        if longest_run(values, True) < k:
            frame.absorbed += unknown
            return False
        return union(unknown)

    return run


def _streak(compiler: "Compiler", call: n.Call) -> "Code":
    items = _run_items(compiler, call, call.arguments)
    measure = last_run if call.function.text == "streak" else longest_run

    def run(frame: "Frame") -> Value:
        values = items(frame)
        if isinstance(values, Undetermined):
            return values
        unknown = [value for value in values if isinstance(value, Undetermined)]
        least, most = measure(values, False), measure(values, True)
        if least != most:
            return union(unknown)
        frame.absorbed += unknown
        return least

    return run


def longest_run(values: Sequence[Value], unknown: bool) -> int:
    """The most true values in a row, *unknown* in place of the undetermined ones."""
    best = current = 0
    for value in values:
        holds = unknown if isinstance(value, Undetermined) else value
        current = current + 1 if holds else 0
        best = max(best, current)
    return best


def last_run(values: Sequence[Value], unknown: bool) -> int:
    """How many of the last values are true in a row, *unknown* in place of the undetermined ones."""
    run = 0
    for value in reversed(values):
        if not (unknown if isinstance(value, Undetermined) else value):
            break
        run += 1
    return run


# ------------------------------------------------------------------ aggregates


def _share(values: list[Value]) -> Value:
    return normal(Fraction(sum(value is True for value in values), len(values)))


def _sum(values: list[Value]) -> Value:
    return total([v for v in values if is_number(v)])


def _mean(values: list[Value]) -> Value:
    return mean_of([v for v in values if is_number(v)])


def _least(values: list[Value]) -> Value:
    return min(values)  # type: ignore[type-var]  # the checker lets only ordered values of one type come here


def _greatest(values: list[Value]) -> Value:
    return max(values)  # type: ignore[type-var]  # as above


AGGREGATES: dict[str, Callable[[list[Value]], Value]] = {
    "count": len,
    "sum": _sum,
    "mean": _mean,
    "min": _least,
    "max": _greatest,
    "share_of": _share,
}
"""What each aggregate is of at least one value, or of none where it takes none."""


def _aggregate(compiler: "Compiler", call: n.Call) -> "Code":
    if call.function.text in {"streak", "longest_streak"}:
        return _streak(compiler, call)
    if (
        call.function.text == "count" and call.generator is not None
    ):  # how many there are, whatever their value is
        call = attrs.evolve(call, generator=attrs.evolve(call.generator, item=n.BoolLiteral(True)))
    items = _items(compiler, call, call.arguments)
    return _over_items(
        compiler, call, items, AGGREGATES[call.function.text], call.function.text in {"count", "sum"}
    )


def _over_items(
    compiler: "Compiler",
    call: n.Call,
    items: "Callable[[Frame], list[Value] | Undetermined]",
    function: Callable[[list[Value]], Value],
    of_nothing: bool,
) -> "Code":
    settle = _settler(compiler, call, of_nothing)
    return lambda frame: settle(items(frame), function)


def _settler(
    compiler: "Compiler", call: n.Call, of_nothing: bool
) -> Callable[[list[Value] | Undetermined, Callable[[list[Value]], Value]], Value]:
    """What applies a function to values: undetermined where one is, where there are none, or beyond the bound."""
    empty = undetermined("empty", compiler.subject, compiler.place(call))
    too_big = undetermined("too-big", compiler.subject, compiler.place(call))
    counts = call.function.text == "count" and call.generator is None

    def settle(values: list[Value] | Undetermined, function: Callable[[list[Value]], Value]) -> Value:
        if isinstance(values, Undetermined):
            return values
        if not counts:
            for value in values:
                if value.__class__ is Undetermined:
                    return union(values)
        if not values and not of_nothing:
            return empty
        try:
            result = function(values)
        except TooBig:
            return too_big
        return too_big if is_number(result) and not fits(result) else result

    return settle


def _distinct(compiler: "Compiler", call: n.Call) -> "Code":
    items = _items(compiler, call, call.arguments)

    def run(frame: "Frame") -> Value:
        values = items(frame)
        if isinstance(values, Undetermined):
            return values
        if any(isinstance(value, Undetermined) for value in values):
            return union(values)
        return tuple(dict.fromkeys(values))

    return run


def _select(compiler: "Compiler", call: n.Call) -> "Code":
    if call.function.text == "distinct":
        return _distinct(compiler, call)
    items = _items(compiler, call, call.arguments[:-1])
    count = compiler.compile(call.arguments[-1])
    largest = call.function.text == "largest"

    def run(frame: "Frame") -> Value:
        values, wanted = items(frame), count(frame)
        if isinstance(values, Undetermined) or isinstance(wanted, Undetermined):
            return union(v for v in (values, wanted) if isinstance(v, Undetermined))
        if any(isinstance(value, Undetermined) for value in values):
            return union(values)
        assert is_number(wanted)
        ordered = sorted(values, reverse=largest)  # type: ignore[type-var]  # ordered values of one type
        return tuple(ordered[: max(0, int(wanted))])

    return run


def _statistic(compiler: "Compiler", call: n.Call) -> "Code":
    items = _items(compiler, call, call.arguments[:1])
    empty = undetermined("empty", compiler.subject, compiler.place(call))

    def spread(values: list[Value]) -> Value:
        return deviation(call, [v for v in values if is_number(v)], empty)

    def square(values: list[Value]) -> Value:
        return variance_at(call, [v for v in values if is_number(v)], empty)

    match call.function.text:
        case "stddev":
            return _over_items(compiler, call, items, spread, False)
        case "variance":
            return _over_items(compiler, call, items, square, False)
        case "median":
            return _over_items(compiler, call, items, median_of, False)
        case _:
            share = compiler.compile(call.arguments[-1])
            settle = _settler(compiler, call, False)
            method = option_word(call, "method") or "nearest"

            def run(frame: "Frame") -> Value:
                part = share(frame)
                if isinstance(part, Undetermined):
                    return part
                assert is_number(part)
                return settle(items(frame), lambda values: quantile_at(values, part, method))

            return run


def median_of(values: Sequence[Value]) -> Value:
    """The middle of at least one number, or the mean of the two middle ones."""
    return quantile_of([v for v in values if is_number(v)], Fraction(1, 2), "sas5")


def quantile_at(values: Sequence[Value], share: Exact, method: str) -> Value:
    """A quantile of at least one number; the share is held within 0 to 1."""
    return quantile_of([v for v in values if is_number(v)], min(max(share, 0), 1), method)


def variance_at(call: n.Call, values: list[Exact], empty: Undetermined) -> Value:
    """The variance as the call's options say, or *empty* where there are too few values."""
    variance = variance_of(values, sample=option_word(call, "of") == "sample")
    return empty if variance is None else variance


def deviation(call: n.Call, values: list[Exact], empty: Undetermined) -> Value:
    """The standard deviation as the call's options say, or *empty* where there are too few values."""
    variance = variance_of(values, sample=option_word(call, "of") == "sample")
    return empty if variance is None else sqrt_exact(variance, option_number(call, "digits", DEFAULT_DIGITS))


# ------------------------------------------------------------------ numbers


def _number(compiler: "Compiler", call: n.Call) -> "Code":
    match call.function.text:
        case "weighted":
            return _weighted(compiler, call)
        case "round":
            return _round(compiler, call)
        case "power":
            return _power(compiler, call)
        case "abs":
            return compiler.strict([compiler.compile(call.arguments[0])], lambda v: abs(v[0]))  # type: ignore[arg-type]  # a number
        case "clamp":
            codes = [compiler.compile(argument) for argument in call.arguments]
            return compiler.strict(codes, lambda v: max(v[1], min(v[0], v[2])))  # type: ignore[type-var]  # numbers
        case _:
            return _irrational(compiler, call)


def _round(compiler: "Compiler", call: n.Call) -> "Code":
    digits = int(units.constant(call.arguments[1]) or 0) if len(call.arguments) > 1 else 0
    mode = compiler.scheme.rounding
    if len(call.arguments) > 2 and isinstance(call.arguments[2], n.Name):
        mode = call.arguments[2].ident.text
    mode = option_word(call, "mode") or mode

    def rounded(values: list[Value]) -> Value:
        assert is_number(values[0])
        return round_exact(values[0], digits, mode)

    return compiler.strict([compiler.compile(call.arguments[0])], rounded)


def _power(compiler: "Compiler", call: n.Call) -> "Code":
    too_big = undetermined("too-big", compiler.subject, compiler.place(call))
    outside = undetermined("domain", compiler.subject, compiler.place(call))

    def power(values: list[Value]) -> Value:
        x, k = values
        assert is_number(x)
        if not isinstance(k, int) or not 0 <= k <= MAX_EXPONENT:
            return outside
        if k > 1 and bits(x) * k > 2 * MAX_BITS:
            return too_big
        return normal(Fraction(x) ** k)

    codes = [compiler.compile(argument) for argument in call.arguments]
    return compiler.bounded(compiler.strict(codes, power), call)


def _irrational(compiler: "Compiler", call: n.Call) -> "Code":
    """A root, a logarithm, an exponential or the normal curve: correctly rounded, undetermined outside its domain."""
    digits = option_number(call, "digits", DEFAULT_DIGITS)
    outside = undetermined("domain", compiler.subject, compiler.place(call))

    def compute(values: list[Value]) -> Value:
        x = values[0]
        assert is_number(x)
        match call.function.text:
            case "sqrt":
                return sqrt_exact(x, digits) if x >= 0 else outside
            case "root":
                k = int(units.constant(call.arguments[1]) or 1)
                return outside if x < 0 and k % 2 == 0 else root_exact(x, k, digits)
            case "ln":
                return ln_exact(x, digits) if x > 0 else outside
            case "log":
                base = values[1]
                assert is_number(base)
                return outside if x <= 0 or base <= 0 or base == 1 else log_exact(x, base, digits)
            case "exp":
                return exp_exact(x, digits)
            case _:
                return normal_cdf_exact(x, digits)

    codes = [compiler.compile(a) for a in call.arguments]
    return compiler.bounded(compiler.strict(codes, compute), call)


def _weighted(compiler: "Compiler", call: n.Call) -> "Code":
    spread = option_word(call, "missing") == "redistribute"
    parts = [o for o in call.options if not (isinstance(o.key, n.Name) and o.key.ident.text == "missing")]
    codes = [(compiler.compile(o.key), compiler.compile(o.value)) for o in parts]
    empty = undetermined("empty", compiler.subject, compiler.place(call))

    def run(frame: "Frame") -> Value:
        pairs = [(value(frame), weight(frame)) for value, weight in codes]
        if any(isinstance(weight, Undetermined) for _, weight in pairs):
            return union(weight for _, weight in pairs)
        known = [(v, w) for v, w in pairs if is_number(v) and is_number(w)]
        if len(known) == len(pairs):
            return total([normal(Fraction(v * w)) for v, w in known])
        if not spread:
            return union(value for value, _ in pairs)
        kept, whole = total([w for _, w in known]), total([w for _, w in pairs if is_number(w)])
        if not kept:
            return union([*(value for value, _ in pairs), empty])
        frame.absorbed += [value for value, _ in pairs if isinstance(value, Undetermined)]
        return normal(Fraction(total([normal(Fraction(v * w)) for v, w in known])) * whole / kept)

    return compiler.bounded(run, call)


def _value(compiler: "Compiler", call: n.Call) -> "Code":
    code = compiler.compile(call.arguments[0])
    return lambda frame: not isinstance(code(frame), Undetermined)


# ------------------------------------------------------------------ dates and levels


def _date(compiler: "Compiler", call: n.Call) -> "Code":
    codes = [compiler.compile(argument) for argument in call.arguments]
    name, clamp = call.function.text, option_word(call, "clamp") or "end"
    no_date = undetermined("no-date", compiler.subject, compiler.place(call))

    def move(values: list[Value]) -> Value:
        day, amount = values
        assert isinstance(day, datetime.date) and is_number(amount)
        if not isinstance(amount, int):
            return no_date
        try:
            moved = add_months(day, amount * (12 if name == "add_years" else 1), clamp)
        except PeriodError:
            return no_date
        return no_date if moved is None else moved

    def between(values: list[Value]) -> Value:
        start, end = values
        assert isinstance(start, datetime.date) and isinstance(end, datetime.date)
        if name == "days_between":
            return (end - start).days
        months = full_months(start, end)
        return months if name == "full_months" else (abs(months) // 12) * (1 if months >= 0 else -1)

    return compiler.strict(codes, move if name.startswith("add_") else between)


def _level(compiler: "Compiler", call: n.Call) -> "Code":
    step = -1 if call.function.text == "above" else 1
    ladder = compiler.scheme.ladder

    def move(values: list[Value]) -> Value:
        level = values[0]
        assert isinstance(level, Level)
        index = min(max(level.index + step, 0), len(ladder) - 1)
        return Level(ladder[index].name, index)

    return compiler.strict([compiler.compile(call.arguments[0])], move)


_FAMILIES: "dict[str, Callable[[Compiler, n.Call], Code]]" = {
    "logic": _logic,
    "aggregate": _aggregate,
    "select": _select,
    "statistic": _statistic,
    "number": _number,
    "value": _value,
    "date": _date,
    "level": _level,
}
