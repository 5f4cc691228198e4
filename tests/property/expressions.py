"""Random expressions of a wanted type."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from property.cohorts import LITERALS, Chooser

NUMERIC = ("number", "number", "count", "share", "days", "money")

BEST, TIES = ("high", "low"), ("min", "max", "avg", "dense")
MISSING, AMONG = ("exclude", "last"), ("eligible", "all")
MODES = ("half_up", "half_even", "up", "down", "floor", "ceil")

WINDOWS = {
    "month": (
        "last 2 months", "last 4 months", "this month", "previous month", "this quarter", "previous quarter",
        "last 1 half", "this year", "2023-05", "2023-Q1",
    ),
    "quarter": ("last 2 quarters", "this quarter", "previous quarter", "this half", "previous year", "2023-Q1", "2022"),
}  # fmt: skip
"""Windows of whole periods of a series' unit."""

WHOLE = {
    "month": ("month", "quarter", "half", "year", "fiscal year"),
    "quarter": ("quarter", "half", "year", "fiscal year"),
}
"""The data windows that are made of whole periods of a unit."""


class ExpressionWriter(Chooser):
    """
    Writes expressions.

    Attributes:
        names: by type, the names (and fields of loop variables) that can be used.
        cohort_names: those that rest on a comparison of the eligible; eligibility may not.
        gate: writing such a condition. over_cohort: the expression at hand rests on such a comparison.
        loops: how many generators are around the expression.
    """

    def __init__(self, draw: Callable[[Any], Any], *, monotone: bool) -> None:
        super().__init__(draw)
        self.monotone = monotone
        self.names: dict[str, list[str]] = {kind: [] for kind in (*LITERALS, "tier")}
        self.series: list[tuple[str, str, str]] = []
        self.lists: list[tuple[str, str]] = []
        self.records: list[tuple[str, list[tuple[str, str, str]]]] = []
        self.tables: list[tuple[str, str]] = []
        self.dated: list[tuple[str, str]] = []
        self.defs: list[str] = []
        self.ladder: list[str] = []
        self.cohort_names: set[str] = set()
        self.data_unit: str | None = None
        self.fiscal = self.among_all = self.adjusts = self.gate = self.over_cohort = False
        self.loops = 0

    # ------------------------------------------------------------ choices

    def mode(self) -> str:
        """A mode of rounding."""
        return str(self.pick(MODES))

    def ranking_words(self) -> list[tuple[str, tuple[str, ...]]]:
        """The options that the rank family shares."""
        return [("best", BEST), ("ties", TIES), ("missing", MISSING), ("among", AMONG)]

    # ------------------------------------------------------------ expressions

    def expr(self, kind: str, depth: int) -> str:
        """An expression of a type; in brackets where it has parts that do not hold together."""
        if depth <= 0 or self.chance(20):
            return self.leaf(kind)
        forms = [*self.forms_of_any(kind), *getattr(self, f"forms_of_{kind}")()]
        form: Callable[[int], str] = self.pick(forms)
        return form(depth - 1)

    def leaf(self, kind: str) -> str:
        """A name or a literal."""
        names = [name for name in self.names[kind] if not (self.gate and name in self.cohort_names)]
        if names and self.chance(80):
            name = self.pick(names)
            self.over_cohort = self.over_cohort or name in self.cohort_names
            return str(name)
        if self.chance(2):
            return "..."
        return str(self.pick(self.ladder if kind == "tier" else LITERALS[kind]))

    def numeric(self, depth: int) -> str:
        """A number of any unit."""
        return self.expr(self.pick(NUMERIC), depth)

    def plain_number(self, depth: int) -> str:
        """A value of another unit as a plain number."""
        kind = self.pick(("count", "share", "days", "money"))
        unit = "100 CNY" if kind == "money" else "1"
        operator = "/" if kind in {"money", "days"} else self.pick("*/")
        return f"({self.expr(kind, depth)} {operator} {unit})"

    def bind(self, kind: str, depth: int) -> Callable[[int], str]:
        """A form that ignores its own depth."""
        return lambda _: self.expr(kind, depth)

    def forms_of_any(self, kind: str) -> list[Callable[[int], str]]:
        """Forms that exist for every type."""

        def choice(depth: int) -> str:
            return (
                f"(if {self.expr('bool', depth)} then {self.expr(kind, depth)} else {self.expr(kind, depth)})"
            )

        def fallback(depth: int) -> str:
            return f"({self.expr(kind, depth)} ?? {self.expr(kind, depth)})"

        forms = [choice, lambda depth: self.band(kind, depth), lambda depth: self.match(kind, depth)]
        if not self.monotone:
            forms.append(fallback)
        dated = [name for name, of in self.dated if of == kind]
        if dated:
            forms.append(lambda depth: f"{self.pick(dated)}[{self.known_date(depth)}]")
        if kind not in {"bool", "text"}:
            forms.append(
                lambda depth: (
                    f"{self.pick(('min', 'max'))}({self.expr(kind, depth)}, {self.expr(kind, depth)})"
                )
            )
            forms += [lambda depth: self.extreme(kind, depth)] * 2
        return forms

    def band(self, kind: str, depth: int) -> str:
        """A band over a number or date, its bounds rising."""
        subject = self.pick(("number", "number", "share", "count", "money", "date"))
        bounds = sorted({self.upto(len(LITERALS[subject])) for _ in range(1 + self.upto(3))})
        literals = [LITERALS[subject][i] for i in bounds]
        if subject == "date":
            literals.sort()
        operator = self.pick(("<=", "<"))
        arms = [f"{operator} {literal} => {self.expr(kind, depth - 1)}" for literal in literals]
        if len(literals) > 1 and self.chance(30):
            between = self.pick(("..", "..<"))
            arms[1] = f"{literals[0]}{between}{literals[1]} => {self.expr(kind, depth - 1)}"
        if self.chance(10):
            arms.append(f"> {self.leaf(subject)} => {self.expr(kind, depth - 1)}")
        return f"band({self.expr(subject, depth)}) {{ {', '.join(self.with_ends(arms, kind))} }}"

    def match(self, kind: str, depth: int) -> str:
        """A match over a text or a level."""
        subject = "tier" if self.ladder and self.chance(30) else "text"
        keys = self.ladder[:2] if subject == "tier" else LITERALS["text"][: 1 + self.upto(2)]
        arms = [f"{key} => {self.expr(kind, depth - 1)}" for key in keys]
        return f"match({self.expr(subject, depth)}) {{ {', '.join(self.with_ends(arms, kind))} }}"

    def with_ends(self, arms: list[str], kind: str) -> list[str]:
        """The arms with those for what is missing and for all else."""
        missing = [f"missing => {self.leaf(kind)}"] if not self.monotone and self.chance(20) else []
        rest = [f"else => {self.leaf(kind)}"] if self.chance(80) else []
        return [*arms, *missing, *rest]

    # ------------------------------------------------------------ numbers

    def forms_of_number(self) -> list[Callable[[int], str]]:
        """Arithmetic, aggregates and the rank family."""
        forms: list[Callable[[int], str]] = [
            lambda d: f"({self.expr('number', d)} {self.pick('+-*/')} {self.expr('number', d)})",
            lambda d: (
                f"({self.expr('number', d)} {self.pick('+-')} {self.expr('number', d)} {self.pick('+-*/')} 2)"
            ),
            lambda d: f"({self.expr('number', d)} * {self.expr('share', d)})",
            lambda d: f"(-{self.leaf('number')})",
            self.plain_number,
            lambda d: f"round({self.expr('number', d)}, {self.pick((0, 1, 2))}, {self.mode()})",
            lambda d: f"round({self.expr('number', d)})",
            lambda d: f"abs({self.expr('number', d)})",
            lambda d: f"clamp({self.expr('number', d)}, {self.pick((0, 5))}, {self.pick((5, 59.5, 80))})",
            lambda d: f"sqrt({self.expr('number', d)}, digits: {self.pick((3, 0, 12))})",
            self.weighted,
            lambda d: self.reduce("mean", "number", d),
            lambda d: self.reduce("sum", "number", d),
            lambda d: self.reduce("mean", "count", d),
            lambda d: f"mean({self.expr('number', d)}, {self.expr('number', d)}, {self.expr('number', d)})",
            self.statistic,
            self.ramped,
            self.curved,
            lambda d: self.reduce_distinct("sum", "number", d),
        ]
        forms += [self.called] * bool(self.defs) + [self.looked_up] * bool(self.tables)
        if self.adjusts and not (self.gate or self.loops):
            forms.append(lambda _: self.amounts())
        if not self.monotone and not self.loops:
            forms += [self.ranked, self.ranked, self.ranked, self.cohort_statistic]
        return forms

    def amounts(self) -> str:
        """The sum of the bonuses or deductions."""
        self.over_cohort = self.over_cohort or any(name.startswith("amount") for name in self.cohort_names)
        return str(self.pick(("bonuses", "deductions")))

    def ramped(self, depth: int) -> str:
        """A band whose middle goes evenly from one number to another."""
        kind = self.pick(("number", "share", "count", "money", "date"))
        literals = sorted({self.upto(len(LITERALS[kind])) for _ in range(3)})
        bounds = [LITERALS[kind][i] for i in literals]
        if kind == "date":
            bounds.sort()
        ends = [self.pick(LITERALS["number"]) for _ in bounds]
        between = self.pick(("..", "..<"))
        arms = [
            f"{low}{between}{high} => {start}..{end}"
            for low, high, start, end in zip(bounds, bounds[1:], ends, ends[1:], strict=False)
        ]
        return f"band({self.expr(kind, depth)}) {{ {', '.join(self.with_ends(arms or [f'< {bounds[0]} => {ends[0]}'], 'number'))} }}"

    def curved(self, depth: int) -> str:
        """Powers, roots, logarithms and the like: the interpreter computes them."""
        forms = (
            "power({}, 2)", "root({}, 3, digits: 4)", "ln({}, digits: 4)", "log({}, 10, digits: 4)",
            "exp(clamp({}, -3, 3), digits: 4)", "normal_cdf({}, digits: 4)",
        )  # fmt: skip
        return str(self.pick(forms).format(self.expr("number", depth)))

    def called(self, depth: int) -> str:
        """A call of a def."""
        return f"{self.pick(self.defs)}({self.expr('number', depth)}, {self.expr('number', depth)})"

    def looked_up(self, depth: int) -> str:
        """A look-up in a table."""
        name, key = self.pick(self.tables)
        return f"{name}[{self.expr(key, depth)}]"

    def weighted(self, depth: int) -> str:
        """A weighted sum."""
        parts = [f"{self.expr('number', depth)}: {weight}" for weight in ("60%", "40%")[: 1 + self.upto(2)]]
        if not self.monotone and self.chance(50):
            parts.append("missing: redistribute")
        return f"weighted({', '.join(parts)})"

    def forms_of_count(self) -> list[Callable[[int], str]]:
        """Sums of counts, and how many there are."""
        return [
            lambda d: f"({self.expr('count', d)} + {self.expr('count', d)})",
            lambda d: self.reduce("sum", "count", d),
            lambda d: self.reduce_distinct("count", self.pick(("number", "count", "date", "bool")), d),
            lambda d: self.run_of(self.pick(("streak(", "longest_streak(")), d) or self.leaf("count"),
            self.counted,
        ]

    def forms_of_share(self) -> list[Callable[[int], str]]:
        """Products of shares, and parts of the cohort."""
        forms: list[Callable[[int], str]] = [
            lambda d: f"({self.expr('share', d)} * {self.expr('share', d)})",
            lambda d: f"share_of({self.expr('bool', d)}, {self.expr('bool', d)}, {self.leaf('bool')})",
            lambda d: self.generated("share_of", "bool", d) or self.leaf("share"),
        ]
        if not self.monotone and not self.loops:
            forms += [
                lambda d: self.placed(
                    self.pick(("top_share", "percent_rank", "cume_share", "better_share")), "", d
                )
            ] * 2
        return forms

    def forms_of_days(self) -> list[Callable[[int], str]]:
        """Between two dates."""
        return [
            lambda d: f"({self.known_date(d)} - {self.known_date(d)})",
            lambda d: f"days_between({self.expr('date', d)}, {self.expr('date', d)})",
        ]

    def forms_of_money(self) -> list[Callable[[int], str]]:
        """Amounts."""
        return [
            lambda d: f"({self.expr('money', d)} {self.pick('+-')} {self.expr('money', d)})",
            lambda d: f"({self.expr('money', d)} {self.pick('*/')} {self.expr('number', d)})",
            lambda d: self.reduce("sum", "money", d),
        ]

    # ------------------------------------------------------------ dates, texts, levels

    def forms_of_date(self) -> list[Callable[[int], str]]:
        """Days of the calendar."""
        forms: list[Callable[[int], str]] = [
            self.moved,
            lambda d: (
                f"{self.pick(('add_months', 'add_years'))}({self.expr('date', d)}, {self.pick((1, -1, 12))}{self.clamp()})"
            ),
        ]
        if self.data_unit is not None:
            forms.append(lambda d: str(self.pick(("period_start", "period_end"))))
        return forms

    def moved(self, depth: int) -> str:
        """A date some days before or after; a hole would be taken for a number there."""
        return f"({self.known_date(depth)} {self.pick('+-')} {self.pick(LITERALS['days'])})"

    def known_date(self, depth: int) -> str:
        """A date without holes."""
        day = self.expr("date", depth)
        return str(self.pick(LITERALS["date"])) if "..." in day else day

    def clamp(self) -> str:
        """What happens to a day that is not there."""
        return str(self.pick(("", "", ", clamp: end", ", clamp: next_day", ", clamp: error")))

    def forms_of_text(self) -> list[Callable[[int], str]]:
        """Texts have no operations of their own."""
        return [lambda d: self.leaf("text")]

    def forms_of_tier(self) -> list[Callable[[int], str]]:
        """Steps on the ladder."""
        return [lambda d: f"{self.pick(('above', 'below'))}({self.expr('tier', d)})"]

    # ------------------------------------------------------------ conditions

    def forms_of_bool(self) -> list[Callable[[int], str]]:
        """Comparisons and Kleene's logic."""
        forms: list[Callable[[int], str]] = [
            self.compared,
            self.compared,
            self.compared,
            lambda d: (
                f"({self.leaf('number')} {self.pick(('<', '<='))} {self.expr('number', d)} < {self.leaf('number')})"
            ),
            lambda d: (
                f"({self.expr('bool', d)} {(word := self.pick(('and', 'or')))} {self.expr('bool', d)} {word} {self.leaf('bool')})"
            ),
            lambda d: f"({self.expr('bool', d)} {self.pick(('and', 'or'))} {self.expr('bool', d)})",
            lambda d: f"(not {self.expr('bool', d)})",
            lambda d: f"{self.pick(('any', 'all', 'none'))}({self.expr('bool', d)}, {self.expr('bool', d)})",
            lambda d: (
                f"at_least({self.pick((1, 2, 3))}, {self.expr('bool', d)}, {self.expr('bool', d)}, {self.expr('bool', d)})"
            ),
            lambda d: (
                f"({self.expr('text', d)} in [{self.pick(LITERALS['text'])}, {self.pick(LITERALS['text'])}])"
            ),
            lambda d: f"({self.expr('number', d)} in [{self.pick(LITERALS['number'])}, 60])",
            lambda d: (
                f"({self.pick(('full_months', 'full_years'))}({self.expr('date', d)}, {self.expr('date', d)})"
                f" {self.pick(('<', '>='))} {self.pick((0, 1, 3, 12))})"
            ),
            lambda d: self.run_of(f"in_a_row({self.pick((1, 2, 3))}, ", d) or self.compared(d),
            lambda d: (
                self.generated(self.pick(("any", "all", "none", "at_least(2, ")), "bool", d)
                or self.compared(d)
            ),
        ]
        if not (self.monotone or self.gate):
            forms.append(self.in_cohort)
        if not self.monotone:
            forms.append(lambda d: f"present({self.expr(self.pick(tuple(LITERALS)), d)})")
        if not self.monotone and not self.loops:
            forms += [
                lambda d: self.placed("top", f", {self.pick((1, 2, 3))}", d, self.at_tie()),
                lambda d: self.placed(
                    "top", f", {self.pick(LITERALS['share'])}", d, self.counting() + self.at_tie()
                ),
            ]
        return forms

    def in_cohort(self, _: int) -> str:
        """Whether the subject is eligible."""
        self.over_cohort = True
        return "eligible"

    def at_tie(self) -> list[str]:
        """Who gets in at the last place of a quota."""
        return [f"at_tie: {self.pick(('include', 'exclude'))}"] if self.chance(40) else []

    def counting(self) -> list[str]:
        """How a part of a member is counted."""
        return [f"count: {self.pick(('floor', 'ceil', 'half_up'))}"]

    def compared(self, depth: int) -> str:
        """One comparison of two values of one type."""
        kind = self.pick(
            ("number", "number", "count", "share", "days", "money", "text", "date", "bool", "tier")
        )
        if kind == "tier" and not self.ladder:
            kind = "number"
        operators = ("==", "!=") if kind in {"text", "bool"} else (">=", "<", "<=", ">", "==", "!=")
        return f"({self.expr(kind, depth)} {self.pick(operators)} {self.expr(kind, depth - 1)})"

    # ------------------------------------------------------------ aggregates

    def sources(self, kind: str) -> list[tuple[str, str, str]]:
        """Where values of a type can be taken from: loop variable, what a round gives, source with its window."""
        variable = "xyz"[self.loops]
        found = [(variable, variable, name) for name, of in self.lists if of == kind]
        for name, of, unit in self.series:
            if of == kind:
                found += [(variable, variable, f"{name}@{unit}")]
        for name, fields in self.records:
            for field, of, unit in fields:
                if of == kind and unit == "plain":
                    found.append((variable, f"{variable}.{field}", name))
        return found

    def window(self, source: str) -> tuple[str, str]:
        """A source and the window that its series needs or may have."""
        name, _, unit = source.partition("@")
        if not unit:
            return name, ""
        windows = [*WINDOWS[unit], *(["this fiscal year"] if self.fiscal else [])]
        free = self.data_unit in WHOLE[unit] and self.chance(50)
        return name, "" if free else f", over: {self.pick(windows)}"

    def reduce(self, function: str, kind: str, depth: int) -> str:
        """An aggregate of a list or series; of the values of a type if there are none."""
        sources = self.sources(kind)
        plain = [source for variable, item, source in sources if variable == item]
        if plain and not self.loops and self.chance(50):
            name, window = self.window(self.pick(plain))
            if not window and kind in {"number", "count"} and self.chance(25):
                return f"{function}({self.pick(('largest', 'smallest'))}({name}, {self.pick((1, 2, 9))}))"
            return f"{function}({name}{window})"
        return (
            self.generated(function, kind, depth)
            or f"{function}({self.expr(kind, depth)}, {self.leaf(kind)})"
        )

    def reduce_distinct(self, function: str, kind: str, depth: int) -> str:
        """An aggregate of the different values of a list."""
        found = [name for name, of in self.lists if of == kind]
        if not found or self.loops:
            return self.leaf("count" if function == "count" else kind)
        return f"{function}(distinct({self.pick(found)}))"

    def run_of(self, opening: str, depth: int) -> str | None:
        """How long a condition holds in a series, or whether it does so long; None where there is no series."""
        found = [source for kind in LITERALS for _, _, source in self.sources(kind) if "@" in source]
        if not found or self.loops:
            return None
        name, window = self.window(self.pick(found))
        condition = self.inside("x", name, lambda: self.expr("bool", min(depth, 1)))
        gap = self.pick(("", ", gap: break", ", gap: skip"))
        return f"{opening}{condition} for x in {name}{window}{gap})"

    def extreme(self, kind: str, depth: int) -> str:
        """The least or greatest of several values."""
        return self.reduce(self.pick(("min", "max")), kind, depth)

    def counted(self, depth: int) -> str:
        """How many elements there are, or how many of them pass."""
        sources = [source for kind in LITERALS for _, _, source in self.sources(kind)]
        if not sources or self.loops > 1:
            return self.leaf("count")
        source = self.pick(sources)
        if not self.loops and self.chance(30):
            name, window = self.window(source)
            return f"count({name}{window})"
        variable = "xyz"[self.loops]
        name, window = self.window(source)
        inside = self.inside(variable, name, lambda: self.expr("bool", min(depth, 1)))
        return f"count({variable} for {variable} in {name} if {inside}{window})"

    def generated(self, function: str, kind: str, depth: int) -> str | None:
        """An aggregate or a quantifier over a generator; None where there is nothing to go through."""
        kinds = tuple(LITERALS) if kind == "bool" else (kind,)
        sources = [source for of in kinds for source in self.sources(of)]
        if not sources or self.loops > 1:
            return None
        variable, item, source = self.pick(sources)
        name, window = self.window(source)
        ago = f"{variable}_ago" if "@" in source and self.chance(30) else ""
        if kind == "bool":
            item = self.inside(variable, name, lambda: self.expr("bool", min(depth, 1)), ago)
        condition = ""
        if self.chance(40):
            condition = " if " + self.inside(variable, name, lambda: self.expr("bool", min(depth, 1)), ago)
        opening = function if "(" in function else f"{function}("
        variables = f"{variable}, {ago}" if ago else variable
        return f"{opening}{item} for {variables} in {name}{condition}{window})"

    def inside(self, variable: str, source: str, write: Callable[[], str], ago: str = "") -> str:
        """Something that is written where a loop variable can be used, and how many periods ago it was."""
        here = [*self.values_of(variable, source), *([("count", ago)] if ago else [])]
        for kind, text in here:
            self.names[kind].append(text)
        trends = [
            (f"{variable}.{f}", k, u)
            for n, fields in self.records
            if n == source
            for f, k, u in fields
            if u != "plain"
        ]
        self.series += trends
        self.loops += 1
        written = write()
        self.loops -= 1
        for kind, text in here:
            self.names[kind].remove(text)
        for trend in trends:
            self.series.remove(trend)
        return written

    def values_of(self, variable: str, source: str) -> Iterable[tuple[str, str]]:
        """The types and texts of what a loop variable gives."""
        for name, kind in [*self.lists, *((name, kind) for name, kind, _ in self.series)]:
            if name == source:
                yield kind, variable
        for name, fields in self.records:
            if name == source:
                yield from ((kind, f"{variable}.{field}") for field, kind, unit in fields if unit == "plain")

    def statistic(self, depth: int) -> str:
        """A statistic of a list or series of one subject."""
        plain = [source for variable, item, source in self.sources("number") if variable == item]
        if not plain or self.loops:
            return self.plain_number(depth)
        name, window = self.window(self.pick(plain))
        if window:
            return self.plain_number(depth)
        method = self.pick(("nearest", "linear", "sas5"))
        quantile = f"quantile({name}, {self.pick(LITERALS['share'])}, method: {method})"
        return str(self.pick((f"median({name})", f"stddev({name})", quantile)))

    # ------------------------------------------------------------ over the cohort

    def ranked(self, depth: int) -> str:
        """A number from the rank family."""
        function, rest = self.pick(
            (("rank", ""), ("place", ""), ("scaled_rank", ", 100"), ("minmax", ", 0, 10"))
        )
        return self.placed(function, rest, depth)

    def placed(self, function: str, rest: str, depth: int, options: Sequence[str] = ()) -> str:
        """A call of the rank family."""
        kind = self.pick(NUMERIC) if function == "minmax" or self.chance(80) else "date"
        value = self.expr(kind, depth)
        written = [*options]
        for key, words in self.ranking_words():
            if (
                key == "ties" and function == "top"
            ):  # which place counts under other rules the law leaves open
                written.append(f"ties: {self.pick(('min', 'dense'))}")
            elif (function, key) == ("minmax", "missing"):  # who has no value: see test_agreement.py
                written.append("missing: exclude")
            elif key != "among" and (function, key) != ("minmax", "ties") and self.chance(25):
                written.append(f"{key}: {self.pick(words)}")
        if function != "minmax" and self.chance(20):
            written.append(f"then: ({self.leaf('number')} ?? 0)")
        written += self.group()
        return f"{function}({', '.join([value + rest, *written])})"

    def group(self) -> list[str]:
        """Who is compared: in a gate everybody, so that it does not rest on itself."""
        written = []
        among = "all" if self.gate else self.pick(("", "", "", "all", "all", "eligible", "eligible", "some"))
        if among == "some":
            among = self.leaf("bool") if self.chance(60) else f"({self.leaf('bool')} ?? false)"
        if among:
            written.append(f"among: {among}")
        self.over_cohort = self.over_cohort or (among != "all" and (among != "" or not self.among_all))
        if self.chance(25):
            kind = self.pick(("text", "bool"))
            group = self.leaf(kind)
            known = among == "all" or (among == "" and self.among_all)
            written.append(f"within: {group}" if known else f"within: ({group} ?? {LITERALS[kind][0]})")
        return written

    def cohort_statistic(self, depth: int) -> str:
        """A statistic over the cohort."""
        value = self.expr("number", depth)
        function = self.pick(
            ("median", "quantile", "stddev", "zscore", "variance", "mean", "sum", "min", "max", "count")
        )
        written = [value]
        if function in {"mean", "sum", "min", "max", "count"}:
            return f"{function}({', '.join([*written, *self.said_group()])})"
        if function == "quantile":
            written += [self.pick(LITERALS["share"]), f"method: {self.pick(('nearest', 'linear', 'sas5'))}"]
        elif function != "median" and self.chance(40):
            # what `sample` gives for one member is told by the conformance cases
            written += ["of: population", *(["digits: 4"] if function != "variance" else [])]
        return f"{function}({', '.join([*written, *self.group()])})"

    def said_group(self) -> list[str]:
        """The same for aggregates, which are over the cohort only where that is said."""
        written = self.group()
        if not written:
            self.over_cohort = True
            written.append("among: eligible" if not self.gate else "among: all")
        return written
