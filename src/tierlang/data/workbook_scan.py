"""What openpyxl's streaming reader does not tell of a sheet: which cells are formulas, which are merged."""

import re
import zipfile
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.problems import FileProblem

MAX_ROWS = 1_048_576
MAX_MERGED_ROWS = 1_000_000
"""Rows that merged ranges may cover in all, each range counted for itself."""

_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")


@attrs.define
class SheetScan:
    """
    Facts about the cells of one sheet; rows from 1, column indices from 0.

    Attributes:
        formulas: row and column of every formula.
        merged: row to the parts of it that lie in merged ranges: first and last column, the range, and
            whether the first of these columns holds the range's value.
    """

    formulas: set[tuple[int, int]] = attrs.field(factory=set)
    merged: dict[int, list[tuple[int, int, str, bool]]] = attrs.field(factory=dict)

    def hidden_by(self, row: int, column: int) -> str | None:
        """The merged range that leaves this cell without a value of its own, if any."""
        for first, last, name, holds in self.merged.get(row, ()):
            if first <= column <= last and not (holds and column == first):
                return name
        return None


def column_index(letters: str) -> int:
    """``A`` → 0, ``AB`` → 27, nothing → -1."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def scan_sheet(part: IO[bytes]) -> SheetScan:
    """
    Go through the XML of a sheet once.

    Raises:
        FileProblem: it is not well-formed, declares entities, or has cells beyond a sheet's size or out of
            order (openpyxl would leave out such rows without a word).
    """
    scan = SheetScan()
    position = _Position()
    covered = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal covered
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            position.start_cell(attributes.get("r"))
        elif name == "row":
            position.start_row(attributes.get("r"))
        elif name == "f":
            scan.formulas.add((position.row, position.column))
        elif name == "mergeCell":
            covered += _add_merged(scan, attributes.get("ref", ""))
            if covered > MAX_MERGED_ROWS:
                raise FileProblem(words.DAMAGED_WORKBOOK)

    _parse(part, start)
    return scan


def waits_for_calculation(part: IO[bytes]) -> bool:
    """
    Go through the XML of the workbook itself: are its formulas' results to be computed when it is opened?

    Programs that cannot compute a formula write 0 or nothing as its result, and say this.

    Raises:
        FileProblem: it is not well-formed, or declares entities.
    """
    waits = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal waits
        if name.rpartition(":")[2] == "calcPr":
            waits = attributes.get("fullCalcOnLoad") in ("1", "true")

    _parse(part, start)
    return waits


def _parse(part: IO[bytes], start: Callable[[str, dict[str, str]], None]) -> None:
    """
    Go through XML without keeping it; *start* is called with the name and attributes of each element.

    Raises:
        FileProblem: it is not well-formed, or declares entities.
    """

    def refuse_doctype(*_: object) -> None:
        raise FileProblem(words.DAMAGED_WORKBOOK)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.ParseFile(part)
    except (expat.ExpatError, zipfile.BadZipFile, EOFError):
        raise FileProblem(words.DAMAGED_WORKBOOK) from None


class _Position:
    """The cell that the parser is in; rows and cells that do not say where they are follow one another."""

    def __init__(self) -> None:
        self.row = 0
        self._cell = ""
        self._beyond = 0

    @property
    def column(self) -> int:
        """The column's index; a name is only taken apart where it is asked for."""
        return column_index(self._cell.rstrip("0123456789")) + self._beyond

    def start_row(self, number: str | None) -> None:
        """Enter the row with this number."""
        before = self.row
        if number is None:
            self.row += 1
        elif number.isascii() and number.isdigit() and len(number) <= 7:
            self.row = int(number)
        if not before < self.row <= MAX_ROWS:
            raise FileProblem(words.DAMAGED_WORKBOOK)
        self._cell, self._beyond = "", 0

    def start_cell(self, name: str | None) -> None:
        """Enter the cell with this name; four letters would be a column beyond any sheet."""
        if name is None:
            self._beyond += 1
        elif name[3:4].isalpha():
            raise FileProblem(words.DAMAGED_WORKBOOK)
        else:
            self._cell, self._beyond = name, 0


def _add_merged(scan: SheetScan, name: str) -> int:
    """Note a merged range row by row; returns how many rows it covers."""
    match = _RANGE.fullmatch(name)
    if match is None:
        return 0
    top, bottom = int(match[2]), min(int(match[4]), MAX_ROWS)
    if bottom - top < MAX_MERGED_ROWS:
        for row in range(top, bottom + 1):
            part = (column_index(match[1]), column_index(match[3]), name, row == top)
            scan.merged.setdefault(row, []).append(part)
    return bottom - top + 1
