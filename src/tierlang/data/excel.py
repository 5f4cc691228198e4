"""Excel workbooks → Table, with openpyxl; what a sheet does not really say is refused, not filled in."""

import contextlib
import datetime
import functools
import re
import warnings
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierlang.data import words
from tierlang.data.numerals import FULL_WIDTH, MAX_DIGITS, SYMBOLS, narrowed
from tierlang.data.problems import DataProblem, FileProblem, Problems, package_of, shorten
from tierlang.data.raw import MergedAway, Raw, Refused, Shown, looks_blank
from tierlang.data.table import MAX_FILE_BYTES, Table, tidy_headings
from tierlang.data.workbook_scan import MAX_ROWS, SheetScan, scan_sheet, waits_for_calculation
from tierlang.diagnostics import DataPlace, nearest, quoted

if TYPE_CHECKING:
    from openpyxl.cell import ReadOnlyCell
    from openpyxl.workbook import Workbook

SAFE_DIGITS = 15
"""Decimal digits that Excel keeps of a number."""

_BRACKETS = re.compile(r"\[\$([^\]\-]*)[^\]]*\]|\[[^\]]*\]")

_WORKBOOK_PART = "xl/workbook.xml"
_NOT_CALCULATED = Refused("=…", words.NOT_CALCULATED, words.CALCULATE_IT)


@contextlib.contextmanager
def open_excel(
    path: Path,
    file: str,
    problems: Problems,
    *,
    sheet: str | None = None,
    table: str | None = None,
    max_bytes: int = MAX_FILE_BYTES,
) -> Iterator[Table]:
    """
    Open a sheet of a workbook; its rows are read while they are gone through.

    Args:
        path: the file.
        file: its name for messages.
        problems: where problems of single rows go.
        sheet: the sheet; by default the one named like *table*, else the only visible one that is not empty.
        table: the name of the table that is wanted.
        max_bytes: what the workbook may unpack to.

    Raises:
        DataProblem: the workbook or the sheet cannot be read, or openpyxl is not installed.
    """
    with contextlib.closing(_load(path, max_bytes)) as book:
        worksheet = _pick_sheet(book, sheet, table)
        # openpyxl says nowhere in public which part of the archive a sheet is.
        part_name, archive = worksheet._worksheet_path, book._archive  # noqa: SLF001 - see above
        with _damage_as_problem(), archive.open(part_name) as part:
            scan = scan_sheet(part)
        stale = bool(scan.formulas) and _is_stale(path)
        place = DataPlace(file, worksheet.title, row=1)
        cut: dict[int, tuple[int, str]] = {}
        records = _records(worksheet, scan, stale, cut)
        with _damage_as_problem():
            _, heading_cells = next(records, (1, []))
        columns = tidy_headings(heading_cells, place, problems)
        rows = _even_rows(records, len(columns), place, problems)
        yield Table(file, worksheet.title, columns, rows, cut=cut)


def _load(path: Path, max_bytes: int) -> "Workbook":
    """Open a workbook without reading its sheets."""
    try:
        import openpyxl
    except ImportError:
        raise DataProblem("E-DATA-EXTRA", package=package_of("excel")) from None
    with path.open("rb") as handle:
        if handle.read(4) == b"\xd0\xcf\x11\xe0":
            raise FileProblem(words.OLD_EXCEL, words.SAVE_AS_XLSX)
    with _damage_as_problem():
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > max_bytes:
            what = words.UNPACKED_BYTES
            raise DataProblem("E-DATA-TOO-LONG", what=what, found=unpacked, limit=max_bytes)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which are not read
            return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)


@contextlib.contextmanager
def _damage_as_problem() -> Iterator[None]:
    """Turn whatever openpyxl raises on a damaged workbook into one clear problem."""
    try:
        yield
    except DataProblem:
        raise
    except Exception as error:  # openpyxl promises no kinds: KeyError, ValueError, BadZipFile, ParseError …
        raise FileProblem(words.DAMAGED_WORKBOOK) from error


def _is_stale(path: Path) -> bool:
    """Do the workbook's formulas wait for being calculated?"""
    with zipfile.ZipFile(path) as archive:
        if _WORKBOOK_PART not in archive.namelist():
            return False
        with archive.open(_WORKBOOK_PART) as part:
            return waits_for_calculation(part)


def _pick_sheet(book: "Workbook", sheet: str | None, table: str | None) -> Any:
    """Find the sheet to read."""
    sheets = {worksheet.title: worksheet for worksheet in book.worksheets}
    for worksheet in sheets.values():
        worksheet.reset_dimensions()  # programs write wrong ones, and openpyxl would stop there
    if sheet is not None:
        if sheet not in sheets:
            reason = words.NO_SUCH_SHEET.fill(name=shorten(sheet))
            names = quoted(nearest(sheet, sheets) or [*sheets][:10])
            raise FileProblem(reason, words.ITS_SHEETS.fill(names=names))
        return sheets[sheet]
    if table in sheets:
        return sheets[table]
    visible = [w for w in sheets.values() if w.sheet_state == "visible" and _has_cells(w)]
    if len(visible) > 1:
        names = quoted(shorten(worksheet.title) for worksheet in visible[:10])
        raise FileProblem(words.SEVERAL_SHEETS.fill(names=names), words.NAME_A_SHEET)
    if not visible:
        raise FileProblem(words.FILE_EMPTY)
    return visible[0]


def _has_cells(worksheet: Any) -> bool:
    """Does the sheet hold anything?"""
    with _damage_as_problem():
        return any(
            value is not None
            for row in worksheet.iter_rows(max_row=MAX_ROWS, values_only=True)
            for value in row
        )


def _records(
    worksheet: Any, scan: SheetScan, stale: bool, cut: dict[int, tuple[int, str]]
) -> Iterator[tuple[int, list[Raw]]]:
    """The number and the raw cells of every row."""
    for number, row in enumerate(worksheet.iter_rows(), start=1):
        cells = [_raw_of(cell) for cell in row]
        for index, raw in enumerate(cells):
            if isinstance(raw, Shown) and raw.cut:
                cut.setdefault(index, (number, str(raw)))
        if scan.formulas:
            for index, cell in enumerate(row):
                # A formula whose result is an empty text has the type of a text and no value.
                empty = cell.value is None and cell.data_type != "str"
                if (number, index) in scan.formulas and (stale or empty):
                    cells[index] = _NOT_CALCULATED
        for first, last, _, _ in scan.merged.get(number, ()):
            cells.extend([None] * (min(last, 16_383) + 1 - len(cells)))
            for index in range(first, min(last, 16_383) + 1):
                if (name := scan.hidden_by(number, index)) is not None:
                    cells[index] = _merged(name)
        yield number, cells


def _merged(name: str) -> MergedAway:
    """What stands in a part of a merged range that does not hold its value."""
    return MergedAway("", words.MERGED_AWAY.fill(name=name), words.SPLIT_CELLS)


def _even_rows(
    records: Iterator[tuple[int, list[Raw]]], width: int, place: DataPlace, problems: Problems
) -> Iterator[tuple[int, list[Raw]]]:
    """The rows that are not blank, each with one cell for each heading."""
    number = 1
    try:
        with _damage_as_problem():
            for number, cells in records:
                if all(map(looks_blank, cells)):
                    continue
                beyond = next((i for i, c in enumerate(cells[width:], width) if not looks_blank(c)), None)
                if beyond is not None:
                    row_place = DataPlace(place.file, place.sheet, number)
                    problems.add("E-DATA-ROW-LENGTH", row_place, found=beyond + 1, expected=width)
                    continue
                yield number, [*cells[:width], *[None] * (width - len(cells))]
    except DataProblem as problem:
        problems.add_problem(problem, DataPlace(place.file, place.sheet, number + 1))


def _raw_of(cell: "ReadOnlyCell") -> Raw:
    """One cell as it is stored."""
    value = cell.value
    match value:
        case None | bool():
            return value
        case str():
            if cell.data_type == "e":
                return Refused(value, words.SPREADSHEET_ERROR, words.LEAVE_EMPTY.fill(mark=value))
            return value
        case int() | float():
            return shown_number(value, cell.number_format)
        case datetime.datetime():
            if value.time() == datetime.time():
                return value.date()
            return Refused(str(value), words.HAS_TIME, words.DATE_ALONE)
        case datetime.date():
            return value
        case _:
            return Refused(str(value), words.IS_A_TIME)


def shown_number(value: float, number_format: str) -> Shown | Refused:
    """
    The exact number that a spreadsheet means by a stored one: its first 15 digits.

    Excel stores binary doubles and works with 15 decimal digits: 0.30000000000000004 is 0.3. Integers that
    stand in the file with more digits are kept as they are and marked as cut.
    """
    if not abs(value) < 10**MAX_DIGITS:
        return Refused(str(value), words.TOO_MANY_DIGITS)
    exact = narrowed(Fraction(Decimal(f"{value:.{SAFE_DIGITS}g}")) if isinstance(value, float) else value)
    if exact.denominator > 10**MAX_DIGITS:
        return Refused(str(value), words.TOO_MANY_DIGITS)
    mark, zeros, plain = _read_format(number_format)
    whole = isinstance(exact, int)
    text = str(exact).zfill(zeros) if whole and (plain or zeros) else None
    return Shown(exact, text, mark, cut=whole and abs(exact) >= 10**SAFE_DIGITS)


@functools.lru_cache(maxsize=256)
def _read_format(number_format: str) -> tuple[str, int, bool]:
    """
    What a number format shows beside the digits.

    Returns:
        the percent sign, or a currency's symbol or code, or nothing; the width of a format that is all
        zeros such as ``000000``, else 0; and whether the number is shown as it is.
    """
    positive = number_format.split(";", maxsplit=1)[0].translate(FULL_WIDTH)
    bracketed = [name.strip() for name in _BRACKETS.findall(positive) if name.strip()]
    rest = _BRACKETS.sub("", positive)
    symbols = [symbol for symbol in sorted(SYMBOLS, key=len, reverse=True) if symbol in rest]
    mark = "%" if "%" in rest else next(iter([*bracketed, *symbols]), "")
    zeros = len(rest) if rest.strip("0") == "" and len(rest) > 1 else 0
    return mark, zeros, rest in ("General", "@", "0", "")
