"""Tables beside the subjects' own → child rows, and series with one row for each period."""

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.files import Reading
from tierlang.data.headings import Names
from tierlang.data.keyed import KEY, PERIOD, KeyedTable, Line, Subjects, in_one_cell
from tierlang.data.nested import record_fields
from tierlang.data.places import ChildOrigin, LongOrigin, Origin
from tierlang.data.problems import CellProblem, DataProblem
from tierlang.data.table import Table
from tierlang.types import Field, RecordType, SeriesType


@attrs.define
class Children:
    """
    The child rows of one list, as far as they have been read.

    Attributes:
        name: the list's name.
        lists: the list of each subject, by the subject's position.
        origins: the same for the places.
        keyed: subject's position and child's key to the child's position; stays empty without a key column.
        origin: the table they come from.
        has_key: the table has a key column.
    """

    name: str
    lists: list[list[dict[str, object]]]
    origins: list[ChildOrigin]
    origin: Origin
    has_key: bool
    keyed: dict[tuple[int, str], int] = attrs.field(factory=dict)


def read_long_series(table: Table, field: Field, subjects: Subjects, reading: Reading) -> None:
    """
    Read a series of the subjects from a table with the columns id, period, and the series' name or ``value``.

    Every subject gets a dict of labels to values, empty where the table has no row of it.
    """
    keyed = KeyedTable(table, [in_one_cell(field, "value")], [PERIOD], reading)
    _require_value(keyed, field, reading)
    series: list[dict[str, object]] = [{} for _ in subjects.rows]
    origins = [LongOrigin(keyed.origin) for _ in subjects.rows]
    for index, row in enumerate(subjects.rows):
        row[field.name] = series[index]
        subjects.places.series[index, field.name] = origins[index]
    for line in keyed.lines(subjects):
        keyed.put(line, field, series[line.index], origins[line.index])


def read_children(
    table: Table, name: str, record: RecordType, subjects: Subjects, reading: Reading
) -> Children:
    """
    Read a list of child rows; every subject gets a list, empty where the table has no row of it.

    A table with a ``period`` column is long: the rows with one ``key`` make one child, agree in everything
    but its series, and give these for one period each.
    """
    fields = record_fields(record)
    is_long = PERIOD in table.columns and PERIOD not in Names(fields).fields
    has_key = is_long or (KEY in table.columns and KEY not in Names(fields).fields)
    series = [field for field in fields if isinstance(field.type, SeriesType)] if is_long else []
    in_cells = [in_one_cell(field) for field in fields] if is_long else fields
    keyed = KeyedTable(table, in_cells, [*[KEY] * has_key, *[PERIOD] * is_long], reading)
    origin = keyed.origin
    found = Children(
        name, [[] for _ in subjects.rows], [ChildOrigin(origin) for _ in subjects.rows], origin, has_key
    )
    for index, row in enumerate(subjects.rows):
        row[name] = found.lists[index]
        subjects.places.children[index, name] = found.origins[index]
    present = {column.field.name for column in keyed.columns}
    series = [field for field in series if field.name in present]
    for line in keyed.lines(subjects):
        if is_long:
            _add_long(found, keyed, line, series)
        else:
            _add_wide(found, keyed, line)
    return found


def read_child_series(
    table: Table, field: Field, children: Children, subjects: Subjects, reading: Reading
) -> None:
    """Read a series of child rows from a table with the columns id, key, period and its name or ``value``."""
    keyed = KeyedTable(table, [in_one_cell(field, "value")], [KEY, PERIOD], reading)
    _require_value(keyed, field, reading)
    series: dict[tuple[int, int], dict[str, object]] = {}
    for index, children_of_one in enumerate(children.lists):
        for position, child in enumerate(children_of_one):
            child[field.name] = series[index, position] = {}
            children.origins[index].series[position, field.name] = LongOrigin(keyed.origin)
    for line in keyed.lines(subjects):
        found = children.keyed.get((line.index, line.key))
        if found is None:
            keyed.rows.report(DataProblem("E-DATA-ORPHAN", id=f"{line.id} {line.key}"), KEY, line.key)
        else:
            long = children.origins[line.index].series[found, field.name]
            keyed.put(line, field, series[line.index, found], long)


def _require_value(keyed: KeyedTable, field: Field, reading: Reading) -> None:
    """Report a long table of a series that has no column for its values."""
    if not keyed.columns:
        reason = words.NO_COLUMN.fill(name=field.name)
        reading.problems.add("E-DATA-FILE", keyed.table.header_place, reason=reason)


def _add_wide(children: Children, keyed: KeyedTable, line: Line) -> None:
    """Add the child that one row is."""
    if children.has_key:
        place = (line.index, line.key)
        first = children.keyed.setdefault(place, len(children.lists[line.index]))
        if first < len(children.lists[line.index]):
            row = children.origins[line.index].rows[first]
            keyed.rows.report(DataProblem("E-DATA-ID-TWICE", id=line.key, first=row), KEY, line.key)
            return
    children.lists[line.index].append(line.values)
    children.origins[line.index].rows.append(line.number)


def _add_long(children: Children, keyed: KeyedTable, line: Line, series: list[Field]) -> None:
    """Add what one row of a long table says about one child for one period."""
    siblings, origin = children.lists[line.index], children.origins[line.index]
    position = children.keyed.setdefault((line.index, line.key), len(siblings))
    names = {field.name for field in series}
    if position == len(siblings):
        siblings.append({name: {} if name in names else value for name, value in line.values.items()})
        origin.rows.append(line.number)
        for field in series:
            siblings[position].setdefault(field.name, {})
            origin.series[position, field.name] = LongOrigin(children.origin)
    child = siblings[position]
    for column in keyed.columns:
        name = column.field.name
        if name not in names and line.values.get(name) != child.get(name):
            reason = words.DIFFERS.fill(row=origin.rows[position])
            problem = CellProblem(words.SAME_IN_ALL_ROWS, reason)
            keyed.rows.report(problem, column.heading, _shown(line.values.get(name)))
    for field in series:
        values = child[field.name]
        assert isinstance(values, dict)
        keyed.put(line, field, values, origin.series[position, field.name])


def _shown(value: object) -> str:
    """A value for a message."""
    return "" if value is None else str(value)
