"""Runs on Spark: which session, tables as views, and the outcome."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import SUBJECTS, called
from tierlang.columnar.engines.spark.engine import Session, Spark
from tierlang.columnar.engines.spark.scan import SparkConnection, SparkScanner
from tierlang.columnar.lowering.bind import ORDER
from tierlang.columnar.rating.ready import Ready
from tierlang.columnar.reading.frames import library_of
from tierlang.columnar.reading.source import Source
from tierlang.data.problems import missing_extra
from tierlang.diagnostics.model import DataPlace, refusal
from tierlang.run.prepared import Prepared
from tierlang.said import Said

OWN_SESSION = {
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.log.level": "ERROR",
}
"""Settings of a session that is started for a run on this machine."""


def room_for(tables: Mapping[str, object], master: str | None) -> Session:
    """
    The session of the tables, or the one that there is, or a new one.

    Args:
        master: where a new one runs; by default what SPARK_REMOTE says, else this machine.

    Raises:
        DiagnosticError: Spark is not installed.
        NotNative: the session does not check integers.
    """
    frame: Any = next((table for table in tables.values() if library_of(table) == "pyspark"), None)
    if frame is not None:
        return Session(frame.sparkSession)
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise missing_extra("spark") from None
    active = SparkSession.getActiveSession()
    if active is not None and master is None:
        return Session(active)
    builder = SparkSession.builder.appName("tier")
    if master is None and "SPARK_REMOTE" in os.environ:
        return Session(builder.getOrCreate())
    builder = builder.master(master or "local[*]")
    if master is None or master.startswith("local"):
        for name, value in OWN_SESSION.items():
            builder = builder.config(name, value)
    return Session(builder.getOrCreate())


def opened(room: Session, name: str, table: object) -> Source:
    """
    A table as views: as it is, and with a column that numbers its rows.

    Raises:
        DiagnosticError: there are no such files.
        NotNative: it is neither a frame nor a path.
    """
    from pyspark.sql import functions

    if library_of(table) == "pyspark":
        frame: Any = table
        shown, number = called(name), functions.monotonically_increasing_id()
    elif isinstance(table, str | Path):
        frame, shown = _read(room, str(table)), str(table)
        number = functions.struct("_metadata.file_path", "_metadata.row_index")
    else:
        raise NotNative(f"a table of type {type(table).__name__}", f"表的类型是 {type(table).__name__}")
    numbered = frame if name == SUBJECTS else frame.select("*", number.alias(ORDER))
    return Source(name, room.view(name, frame), shown, room.view(name, numbered, "numbered"))


def _read(room: Session, path: str) -> Any:
    try:
        frame = room.session.read.parquet(path)
        assert frame.columns is not None  # looks for the files, wherever the session is
    except Exception as error:
        if type(error).__name__ != "AnalysisException":
            raise
        raise refusal("E-DATA-FILE", DataPlace(path), reason=Said("is not there", "不存在")) from error
    return frame


def bound_in(
    room: Session,
    prepared: Prepared,
    tables: Mapping[str, object],
    id_column: str,
    ignore: frozenset[str],
    id_type: str | None,
) -> Ready:
    """
    Check and bind the tables of a run.

    Args:
        id_type: the integer type of the ids of rows in memory, as Spark calls it; None for texts.

    Raises:
        DiagnosticError: the data are refused.
        NotNative: Spark cannot hold them exactly.
    """
    main = tables[SUBJECTS]
    if isinstance(main, list | tuple):
        return Ready.of_rows(prepared, main, Spark(room), id_type)
    sources = {name: opened(room, name, table) for name, table in tables.items()}
    connection = SparkConnection(room)
    scanner = SparkScanner(
        prepared.scheme, prepared.time, prepared.reader, connection, sources, id_column, ignore
    )
    bound = attrs.evolve(scanner.bind(), lists=())  # the checks have counted child rows
    return Ready(Spark(room, scanner.scans), bound, scanner.subjects, scanner.id_type)
