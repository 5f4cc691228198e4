"""Fields, files and short forms for the tests of the data readers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from tierlang.diagnostics import Diagnostic, DiagnosticError
from tierlang.types import (
    BOOL,
    COUNT,
    DATE,
    NUMBER,
    SHARE,
    TEXT,
    Field,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TextType,
)

CNY, USD, VND, EUR, JPY, HKD = (
    NumberType("money", code) for code in ("CNY", "USD", "VND", "EUR", "JPY", "HKD")
)

MERCHANT = RecordType(
    "merchant",
    (("industry", TEXT), ("sold", SeriesType(BOOL, "month")), ("orders", SeriesType(COUNT, "month"))),
)

FIELDS = [
    Field("orders", COUNT, (("zh", "订单量"), ("vi", "Số đơn hàng"))),
    Field("rate", SHARE, (("zh", "达标率"),)),
    Field("gmv", CNY, (("zh", "成交额"),)),
    Field("score", NUMBER),
    Field("active", BOOL),
    Field("since", DATE),
    Field("kind", TextType(("agency", "studio", "N/A"))),
    Field("city", TEXT),
    Field("paid", SeriesType(COUNT, "month"), (("zh", "支付订单"),)),
    Field("quarterly", SeriesType(NUMBER, "quarter")),
    Field("merchants", ListType(MERCHANT, 100), (("zh", "商家"),)),
]

Found: TypeAlias = tuple[str, int | None, str | None]
"""A diagnostic as tests look at it: code, row, column."""


def found(diagnostics: Sequence[Diagnostic]) -> list[Found]:
    """The code and the place of each diagnostic."""
    return [(d.code, d.place.row, d.place.column) if d.place else (d.code, None, None) for d in diagnostics]


def refused(read: Callable[[], object]) -> tuple[Diagnostic, ...]:
    """The diagnostics with which *read* refuses to read."""
    with pytest.raises(DiagnosticError) as caught:
        read()
    return caught.value.diagnostics


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Write a file exactly as given."""
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path
