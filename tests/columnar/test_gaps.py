"""
Where a value that may be undetermined meets child rows, periods and cohorts: what is said of each subject is the interpreter's.

Every source of gaps meets every condition, and every condition some of the forms in which it can stand. The subjects differ in
what is missing, and in how many rows there are to look at it.
"""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

import tierlang
from columnar.shared import plain

DECLARED = """
assess every month
record shop { f : share, g : count, t : count by month, k : text("a", "b"), day : date }
input shops : list of shop max 4
input o : count
input ser : count by month
input kind : text("a", "b")
table tab by kind : number { "a" => 3, "b" => ... }
table ext by kind : number external
param p : number = ...
"""
SOURCES = {
    "a hole": "m = ...",
    "a parameter's hole": "m = p + 1",
    "a table's hole": "m = tab[kind]",
    "a table without an entry": "m = ext[kind]",
    "a missing input": "m = o * 2",
    "a hole for some": "m = if o > 3 then ... else o",
    "a window": "m = sum(ser, over: last 2 months)",
    "nothing to average": "m = mean(x.g for x in shops)",
    "a rank": "m = rank(o, within: kind, among: all)",
}
CONDITIONS = (
    "false and m > 1",
    "60 < 1 < m",
    "x.f > 50% and m > 1",
    "m > 1 or x.g > 2",
    "m > x.g",
    "(m ?? 3) > x.g",
    "present(m) and x.g > 2",
    'x.k == "a" and m > 3',
    "sum(x.t, over: last 2 months) > m",
    "band(m) { < 2 => 1, else => x.g } > 1",
    'match(x.k) { "a" => m, else => 1 } > 1',
    "band(x.g) { < 2 => m, else => 1 } > 1",
    "at_least(1, m > 1, x.g > 2)",
    "any(y > m for y in x.t, over: last 2 months)",
    "clamp(m, 0, x.g) > 0",
    "x.day < 2022-06-01 or m > 2",
    "x.g / m > 1",
)
FORMS = (
    "v = count(x for x in shops if {})",
    "v = sum(x.g for x in shops if {})",
    "v = mean(x.g for x in shops if {})",
    "v = any(x.g > 2 for x in shops if {})",
    "v = all({} for x in shops)",
    "v = share_of({} for x in shops)",
    "v = max((if {} then x.g else 0) for x in shops)",
    "v = sum((if {} then m else 1) for x in shops)",
    "v = count(x for x in shops if x.f > 50% and ({}))",
    'v = if kind == "a" then count(x for x in shops if {}) else 0',
    "eligible enough: if any({} for x in shops)\nv = rank(o)",
    "tiers A > B\ntier A if none({} for x in shops)\ntier B otherwise",
)
PERIOD = "2023-02"


def subjects() -> Iterator[dict[str, Any]]:
    """Lists of rows with and without gaps, by what else is missing."""
    good = {"f": 1, "g": 1, "k": "a", "t": {"2023-01": 1, "2023-02": 5}, "day": datetime.date(2023, 1, 5)}
    other = {"f": 0, "g": 5, "k": "b", "t": {"2023-01": 1, "2023-02": 0}, "day": datetime.date(2022, 1, 5)}
    lists: tuple[list[dict[str, Any]] | None, ...] = (
        None, [], [good], [other], [other, good], [{**good, "k": None}, {"t": {"2023-02": 5}}], [{}],
    )  # fmt: skip
    series: tuple[dict[str, int] | None, ...] = ({"2023-01": 1, "2023-02": 5}, {"2023-02": 5}, None)
    for number, shops in enumerate(lists):
        for orders in (None, 0, 7):
            for kind in ("a", "b", None):
                row = {"o": orders, "kind": kind, "shops": shops, "ser": series[(number + (orders or 0)) % 3]}
                yield {"id": f"{number}/{orders}/{kind}", **{k: v for k, v in row.items() if v is not None}}


ROWS = [{**row, "id": f"p{number}"} for number, row in enumerate(subjects())]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("number", range(len(CONDITIONS)), ids=CONDITIONS)
def test_what_is_said_is_the_interpreters_word(source: str, number: int) -> None:
    """Values, causes, warnings, bounds and the rest."""
    start = number + list(SOURCES).index(source)
    for form in (FORMS[start % len(FORMS)], FORMS[(start + 5) % len(FORMS)]):
        text = DECLARED + SOURCES[source] + "\n" + form.format(CONDITIONS[number]) + "\n"
        scheme = tierlang.loads(text)
        given: dict[str, Any] = {"period": PERIOD, "tables": {"ext": {"a": 1}}}
        wanted = [plain(result) for result in scheme.rate(ROWS, **given).results]
        with scheme.rate_table(ROWS, **given) as outcome:
            assert [plain(result) for result in outcome] == wanted, text
