"""Reads the conformance cases, and holds what an engine says against what they expect."""

import datetime
import re
import string
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

FOLDER = Path(__file__).parent
UNDETERMINED = "undetermined"

_REPEAT = re.compile(r"\{\{(.*?) \* ([0-9]+)\}\}", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+|/[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEYS = frozenset(
    ["id", "decision", "scheme", "period", "periods", "rows", "params", "tables", "history", "no_history"]
    + ["libraries", "strict", "expect", "errors", "warnings", "run_error", "facts", "examples"]
)
_MANY = {
    "rows": "row",
    "values": "value",
    "statuses": "status",
    "tiers": "tier",
    "computeds": "computed",
    "overrides": "override",
    "reasons": "reason",
    "all_provisional": "provisional",
}


@attrs.frozen
class Case:
    """
    One case, as conformance/README.md describes it.

    Attributes:
        section: the file's name.
        rows, params, tables: data as an engine takes it: numbers are int or Fraction, dates are dates.
        expect: for each subject that is looked at, the id and what must be so.
        errors, warnings: ``CODE line:column``, sorted; *warnings* None where they are not looked at.
        run_error: the code with which the data are refused.
        periods: the labels of all periods that are rated in order, where there are several.
        history: published results: scheme, period, id, status, tier, values; None for a host that forgot to give any.
        libraries: texts of importable libraries by logical name; None for a host that has no place to look.
        strict: whether the run refuses an undetermined eligibility.
        facts: what the findings must name, such as the path of a cycle or the nearest period.
        examples: for each example of the scheme whether it comes out; None where they are not looked at.
    """

    id: str
    section: str
    decision: str
    scheme: str = attrs.field(repr=False)
    period: str | None = None
    rows: tuple[dict[str, Any], ...] = ()
    params: dict[str, Any] = attrs.field(factory=dict)
    tables: dict[str, dict[Any, Any]] = attrs.field(factory=dict)
    expect: tuple[dict[str, Any], ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] | None = None
    run_error: str | None = None
    periods: tuple[str, ...] = ()
    history: tuple[dict[str, Any], ...] | None = ()
    libraries: dict[str, str] | None = attrs.field(default=None, repr=False)
    strict: bool = False
    facts: tuple[str, ...] = ()
    examples: tuple[bool, ...] | None = None

    @property
    def is_good(self) -> bool:
        """Whether the scheme and its data are accepted."""
        return not self.errors and self.run_error is None


@attrs.frozen
class Answer:
    """
    What an engine says about a case.

    Attributes:
        diagnostics: ``CODE line:column`` of every finding about the scheme.
        refusal: the codes with which the data were refused.
        facts: the facts that all findings name.
        results: for each subject a dict with id, status, tier, at_least, at_most, failed, provisional, assumed, values
            (a value that is not known is a ``frozenset`` of its causes, pairs of code and path) and absorbed (such a set);
            with period, where several are rated.
        examples: for each example whether it came out; None where that was not asked.
    """

    diagnostics: tuple[str, ...] = ()
    refusal: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()
    results: tuple[dict[str, Any], ...] = ()
    examples: tuple[bool, ...] | None = None


def read_cases() -> list[Case]:
    """
    All cases of all sections, in order.

    Raises:
        ValueError: a case is not written as conformance/README.md says.
    """
    sections = sorted(FOLDER.glob("*.toml"))
    cases = [case for path in sections for case in _read_section(path)]
    ids = [case.id for case in cases]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise ValueError(f"ids used twice: {sorted(twice)}")
    return cases


def _read_section(path: Path) -> Iterator[Case]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := document.keys() - {"case", "table"}:
        raise ValueError(f"{path.name}: unknown parts {sorted(unknown)}")
    tables = (entry for table in document.get("table", []) for entry in _expand(table))
    for entry in (*document.get("case", []), *tables):
        try:
            yield _case(entry, path.stem)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path.name}: {entry.get('id')}: {error}") from error


def _case(entry: Mapping[str, Any], section: str) -> Case:
    if unknown := entry.keys() - _KEYS:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    warnings = entry.get("warnings")
    case = Case(
        id=entry["id"],
        section=section,
        decision=entry["decision"],
        scheme=repeated(entry["scheme"]),
        period=entry.get("period"),
        rows=tuple({key: data_value(value) for key, value in row.items()} for row in entry.get("rows", [])),
        params={name: data_value(value) for name, value in entry.get("params", {}).items()},
        tables={
            name: {key: data_value(v) for key, v in t.items()} for name, t in entry.get("tables", {}).items()
        },
        expect=tuple(entry.get("expect", [])),
        errors=tuple(sorted(entry.get("errors", []))),
        warnings=None if warnings is None else tuple(sorted(warnings)),
        run_error=entry.get("run_error"),
        periods=tuple(entry.get("periods", [])),
        history=None if entry.get("no_history") else tuple(map(_published, entry.get("history", []))),
        libraries=entry.get("libraries"),
        strict=entry.get("strict", False),
        facts=tuple(entry.get("facts", [])),
        examples=None if entry.get("examples") is None else tuple(entry["examples"]),
    )
    accepted = bool(case.expect or case.warnings is not None or case.examples is not None)
    outcomes = [bool(case.errors), case.run_error is not None, accepted]
    if (outcomes[:2] == [False, False] and not outcomes[2]) or (outcomes[0] and outcomes[1]):
        raise ValueError("needs one of expect, warnings, errors and run_error")
    return case


def _published(result: Mapping[str, Any]) -> dict[str, Any]:
    """A published result; of its parts only the values are data."""
    return {**result, "values": data_value(result.get("values", {}))}


def repeated(scheme: str) -> str:
    """Write out every ``{{text * n}}`` of a scheme; in the text ``{i}`` is the number of the copy, from 1."""

    def write_out(match: re.Match[str]) -> str:
        text = match[1].replace("\\n", "\n")
        return "".join(text.replace("{i}", str(i)) for i in range(1, int(match[2]) + 1))

    return _REPEAT.sub(write_out, scheme)


def data_value(value: Any) -> Any:
    """A value of the data: texts that look like a number or a date are one, ``missing`` is absent."""
    match value:
        case "missing":
            return None
        case str() if _NUMBER.fullmatch(value):
            return Fraction(value)
        case str() if _DATE.fullmatch(value):
            return datetime.date.fromisoformat(value)
        case list():
            return [data_value(item) for item in value]
        case dict():
            return {key: data_value(item) for key, item in value.items()}
        case _:
            return value


# ------------------------------------------------------------------ tables of cases


def _expand(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One case for each line of a table."""
    shared = {key: value for key, value in table.items() if key not in {"columns", "lines"}}
    lines = [line for line in table["lines"].splitlines() if line.strip()]
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line.split(" | ")]
        if len(cells) != len(table["columns"]):
            raise ValueError(f"{table['id']}: line {number} has {len(cells)} cells")
        yield _filled(shared, dict(zip(table["columns"], cells, strict=True)), number)


def _filled(shared: Mapping[str, Any], cells: Mapping[str, str], number: int) -> dict[str, Any]:
    """The case that one line of a table stands for."""
    entry: dict[str, Any] = {**shared, "id": f"{shared['id']}-{number}"}
    words = {column[1:]: cell for column, cell in cells.items() if column.startswith("$")}
    entry["scheme"] = string.Template(entry["scheme"]).substitute(words)
    subjects: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    by_period: dict[str, dict[str, Any]] = {}
    for column, cell in cells.items():
        kind, _, name = column.partition(".")
        parts = _items(cell) if kind in _MANY else [cell]
        if kind == "each":
            kind, _, name = name.partition(".")
            for period, part in zip(entry["periods"], _items(cell), strict=True):
                wanted = by_period.setdefault(period, {})
                _put(kind, name, part, entry, {}, wanted)
            continue
        for subject, part in zip(string.ascii_lowercase, parts, strict=False):
            given, wanted = subjects.setdefault(subject, ({"id": subject}, {}))
            if not column.startswith("$") and part != "-":
                _put(_MANY.get(kind, kind), name, part, entry, given, wanted)
    entry.setdefault("rows", [given for given, _ in subjects.values()])
    if any(wanted for _, wanted in subjects.values()):
        entry["expect"] = [{"id": subject, **wanted} for subject, (_, wanted) in subjects.items()]
    if by_period:
        entry["expect"] = [{"id": "a", "period": period, **wanted} for period, wanted in by_period.items()]
    return entry


def _put(
    kind: str, name: str, cell: str, entry: dict[str, Any], given: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """Put one cell where its column says: into the case, the data of a subject, or what is expected of it."""
    match kind:
        case "row":
            given[name] = _cell(cell)
        case "value":
            wanted.setdefault("values", {})[name] = _cell(cell, parse_float=str)
        case "causes":
            wanted.setdefault("causes", {})[name] = _items(cell)
        case "errors" | "warnings" | "facts" | "periods":
            entry[kind] = _items(cell)
        case "absorbed" | "failed" | "assumed":
            wanted[kind] = _items(cell)
        case "run_error" | "period":
            entry[kind] = cell
        case "examples":
            entry[kind] = [_cell(item) for item in _items(cell)]
        case "status" | "tier" | "at_least" | "at_most" | "computed" | "override" | "reason":
            wanted[kind] = cell
        case "provisional":
            wanted[kind] = _cell(cell)
        case _:
            raise ValueError(f"unknown column {kind}")


def _items(cell: str) -> list[str]:
    return [] if cell == "none" else cell.split(", ")


def _cell(cell: str, parse_float: Callable[[str], Any] = float) -> Any:
    """A cell as TOML would read it; what TOML cannot read is a text."""
    try:
        return tomllib.loads(f"cell = {cell}", parse_float=parse_float)["cell"]
    except tomllib.TOMLDecodeError:
        return cell


# ------------------------------------------------------------------ what must hold


def disagreements(case: Case, answer: Answer) -> list[str]:
    """Say in what an answer differs from what a case expects; nothing where it does not."""
    errors = tuple(sorted(d for d in answer.diagnostics if d.startswith("E-")))
    warnings = tuple(sorted(d for d in answer.diagnostics if d.startswith("W-")))
    found = []
    if errors != case.errors:
        found.append(f"errors {errors}, not {case.errors}")
    if case.warnings is not None and warnings != case.warnings:
        found.append(f"warnings {warnings}, not {case.warnings}")
    if (case.run_error is not None) != bool(answer.refusal) or case.run_error not in (None, *answer.refusal):
        found.append(f"the data are refused with {answer.refusal}, not {case.run_error}")
    if not found and not set(case.facts) <= answer.facts:
        found.append(f"the findings name {sorted(answer.facts)}, not {sorted(case.facts)}")
    if not found and case.examples is not None and answer.examples != case.examples:
        found.append(f"the examples come out {answer.examples}, not {case.examples}")
    if not found and case.is_good:
        results = {(result["id"], result.get("period")): result for result in answer.results}
        found.extend(_results(_in_each_period(case), results))
    return found


def _in_each_period(case: Case) -> Iterator[Mapping[str, Any]]:
    """What is expected; without a period, it is expected in every one."""
    for wanted in case.expect:
        if "period" in wanted or not case.periods:
            yield wanted
        else:
            yield from ({**wanted, "period": period} for period in case.periods)


def _results(
    expect: Iterable[Mapping[str, Any]], results: Mapping[tuple[str, str | None], Mapping[str, Any]]
) -> Iterator[str]:
    for wanted in expect:
        period = wanted.get("period")
        subject = wanted["id"] if period is None else f"{wanted['id']} for {period}"
        result = results.get((wanted["id"], period))
        if result is None:
            yield f"no result for {subject}"
            continue
        for key, value in wanted.items():
            match key:
                case "id" | "period":
                    pass
                case "values":
                    pairs = [(f"{subject}.{name}", result["values"][name], v) for name, v in value.items()]
                    yield from (
                        f"{name} is {shown(has)}, not {v}" for name, has, v in pairs if not same_value(has, v)
                    )
                case "causes":
                    sets = [(f"{subject}.{name}", result["values"][name], v) for name, v in value.items()]
                    yield from (
                        f"causes of {name} are {has}, not {v}"
                        for name, has, v in sets
                        if not same_causes(has, v)
                    )
                case "absorbed":
                    if not same_causes(result[key], value):
                        yield f"absorbed for {subject}: {result[key]}, not {value}"
                case _:
                    expected = None if value == "none" else value
                    if (list(result[key]) if key in {"failed", "assumed"} else result[key]) != expected:
                        yield f"{key} of {subject} is {result[key]}, not {expected}"


def shown(value: Any) -> str:
    """A value for a message; Python refuses to write very long numbers."""
    if (
        isinstance(value, int | Fraction)
        and max(value.numerator.bit_length(), value.denominator.bit_length()) > 1000
    ):
        return f"a number of {value.numerator.bit_length()} by {value.denominator.bit_length()} bits"
    return str(value)


def same_value(value: Any, wanted: Any) -> bool:
    """Whether a value is what a case writes: a number, ``"37/3"``, a date, a text, true, false or ``undetermined``."""
    if isinstance(value, frozenset) or wanted == UNDETERMINED:
        return isinstance(value, frozenset) and wanted == UNDETERMINED
    expected = wanted if isinstance(value, str) else data_value(wanted)
    return isinstance(value, bool) == isinstance(expected, bool) and bool(value == expected)


def same_causes(causes: Any, wanted: list[str]) -> bool:
    """Whether a set of causes is what a case lists; a wanted cause without path stands for any path."""
    if not isinstance(causes, frozenset | set):
        return False
    found = {code if code in wanted else f"{code} {path}".rstrip() for code, path in causes}
    return found == set(wanted)
