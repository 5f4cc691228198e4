"""Published results → data for inputs ``from`` another scheme or the same one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.exact import is_list, read_published_value, read_value_cell
from tierlang.data.files import JSON_LINES_SUFFIXES, JSON_SUFFIXES, Reading
from tierlang.data.jsonfile import read_json, read_json_lines
from tierlang.data.labels import read_any_period
from tierlang.data.problems import DataProblem, Problems, shorten
from tierlang.data.raw import Raw, is_blank, read_id, read_key, wrong_kind
from tierlang.data.rows import RowReader
from tierlang.data.table import MAX_FILE_BYTES, Row, Table
from tierlang.data.textfile import check_file, open_text
from tierlang.diagnostics import DataPlace, Diagnostic
from tierlang.said import Said

SCHEMA = "tier.result/1"
STATUSES = ("rated", "unrated", "ineligible", "vetoed", "undetermined")
OWN_COLUMNS = ("scheme", "version", "period", "id", "status", "tier")
"""The columns of a table of results; all others are values."""


@attrs.frozen
class Published:
    """
    What one publication says about one subject.

    Attributes:
        scheme: the scheme's id.
        version: the version that was applied, where it is said.
        period: the label of the assessed period.
        id: the subject.
        status: one of STATUSES, where it is said.
        tier: the level, None where there is none.
        values: names of the scheme to exact values; None for what was undetermined.
    """

    scheme: str
    version: str | None
    period: str
    id: str
    status: str | None
    tier: str | None
    values: Mapping[str, object]


def read_history(
    path: Path | str,
    *,
    encoding: str | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    on_warning: Callable[[Diagnostic], object] | None = None,
) -> tuple[Published, ...]:
    """
    Read published results.

    Args:
        path: a result of ``tier rate --format json``; JSON Lines of such results, or of single subjects'
            results that carry ``scheme`` and ``period`` themselves; a table with the columns scheme, period,
            id, and tier or values or both; or a folder of such files, which are read in the order of names.
        encoding: of text files, as for ``read_subjects``.
        max_bytes: the largest file that is read.
        on_warning: is given what was read with a doubt.

    Returns:
        the results in the order of the files; no subject twice for a period of a scheme.

    Raises:
        DiagnosticError: with everything that could not be read.
    """
    path = Path(path)
    problems = Problems()
    history = _History(Reading(problems, encoding=encoding, max_bytes=max_bytes))
    if path.is_dir():
        for file in sorted(path.iterdir()):
            if not file.name.startswith("."):
                history.read_file(file)
    else:
        history.read_file(path)
    problems.raise_errors()
    if on_warning is not None:
        for warning in problems.all_warnings():
            on_warning(warning)
    return tuple(history.found)


class _History:
    """The results as far as they have been read."""

    def __init__(self, reading: Reading) -> None:
        self.found: list[Published] = []
        self._reading = reading
        self._problems = reading.problems
        self._places: dict[tuple[str, str, str], DataPlace] = {}

    def read_file(self, path: Path) -> None:
        """Read one file; what is wrong goes to the problems."""
        suffix, file = path.suffix.lower(), str(path)
        if suffix not in JSON_SUFFIXES + JSON_LINES_SUFFIXES:
            with self._reading.table(path) as table:
                if table is not None:
                    self._read_table(table)
            return
        encoding = self._reading.encoding
        try:
            check_file(path, self._reading.max_bytes)
            if suffix in JSON_SUFFIXES:
                self._read_item(read_json(path, file, self._problems, encoding), DataPlace(file))
            else:
                with open_text(path, file, self._problems, encoding) as text:
                    for number, item in read_json_lines(text, file, self._problems):
                        self._read_item(item, DataPlace(file, row=number))
        except DataProblem as problem:
            self._problems.add_problem(problem, DataPlace(file))

    def _read_item(self, item: Any, place: DataPlace) -> None:
        """Read a result document, or a line with the result of one subject."""
        try:
            scheme, version, period, results = _read_head(item)
        except DataProblem as problem:
            self._problems.add_problem(problem, place)
            return
        for position, result in enumerate(results, start=1):
            at = place if result is item else attrs.evolve(place, column=f"results #{position}")
            try:
                self._add(_read_result(result, scheme, version, period), at)
            except DataProblem as problem:
                self._problems.add_problem(problem, at)

    def _read_table(self, table: Table) -> None:
        """Read a table with one result in each row."""
        missing = [name for name in ("scheme", "period", "id") if name not in table.columns]
        for name in missing:
            reason = words.NO_COLUMN.fill(name=name)
            self._problems.add("E-DATA-HISTORY", table.header_place, reason=reason)
        if missing:
            return
        reader = RowReader(table, [], self._reading)
        names = [name for name in table.columns if name and name not in OWN_COLUMNS]
        for number, cells in table.rows:
            reader.number = number
            values = {name: self._cell(reader, cells, name, read_value_cell) for name in names}
            own = {name: self._cell(reader, cells, name, _OWN_READERS[name]) for name in OWN_COLUMNS}
            if own["scheme"] and own["period"] and own["id"]:
                try:
                    self._add(Published(**own, values=values), table.place(number))
                except DataProblem as problem:
                    self._problems.add_problem(problem, table.place(number))

    def _cell(self, reader: RowReader, cells: Row, name: str, read: Callable[[Raw], Any]) -> Any:
        """Read one cell; None, with the reason among the problems, where it cannot be read."""
        raw = reader.cell(cells, name)
        try:
            if not is_blank(raw):
                return read(raw)
            if name in ("scheme", "period", "id"):
                raise _history_problem(words.LACKS.fill(name=name))
        except DataProblem as problem:
            reader.report(problem, name, raw)
        return None

    def _add(self, published: Published, place: DataPlace) -> None:
        """
        Take a result.

        Raises:
            DataProblem: there already is one of this subject for the same period of the scheme.
        """
        key = (published.scheme, published.period, published.id)
        first = self._places.setdefault(key, place)
        if first is not place:
            where = first.file if first.row is None else f"{first.file}:{first.row}"
            raise _history_problem(
                words.PUBLISHED_TWICE.fill(
                    scheme=published.scheme, period=published.period, id=published.id, first=shorten(where)
                )
            )
        self.found.append(published)


def _history_problem(reason: Said) -> DataProblem:
    """The problem of something that is not a published result."""
    return DataProblem("E-DATA-HISTORY", reason=reason)


def _read_head(item: Any) -> tuple[str, str | None, str, list[Any]]:
    """
    Read what a document says about all its results; a single subject's result counts as a document.

    Returns:
        the scheme's id, its version, the period's label, and the results.

    Raises:
        DataProblem: it is no such document.
    """
    if not isinstance(item, dict) or ("results" not in item and "id" not in item):
        raise _history_problem(words.NO_RESULTS)
    schema = item.get("schema", None if "results" in item else SCHEMA)
    if schema != SCHEMA:
        raise _history_problem(words.WRONG_SCHEMA.fill(schema=shorten(schema)))
    results = item.get("results", [item])
    if not isinstance(results, list):
        raise wrong_kind(results, words.A_LIST_OF_OBJECTS)
    scheme, period = item.get("scheme"), item.get("period")
    version = scheme.get("version") if isinstance(scheme, dict) else item.get("version")
    return (
        _read_name(scheme.get("id") if isinstance(scheme, dict) else scheme, "scheme"),
        None if version is None else _read_name(version, "version"),
        read_any_period(_read_name(period.get("label") if isinstance(period, dict) else period, "period")),
        results,
    )


def _read_result(result: Any, scheme: str, version: str | None, period: str) -> Published:
    """
    Read the result of one subject; values that are lists are left out, since no input takes them.

    Raises:
        DataProblem: it is not a result.
    """
    if not isinstance(result, dict) or "id" not in result:
        raise _history_problem(words.NO_RESULTS)
    values = result.get("values") or {}
    if not isinstance(values, dict):
        raise wrong_kind(values, words.AN_OBJECT)
    status, tier = result.get("status"), result.get("tier")
    return Published(
        scheme,
        version,
        period,
        read_id(result["id"]),
        None if status is None else _read_status(status),
        None if tier is None else _read_name(tier, "tier"),
        {name: read_published_value(entry) for name, entry in values.items() if not is_list(entry)},
    )


def _read_name(raw: Raw, name: str) -> str:
    """
    Read a text that must be there.

    Raises:
        DataProblem: it is not a text, or empty.
    """
    if is_blank(raw):
        raise _history_problem(words.LACKS.fill(name=name))
    return read_key(raw)


def _read_status(raw: Raw) -> str:
    """
    Read a status.

    Raises:
        DataProblem: it is none.
    """
    if raw not in STATUSES:
        raise _history_problem(words.UNKNOWN_STATUS.fill(status=shorten(raw)))
    return str(raw)


_OWN_READERS: dict[str, Callable[[Raw], str]] = {
    "scheme": read_key,
    "version": read_key,
    "period": read_any_period,
    "id": read_id,
    "status": _read_status,
    "tier": read_key,
}
