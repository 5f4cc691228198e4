"""Data in and out: files → exact rows, results → files. Nothing is guessed: read exactly, or refused."""

from tierlang.data.cells import CellProblem, read_cell
from tierlang.data.history import Published, read_history
from tierlang.data.mapping import ELSE, read_mapping
from tierlang.data.output import write_whole
from tierlang.data.problems import DataProblem
from tierlang.data.subjects import Dataset, read_subjects
from tierlang.data.table import MAX_FILE_BYTES, Table

__all__ = [
    "ELSE",
    "MAX_FILE_BYTES",
    "CellProblem",
    "DataProblem",
    "Dataset",
    "Published",
    "Table",
    "read_cell",
    "read_history",
    "read_mapping",
    "read_subjects",
    "write_whole",
]
