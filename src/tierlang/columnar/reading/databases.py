"""
Tables in PostgreSQL: read by COPY into typed columns of the engine, and results written as a table, whole or not at all.

An address is a URL of libpq with the table's name: ``postgresql://user@host/db?table=schema.name``. Its password is never told.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.relation import KEY
from tierlang.columnar.lowering.bind import ORDER
from tierlang.columnar.reading.kinds import MAX_PRECISION
from tierlang.columnar.reading.source import Source, refuse_renamed
from tierlang.columnar.reading.waiting import Waiting
from tierlang.columnar.sql.text import apart, quoted, text_literal
from tierlang.data.addresses import without_password
from tierlang.data.problems import missing_extra
from tierlang.diagnostics.model import DataPlace, DiagnosticError, refusal
from tierlang.said import Said

_NAME = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^".]+))\s*(\.|$)')
_INTEGERS = {"int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT"}
_TEXTS = frozenset({"text", "varchar", "bpchar", "name", "uuid"})
_CHUNK = 1 << 20
_COLUMNS = """
    SELECT a.attname, t.typname, t.typtype, a.atttypmod
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""

_NO_TABLE = Said("does not say which table: add `?table=NAME`", "没有指明表：请加上 `?table=表名`")
_IS_NONE = Said("is no address of a table in PostgreSQL", "不是 PostgreSQL 表的地址")
_SIGNS = Said(
    "is not clear: write `@`, `/`, `?` and `#` in a name or password as %40, %2F, %3F and %23",
    "的地址不明确：用户名或密码中的 `@`、`/`、`?`、`#` 请写作 %40、%2F、%3F、%23",
)
_TROUBLE = Said("does not answer as it should: {why}", "无法正常访问：{why}")
_TOO_MANY_DIGITS = Said(
    "has more than 38 digits in the column `{name}`", "的 `{name}` 列中有超过 38 位数字的数值"
)
_NOT_FINITE = Said("has NaN or infinity in the column `{name}`", "的 `{name}` 列中有 NaN 或无穷大")
_IS_THERE = Said("is there already", "已经存在")
_REPLACE = Said(
    "give another name, or replace it with `--replace` (`replace=True`)",
    "请换一个表名，或用 `--replace`（`replace=True`）替换它",
)


@attrs.frozen
class Address:
    """
    Where a table is.

    Attributes:
        conninfo: for libpq; secret.
        table: schema, if any, and name.
        shown: what messages call it.
    """

    conninfo: str = attrs.field(repr=False)
    table: tuple[str, ...]
    shown: str

    @classmethod
    def of(cls, text: str) -> "Address":
        """
        Take an address apart.

        Raises:
            DiagnosticError: it is none, or names no table.
        """
        shown = without_password(text)
        if text.count("@") > 1 or "@" in re.sub(r"^[a-zA-Z]+://[^/?#]*", "", text):
            raise _refused(shown, _SIGNS)
        try:
            parts = urlsplit(text)
            query = parse_qsl(parts.query, keep_blank_values=True)
            names = [value for key, value in query if key == "table"]
            rest = urlencode([(key, value) for key, value in query if key != "table"])
        except ValueError:
            raise _refused(shown, _IS_NONE) from None
        if len(names) != 1 or not (table := _table_of(names[0])):
            raise _refused(shown, _NO_TABLE)
        return cls(urlunsplit(parts._replace(query=rest, fragment="")), table, shown)

    def told(self, error: Exception) -> str:
        """What a driver says of an error, on one line and without the password."""
        text = " ".join(str(error).split())
        password = urlsplit(self.conninfo).password
        for secret in (password, unquote(password or "")):
            text = text.replace(secret, "***") if secret else text
        return without_password(text)[:300]


def _table_of(text: str) -> tuple[str, ...]:
    """Schema and name; empty where they are none."""
    names: list[str] = []
    place, dot = 0, "."
    while dot == ".":
        match = _NAME.match(text, place)
        if match is None:
            return ()
        names.append(match[1].replace('""', '"') if match[1] else match[2].strip())
        place, dot = match.end(), match[3]
    return tuple(names) if len(names) <= 2 else ()


class Databases:
    """
    The databases of one run; the tables that are read of one database are of one moment.

    Args:
        connection: of the engine.
        folder: where what is copied stands meanwhile.
    """

    def __init__(self, connection: Waiting, folder: Path) -> None:
        self._engine = connection
        self._folder = folder
        self._open: dict[str, Any] = {}

    def open(self, name: str, text: str) -> Source:
        """
        Read a table into the engine.

        Raises:
            DiagnosticError: it cannot be read exactly, or not at all.
        """
        address = Address.of(text)
        with _as_refusal(address):
            return self._read(name, address)

    def close(self) -> None:
        """Let all databases go."""
        for connection in self._open.values():
            with contextlib.suppress(Exception):
                connection.close()
        self._open.clear()

    def _read(self, name: str, address: Address) -> Source:
        connection = self._connected(address)
        sql = _driver().sql
        table = sql.Identifier(*address.table)
        columns = [
            _column(connection, table, *row, address=address)
            for row in connection.execute(_COLUMNS, [table.as_string(connection)]).fetchall()
        ]
        refuse_renamed([column.name for column in columns])
        carried = [column for column in columns if column.copied]
        listed = sql.SQL(", ").join(
            sql.SQL("{}::text" if column.as_text else "{}").format(sql.Identifier(column.name))
            for column in carried
        )
        path = self._folder / f"{apart(name)}.csv"
        copy = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, NULL '\\N', FORCE_QUOTE *)").format(
            listed if carried else sql.SQL("1"), table
        )
        with connection.cursor() as cursor, path.open("wb") as file:
            with cursor.copy(copy) as chunks:
                for chunk in chunks:
                    file.write(chunk)
            count = cursor.rowcount
        held = f"tier_copied_{apart(name)}"
        typed = ", ".join(f"{text_literal(f'c{i}')}: 'VARCHAR'" for i, _ in enumerate(carried or [None]))
        read = (  # a buffer holds one line: DuckDB 1.5 would take room for sixteen
            f"read_csv({text_literal(str(path))}, columns = {{{typed}}}, auto_detect = false, header = false, delim = ',',"
            " quote = '\"', escape = '\"', nullstr = '\\N', allow_quoted_nulls = false, strict_mode = true,"
            " max_line_size = 268435456, buffer_size = 268435456)"
        )
        casts = [f"CAST(c{i} AS {column.kind}) AS {quoted(column.name)}" for i, column in enumerate(carried)]
        casts += [
            f"CAST(NULL AS {column.kind}) AS {quoted(column.name)}" for column in columns if not column.copied
        ]
        selected = ", ".join(casts) or 'NULL AS ""'
        with self._engine.in_order():
            self._engine.execute(f"CREATE OR REPLACE TABLE {held} AS SELECT {selected} FROM {read}")
        path.unlink()
        ((copied,),) = self._engine.execute(f"SELECT count(*) FROM {held}").fetchall()
        assert copied == count, "rows were lost on the way"
        numbered = f'(SELECT *, rowid AS "{ORDER}" FROM {held})'
        return Source(name, held, address.shown, numbered, row=f'"{ORDER}" + 1')

    def _connected(self, address: Address) -> Any:
        """A connection in a transaction that reads one state of the database."""
        if address.conninfo not in self._open:
            psycopg = _driver()
            connection = psycopg.connect(address.conninfo)
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            connection.execute("SET LOCAL synchronize_seqscans = off")
            connection.execute("SET LOCAL datestyle = 'ISO, YMD'")
            self._open[address.conninfo] = connection
        return self._open[address.conninfo]


@attrs.frozen
class _Column:
    """A column, the engine's type for it, and whether it is copied: one that cannot be read exactly has a type only."""

    name: str
    kind: str
    copied: bool = True
    as_text: bool = False


def _column(
    connection: Any, table: Any, name: str, kind: str, category: str, modifier: int, *, address: Address
) -> _Column:
    """How a column is read."""
    if kind in _INTEGERS:
        return _Column(name, _INTEGERS[kind])
    if kind in {"bool", "date"}:
        return _Column(name, {"bool": "BOOLEAN", "date": "DATE"}[kind])
    if kind in _TEXTS or category == "e":
        return _Column(name, "VARCHAR", as_text=kind not in {"text", "varchar"})
    if kind == "numeric":
        return _Column(name, _decimal(connection, table, name, modifier, address))
    other = {"float4": "FLOAT", "float8": "DOUBLE", "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ"}
    return _Column(name, other.get(kind, "BLOB"), copied=False)


def _decimal(connection: Any, table: Any, name: str, modifier: int, address: Address) -> str:
    """
    The type of decimals that holds a column exactly: the declared one, or as wide as its values are.

    Raises:
        DiagnosticError: there is none.
    """
    precision, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
    sql = _driver().sql
    column = sql.Identifier(name)
    odd = sql.SQL("SELECT 1 FROM {} WHERE {} IN ('NaN', 'Infinity', '-Infinity') LIMIT 1").format(
        table, column
    )
    if connection.execute(odd).fetchone() is not None:
        raise _refused(address.shown, _NOT_FINITE.fill(name=name))
    if modifier >= 0 and scale <= precision <= MAX_PRECISION and scale < 1024:
        return f"DECIMAL({precision}, {scale})"
    widest = sql.SQL("SELECT max(abs({})), max(scale(trim_scale({}))) FROM {}").format(column, column, table)
    most, scale = connection.execute(widest).fetchone()
    whole_digits = 0 if most is None else len(str(int(most)))
    scale = scale or 0
    if whole_digits + scale > MAX_PRECISION:
        raise _refused(address.shown, _TOO_MANY_DIGITS.fill(name=name))
    return f"DECIMAL({max(1, whole_digits + scale)}, {scale})"


# ------------------------------------------------------------------ writing


def refuse_existing(text: str) -> None:
    """
    Refuse to write a table that is there already, before the work is done.

    Raises:
        DiagnosticError: it is there, or the database does not answer.
    """
    address = Address.of(text)
    with _as_refusal(address), _driver().connect(address.conninfo) as connection:
        if _is_there(connection, address):
            raise _refused(address.shown, _IS_THERE, _REPLACE)


def _is_there(connection: Any, address: Address) -> bool:
    name = _driver().sql.Identifier(*address.table).as_string(connection)
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [name]).fetchone()
    return bool(found and found[0])


def write_table(engine: Waiting, select: str, text: str, folder: Path, *, replace: bool) -> None:
    """
    Write what a SELECT gives as a table, in one transaction.

    Args:
        folder: where it stands meanwhile.
        replace: drop a table of that name first; else it is refused.

    Raises:
        DiagnosticError: there is such a table, or the database does not take it.
    """
    address = Address.of(text)
    with _as_refusal(address), _driver().connect(address.conninfo) as connection:
        sql = _driver().sql
        table = sql.Identifier(*address.table)
        is_there = _is_there(connection, address)
        if is_there and not replace:
            raise _refused(address.shown, _IS_THERE, _REPLACE)
        described = engine.execute(f"DESCRIBE {select}").fetchall()
        columns = [(str(row[0]), str(row[1])) for row in described]
        path = folder / "results.csv"
        shown = ", ".join(
            f"{_array(quoted(name)) if kind.endswith('[]') else quoted(name)} AS {quoted(name)}"
            for name, kind in columns
        )
        engine.execute(
            f"COPY (SELECT {shown} FROM ({select})) TO {text_literal(str(path))}"
            " (FORMAT csv, HEADER false, NULLSTR '\\N', FORCE_QUOTE *)"
        )
        try:
            if is_there:
                connection.execute(sql.SQL("DROP TABLE {}").format(table))
            declared = [
                sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_theirs(kind)))
                for name, kind in columns
            ]
            if KEY in dict(columns):
                declared.append(sql.SQL("PRIMARY KEY ({})").format(sql.Identifier(KEY)))
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(declared)))
            copy = sql.SQL("COPY {} FROM STDIN (FORMAT csv, NULL '\\N')").format(table)
            with path.open("rb") as file, connection.cursor() as cursor, cursor.copy(copy) as target:
                while chunk := file.read(_CHUNK):
                    target.write(chunk)
        finally:
            path.unlink()


_THEIRS = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "HUGEINT": "numeric",
    "UBIGINT": "numeric",
    **dict.fromkeys(("TINYINT", "UTINYINT", "SMALLINT"), "smallint"),
    **dict.fromkeys(("USMALLINT", "INTEGER"), "integer"),
}


def _theirs(kind: str) -> str:
    """The database's type for one of the engine's."""
    if kind.endswith("[]"):
        return "text[]"
    if kind.startswith("DECIMAL"):
        return kind.replace("DECIMAL", "numeric")
    return _THEIRS.get(kind, "bigint")


def _array(name: str) -> str:
    """A list of texts as the database writes it."""
    item = "'\"' || replace(replace(t, '\\', '\\\\'), '\"', '\\\"') || '\"'"
    return f"'{{' || array_to_string(list_transform({name}, lambda t: {item}), ',') || '}}'"


# ------------------------------------------------------------------ trouble


def _driver() -> Any:
    try:
        import psycopg
    except ImportError:
        raise missing_extra("postgres") from None
    import psycopg.sql

    return psycopg


@contextlib.contextmanager
def _as_refusal(address: Address) -> Iterator[None]:
    """Turn what the driver raises into a refusal."""
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith("psycopg"):
            raise
        raise _refused(address.shown, _TROUBLE.fill(why=address.told(error))) from None


def _refused(shown: str, reason: Said, help: Said | None = None) -> DiagnosticError:
    return refusal("E-DATA-DATABASE", DataPlace(shown), reason=reason, help=help)
