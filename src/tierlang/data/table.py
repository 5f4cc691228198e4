"""A table as its file reader hands it over: headings, and rows of raw cells one after the other."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.problems import DataProblem, FileProblem, Problems
from tierlang.data.raw import Raw, looks_blank
from tierlang.diagnostics import DataPlace

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Size of an input file, and what a workbook may unpack to, unless the caller says otherwise."""

MAX_COLUMNS = 16_384
"""Columns of a table, as in a spreadsheet."""

Row: TypeAlias = list[Raw] | dict[str, Raw]


@attrs.frozen
class Table:
    """
    An open table.

    Attributes:
        file: the file's name as the user gave it.
        sheet: the sheet, in a workbook.
        columns: the headings, tidied, none empty and none twice; in a JSON list the keys of its objects.
        rows: row number and cells; can be gone through once. Rows are counted as a spreadsheet counts them,
            the header is row 1; in JSON it is the n-th object, in JSON Lines the line. The cells are a list,
            one for each column; of a JSON object, a dict that may lack some.
        floats: heading to the name of a binary floating-point type, for columns that hold one.
        integers: heading to the name of an integer type of up to 64 bits, as Arrow calls it, for columns that hold one.
        cut: column index to row number and text of the first number that a spreadsheet may have cut;
            filled while *rows* is gone through.
        nested: a cell may hold a list or an object, and there is no header row (JSON, Parquet).
    """

    file: str
    sheet: str | None
    columns: tuple[str, ...]
    rows: Iterable[tuple[int, Row]] = attrs.field(repr=False)
    floats: Mapping[str, str] = attrs.field(factory=dict)
    integers: Mapping[str, str] = attrs.field(factory=dict)
    cut: dict[int, tuple[int, str]] = attrs.field(factory=dict)
    nested: bool = False

    def place(self, row: int | None = None, column: str | None = None, value: str | None = None) -> DataPlace:
        """A place in this table; without *row*, the table as a whole."""
        return DataPlace(self.file, self.sheet, row, column, value)

    @property
    def header_place(self) -> DataPlace:
        """The row of headings."""
        return self.place(None if self.nested else 1)


def tidy_headings(cells: Sequence[Raw], place: DataPlace, problems: Problems) -> tuple[str, ...]:
    """
    Tidy headings: white space runs become one space, NFC, blank ones at the end are dropped.

    Every blank one in between and every second use of one goes to *problems*.

    Raises:
        DataProblem: there is no heading, or there are too many.
    """
    columns = ["" if looks_blank(cell) else tidy_heading(str(cell)) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise FileProblem(words.NO_HEADINGS, words.ADD_HEADINGS)
    if len(columns) > MAX_COLUMNS:
        found, what = len(columns), words.COLUMN_COUNT
        raise DataProblem("E-DATA-TOO-LONG", what=what, found=found, limit=MAX_COLUMNS)
    for index, name in enumerate(columns):
        if not name:
            reason = words.BLANK_HEADING.fill(letter=column_letter(index))
            problems.add("E-DATA-FILE", place, reason=reason)
    for name, count in Counter(columns).items():
        if name and count > 1:
            problems.add(
                "E-DATA-HEADER-TWICE", DataPlace(place.file, place.sheet, place.row, name), name=name
            )
    return tuple(columns)


def tidy_heading(text: str) -> str:
    """A heading with single spaces, in NFC."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def column_letter(index: int) -> str:
    """The letters by which a spreadsheet calls the column at *index* (from 0)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
