"""
Diagnostics of every shape, for the tests of how they are shown.

``PYTHONPATH=src python tests/unit/diagnostics/diagnostic_samples.py`` writes the golden reports anew; read
the difference before keeping it.
"""

from pathlib import Path

from tierlang._version import __version__
from tierlang.diagnostics import DataPlace, Diagnostic, Fix, Label
from tierlang.diagnostics.formats import FORMATS, render
from tierlang.source import SourceText, Span

GOLDEN = Path(__file__).parent / "golden"
BASE_URL = "https://example.org/codes/"


def span_of(source: SourceText, text: str, nth: int = 0) -> Span:
    """Where *text* stands in a source, for the (nth + 1)th time."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return Span(start, start + len(text))


GRADES = SourceText(
    "schemes/gbt31526_2015.tier",
    "\n" * 8 + "tier TWO   if 70 <= score <= 79\ntier THREE if 80 <= score <= 89\n",
)
GAP = Diagnostic(
    "W-TIER-GAP",
    {"range": "79 < score < 80", "witness": "`score` = 79.5", "level": "TWO", "falls_to": "FAIL"},
    GRADES,
    span_of(GRADES, "79"),
    (Label(span_of(GRADES, "80"), "starts", {"level": "THREE"}),),
    fixes=(Fix(span_of(GRADES, "<= 79"), "< 80"),),
)

STAR = SourceText("方案/五星 100%.tier", "运营五星 = max(1,000, 2)\n")
COMMA = Diagnostic(
    "E-COMMA-NUMBER",
    {"text": "1,000", "fixed": "1_000"},
    STAR,
    span_of(STAR, "1,000"),
    fixes=(Fix(span_of(STAR, "1,000"), "1_000"),),
)

SERIES = SourceText("sales.tier", "require all(\n    orders >= 10,\n    sales,\n)\n")
MULTILINE = Diagnostic(
    "E-NOT-CONDITION",
    {"found": "number"},
    SERIES,
    Span(SERIES.text.index("all("), len(SERIES.text) - 1),
)

CELL = Diagnostic(
    "E-DATA-CELL",
    {
        "value": "九百万",
        "reason": "is written in Chinese numerals",
        "reason_zh": "使用了中文数字",
        "expected": "a whole number",
        "help": "write `9000000`",
        "help_zh": "请写 `9000000`",
    },
    place=DataPlace("shops.xlsx", "Q3", 17, "sales", "九百万"),
)
IN_MEMORY = Diagnostic("E-DATA-FLOAT", {"value": "0.1"}, place=DataPlace(row=2, column="score", value="0.1"))
DATA_FILE = Diagnostic(
    "E-DATA-FILE", {"reason": "does not exist", "reason_zh": "不存在"}, place=DataPlace("shops.csv")
)
WHOLE_FILE = Diagnostic("W-EXAMPLE-NONE", {}, STAR)
NO_PLACE = Diagnostic("E-PARAM-MISSING", {"name": "bar"})

HOSTILE_SOURCE = SourceText("evil\x1b[2J\n::error::.tier", "a =\t1 \u202e\x1b[31m b\n")
HOSTILE = Diagnostic(
    "E-UNKNOWN-NAME",
    {"name": "b\n::error::\x9b31m\u2066", "near": "`{name}`, `a%0A`"},
    HOSTILE_SOURCE,
    span_of(HOSTILE_SOURCE, "b"),
    fixes=(Fix(span_of(HOSTILE_SOURCE, "b"), "\x7f\u202e\U000e0001"),),
)

ALL = (GAP, COMMA, MULTILINE, CELL, IN_MEMORY, DATA_FILE, WHOLE_FILE, NO_PLACE, HOSTILE)


def report(format: str, lang: str) -> str:
    """All samples in a format, the program's version left open."""
    text = render(ALL, format, lang, base_url=BASE_URL)
    return text.replace(f'"version": "{__version__}"', '"version": "VERSION"')


if __name__ == "__main__":
    for name in FORMATS:
        for language in ("en", "zh"):
            (GOLDEN / f"report.{language}.{name}").write_text(report(name, language), "utf-8", newline="\n")
