"""What holds for every text, number and table: read back exactly, or refused in the project's own way."""

import csv
import io
from fractions import Fraction
from pathlib import Path

import pytest
from data_samples import CNY, VND
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tierlang.data import DataProblem, read_cell, read_subjects
from tierlang.data.cells import MAX_TEXT
from tierlang.types import BOOL, COUNT, DATE, DAYS, NUMBER, SHARE, TEXT, Field, Type

SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PLAUSIBLE = "0123456789.,，+-−%％‰万亿 　eE¥￥$元CNY年月日/是否（）()\n\u200b²１２"
CLASSES: dict[Type, tuple[type, ...]] = {
    NUMBER: (int, Fraction),
    COUNT: (int,),
    SHARE: (int, Fraction),
    DAYS: (int,),
    CNY: (int, Fraction),
    VND: (int, Fraction),
    BOOL: (bool,),
    TEXT: (str,),
}

decimals = st.builds(
    lambda digits, places: (digits, places), st.integers(-(10**30), 10**30), st.integers(0, 12)
)


@SETTINGS
@given(st.sampled_from([*CLASSES, DATE]), st.one_of(st.text(), st.text(PLAUSIBLE)))
def test_every_text_is_read_or_refused(type: Type, text: str) -> None:
    """No other exception, no float, no value of another kind."""
    try:
        value = read_cell(text, type)
    except DataProblem:
        return
    assert value is None or type is DATE or value.__class__ in CLASSES[type]
    assert (value is None) == (not text.strip())
    if isinstance(value, Fraction):
        assert value.denominator != 1


def spelled(digits: int, places: int) -> str:
    """A decimal with exactly so many places."""
    text = str(abs(digits)).zfill(places + 1)
    whole, fraction = text[: len(text) - places], text[len(text) - places :]
    return f"{'-' * (digits < 0)}{whole}{'.' * bool(fraction)}{fraction}"


FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789.,-%"}


@SETTINGS
@given(decimals)
def test_every_spelling_of_a_number_is_that_number(parts: tuple[int, int]) -> None:
    """Plain, grouped, full-width, in percent, in 万: the value is the same fraction."""
    digits, places = parts
    text, value = spelled(digits, places), Fraction(digits, 10**places)
    whole, point, fraction = text.partition(".")
    grouped = f"{int(whole):,}" if int(whole) else whole
    assert read_cell(text, NUMBER) == value
    assert read_cell(f" {grouped}{point}{fraction}\u3000", NUMBER) == value
    assert read_cell(f"{grouped}{point}{fraction}".translate(FULL_WIDTH), NUMBER) == value
    assert read_cell(f"{text}%", NUMBER) == value / 100
    assert read_cell(f"{text}‰", NUMBER) == value / 1000
    assert read_cell(f"{text}万", NUMBER) == value * 10_000
    assert read_cell(f"{text}亿", NUMBER) == value * 100_000_000
    assert read_cell(f"{text}元", CNY) == value


texts = st.text(
    st.characters(codec="gb18030", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn"))
    | st.sampled_from('",;\t\r\n '),
    max_size=20,
)


@SETTINGS
@given(
    rows=st.lists(st.tuples(texts, st.integers(0, 10**15)), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_NONNUMERIC, csv.QUOTE_ALL]),
)
def test_every_table_is_read_as_it_was_written(
    tmp_path: Path, rows: list[tuple[str, int]], delimiter: str, encoding: str, end: str, quoting: int
) -> None:
    """Whatever stands in the texts, no row is lost, shifted or renumbered."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["id", "city", "orders"])
    writer.writerows([f"P{i}", f"<{city}>", orders] for i, (city, orders) in enumerate(rows))
    path = tmp_path / "a.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    dataset = read_subjects(path, [Field("city", TEXT), Field("orders", COUNT)])
    normal = [(read_cell(f"<{city}>", TEXT), orders) for city, orders in rows]
    assert [(row["city"], row["orders"]) for row in dataset.rows] == normal
    assert [dataset.place(i, ()).row for i in range(len(rows))] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("size", [MAX_TEXT, MAX_TEXT + 1])
def test_the_bound_of_a_text_counts_what_is_kept(size: int) -> None:
    """Outer white space does not count."""
    text = " " + "x" * size + "\n"
    if size > MAX_TEXT:
        with pytest.raises(DataProblem):
            read_cell(text, TEXT)
    else:
        assert read_cell(text, TEXT) == "x" * size
