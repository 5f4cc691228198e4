"""
Random schemes as text, and random cohorts for them.

The generator is directed by types, so that almost every scheme is accepted; what the checker refuses all the same is
thrown away by `samples`. Values and bounds come from the same small pools: ties and thresholds that are hit exactly
are the rule.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
from hypothesis import strategies as st

from property.cohorts import LITERALS, POOLS, Chooser, Declared, rows_of
from property.expressions import ExpressionWriter

LEVELS = ("S", "A", "B", "C")
KINDS = ("number", "number", "number", "count", "share", "days", "money", "bool", "bool", "text", "date")
NAMES = {
    "number": "得分", "count": "orders", "share": "rate", "days": "age", "money": "sales", "bool": "flag",
    "text": "industry", "date": "opened", "tier": "before",
}  # fmt: skip
ASSESSMENTS = (
    ("", None, None),
    ("assess every quarter", "quarter", "2023-Q2"),
    ("assess every quarter", "quarter", "2023-Q1"),
    ("assess every month", "month", "2023-01"),
    ("assess every month over last 3 months", "month", "2023-08"),
    ("assess every half", "half", "2023-H1"),
    ("assess every year", "year", "2023"),
    ("assess every fiscal year starting 04-01", "fiscal year", "FY2023"),
)
"""Statement, unit of the data window, and a period to assess."""

DEFS = (
    "def half_of(a, b) = (a + b) / 2",
    "def capped(a, limit) = if a > limit then limit else a",
    "def twice_capped(a, limit) = half_of(capped(a, limit), capped(a, limit + 1))",
)


@attrs.frozen
class Sample:
    """
    One scheme with a cohort.

    Attributes:
        header, statements: each a statement; their order does not matter but for *ladder_in_order*.
        inputs: what the rows give, so that a test can give more.
        ladder_in_order: the order of the `tier` statements is the ladder.
    """

    header: tuple[str, ...]
    statements: tuple[str, ...]
    inputs: tuple[Declared, ...]
    rows: tuple[dict[str, Any], ...]
    period: str | None
    params: dict[str, Any]
    tables: dict[str, dict[str, Any]]
    ladder: tuple[str, ...] = ()
    ladder_in_order: bool = False

    @property
    def text(self) -> str:
        """The scheme."""
        return "\n".join((*self.header, *self.statements)) + "\n"


class SchemeWriter(ExpressionWriter):
    """
    Writes one scheme, statement by statement; each may use the names of those before it.

    Args:
        monotone: nothing in which knowledge could turn a determined value: no cohort, `present`, `??`, `missing`
            arm, default or redistribution of weights.
    """

    def __init__(self, draw: Callable[[Any], Any], *, monotone: bool) -> None:
        super().__init__(draw, monotone=monotone)
        self.header: list[str] = []
        self.statements: list[str] = []
        self.inputs: list[Declared] = []
        self.params: dict[str, Any] = {}
        self.given_tables: dict[str, dict[str, Any]] = {}
        self.period: str | None = None
        self.ladder_in_order = False

    def sample(self) -> Sample:
        """A whole scheme with rows, params and tables."""
        self.ladder = list(LEVELS[4 - self.upto(5) :]) if self.chance(80) else []
        self.write_header()
        self.write_inputs()
        self.write_constants()
        self.write_defs()
        self.write_rules("eligible if {}", self.pick((0, 1, 1, 2)), gate=True)
        self.write_definitions()
        self.write_ladder()
        rows = rows_of(self, self.inputs, self.ladder)
        statements = (
            self.shuffled(self.statements)
            if not self.ladder_in_order and self.chance(25)
            else self.statements
        )
        return Sample(
            tuple(self.header),
            tuple(statements),
            tuple(self.inputs),
            tuple(rows),
            self.period,
            self.params,
            self.given_tables,
            tuple(self.ladder),
            self.ladder_in_order,
        )

    # ------------------------------------------------------------ header and declarations

    def write_header(self) -> None:
        """What is assessed, and the defaults of ranks and rounding."""
        assess, self.data_unit, self.period = self.pick(ASSESSMENTS)
        self.fiscal = "fiscal" in assess
        if assess:
            self.header.append(assess)
            if not self.fiscal and self.chance(30):
                self.header.append("fiscal year starting 04-01")
                self.fiscal = True
        if self.chance(60):
            self.header.append("cohort provider max 9")
        if self.chance(60):
            settings = [
                f"{key}: {self.pick(words)}" for key, words in self.ranking_words() if self.chance(60)
            ]
            if settings:
                self.header.append("ranking " + ", ".join(settings))
                self.among_all = "among: all" in settings
        if self.chance(40):
            self.header.append(f"rounding {self.mode()}")

    def write_inputs(self) -> None:
        """Inputs of every type: plain ones, series, child rows, plain lists."""
        for number in range(1, 3 + self.upto(5)):
            kind = "tier" if self.ladder and self.chance(10) else self.pick(KINDS)
            shape, bounds = "plain", ""
            if self.data_unit is not None and kind != "text" and self.chance(30):
                shape = self.pick(("month", "quarter"))
            elif kind in {"number", "count", "bool", "date"} and self.chance(12):
                shape = "list"
            if kind == "number" and self.chance(30):
                bounds = self.pick((" 0..100", " 0..", " 0..100 step 0.5"))
            self.declare(f"{NAMES[kind]}{number}", kind, shape, bounds)
        if self.chance(45):
            self.write_record()

    def declare(self, name: str, kind: str, shape: str, bounds: str) -> None:
        """One input that is no list of records."""
        written = {"money": "money CNY", "text": self.pick(("text", 'text("a", "b", "服装")'))}.get(
            kind, kind
        ) + bounds
        policy = self.policy(kind, shape)
        match shape:
            case "list":
                self.statements.append(f"input {name} : list of {kind} max 4")
                self.lists.append((name, kind))
                policy = ""
            case "plain":
                self.statements.append(f"input {name} : {written}{policy}")
                self.names[kind].append(name)
            case unit:
                self.statements.append(f"input {name} : {written} by {unit}{policy}")
                self.series.append((name, kind, unit))
        self.inputs.append(Declared(name, kind, shape, bool(bounds), "reject" in policy))

    def policy(self, kind: str, shape: str) -> str:
        """What an absent value means."""
        if self.monotone or not self.chance(25) or kind == "tier":
            return " missing unknown" if self.chance(5) and kind != "tier" else ""
        if self.chance(60):
            return f" missing {self.pick(LITERALS[kind][:3])}"
        if (
            shape != "plain"
        ):  # the path of an absent series that gates is its name, of any other that of a period
            return ""
        return " missing reject" if self.chance(10) else " missing ineligible"

    def write_record(self) -> None:
        """A record, and an input that is a list of it."""
        kinds = [self.pick(KINDS) for _ in range(1 + self.upto(3))]
        fields = [(f"f{number}", kind, "plain") for number, kind in enumerate(kinds)]
        if self.data_unit is not None and self.chance(40):
            fields.append(("trend", "count", "month"))
        parts = []
        for name, kind, unit in fields:
            written = "money CNY" if kind == "money" else kind
            default = f" missing {LITERALS[kind][0]}" if not self.monotone and self.chance(20) else ""
            parts.append(f"{name} : {written}{'' if unit == 'plain' else f' by {unit}'}{default}")
        self.statements += [f"record shop {{ {', '.join(parts)} }}", "input shops : list of shop max 4"]
        self.records.append(("shops", fields))
        self.inputs.append(Declared("shops", "record", "record", False, False, tuple(fields)))

    def write_constants(self) -> None:
        """Parameters and tables, some from outside, some with holes."""
        for number in range(self.upto(3)):
            kind, name = self.pick(("number", "count", "share", "money", "date")), f"bar{number}"
            first, second = self.pick(LITERALS[kind]), self.pick(LITERALS[kind])
            written = "money CNY" if kind == "money" else kind
            match self.upto(5):
                case 0:
                    self.statements.append(f"param {name} : {written} external")
                    self.params[name] = self.pick(POOLS[kind])
                case 1 if self.data_unit is not None:
                    dated = f"{first} from 2023-02-01, {second} from 2023-09-01"
                    self.statements.append(f"param {name} : {written} = {dated}")
                    self.dated.append((name, kind))
                case 2 if self.chance(40):
                    self.statements.append(f"param {name} : {written} = ...")
                case _:
                    self.statements.append(f"param {name} : {written} = {first}")
            self.names[kind].append(name)
        if self.chance(35):
            self.write_table("text")
        if self.ladder and self.chance(15):
            self.write_table("tier")

    def write_table(self, key: str) -> None:
        """A table of numbers by text or by level, with or without `else`."""
        name = f"by_{key}"
        if key == "text" and self.chance(25):
            self.statements.append(f"table {name} by industry : number external")
            self.given_tables[name] = {"a": self.pick(POOLS["number"]), "b": self.pick(POOLS["number"])}
        else:
            keys = ['"a"', '"服装"'] if key == "text" else self.ladder[:2]
            entries = [f"{k} => {self.pick((*LITERALS['number'], '...'))}" for k in keys]
            entries += [f"else => {self.pick(LITERALS['number'])}"] if self.chance(50) else []
            column = "industry" if key == "text" else "tier"
            self.statements.append(f"table {name} by {column} : number {{ {', '.join(entries)} }}")
        self.tables.append((name, key))

    def write_defs(self) -> None:
        """The first of a few formulas, which use one another."""
        self.statements += DEFS[: self.upto(4)]
        self.defs = ["half_of", "capped", "twice_capped"][
            : sum(s.startswith("def ") for s in self.statements)
        ]

    # ------------------------------------------------------------ definitions and rules

    def write_definitions(self) -> None:
        """Definitions of all types, and amounts that are added and taken away."""
        for number in range(self.upto(3)):
            word = self.pick(("bonus", "deduct"))
            limit = f" max {self.pick(LITERALS['number'][:4])}" if self.chance(40) else ""
            self.define(f"amount{number}", "number", f"{word} ", limit)
        self.adjusts = any(name.startswith("amount") for name in self.names["number"])
        for number in range(1, 2 + self.upto(5)):
            kind = "tier" if self.ladder and self.chance(8) else self.pick(KINDS)
            self.define(f"v{number}", kind)

    def define(self, name: str, kind: str, word: str = "", limit: str = "") -> None:
        """One definition; from here on it can be used. Some are undetermined for everybody."""
        self.over_cohort = False
        if self.chance(4):
            text = "..." if kind == "number" else f"if true then ... else {self.leaf(kind)}"
        else:
            text = self.expr(kind, 3)
        self.statements.append(f"{word}{name} = {text}{limit}")
        if self.over_cohort:
            self.cohort_names.add(name)
        self.names[kind].append(name)

    def write_rules(self, form: str, most: int, *, gate: bool = False, depth: int = 2) -> None:
        """A few rules of one form; those of the cohort itself use nothing that compares its members."""
        self.gate = gate
        for _ in range(self.upto(most + 1)):
            self.statements.append(form.replace("{}", self.expr("bool", depth)))
        self.gate = False

    def write_ladder(self) -> None:
        """Requirements, vetoes, levels, caps and floors."""
        for number in range(self.upto(4)):
            head = f"require r{number}"
            if self.ladder and self.chance(30):
                head += " for " + ", ".join(self.ladder[: 1 + self.upto(2)])
            head = f"{head}:" if self.chance(80) or "for" in head else "require"
            self.statements.append(f"{head} {self.expr('bool', 2)}")
        if self.chance(35):
            self.write_rules("veto if {}" if self.chance(50) else "veto wrong: if {}", 1)
        if not self.ladder:
            return
        self.ladder_in_order = self.chance(15)
        if not self.ladder_in_order:
            self.statements.append("tiers " + " > ".join(self.ladder))
        for level in self.ladder:
            self.statements.append(f"tier {level}{self.mode_of(level)}")
        for word in ("cap", "floor"):
            if self.chance(25):
                self.write_rules(f"{word} {self.pick(self.ladder)} if {{}}", 2)
        if self.chance(15):
            self.write_override()

    def write_override(self) -> None:
        """What people decided."""
        parts = [f"override decided: {self.expr('tier', 1)} for {self.expr('text', 1)}"]
        parts += [
            f"{word} {self.known_date(1)}" for word in ("from", "until") if self.period and self.chance(30)
        ]
        parts += [f"if {self.expr('bool', 1)}"] if self.chance(40) else []
        self.statements.append(" ".join(parts))

    def mode_of(self, level: str) -> str:
        """When a level is reached."""
        if level == self.ladder[-1] and self.chance(75):
            return " otherwise"
        mode = self.pick(("if", "if", "if", "if", "", "never"))
        return f" {mode} {self.expr('bool', 2)}" if mode == "if" else f" {mode}".rstrip()


@st.composite
def samples(draw: Callable[[Any], Any], *, monotone: bool = False) -> Sample:
    """Random schemes with cohorts; nearly all are accepted."""
    return SchemeWriter(draw, monotone=monotone).sample()


def permuted(sample: Sample, chooser: Chooser) -> str:
    """The scheme with its statements in another order, which says the same."""
    statements = chooser.shuffled([*sample.header, *sample.statements])
    if sample.ladder_in_order:
        tiers = iter(s for s in sample.statements if s.startswith("tier "))
        statements = [next(tiers) if s.startswith("tier ") else s for s in statements]
    return "\n".join(statements) + "\n"


def full_width(text: str) -> str:
    """The same scheme as a Chinese input method would type it."""
    return '"'.join(part if i % 2 else _wide(part) for i, part in enumerate(text.split('"')))


def _wide(part: str) -> str:
    return "".join(_wide_characters(part.replace("<=", "≤").replace(">=", "≥").replace("!=", "≠")))


def _wide_characters(part: str) -> Iterator[str]:
    for i, char in enumerate(part):
        in_date = char == "-" and part[max(0, i - 1) : i].isdigit()
        yield char if in_date else {"*": "×", "/": "÷"}.get(char, char.translate(_WIDE))


_WIDE = str.maketrans("(),:%=><+-[]{} ", "（），：％＝＞＜＋－［］｛｝　")
