"""
What the sample data must be rated, computed from the texts of the rules without the language.

    python tests/schemes/by_hand.py           write tests/schemes/expected/SCHEME-PERIOD.csv
    python tests/schemes/by_hand.py --check   only say which files differ, with exit status 1 if any does

Numbers are exact (``37/3``); an empty cell is a value that cannot be known, or no level. Of an ineligible
subject only the status is told. ``-illustration`` in a name says that the figures which the sources leave out
are those of the scheme's overlays/illustration.tier, given here once more.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCHEMES = HERE.parents[1] / "schemes"

Row = dict[str, str]
Number = Fraction | None
"""None for a value that cannot be known."""

Truth = bool | None
Result = dict[str, object]


# ---------------------------------------------------------------- reading, three-valued logic, ranks


def rows(platform: str, name: str) -> list[Row]:
    """The rows of a sample file."""
    with (SCHEMES / platform / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(cell: str) -> Number:
    """A cell as a number."""
    return Fraction(cell) if cell else None


def truth(cell: str) -> Truth:
    """A cell as true or false."""
    return {"true": True, "是": True, "false": False, "否": False, "": None}[cell]


def day(cell: str) -> date | None:
    """A cell as a day."""
    return date.fromisoformat(cell) if cell else None


def all_of(conditions: Iterable[Truth]) -> Truth:
    """False if one is, unknown if one is, else true."""
    found = list(conditions)
    return False if False in found else None if None in found else True


def any_of(conditions: Iterable[Truth]) -> Truth:
    """True if one is, unknown if one is, else false."""
    found = list(conditions)
    return True if True in found else None if None in found else False


def holds(value: Number, condition: Callable[[Fraction], bool]) -> Truth:
    """Whether a condition holds for a value."""
    return None if value is None else condition(value)


def total(values: Iterable[Number]) -> Number:
    """The sum; unknown if one is."""
    found = list(values)
    return None if None in found else sum((v for v in found if v is not None), Fraction(0))


def mean(values: Iterable[Number]) -> Number:
    """The mean; unknown if one is, or if there is none."""
    found = list(values)
    added = total(found)
    return None if added is None or not found else added / len(found)


def count(conditions: Iterable[Truth]) -> Number:
    """How many are true; unknown if one is."""
    found = list(conditions)
    return None if None in found else Fraction(sum(c is True for c in found))


def places(values: Mapping[str, Number]) -> dict[str, int]:
    """The place of everybody who has a value: one more than those who have a larger one."""
    known = {id_: v for id_, v in values.items() if v is not None}
    return {id_: 1 + sum(other > v for other in known.values()) for id_, v in known.items()}


# ---------------------------------------------------------------- from conditions to a level


def level(conditions: Sequence[tuple[str, Truth]]) -> Result:
    """
    The best level that holds, or the range of those that may.

    Args:
        conditions: the levels, best first; the last holds for everybody, unless some may stay without any.
    """
    possible: list[str] = []
    for name, reached in conditions:
        if reached is not False:
            possible.append(name)
        if reached is True:
            break
    else:
        if not possible:
            return {"status": "unrated"}
        return {"status": "undetermined", "at_most": possible[0]}
    best, worst = possible[0], possible[-1]
    if best == worst:
        return {"status": "rated", "tier": best, "at_least": best, "at_most": best}
    return {"status": "undetermined", "at_least": worst, "at_most": best}


def by_marks(score: Number, marks: Mapping[str, int]) -> list[tuple[str, Truth]]:
    """The levels whose mark a score reaches."""
    return [(name, None if score is None else score >= mark) for name, mark in marks.items()]


# ---------------------------------------------------------------- 1688


WEIGHTS = {
    "orders": 40,
    "order_customers": 20,
    "service_customers": 20,
    "customer_size": 10,
    "service_quality": 10,
}


def alibaba_1688(marks: Mapping[str, int] | None) -> dict[str, Result]:
    """The star plan for fiscal year 2022; without *marks* every class is open."""
    data = {r["id"]: r for r in rows("alibaba_1688", "providers.csv")}
    eligible = {id_: _may_apply(r) for id_, r in data.items()}
    members = [id_ for id_, may in eligible.items() if may]
    ranks = {}
    for name in WEIGHTS:
        found = places({id_: number(data[id_][name]) for id_ in members})
        ranks[name] = {id_: len(found) + 1 - place for id_, place in found.items()}
    results: dict[str, Result] = {}
    for id_, row in data.items():
        if eligible[id_] is False:
            results[id_] = {"status": "ineligible"}
            continue
        parts = [Fraction(w * ranks[n][id_], 100) if id_ in ranks[n] else None for n, w in WEIGHTS.items()]
        score = total([*parts, number(row["bonus_points"]) or Fraction(0)])
        stars = by_marks(score, marks) if marks else [("SIX", None)]
        results[id_] = level(stars) | {"score": score}
    return results


def _may_apply(row: Row) -> Truth:
    joined, founded, deposit = day(row["joined_on"]), day(row["founded_on"]), number(row["deposit"])
    return all_of(
        [
            None if joined is None else joined <= date(2022, 3, 20),
            holds(deposit, lambda d: d >= 100_000),
            None if founded is None else founded < date(2021, 3, 31),
            *(truth(row[name]) for name in ("company_clean", "representative_clean", "shops_healthy")),
            holds(number(row["complaints"]), lambda n: n == 0),
            holds(number(row["major_violations"]), lambda n: n == 0),
        ]
    )


# ---------------------------------------------------------------- Tmall Global


def tmall_global_quarter(quarter: int) -> dict[str, Result]:
    """A quarter of 2017, with the illustration's other dimensions, deductions and pass mark."""
    end = {3: date(2017, 9, 30), 4: date(2017, 12, 31)}[quarter]
    shops: dict[str, list[Row]] = {}
    for shop in rows("tmall_global", "shops.csv"):
        shops.setdefault(shop["id"], []).append(shop)
    registered = {r["id"]: day(r["registered_on"]) for r in rows("tmall_global", "providers.csv")}
    members = [id_ for id_, on in registered.items() if on is not None and on <= end]
    old = {id_: [s for s in shops.get(id_, []) if not _is_new(s, end)] for id_ in members}
    sold = {id_: [_sold(s, quarter) for s in old[id_]] for id_ in members}
    means = {id_: _ability(old[id_], sold[id_], quarter) for id_ in members}
    found = places(means)
    results: dict[str, Result] = {id_: {"status": "ineligible"} for id_ in registered}
    for id_ in members:
        operation = _points(Fraction(found[id_], len(found))) if id_ in found else None
        other = next(p for bound, p in ((7, 6), (4, 5), (2, 4), (0, 3)) if len(old[id_]) >= bound)
        without_sales = count(None if s is None else not s for s in sold[id_])
        penalties = None if without_sales is None else without_sales / 2
        score = total([operation, Fraction(other), None if penalties is None else -penalties])
        stage = level([("PASSED", holds(score, lambda s: s >= 7)), ("CERTIFIED", True)])
        results[id_] = stage | {"ops_mean": means[id_], "operation": operation, "score": score}
    return results


def _is_new(shop: Row, end: date) -> bool:
    return (end - date.fromisoformat(shop["opened"])).days <= 90


def _sold(shop: Row, quarter: int) -> Truth:
    """Whether the shop sold anything in the quarter."""
    months = [f"2017-{month:02}" for month in range(3 * quarter - 2, 3 * quarter + 1)]
    return any_of(holds(number(shop[f"sales@{month}"]), lambda n: n > 0) for month in months)


def _ability(shops: Sequence[Row], sold: Sequence[Truth], quarter: int) -> Number:
    if None in sold:
        return None
    counted = [shop for shop, selling in zip(shops, sold, strict=True) if selling]
    return mean(number(shop[f"ops_score@2017-Q{quarter}"]) for shop in counted)


def _points(share: Fraction) -> Fraction:
    for bound, points in ((30, 6), (50, 5), (70, 4)):
        if share <= Fraction(bound, 100):
            return Fraction(points)
    return Fraction(0)


def tmall_global_star(scores: Mapping[str, tuple[Number, Number]]) -> dict[str, Result]:
    """Stars by the mean of two quarters."""
    marks = {"FIVE": 11, "FOUR": 9, "THREE": 7}
    results: dict[str, Result] = {}
    for id_, pair in scores.items():
        avg = mean(pair)
        results[id_] = level([*by_marks(avg, marks), ("NO_STAR", True)]) | {"avg": avg}
    return results


def tmall_global_first_half() -> dict[str, Result]:
    """The first half of 2017, by the published scores."""
    published = rows("tmall_global", "scores-2017-H1.csv")
    scores = {r["id"]: (number(r["score@2017-Q1"]), number(r["score@2017-Q2"])) for r in published}
    return tmall_global_star(scores)


def tmall_global_second_half() -> dict[str, Result]:
    """The second half of 2017, by the scores of its quarters."""
    third, fourth = tmall_global_quarter(3), tmall_global_quarter(4)
    return tmall_global_star({id_: (_score(third[id_]), _score(fourth[id_])) for id_ in third})


def _score(result: Result) -> Number:
    score = result.get("score")
    return score if isinstance(score, Fraction) else None


# ---------------------------------------------------------------- Douyin


def douyin(month: int) -> dict[str, Result]:
    """The assessment of a month of 2023, over the three months before it."""
    window = [f"2023-{m:02}" for m in range(month - 3, month)]
    end = {8: date(2023, 7, 31), 9: date(2023, 8, 31)}[month]
    with (SCHEMES / "douyin" / "data" / "qualified_bar.csv").open(encoding="utf-8", newline="") as file:
        bars = {industry: Fraction(bar) for industry, bar in list(csv.reader(file))[1:]}
    merchants: dict[str, list[Row]] = {}
    for merchant in rows("douyin", "merchants.csv"):
        merchants.setdefault(merchant["id"], []).append(merchant)
    results: dict[str, Result] = {}
    for row in rows("douyin", "providers.csv"):
        own = merchants.get(row["id"], [])
        orders = total(number(row[f"paid_orders@{m}"]) for m in window)
        active = count(any_of(truth(merchant[f"sold@{m}"]) for m in window) for merchant in own)
        qualified = count(_qualifies(merchant, window, bars.get(merchant["industry"])) for merchant in own)
        reached = any_of([holds(active, lambda n: n >= 1000), holds(qualified, lambda n: n >= 150)])
        silver = all_of([holds(orders, lambda n: n >= 9_000_000), reached])
        certified = day(row["certified_on"])
        graded = None if certified is None else certified <= end
        grade = level([("SILVER", all_of([silver, graded])), ("BASE", True)])
        results[row["id"]] = grade | {"orders": orders, "active": active, "qualified": qualified}
    return results


def _qualifies(merchant: Row, window: Sequence[str], bar: Number) -> Truth:
    counts = [number(merchant[f"orders@{m}"]) for m in window]
    return any_of(None if bar is None or n is None else n > bar for n in counts)


# ---------------------------------------------------------------- GB/T 31526


def gbt_31526() -> dict[str, Result]:
    """The classes of platforms."""
    marks = {"FIVE": 95, "FOUR": 90, "THREE": 80, "TWO": 70, "FAIL": 0}
    results: dict[str, Result] = {}
    for row in rows("gbt_31526", "platforms.csv"):
        score = number(row["评价得分"])
        unknown: Result = {"status": "undetermined", "at_least": "FAIL", "at_most": "FIVE"}
        results[row["id"]] = unknown if score is None else level(by_marks(score, marks))
    return results


# ---------------------------------------------------------------- Tmall

ABILITIES = ("招商能力", "运营能力", "消费者满意程度", "营销能力", "技术能力")
DEDUCTIONS = ("投诉扣分", "事故扣分", "店铺续约扣分")


def tmall(half: int) -> dict[str, Result]:
    """A half-year of 2022, with the illustration's marks."""
    quarters = [f"2022-Q{quarter}" for quarter in (2 * half - 1, 2 * half)]
    results: dict[str, Result] = {}
    for row in rows("tmall", "providers.csv"):
        conditions = [truth(cell) for name, cell in row.items() if "@" not in name and name != "id"]
        scores = []
        for quarter in quarters:
            points = total(number(row[f"{name}@{quarter}"]) for name in ABILITIES)
            lost = sum((number(row[f"{name}@{quarter}"]) or Fraction(0) for name in DEDUCTIONS), Fraction(0))
            scores.append(None if points is None else points - lost)
        avg = mean(scores)
        six, *others = by_marks(avg, {"SIX": 90, "FIVE": 80, "FOUR": 70, "THREE": 60})
        stars = [("SIX", all_of([six[1], *conditions])), *others, ("NO_STAR", True)]
        results[row["id"]] = level(stars) | {"avg": avg}
    return results


# ---------------------------------------------------------------- files


def expected() -> dict[str, dict[str, Result]]:
    """Every file's name and what it tells of each subject."""
    marks = {"SIX": 34, "FIVE": 28, "FOUR": 21, "THREE": 14, "TWO": 8}
    return {
        "alibaba_1688.star_provider-FY2022": alibaba_1688(None),
        "alibaba_1688.star_provider-FY2022-illustration": alibaba_1688(marks),
        "tmall_global.quarter-2017-Q3-illustration": tmall_global_quarter(3),
        "tmall_global.quarter-2017-Q4-illustration": tmall_global_quarter(4),
        "tmall_global.star-2017-H1": tmall_global_first_half(),
        "tmall_global.star-2017-H2-illustration": tmall_global_second_half(),
        "douyin.industrial_belt-2023-08-illustration": douyin(8),
        "douyin.industrial_belt-2023-09-illustration": douyin(9),
        "gbt_31526-2024": gbt_31526(),
        "tmall.star_provider-2022-H1-illustration": tmall(1),
        "tmall.star_provider-2022-H2-illustration": tmall(2),
    }


def as_text(results: Mapping[str, Result]) -> str:
    """One file."""
    names = list(dict.fromkeys(name for result in results.values() for name in result))
    head = [n for n in ("status", "tier", "at_least", "at_most") if n in names]
    columns = head + [n for n in names if n not in head]
    lines = [["id", *columns]]
    for id_, result in results.items():
        values = [result.get(name) for name in columns]
        lines.append([id_, *("" if value is None else str(value) for value in values)])
    return "".join(",".join(line) + "\n" for line in lines)


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` compare them; returns the exit status."""
    folder = HERE / "expected"
    texts = {folder / f"{name}.csv": as_text(results) for name, results in expected().items()}
    differing = [p for p, text in texts.items() if not p.is_file() or p.read_text("utf-8") != text]
    differing += sorted(set(folder.glob("*")) - set(texts))
    if arguments == ["--check"]:
        for path in differing:
            print(f"differs: {path.relative_to(HERE)}")
        return 1 if differing else 0
    folder.mkdir(exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
