"""Where a diagnostic points: lines and columns of a scheme, or words for a place in data."""

from tierlang import quickattrs as attrs
from tierlang.diagnostics.model import DataPlace, Diagnostic
from tierlang.diagnostics.safe import brief, printable
from tierlang.source import NOWHERE, SourceText, Span


@attrs.frozen
class Region:
    """Lines and columns from 1, in code points; the end is the first place after the span."""

    line: int
    column: int
    end_line: int
    end_column: int


def region_of(source: SourceText, span: Span) -> Region:
    """The lines and columns of a span; a span that leaves the text is clipped to it."""
    size = len(source.text)
    start = min(max(span.start, 0), size)
    end = min(max(span.end, start), size)
    return Region(*source.position(start), *source.position(end))


def own_region(diagnostic: Diagnostic) -> Region | None:
    """The region a diagnostic points at; None if it is about data or about a whole file."""
    if diagnostic.source is None or diagnostic.span == NOWHERE:
        return None
    return region_of(diagnostic.source, diagnostic.span)


def file_of(diagnostic: Diagnostic) -> str | None:
    """The name of the file at fault, of the data if it is about data; None for rows handed over in memory."""
    if diagnostic.place is not None and diagnostic.place.file:
        return diagnostic.place.file
    return diagnostic.source.name if diagnostic.source is not None else None


def place_words(place: DataPlace, lang: str, *, file: bool = True, value: bool = True) -> str:
    """
    Say where in data: ``shops.xlsx, sheet "Q3", row 17, column "sales": "九百万"``.

    Args:
        place: the place; parts that are None or empty are left out.
        lang: ``zh`` for Chinese, else English.
        file: whether to begin with the file's name.
        value: whether to end with what stands there.
    """
    chinese = lang == "zh"
    opening, closing, comma, colon = ("“", "”", "，", "：") if chinese else ('"', '"', ", ", ": ")

    def quote(text: str) -> str:
        return f"{opening}{brief(text)}{closing}"

    parts = []
    if file and place.file:
        parts.append(printable(place.file))
    if place.sheet is not None:
        parts.append(("工作表" if chinese else "sheet ") + quote(place.sheet))
    if place.row is not None:
        parts.append(f"第{place.row}行" if chinese else f"row {place.row}")
    if place.id is not None:
        parts.append(("编号 " if chinese else "id ") + quote(place.id))
    if place.column is not None:
        parts.append(("列" if chinese else "column ") + quote(place.column))
    where = comma.join(parts)
    if place.value is None or not value:
        return where
    return f"{where}{colon if where else ''}{quote(place.value)}"
