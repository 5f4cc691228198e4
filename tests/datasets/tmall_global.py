"""Tmall Global: providers, the shops that they run through 2017, and published scores of two quarters."""

from collections.abc import Sequence

from keyed import csv_bytes, day, happens, pick, skewed, tenths

MONTHS = [f"2017-{month:02}" for month in range(1, 13)]
QUARTERS = [f"2017-Q{quarter}" for quarter in range(1, 5)]
COUNT = 46

Shop = tuple[str, list[str | None], list[int | None]]
"""Opening date, ability score by quarter, sales by month."""

LATE, LAST_DAY, NEVER, NO_SHOPS, NO_SCORE, OPEN_SHOP, DAY_91, TWINS = 40, 42, 43, 44, 45, 39, 38, (10, 11)
"""Positions of the providers with a case of their own; LATE and the next one are late."""

REGISTERED = {LATE: "2017-10-01", LATE + 1: "2017-11-20", LAST_DAY: "2017-09-30", NEVER: None}


def ids() -> list[str]:
    """The ids of the providers."""
    return [f"TP-{i + 1:02}" for i in range(COUNT)]


def shops_of(i: int) -> list[Shop]:
    """The shops of a provider."""
    if i == NO_SHOPS:  # one is new, one sells from November on: none counts in Q3, both do in Q4
        late = [0] * 10 + [35, 48]
        return [_shop("2017-08-15", ["91.5"] * 4, [60] * 12), _shop("2016-03-01", ["70.5"] * 4, late)]
    if i in TWINS:  # the same mean, of one shop and of two
        first = ["80", "80", "80.5", "80"] if i == TWINS[0] else ["84"] * 4
        second = ["88", "88", "87.5", "88"]
        shops = [_shop("2015-06-01", first, [30] * 12), _shop("2016-09-09", second, [30] * 12)]
        return shops if i == TWINS[0] else shops[:1]
    level = pick(640, 940, "tg level", i)
    shops = [_ordinary(i, k, level) for k in range(1 + skewed(0, 9, "tg shops", i))]
    if i == NO_SCORE:  # a shop that counts has no score in Q3
        shops.append(_shop("2016-02-02", ["88", "88", None, "88"], [25] * 12))
    if i == OPEN_SHOP:  # August unknown, nothing sold in the other months: whether it counts in Q3 is unknown
        shops.append(_shop("2016-02-02", ["77"] * 4, [0] * 7 + [None] + [0] * 4))
    if i == DAY_91:  # in their days 91 and 90 at the end of Q3, and at the end of Q4
        opened = ("2017-07-01", "2017-07-02", "2017-10-01", "2017-10-02")
        shops += [_shop(first_day, ["99.5"] * 4, [12] * 12) for first_day in opened]
        shops.append(_shop("2016-05-05", ["75"] * 4, [12] * 6 + [None] + [12] * 5))  # the other months sold
    return shops


def _shop(opened: str, scores: Sequence[str | None], sales: Sequence[int | None]) -> Shop:
    """A shop; nothing is known of the months and quarters before it opened."""
    is_open = [opened <= f"{month}-31" for month in MONTHS]
    known = [score if is_open[3 * q + 2] else None for q, score in enumerate(scores)]
    return opened, known, [sold if open_ else None for sold, open_ in zip(sales, is_open, strict=True)]


def _ordinary(i: int, k: int, level: int) -> Shop:
    """A shop near its provider's *level*, in tenths; some are new, some sell nothing for a quarter."""
    years = (2017, 2017) if happens(12, "tg new", i, k) else (2014, 2016)
    scores = [tenths(level + pick(-60, 60, "tg score", i, k, q)) for q in QUARTERS]
    sales = [skewed(0, 900, "tg sold", i, k, month) for month in MONTHS]
    if happens(15, "tg is quiet", i, k):
        quiet = 3 * pick(0, 3, "tg quiet", i, k)
        sales[quiet : quiet + 3] = [0, 0, 0]
    return _shop(day(years, "tg opened", i, k), scores, sales)


SCORES: dict[int, tuple[str | None, str | None]] = {
    0: ("9", "11"),  # the example of the source
    1: ("11", "11"),
    2: ("10.99", "11"),
    3: ("6", "12"),
    4: ("9", "8.99"),
    5: ("7", "7"),
    6: ("6.99", "7"),
    7: ("9", None),
    8: (None, None),
    9: ("0", "0"),
    10: ("-1", "4.5"),
}
"""Published scores of the first two quarters of 2017: made up, as every figure of these files."""


def _scores(i: int) -> tuple[str | None, str | None]:
    first, second = (tenths(5 * pick(8, 26, "tg published", i, q)) for q in (1, 2))
    return SCORES.get(i, (first, second))


def files() -> dict[str, bytes]:
    """The providers, their shops, and the published scores of 2017-Q1 and 2017-Q2."""
    days = [REGISTERED.get(i, day((2014, 2016), "tg registered", i)) for i in range(COUNT)]
    shops = [
        [id_, f"S{k + 1}", opened, *scores, *sales]
        for i, id_ in enumerate(ids())
        for k, (opened, scores, sales) in enumerate(shops_of(i))
    ]
    heading = ["id", "key", "opened", *(f"ops_score@{q}" for q in QUARTERS), *(f"sales@{m}" for m in MONTHS)]
    scores = [[id_, *_scores(i)] for i, id_ in enumerate(ids()) if i not in REGISTERED]
    return {
        "providers.csv": csv_bytes(["id", "registered_on"], zip(ids(), days, strict=True)),
        "shops.csv": csv_bytes(heading, shops),
        "scores-2017-H1.csv": csv_bytes(["id", "score@2017-Q1", "score@2017-Q2"], scores),
    }
