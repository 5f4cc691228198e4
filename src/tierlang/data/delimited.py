"""CSV and its kin → Table: one delimiter, read off the header line; every row as long as the header."""

import contextlib
import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import cast

from tierlang.data import words
from tierlang.data.problems import DataProblem, FileProblem, Problems
from tierlang.data.raw import Raw, is_blank
from tierlang.data.table import Table, tidy_headings
from tierlang.data.textfile import bounded_lines, open_text
from tierlang.diagnostics import DataPlace

DELIMITERS = ",;\t"
MAX_LINE = 4_000_000
"""Characters of one line of a delimited file."""


@contextlib.contextmanager
def open_delimited(
    path: Path, file: str, problems: Problems, *, encoding: str | None = None
) -> Iterator[Table]:
    """
    Open a delimited text file; its rows are read while they are gone through.

    Rows are counted as a spreadsheet counts them: the header is 1, a line break inside quotes does not count,
    a blank line does. Rows of blank cells are left out. Problems of single rows go to *problems*, and the
    reading continues with the next row.

    Raises:
        DataProblem: the file as a whole cannot be read.
    """
    with open_text(path, file, problems, encoding) as text:
        lines = bounded_lines(text, MAX_LINE)
        head = list(_header_lines(lines))
        delimiter = find_delimiter("".join(head))
        records = enumerate(_records(chain(head, lines), delimiter), start=1)
        heading_cells = next(records, (1, []))[1]
        columns = tidy_headings(heading_cells, DataPlace(file, row=1), problems)
        rows = _even_rows(records, len(heading_cells), len(columns), file, problems)
        yield Table(file, None, columns, rows)


def find_delimiter(header: str) -> str:
    """
    Find the one delimiter that stands in the header outside quotes; a comma where none does.

    Raises:
        FileProblem: several do, so that the headings are not certain.
    """
    outside = "".join(header.split('"')[::2])
    found = [d for d in DELIMITERS if d in outside]
    if len(found) > 1:
        names = ", ".join({"\t": "tab"}.get(d, d) for d in found)
        raise FileProblem(words.SEVERAL_DELIMITERS.fill(names=names), words.QUOTE_HEADINGS)
    if not found and (strange := next((c for c in "，|、；" if c in outside), None)):
        raise FileProblem(words.STRANGE_DELIMITER.fill(char=strange), words.USE_DELIMITER)
    return found[0] if found else ","


def _header_lines(lines: Iterator[str]) -> Iterator[str]:
    """The first line, and further ones as long as a quote is open."""
    quotes = 0
    for line in lines:
        yield line
        quotes += line.count('"')
        if quotes % 2 == 0:
            return


def _records(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """
    The records of the file.

    Raises:
        FileProblem: quotes are wrong; nothing after that place can be told apart any more.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        if "field limit" in str(error):
            raise FileProblem(words.CELL_TOO_LONG) from None
        raise FileProblem(words.BAD_QUOTES, words.DOUBLE_QUOTES) from None


def _even_rows(
    records: Iterator[tuple[int, list[str]]], raw_width: int, width: int, file: str, problems: Problems
) -> Iterator[tuple[int, list[Raw]]]:
    """The rows that have as many cells as the header row, without what stands under no heading."""
    number = 1
    try:
        for number, cells in records:
            if not any(cells) or all(map(is_blank, cells)):
                continue
            if len(cells) != raw_width or any(not is_blank(cell) for cell in cells[width:]):
                place = DataPlace(file, row=number)
                expected = raw_width if len(cells) != raw_width else width
                problems.add("E-DATA-ROW-LENGTH", place, found=len(cells), expected=expected)
                continue
            yield number, cast(list[Raw], cells if raw_width == width else cells[:width])
    except DataProblem as problem:
        problems.add_problem(problem, DataPlace(file, row=number + 1))
