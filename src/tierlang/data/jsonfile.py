"""JSON and JSON Lines → exact raw values, and lists of objects → Table."""

import contextlib
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, TextIO

from tierlang.data import words
from tierlang.data.numerals import MAX_DIGITS, narrowed
from tierlang.data.problems import DataProblem, FileProblem, Problems, shorten
from tierlang.data.raw import Raw, Refused, TwiceKeyed, kind_words, object_of
from tierlang.data.table import Table
from tierlang.data.textfile import bounded_lines, open_text
from tierlang.diagnostics import DataPlace

MAX_DEPTH = 16
"""Brackets that may stand inside each other."""

MAX_LINE = 64 * 1024 * 1024
"""Characters of one line of a JSON Lines file."""

# A string that is never closed ends at the end of the text, so that no character is looked at twice.
_STRING = re.compile(r'"(?:[^"\\]++|\\.?)*+(?:"|\Z)', re.DOTALL)
_NOT_BRACKET = re.compile(r"[^\[\]{}]+")
_FLOAT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")


def parse_json(text: str, first: int = 1) -> Any:
    """
    Parse one JSON text; what JSON allows and nobody can mean is marked rather than guessed.

    Args:
        first: the line of its file in which it begins.

    Returns:
        None, bool, str, list, dict; int or Fraction for a number, exactly as written; Refused for a number of
        too many digits, NaN and Infinity; TwiceKeyed for an object with the same key twice.

    Raises:
        DataProblem: it is not JSON, or nested too deeply.
    """
    check_depth(text)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = words.NOT_JSON.fill(line=error.lineno + first - 1, column=error.colno)
        raise FileProblem(reason) from None


def check_depth(text: str) -> None:
    """
    Refuse a text whose brackets stand too deep inside each other, before anything recurses over it.

    Raises:
        DataProblem: ``E-DATA-TOO-LONG``, deeper than MAX_DEPTH.
    """
    depth = 0
    for bracket in _NOT_BRACKET.sub("", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise DataProblem("E-DATA-TOO-LONG", what=words.NESTING, limit=MAX_DEPTH)


def read_json(path: Path, file: str, problems: Problems, encoding: str | None = None) -> Any:
    """
    Read a file that is one JSON text.

    Raises:
        DataProblem: it cannot be read.
    """
    with open_text(path, file, problems, encoding) as text:
        return parse_json(text.read())


@contextlib.contextmanager
def open_json(
    path: Path, file: str, problems: Problems, *, encoding: str | None = None, pairs: bool = False
) -> Iterator[Table]:
    """
    Open a JSON list of objects, or an object that holds one as ``subjects``.

    With *pairs*, any object is a table too, with the columns ``key`` and ``value``.

    Raises:
        DataProblem: it is none of these.
    """
    document = read_json(path, file, problems, encoding)
    if pairs and isinstance(document, dict):
        rows = [(number, [key, value]) for number, (key, value) in enumerate(document.items(), start=1)]
        yield Table(file, None, ("key", "value"), rows, nested=True)
        return
    if isinstance(document, dict):
        others = [name for name in document if name != "subjects"]
        if others:
            raise DataProblem("E-DATA-COLUMN", name=shorten(others[0]), near="`subjects`")
        document = document.get("subjects")
    if not isinstance(document, list):
        found = kind_words(document)
        raise DataProblem("E-DATA-TYPE", found=found, expected=words.A_LIST_OF_OBJECTS)
    yield table_of_objects(file, enumerate(document, start=1), problems)


@contextlib.contextmanager
def open_json_lines(
    path: Path, file: str, problems: Problems, *, encoding: str | None = None
) -> Iterator[Table]:
    """
    Open a file with one JSON object on each line; blank lines are left out.

    A line that is not JSON goes to *problems*.

    Raises:
        DataProblem: the file as a whole cannot be read.
    """
    with open_text(path, file, problems, encoding) as text:
        yield table_of_objects(file, read_json_lines(text, file, problems), problems)


def read_json_lines(text: TextIO, file: str, problems: Problems) -> Iterator[tuple[int, Any]]:
    """The number and the value of each line that is not blank; a line that is not JSON goes to *problems*."""
    for number, line in enumerate(bounded_lines(text, MAX_LINE), start=1):
        if line.isspace():
            continue
        try:
            yield number, parse_json(line, number)
        except DataProblem as problem:
            problems.add_problem(problem, DataPlace(file, row=number))


def table_of_objects(file: str, objects: Iterator[tuple[int, Any]], problems: Problems) -> Table:
    """
    Make a table of numbered objects; its columns are all their keys, in order of appearance.

    What is not an object goes to *problems*.
    """
    columns: dict[str, None] = {}
    rows: list[tuple[int, dict[str, Raw]]] = []
    for number, value in objects:
        match value:
            case dict():
                rows.append((number, value))
                columns.update(dict.fromkeys(value))
            case TwiceKeyed(name=name):
                problems.add("E-DATA-HEADER-TWICE", DataPlace(file, row=number), name=shorten(name))
            case _:
                place, found = DataPlace(file, row=number), kind_words(value)
                problems.add("E-DATA-TYPE", place, found=found, expected=words.AN_OBJECT)
    return Table(file, None, tuple(columns), rows, nested=True)


def _read_int(text: str) -> int | Refused:
    """An integer, if its digits are few enough to convert."""
    if len(text.lstrip("-")) > MAX_DIGITS:
        return Refused(shorten(text), words.TOO_MANY_DIGITS)
    return int(text)


def _read_float(text: str) -> int | Fraction | Refused:
    """A number with a point or an exponent, exactly as written, unless it has too many digits written out."""
    match = _FLOAT.fullmatch(text)
    if match is None or len(text) > 4 * MAX_DIGITS or len(match[4] or "") > 4:
        return Refused(shorten(text), words.TOO_MANY_DIGITS)
    sign, whole, fraction, exponent = match.groups(default="")
    fraction = fraction.rstrip("0")
    digits, power = int(whole + fraction), int(exponent or 0) - len(fraction)
    if digits == 0:
        return 0
    if len(str(digits)) + max(power, 0) > 2 * MAX_DIGITS or -power > MAX_DIGITS:
        return Refused(shorten(text), words.TOO_MANY_DIGITS)
    value = narrowed(digits * 10**power if power >= 0 else Fraction(digits, 10**-power))
    if value.__trunc__() >= 10**MAX_DIGITS:
        return Refused(shorten(text), words.TOO_MANY_DIGITS)
    return -value if sign else value


def _refuse_constant(text: str) -> Refused:
    """NaN, Infinity and -Infinity, which JSON does not have."""
    return Refused(text, words.NOT_FINITE, words.WRITE_NULL)


_DECODER = json.JSONDecoder(
    parse_int=_read_int,
    parse_float=_read_float,
    parse_constant=_refuse_constant,
    object_pairs_hook=object_of,
)
