"""Several periods in a row: each is rated with what was published before it."""

from collections.abc import Mapping
from typing import Any

import pytest

import tierlang
from tierlang.data import Published
from tierlang.diagnostics.model import DiagnosticError
from tierlang.run.history import published

MEMBER = """
scheme demo.member
assess every quarter
input earned : count by quarter
state before : tier = BASE from tier
state balance : count = 0 from points
points = min(balance + sum(earned), 100)
reached = band(points) { >= 80 => GOLD, >= 40 => SILVER, else => BASE }
veto fraud: if sum(earned) == 13
tiers GOLD > SILVER > BASE
tier GOLD, SILVER if max(reached, below(before)) >= tier
tier BASE otherwise
"""
EARNED = {"2023-Q1": 90, "2023-Q2": 0, "2023-Q3": 30, "2023-Q4": 5}


def scheme() -> tierlang.Scheme:
    """The scheme of these tests."""
    return tierlang.loads(MEMBER)


def before(
    period: str, status: str = "rated", tier: str | None = "GOLD", points: int | None = 50
) -> Published:
    """One earlier result of the subject `a`."""
    values: Mapping[str, Any] = {} if points is None else {"points": points}
    return Published("demo.member", None, period, "a", status, tier, values)


def codes(error: pytest.ExceptionInfo[DiagnosticError]) -> list[str]:
    """The codes of what was refused."""
    return [diagnostic.code for diagnostic in error.value.diagnostics]


def test_each_period_reads_the_one_before() -> None:
    """Folding is rating one by one, with the results as history."""
    rows = [{"id": "a", "earned": EARNED}]
    folded = tierlang.fold(scheme(), rows, first="2023-Q1", last="2023-Q4", history=())
    history: list[Any] = []
    for label, outcome in zip(EARNED, folded, strict=True):
        alone = scheme().rate(rows, period=label, history=history)
        assert alone.as_dict() == outcome.as_dict()
        history += published(alone)
    assert [o["a"].values["points"] for o in folded] == [90, 90, 100, 100]


def test_a_list_ends_with_the_last_period() -> None:
    """Also in rows of records, and in every one of the periods."""
    by_list = tierlang.fold(
        scheme(), [{"id": "a", "earned": list(EARNED.values())}], first="2023-Q1", last="2023-Q4", history=()
    )
    by_label = tierlang.fold(
        scheme(), [{"id": "a", "earned": EARNED}], first="2023-Q1", last="2023-Q4", history=()
    )
    assert [o.as_dict() for o in by_list] == [o.as_dict() for o in by_label]


def test_lists_in_child_rows_end_with_the_last_period_too() -> None:
    """A field that is a series means the same in every period."""
    shops = tierlang.loads(
        "assess every month\nrecord shop { sales : count by month }\ninput shops : list of shop max 5\n"
        "total = sum(sum(s.sales) for s in shops)\n"
    )
    rows = [{"id": "a", "shops": [{"sales": [1, 2, 3]}, {"sales": [10, 20, 30]}]}]
    folded = tierlang.fold(shops, rows, first="2023-04", last="2023-06", history=())
    assert [o["a"].values["total"] for o in folded] == [11, 22, 33]


def test_a_given_state_is_that_of_the_first_period() -> None:
    """Later ones come from what was computed."""
    rows = [{"id": "a", "earned": EARNED, "balance": 7, "before": "SILVER"}]
    folded = tierlang.fold(scheme(), rows, first="2023-Q2", last="2023-Q3", history=())
    assert [o["a"].values["points"] for o in folded] == [7, 37]


STATES = {
    "nothing was ever published": ([], (0, "BASE")),
    "the period before": ([before("2023-Q1")], (50, "GOLD")),
    "an earlier one only": ([before("2022-Q4")], ("?", "?")),
    "the same period and later ones do not count": ([before("2023-Q2"), before("2023-Q3")], (0, "BASE")),
    "a value that was undetermined": ([before("2023-Q1", points=None)], ("?", "GOLD")),
    "a level that was undetermined": ([before("2023-Q1", "undetermined", None)], (50, "?")),
    "vetoed": ([before("2023-Q1", "vetoed", None)], (50, "BASE")),
    "ineligible": ([before("2023-Q1", "ineligible", None)], (50, "BASE")),
    "unrated": ([before("2023-Q1", "unrated", None)], (50, "BASE")),
    "periods of another unit": ([before("2023-03"), before("FY2022")], (0, "BASE")),
    "no label at all": ([before("spring")], (0, "BASE")),
}


@pytest.mark.parametrize("case", STATES)
def test_what_a_state_is(case: str) -> None:
    """As the table of the reference says."""
    history, wanted = STATES[case]
    seen = tierlang.loads(MEMBER + "seen_points = balance\nseen_level = before\n")
    result = seen.rate([{"id": "a", "earned": EARNED}], period="2023-Q2", history=history)["a"]
    found = [result.values[name] for name in ("seen_points", "seen_level")]
    assert tuple("?" if isinstance(v, tierlang.Undetermined) else v for v in found) == wanted


def test_results_of_other_schemes_and_subjects_are_not_read() -> None:
    """A state is of this scheme and this subject."""
    others = [
        Published("demo.other", None, "2023-Q1", "a", "rated", "GOLD", {"points": 50}),
        Published("demo.member", None, "2023-Q1", "b", "rated", "GOLD", {"points": 50}),
    ]
    result = scheme().rate([{"id": "a", "earned": EARNED}], period="2023-Q2", history=others)["a"]
    assert result.values["points"] == 0


def test_a_forgotten_history_is_refused() -> None:
    """Or everybody would look like a newcomer; but not where the rows give every state."""
    rows: list[dict[str, object]] = [{"id": "a", "earned": EARNED}]
    for rate in (
        lambda: scheme().rate(rows, period="2023-Q2"),
        lambda: tierlang.fold(scheme(), rows, first="2023-Q1", last="2023-Q2"),
    ):
        with pytest.raises(DiagnosticError) as error:
            rate()
        assert codes(error) == ["E-HISTORY-MISSING"]
    given = [{**rows[0], "before": "GOLD", "balance": 1}]
    assert scheme().rate(given, period="2023-Q2")["a"].tier == "SILVER"


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2023-Q2", "2023-Q1", "E-PERIOD-TEXT"),
        ("2023-04", "2023-Q1", "E-PERIOD-UNIT"),
        ("2023-Q1", "soon", "E-PERIOD-TEXT"),
        ("1000-Q1", "2023-Q1", "E-PERIOD-TEXT"),
    ],
)
def test_periods_that_are_no_row_are_refused(first: str, last: str, code: str) -> None:
    """Backwards, of another unit, no label, or too many."""
    with pytest.raises(DiagnosticError) as error:
        tierlang.fold(scheme(), [], first=first, last=last, history=())
    assert codes(error) == [code]


def test_versions_take_turns() -> None:
    """Each period is judged by the version that governs it, and reads what the other one published."""
    old = 'scheme demo.s\nversion "1"\napplies from 2023-Q1 to 2023-Q1\nassess every quarter\n'
    new = 'scheme demo.s\nversion "2"\napplies from 2023-Q2\nassess every quarter\n'
    body = "state held : count = 5 from n\nn = held + {}\n"
    versions = tierlang.scheme_set(
        [tierlang.loads(old + body.format(1)), tierlang.loads(new + body.format(10))]
    )
    folded = tierlang.fold(versions, [{"id": "a"}], first="2023-Q1", last="2023-Q3", history=())
    assert [o["a"].values["n"] for o in folded] == [6, 16, 26]
    assert [o.header["scheme"]["version"] for o in folded] == ["1", "2", "2"]


def test_a_scheme_without_an_id_folds_too() -> None:
    """Its own results are its history all the same."""
    nameless = tierlang.loads("assess every year\nstate held : count = 0 from n\nn = held + 1\n")
    folded = tierlang.fold(nameless, [{"id": "a"}], first="2021", last="2023", history=())
    assert [o["a"].values["n"] for o in folded] == [1, 2, 3]
