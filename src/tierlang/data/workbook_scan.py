"""What openpyxl's streaming reader does not tell of a sheet: which cells are formulas, which are merged."""

import re
import zipfile
from typing import BinaryIO
from xml.parsers import expat

import attrs

from tierlang.data import words
from tierlang.data.problems import FileProblem

MAX_ROWS = 1_048_576
MAX_MERGED_ROWS = 1_000_000
"""Rows that merged ranges may cover in all, each range counted for itself."""

_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


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
    """``A`` → 0, ``AB`` → 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def scan_sheet(part: BinaryIO) -> SheetScan:
    """
    Go through the XML of a sheet once.

    Raises:
        FileProblem: it is not well-formed, declares entities, or its rows are not in order (openpyxl would
            leave out rows without a word).
    """
    scan = SheetScan()
    row = covered = 0
    cell = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, cell, covered
        match name.rpartition(":")[2]:
            case "c":
                cell = attributes.get("r", "")
            case "f":
                place = _CELL.fullmatch(cell)
                if place is None:
                    raise FileProblem(words.DAMAGED_WORKBOOK)
                scan.formulas.add((int(place[2]), column_index(place[1])))
            case "row":
                number = attributes.get("r", "")
                before, row = row, int(number) if number.isdigit() and len(number) < 8 else row + 1
                if not before < row <= MAX_ROWS:
                    raise FileProblem(words.DAMAGED_WORKBOOK)
            case "mergeCell":
                covered += _add_merged(scan, attributes.get("ref", ""))
                if covered > MAX_MERGED_ROWS:
                    raise FileProblem(words.DAMAGED_WORKBOOK)

    def refuse_doctype(*_: object) -> None:
        raise FileProblem(words.DAMAGED_WORKBOOK)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.ParseFile(part)
    except (expat.ExpatError, zipfile.BadZipFile, EOFError):
        raise FileProblem(words.DAMAGED_WORKBOOK) from None
    return scan


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
