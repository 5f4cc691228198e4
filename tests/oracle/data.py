"""What the data, the parameters and the tables hold."""

import datetime
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from oracle.calendar import Calendar
from oracle.values import Undetermined, unknown
from tierlang.diagnostics.model import Findings
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.parse import parse


@attrs.frozen
class Series:
    """One value for each period of a unit; what is not *given* is *absent(label)*."""

    unit: str
    given: dict[str, Any]
    absent: Callable[[str], Any]

    def at(self, label: str) -> Any:
        """The value for one period."""
        value = self.given.get(label)
        return self.absent(label) if value is None else value


@attrs.frozen
class Delayed:
    """An argument of a ``def``: its expression and the names that meant something where it was written."""

    value: n.Expr
    env: dict[str, Any]


Env = dict[str, Any]
"""Loop names to values, parameters of a def to Delayed."""


class Data:
    """One scheme with the data of one period."""

    def __init__(
        self,
        text: str,
        rows: Sequence[Mapping[str, Any]],
        period: str | None,
        params: Mapping[str, Any],
        tables: Mapping[str, Mapping[str, Any]],
        history: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        findings = Findings(SourceText("oracle", text))
        self.file_text = findings.source
        self.statements = parse(self.file_text, findings).statements
        findings.raise_errors()
        self.params, self.tables = params, tables
        self.inputs = {s.field.ident.text: s.field for s in self.all(n.Input)}
        self.states = {s.field.ident.text: s for s in self.all(n.State)}
        self.inputs |= {name: s.field for name, s in self.states.items()}
        self.records = {s.ident.text: s.fields for s in self.all(n.Record)}
        self.given_params = {s.ident.text: s for s in self.all(n.Param)}
        self.given_tables = {s.ident.text: s for s in self.all(n.Table)}
        self.defs = {s.ident.text: s for s in self.all(n.Def)}
        self.defines = {s.ident.text: s.value for s in self.all(n.Define)}
        self.adjusts = {s.ident.text: s for s in self.all(n.Adjust)}
        self.ladder = [i.text for s in self.all(n.Tiers) for i in s.levels] or [
            ident.text for s in self.all(n.Tier) for ident in (s.level, *s.others)
        ]
        self.settings: dict[str, str] = {s.key: s.value for r in self.all(n.Ranking) for s in r.settings}
        self.mode = next((s.mode.text for s in self.all(n.Rounding)), "half_up")
        self.memo: dict[tuple[str, int], Any] = {}
        self.left_out = False
        self.absorbed: list[set[tuple[str, str]]] = [set() for _ in rows]
        self._set_period(period)
        self.rows = [self.with_history(row, history) for row in rows]

    @property
    def id(self) -> str | None:
        """The scheme's id."""
        return next((s.id for s in self.all(n.SchemeId)), None)

    def with_history(self, row: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """A row with the published results that its absent inputs are declared to come from."""
        own = self.id
        filled = dict(row)
        for name, state in self.states.items():
            if row.get(name) is None:
                before = [p for p in history if p["scheme"] == own and p["id"] == row["id"]]
                filled[name] = self.left_behind(state, before)
        for s in self.all(n.Input):
            name = s.field.ident.text
            wanted = own if s.origin == "self" else s.origin
            found = [p for p in history if p["scheme"] == wanted and p["id"] == row["id"]] if s.origin else []
            level = s.field.type.name == "tier"
            given = {p["period"]: p.get("tier") if level else p.get("values", {}).get(name) for p in found}
            if given and row.get(name) is None:
                filled[name] = given
        return filled

    def left_behind(self, state: n.State, published: Sequence[Mapping[str, Any]]) -> Any:
        """What the period before left of a subject's results; None where that is not known."""
        first = None if isinstance(state.first, n.MissingLiteral) else self.literal(state.first)
        assert self.assessed is not None
        unit, this = self.assessed
        by_period = {self.calendar.read(p["period"]): p for p in published}
        last = by_period.get((unit, this - 1))
        if last is None:
            return None if any(u == unit and index < this for u, index in by_period) else first
        if state.source.text == "tier" and not state.source.quoted:
            none_was = last.get("status") in ("ineligible", "vetoed", "unrated")
            return first if none_was else last.get("tier")
        value = last.get("values", {}).get(state.source.text)
        return None if value == "undetermined" or isinstance(value, Undetermined) else value

    def spelled(self, field: n.FieldDecl, raw: Any) -> Any:
        """Data in which every series is written with its labels, so that they mean the same in any period."""
        if field.unit and isinstance(raw, list | tuple):
            assert self.window is not None
            last = self.calendar.index(field.unit, self.window[1])
            return {self.calendar.label(field.unit, last - k): x for k, x in enumerate(reversed(raw))}
        fields = {f.ident.text: f for f in self.records.get(field.type.of or "", ())}
        if fields and field.type.name == "list" and raw is not None:
            return [
                {k: self.spelled(fields[k], v) if k in fields else v for k, v in row.items()} for row in raw
            ]
        return raw

    def all(self, kind: type[Any]) -> list[Any]:
        """The statements of one kind."""
        return [s for s in self.statements if isinstance(s, kind)]

    def _set_period(self, period: str | None) -> None:
        assess = next(iter(self.all(n.Assess)), None)
        starts = [s.starting for s in (*self.all(n.FiscalYear), *self.all(n.Assess)) if s.starting]
        self.calendar = Calendar(*starts[:1])
        self.window: tuple[datetime.date, datetime.date] | None = None
        self.last_day: datetime.date | None = None
        self.assessed: tuple[str, int] | None = None
        if period is None:
            return
        self.assessed = unit, index = self.calendar.read(period)
        self.window = self.calendar.days(unit, index, index)
        self.last_day = self.window[1]
        if assess is not None and assess.window is not None:
            before = assess.window if isinstance(assess.window, n.LastWindow) else None
            anchor = self.window[0] - datetime.timedelta(days=1) if before else self.window[1]
            self.window = self.calendar.window(assess.window, anchor)

    def labels(self, unit: str, window: n.Window | None) -> list[str]:
        """The periods of *unit* in a window, or in the data window."""
        assert self.window is not None
        first, last = self.calendar.window(window, self.window[1]) if window else self.window
        indices = range(self.calendar.index(unit, first), self.calendar.index(unit, last) + 1)
        return [self.calendar.label(unit, index) for index in indices]

    def read(self, field: n.FieldDecl, raw: Any, path: str) -> Any:
        """The value of an input or a field from what the data hold, None where they hold nothing."""
        if field.unit:
            raw = self.spelled(field, raw)
            plain = attrs.evolve(field, unit=None)
            given = {label: self.read(plain, x, path) for label, x in (raw or {}).items() if x is not None}
            return Series(field.unit, given, lambda label: self.read(plain, None, f"{path}@{label}"))
        if raw is None:
            policy = field.policy
            named = isinstance(policy, n.Name) and policy.ident.text in ("unknown", "ineligible", "reject")
            return unknown("missing", path) if policy is None or named else self.literal(policy)
        if field.type.name == "list":
            fields = self.records.get(field.type.of or "")
            if fields is None:
                one = n.FieldDecl(field.ident, n.TypeRef(field.type.of or ""))
                return [self.read(one, x, f"{path}[{k}]") for k, x in enumerate(raw, 1)]
            return [
                {
                    f.ident.text: self.read(f, row.get(f.ident.text), f"{path}[{k}].{f.ident.text}")
                    for f in fields
                }
                for k, row in enumerate(raw, 1)
            ]
        match field.type.name:
            case "date":
                return raw if isinstance(raw, datetime.date) else datetime.date.fromisoformat(raw)
            case "text" | "tier":
                return unicodedata.normalize("NFC", raw)
            case "bool":
                return raw
            case _:
                return Fraction(raw)

    def literal(self, literal: Any) -> Any:
        """The value of a literal, of a Name as the level it names, or of what params and tables were given."""
        match literal:
            case n.NumberLiteral(value=value):
                return Fraction(value)
            case n.TextLiteral(value=value) | n.DateLiteral(value=value) | n.BoolLiteral(value=value):
                return value
            case n.Name(ident=ident):
                return ident.text
            case n.Hole():
                return unknown("hole")
            case bool() | str() | datetime.date() | Undetermined():
                return literal
            case _:
                return Fraction(literal)

    def param(self, name: str, day: datetime.date | None = None) -> Any:
        """The value of a parameter in force on a day, or on the last day of the period."""
        if name in self.params:
            return self.literal(self.params[name])
        day = day or self.last_day
        dated = self.given_params[name].values
        in_force = [d for d in dated if d.start is None or (day and d.start <= day)]
        latest = max(in_force, key=lambda d: d.start or datetime.date.min, default=None)
        asked = name if day is self.last_day else f"{name}[{day}]"
        return self.literal(latest.value) if latest else unknown("no-parameter", asked)

    def look_up(self, name: str, key: Any) -> Any:
        """The entry of a table for a key."""
        if name in self.tables:
            entries = dict(self.tables[name])
        else:
            entries = {
                "else" if e.key is None else self.literal(e.key): e.value
                for e in self.given_tables[name].entries
            }
        found = entries.get(key, entries.get("else"))
        return unknown("no-key", name) if found is None else self.literal(found)
