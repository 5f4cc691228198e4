"""Tables in memory, of whatever library, as Arrow; and Arrow as a table of the same library."""

from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.reading.kinds import MAX_PRECISION
from tierlang.data import words
from tierlang.data.problems import missing_extra
from tierlang.diagnostics.model import DataPlace, refusal


@attrs.frozen
class Frame:
    """
    A table that the engine can look into.

    Attributes:
        arrow: an Arrow table or stream, or a frame of polars.
        once: it can be read only once.
    """

    arrow: Any
    once: bool = False

    @property
    def names(self) -> list[str]:
        """Its columns."""
        return list(
            self.arrow.schema.names() if callable(self.arrow.schema.names) else self.arrow.schema.names
        )


def as_arrow(table: object) -> Frame:
    """
    A table of Arrow, pandas, polars, DuckDB or any library that narwhals knows, in a form that the engine can look into.

    Raises:
        DiagnosticError: a column holds values of several types.
        NotNative: it is no table.
    """
    frame: Any = table
    match library_of(table):
        case "pyarrow":
            return Frame(_readable(frame), once=is_stream(table))
        case "polars":
            return Frame(_known(frame.collect() if type(table).__name__ == "LazyFrame" else frame))
        case "pandas":
            return Frame(_readable(_of_pandas(frame)))
        case "duckdb":
            return Frame(_stream_of(frame), once=True)
        case _ if hasattr(table, "__arrow_c_stream__"):
            import pyarrow

            return Frame(_readable(pyarrow.table(table)))
        case _:
            return Frame(_readable(_through_narwhals(table)))


def like(arrow: Any, model: object) -> Any:
    """An Arrow table as a table of the library that *model* is of; Arrow where that is none."""
    match library_of(model):
        case "pandas":
            return arrow.to_pandas()
        case "polars":
            import polars

            frame: Any = polars.from_arrow(arrow)
            return frame.lazy() if type(model).__name__ == "LazyFrame" else frame
        case "duckdb":
            import duckdb

            return duckdb.from_arrow(arrow)
        case "narwhals":
            import narwhals

            native: Any = narwhals.to_native(model, pass_through=True)
            return narwhals.from_native(like(arrow, native))
        case _:
            return arrow


def library_of(table: object) -> str:
    """The package that a table's type is of."""
    package = type(table).__module__.partition(".")[0]
    return "duckdb" if package == "_duckdb" else package


def is_stream(table: object) -> bool:
    """Whether a table of Arrow can be read only once."""
    return type(table).__name__ == "RecordBatchReader"


def _known(frame: Any) -> Any:
    """
    A frame of polars.

    Raises:
        NotNative: a column is of a type that other libraries do not know.
    """
    for name, kind in frame.schema.items():
        if str(kind) in _OF_POLARS_ONLY:
            raise NotNative(f"the column `{name}` of type {kind}", f"列 `{name}` 的类型是 {kind}")
    return frame


_OF_POLARS_ONLY = frozenset({"Int128", "UInt128", "Float16", "Object", "Unknown"})


def _readable(table: Any) -> Any:
    """
    A table or stream of Arrow without what DuckDB stumbles over.

    Decimals with a negative number of places, as whole hundreds and thousands may have; and durations in seconds, of which it
    cannot tell what is missing.

    Raises:
        NotNative: decimals have too many digits for it.
    """
    from pyarrow import decimal128, duration, types

    schema: Any = getattr(table, "schema", ())
    wanted = schema
    for place, field in enumerate(schema):
        if types.is_duration(field.type) and field.type.unit != "us":
            wanted = wanted.set(place, field.with_type(duration("us")))
        elif types.is_decimal(field.type) and field.type.scale < 0:
            digits = field.type.precision - field.type.scale
            if digits > MAX_PRECISION:
                raise NotNative(
                    f"`{field.name}` has decimals of more than 38 digits",
                    f"`{field.name}` 含超过 38 位的小数",
                )
            wanted = wanted.set(place, field.with_type(decimal128(digits, 0)))
    return table if wanted is schema else table.cast(wanted)


def _of_pandas(frame: Any) -> Any:
    """
    A frame of pandas as an Arrow table; objects are looked at one by one, so that nothing is guessed from the first rows.

    Raises:
        DiagnosticError: a column holds values of several types.
        NotNative: or integers that no column of Arrow holds.
    """
    try:
        import pyarrow
    except ImportError:
        raise missing_extra("parquet") from None
    columns = {}
    for number, name in enumerate(frame.columns):
        try:
            columns[str(name)] = pyarrow.Array.from_pandas(frame.iloc[:, number])
        except OverflowError:
            raise NotNative(
                f"integers of more than 64 bits (in `{name}`)", f"含超过 64 位的整数（位于 `{name}`）"
            ) from None
        except pyarrow.ArrowException as error:
            place = DataPlace(column=str(name))
            raise refusal("E-DATA-TYPE", place, found=words.SEVERAL_TYPES, expected=words.ONE_TYPE) from error
    if len(columns) < len(frame.columns):
        twice = next(
            str(name) for name in frame.columns if list(map(str, frame.columns)).count(str(name)) > 1
        )
        raise refusal("E-DATA-HEADER-TWICE", name=twice)
    return pyarrow.table(columns)


def _stream_of(relation: Any) -> Any:
    """The rows of a relation of DuckDB, batch by batch."""
    return relation.to_arrow_reader() if hasattr(relation, "to_arrow_reader") else relation.to_arrow_table()


def _through_narwhals(table: object) -> Any:
    """
    A table of a library that narwhals knows, or a frame of narwhals itself.

    Raises:
        NotNative: it is no table.
    """
    try:
        import narwhals
    except ImportError:
        raise NotNative(
            f"a table of type {type(table).__name__} (narwhals is not installed)",
            f"表的类型是 {type(table).__name__}（未安装 narwhals）",
        ) from None
    frame: Any = narwhals.from_native(table, pass_through=True)
    if isinstance(frame, narwhals.LazyFrame):
        frame = frame.collect()
    if not isinstance(frame, narwhals.DataFrame):
        raise NotNative(f"a table of type {type(table).__name__}", f"表的类型是 {type(table).__name__}")
    return frame.to_arrow()
