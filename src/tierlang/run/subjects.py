"""Rows into subjects: every value checked against its declaration before anything is computed."""

import datetime
import math
import numbers
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from tierlang import quickattrs as attrs
from tierlang.check.declarations import DEFAULT_COHORT, range_problem
from tierlang.check.model import CheckedScheme, InputDecl
from tierlang.diagnostics.model import (
    MAX_DIAGNOSTICS,
    DataPlace,
    Diagnostic,
    DiagnosticError,
    nearest,
    quoted,
)
from tierlang.periods import SAMPLES, PeriodError, day_of
from tierlang.run.values import Level, Series, Undetermined, Value, normal, undetermined
from tierlang.run.windows import TimeFrame
from tierlang.syntax.layout import INVISIBLE
from tierlang.types import (
    BoolType,
    DateType,
    Exact,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TextType,
    TierType,
    Type,
    show_number,
)

Row = Mapping[str, object]
Path = tuple[str | int, ...]
Place = Callable[[int, Path], DataPlace]
"""Where a value of a row came from: row number from 0, path of keys and positions in it."""

MAX_DIGITS = 40
MAX_TEXT = 2_000
MAX_CELLS_SHOWN = 60
REMEMBERED = 10_000
"""Labels of periods that are read once."""
ID = re.compile(r"[\w.:-]{1,128}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40}|/[0-9]{1,40})?", re.ASCII)


@attrs.frozen
class Subject:
    """
    One member of the cohort, its inputs ready to be computed with.

    Attributes:
        inputs: by name; absent data is Undetermined, or the declared default, which is listed in *assumed*.
        missing_gates: inputs declared `missing ineligible` that are absent: the subject leaves the cohort.
        mocks: values that replace definitions in an example.
    """

    id: str
    inputs: Mapping[str, Value]
    assumed: tuple[str, ...] = ()
    missing_gates: tuple[str, ...] = ()
    mocks: Mapping[str, Value] = attrs.field(factory=dict)


class _Refused(Exception):
    """A value that is not what its type says; becomes a diagnostic."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = {key: str(value) for key, value in facts.items() if value is not None}


FLOATS = ("refuse", "shortest")
"""What can be wished of floats: that they are refused, or taken as the shortest decimals that print them."""


def exact_number(value: object, *, floats: str = "refuse") -> Exact:
    """
    A host's number as an exact one.

    Args:
        value: int, Fraction, Decimal, or a text such as ``12``, ``10.5``, ``1/3``.
        floats: ``refuse``, or ``shortest`` to take a float as the shortest decimal that prints it.

    Raises:
        _Refused: it is none of these, too long, or not finite.
    """
    match value:
        case bool():
            raise _Refused("E-DATA-TYPE", found="bool", expected="number")
        case int() | Fraction():
            number: Exact = value if isinstance(value, int) else normal(value)
        case numbers.Integral():
            number = int(value)
        case Decimal():
            number = _from_decimal(value)
        case float():
            if floats != "shortest" or not math.isfinite(value):
                raise _Refused("E-DATA-FLOAT", value=value)
            number = _from_decimal(Decimal(float.__repr__(value)))
        case str():
            if not _NUMBER.fullmatch(value) or (value.partition("/")[2].strip("0") == "" and "/" in value):
                raise _Refused(
                    "E-DATA-CELL", value=_shown(value), expected="a number such as 12, 10.5 or 1/3"
                )
            number = normal(Fraction(value))
        case _:
            raise _Refused("E-DATA-TYPE", found=type(value).__name__, expected="number")
    if abs(number) >= 10**MAX_DIGITS or number.denominator > 10**MAX_DIGITS:
        raise _Refused("E-DATA-TOO-LONG", limit=MAX_DIGITS)
    return number


def _from_decimal(value: Decimal) -> Exact:
    """Exact, with its size looked at before any digits are made."""
    if not value.is_finite():
        raise _Refused("E-DATA-CELL", value=value, expected="a finite number")
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if (value and not -MAX_DIGITS <= exponent <= MAX_DIGITS) or value.adjusted() >= MAX_DIGITS:
        raise _Refused("E-DATA-TOO-LONG", limit=MAX_DIGITS)
    return normal(Fraction(value))


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= MAX_CELLS_SHOWN else text[: MAX_CELLS_SHOWN - 1] + "…"


@attrs.define
class SubjectReader:
    """
    Reads the rows of one run.

    Attributes:
        place: says where a value came from, for diagnostics.
        floats: see `exact_number`.
    """

    scheme: CheckedScheme
    time: TimeFrame
    place: Place
    floats: str = "refuse"
    found: list[Diagnostic] = attrs.field(factory=list)
    _numbers: dict[tuple[str, str], int] = attrs.field(factory=dict)

    def read(self, rows: Iterable[Row], mocks: Iterable[Row] | None = None) -> list[Subject]:
        """
        The subjects, sorted by id, so that nothing can depend on the order of rows.

        Raises:
            DiagnosticError: with every value that was refused.
        """
        limit = self.scheme.cohort_maximum or DEFAULT_COHORT
        subjects: dict[str, Subject] = {}
        first_rows: dict[str, int] = {}
        replaced = iter(mocks) if mocks is not None else None
        for index, row in enumerate(rows):
            if index >= limit:
                self._report(index, (), _Refused("E-DATA-COHORT-MAX", limit=limit))
                break
            subject = self._subject(index, row, next(replaced) if replaced is not None else {})
            if subject.id in subjects:
                first = self.place(first_rows[subject.id], ("id",)).row
                self._report(index, ("id",), _Refused("E-DATA-ID-TWICE", id=subject.id, first=first))
            subjects[subject.id] = subject
            first_rows.setdefault(subject.id, index)
        if self.found:
            raise DiagnosticError(self.found)
        return [subjects[id_] for id_ in sorted(subjects)]

    def check_value(self, name: str, kind: Type, value: object) -> Value:
        """
        A value supplied by the host for a parameter or table.

        Raises:
            DiagnosticError: it is not of the declared type.
        """
        try:
            return self._value(0, (name,), kind, value)
        except _Refused as refused:
            place = DataPlace(column=name, value=_shown(value))
            raise DiagnosticError([Diagnostic(refused.code, refused.facts, place=place)]) from refused

    def whole_input(self, declared: InputDecl, value: object, otherwise: object) -> object:
        """The value of one input; *otherwise* where something of it is refused, or all of it missing or assumed."""
        left_out: list[str] = []
        found = self._input(0, (declared.name,), declared, value, left_out, left_out)
        is_whole = not (self.found or left_out or isinstance(found, Undetermined))
        self.found.clear()
        return found if is_whole else otherwise

    def _report(self, index: int, path: Path, refused: _Refused) -> None:
        if len(self.found) < MAX_DIAGNOSTICS:
            place = self.place(index, path)
            self.found.append(Diagnostic(refused.code, refused.facts, place=place))

    def _subject(self, index: int, row: Row, mocks: Row) -> Subject:
        if not isinstance(row, Mapping):
            refused = _Refused(
                "E-DATA-TYPE", found=type(row).__name__, expected="a mapping with `id` and the inputs"
            )
            self._report(index, (), refused)
            return Subject(f"?{index}", {})
        id_ = self._id(index, row)
        known = self.scheme.inputs
        for key in row:
            if key != "id" and key not in known:
                near = quoted(nearest(str(key), known))
                self._report(index, (str(key),), _Refused("E-DATA-COLUMN", name=_shown(key), near=near))
        inputs: dict[str, Value] = {}
        assumed: list[str] = []
        gates: list[str] = []
        for name, declared in known.items():
            inputs[name] = self._input(index, (name,), declared, row.get(name), assumed, gates)
        replaced = {name: self._mock(index, name, value) for name, value in mocks.items()}
        return Subject(id_, inputs, tuple(assumed), tuple(gates), replaced)

    def _id(self, index: int, row: Row) -> str:
        value = row.get("id")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            self._report(index, ("id",), _Refused("E-DATA-NO-ID", expected="id"))
        elif not isinstance(value, str) or not ID.fullmatch(value):
            self._report(index, ("id",), _Refused("E-DATA-ID", value=_shown(value)))
        else:
            return value
        return f"?{index}"

    def _mock(self, index: int, name: str, value: object) -> Value:
        definition = self.scheme.definitions.get(name)
        kind = definition.type if definition else BoolType()
        if value is None:
            return undetermined("missing", name, "")
        return self._checked(index, (name,), kind, value)

    # ------------------------------------------------------------ one input

    def _input(
        self, index: int, path: Path, declared: InputDecl, value: object, assumed: list[str], gates: list[str]
    ) -> Value:
        if isinstance(declared.type, SeriesType) and (
            value is not None or declared.policy in {"unknown", "value"}
        ):
            return self._series(index, path, declared, value if value is not None else {}, assumed)
        if value is not None:
            return self._checked(index, path, declared.type, value)
        label = _path_text(path)
        match declared.policy:
            case "value":
                assumed.append(label)
                return self._default(declared)
            case "reject":
                self._report(index, path, _Refused("E-DATA-MISSING", name=label))
            case "ineligible":
                gates.append(label)
        return undetermined("missing", label, self.scheme.source.node_id(declared.origin.span))

    def _default(self, declared: InputDecl) -> Value:
        default = declared.default
        if isinstance(default, str) and isinstance(_element(declared.type), TierType):
            return Level(default, self.scheme.level_index(default))
        assert isinstance(default, int | Fraction | str | datetime.date)
        return default

    def _checked(self, index: int, path: Path, kind: Type, value: object) -> Value:
        try:
            return self._value(index, path, kind, value)
        except _Refused as refused:
            self._report(index, path, refused)
            return undetermined("missing", _path_text(path), "")

    def _value(self, index: int, path: Path, kind: Type, value: object) -> Value:
        match kind:
            case NumberType():
                number = exact_number(value, floats=self.floats)
                problem = range_problem(number, kind)
                if problem is not None:
                    code = "E-DATA-STEP" if "step" in problem or "whole" in problem else "E-DATA-RANGE"
                    ends = {"low": kind.low, "high": kind.high, "step": kind.step}
                    said = {name: show_number(end) for name, end in ends.items() if end is not None}
                    raise _Refused(code, value=show_number(number), expected=problem, **said)
                return number
            case BoolType():
                if not isinstance(value, bool):
                    raise _Refused("E-DATA-TYPE", found=_shown(value), expected="true or false")
                return value
            case TextType(choices=choices):
                return self._text(value, choices)
            case DateType():
                return _date(value)
            case TierType():
                return self._level(value)
            case ListType(of=of, maximum=maximum):
                return self._list(index, path, of, maximum, value)
            case RecordType():
                return self._record(index, path, kind, value)
            case _:
                return self._untyped(value)

    def _text(self, value: object, choices: tuple[str, ...]) -> str:
        if not isinstance(value, str):
            raise _Refused("E-DATA-TYPE", found=_shown(value), expected="text")
        if len(value) > MAX_TEXT:
            raise _Refused("E-DATA-TOO-LONG", limit=MAX_TEXT)
        value = unicodedata.normalize("NFC", value)
        if not value.isprintable() or any(char in INVISIBLE for char in value):
            raise _Refused(
                "E-DATA-CELL", value=_shown(value), expected="a text without control or invisible characters"
            )
        if choices and value not in choices:
            near = quoted(nearest(value, choices))
            raise _Refused("E-DATA-CHOICE", value=_shown(value), choices=quoted(choices), near=near)
        return value

    def takes(self, kind: Type, value: object) -> bool:
        """Whether a value is one that a declaration takes."""
        try:
            self._value(0, (), kind, value)
        except _Refused:
            return False
        return True

    def _level(self, value: object) -> Level:
        if isinstance(value, Level):
            return value
        names = self.scheme.level_names
        if not isinstance(value, str) or value not in names:
            near = quoted(nearest(str(value), names))
            raise _Refused("E-DATA-CHOICE", value=_shown(value), choices=quoted(names), near=near)
        return Level(value, names.index(value))

    def _untyped(self, value: object) -> Value:
        """A value for a definition that is a hole, so that nothing is known of its type."""
        if isinstance(value, bool | str | datetime.date):
            names = self.scheme.level_names
            return Level(value, names.index(value)) if isinstance(value, str) and value in names else value
        return exact_number(value, floats=self.floats)

    def _list(self, index: int, path: Path, of: Type, maximum: int | None, value: object) -> Value:
        if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
            raise _Refused("E-DATA-TYPE", found=_shown(type(value).__name__), expected=f"a list of {of}")
        items = list(value)
        if maximum is not None and len(items) > maximum:
            raise _Refused("E-DATA-LIST-MAX", count=len(items), limit=maximum)
        return tuple(
            self._checked(index, (*path, i), of, item)
            if item is not None
            else undetermined("missing", _path_text((*path, i)), "")
            for i, item in enumerate(items)
        )

    def _record(self, index: int, path: Path, kind: RecordType, value: object) -> Value:
        if not isinstance(value, Mapping):
            raise _Refused("E-DATA-TYPE", found=_shown(type(value).__name__), expected=f"a {kind.name}")
        policies = self.scheme.record_policies[kind.name]
        for key in value:
            if key not in policies:
                near = quoted(nearest(str(key), policies))
                self._report(index, (*path, str(key)), _Refused("E-DATA-COLUMN", name=_shown(key), near=near))
        ignored: list[str] = []
        return {
            name: self._input(index, (*path, name), declared, value.get(name), ignored, ignored)
            for name, declared in policies.items()
        }

    # ------------------------------------------------------------ series

    def _series(
        self, index: int, path: Path, declared: InputDecl, value: object, assumed: list[str]
    ) -> Value:
        assert isinstance(declared.type, SeriesType)
        kind, unit = declared.type.of, declared.type.unit
        default = self._default(declared) if declared.policy == "value" else None
        label = _path_text(path)
        if isinstance(value, Mapping):
            pairs = list(value.items())
        elif isinstance(value, Iterable) and not isinstance(value, str):
            pairs = self._aligned(list(value), unit)
        else:
            refused = _Refused("E-DATA-TYPE", found=_shown(value), expected=f"a value for each {unit}")
            self._report(index, path, refused)
            pairs = []
        values: dict[int, Value] = {}
        for name, item in pairs:
            number = self._period_number(index, path, str(name), unit)
            if number is not None and item is not None:
                values[number] = self._checked(index, (*path, str(name)), kind, item)
        if default is not None and self.time.period is not None:
            window = self.time.periods(None, unit)
            assumed += [f"{label}@{period.label}" for period in window if period.number not in values]
        return Series(unit, label, values, default, self.scheme.source.node_id(declared.origin.span))

    def _aligned(self, items: list[object], unit: str) -> list[tuple[str, object]]:
        """A list ends with the last period of the data window."""
        last = self.time.calendar.containing(unit, self.time.end).number
        first = last - len(items) + 1
        try:
            return [(self.time.calendar.period(unit, first + i).label, item) for i, item in enumerate(items)]
        except PeriodError:
            return []

    def _period_number(self, index: int, path: Path, label: str, unit: str) -> int | None:
        known = self._numbers.get((label, unit))
        if known is not None:
            return known
        try:
            period = self.time.calendar.parse(label)
        except PeriodError:
            period = None
        if period is not None and period.unit == unit:
            if len(self._numbers) < REMEMBERED:
                self._numbers[label, unit] = period.number
            return period.number
        expected = f"a {unit} such as {SAMPLES[unit]}"
        self._report(index, (*path, label), _Refused("E-DATA-PERIOD", value=_shown(label), expected=expected))
        return None


def _element(kind: Type) -> Type:
    return kind.of if isinstance(kind, SeriesType) else kind


def _date(value: object) -> datetime.date:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    day = day_of(value) if isinstance(value, str) else None
    if day is None:
        raise _Refused("E-DATA-TYPE", found=_shown(value), expected="a date such as 2023-08-01")
    return day


def _path_text(path: Path) -> str:
    """``shops[3].sales``: positions count from 1, as people do."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def row_place(index: int, path: Path) -> DataPlace:
    """The place of a value in rows handed over in memory."""
    return DataPlace(row=index + 1, column=_path_text(path) or None)
