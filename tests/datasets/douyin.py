"""Douyin: industrial-belt providers and their merchants from May to August 2023, for two assessments."""

from dataclasses import dataclass

from companies import names
from keyed import choose, csv_bytes, day, happens, pick

MONTHS = [f"2023-{month:02}" for month in range(5, 9)]
BARS = {
    "服装": 6_000,
    "鞋靴": 5_000,
    "箱包": 4_500,
    "食品": 8_000,
    "家居": 4_000,
    "玩具": 3_500,
    "美妆": 7_000,
    "珠宝": 1_200,
}
"""Illustration, not from the source: monthly orders above which a merchant qualifies."""

BAR_HEADING = ("industry", "orders a month (ILLUSTRATION, not from the source)")
INDUSTRIES = tuple(BARS)
NO_BAR = "古玩"
"""An industry for which the sample table has no standard."""

Merchant = tuple[str, str, tuple[int | None, ...]]
"""Industry; by month ``1`` where it sold something, ``0`` where not, ``?`` where unknown; orders by month."""

COUNT = 64
GRADED, NEW = "2023-07-31", "2023-08-01"


@dataclass(frozen=True)
class Case:
    """
    What is special about a provider.

    Attributes:
        qualified, selling, idle: how many merchants are above the standard, below it, and sell nothing.
        orders: paid orders of May to July together, and of June to August; None for a little more than the
            merchants' own.
        certified: the day of certification.
        blank: a month without paid orders in the file.
        more: further merchants.
    """

    qualified: int
    selling: int
    idle: int = 0
    orders: int | None = None
    certified: str | None = "2022-11-18"
    blank: str | None = None
    more: tuple[Merchant, ...] = ()


AT_BAR = ("服装", "1111", (6_000, 6_000, 6_000, 6_000))  # exactly at the standard: not above it
ONE_MONTH = ("家居", "1111", (100, 4_001, 100, 100))  # above it in one month of both windows
AUGUST = ("家居", "1111", (100, 100, 100, 4_001))  # above it only in the window of September
UNKNOWN_BAR = (NO_BAR, "1111", (9_000, 9_000, 9_000, 9_000))
LOST_MONTH = ("食品", "1111", (7_000, None, 7_500, 7_000))  # whether it was above the standard is unknown
LOST_BUT_SURE = ("食品", "1111", (8_001, None, 7_500, 8_002))
NEVER_SOLD = ("服装", "0000", (0, 0, 0, 0))
LOST_SALE = ("服装", "0?00", (0, None, 0, 0))

CASES: dict[int, Case] = {
    0: Case(149, 850, 12, orders=9_000_000, more=(UNKNOWN_BAR,)),  # 1000 active; the unknown bar is no matter
    1: Case(149, 849, 3, orders=9_000_000, more=(ONE_MONTH, NEVER_SOLD)),  # 999 active, exactly 150 qualified
    2: Case(149, 849, 5, orders=9_200_000, more=(AT_BAR,)),  # 999 active, 149 qualified
    3: Case(150, 900, 0, orders=8_999_999),  # both optional indicators met, one order short
    4: Case(160, 140, 20, orders=10_200_000),
    5: Case(149, 60, 2, orders=9_500_000, more=(AT_BAR, LOST_BUT_SURE)),  # 150 qualified
    6: Case(149, 60, 0, orders=9_500_000, more=(UNKNOWN_BAR,)),  # 149, and one unknown
    7: Case(149, 60, 0, orders=9_500_000, more=(LOST_MONTH,)),  # 149, and one unknown
    8: Case(151, 40, 0, orders=9_800_000, blank="2023-06"),  # the mandatory indicator is unknown
    9: Case(30, 40, 0, blank="2023-07"),  # unknown too, but both optional indicators fail
    10: Case(155, 45, 0, orders=9_400_000, certified=GRADED),
    11: Case(156, 44, 0, orders=9_400_000, certified=NEW),  # plain in August, silver in September
    12: Case(152, 44, 0, orders=9_300_000, certified=None),  # silver, unless newly admitted
    13: Case(5, 12, 0, certified=None),  # plain, whenever it was certified
    14: Case(0, 0, 0, certified="2023-08-21"),  # a newcomer without merchants
    15: Case(149, 70, 0, orders=9_100_000, more=(AUGUST,)),  # 150 qualified in September
    16: Case(20, 30, 0, more=(LOST_SALE,)),  # both optional indicators unknown, orders far too few
    17: Case(150, 50, 0, orders=9_000_001),
}


def _case(i: int) -> Case:
    if i in CASES:
        return CASES[i]
    good, selling, idle = pick(0, 9, "dy good", i), pick(1, 14, "dy selling", i), pick(0, 3, "dy idle", i)
    return Case(good, selling, idle, certified=day((2021, 2023), "dy certified", i, last_month=6))


def _merchants(i: int, case: Case) -> list[Merchant]:
    """The merchants of a provider: those above the standard first."""
    counts = ("qualified", case.qualified), ("selling", case.selling), ("idle", case.idle)
    kinds = [kind for kind, count in counts for _ in range(count)]
    return [*(_merchant(i, k, kind) for k, kind in enumerate(kinds)), *case.more]


def _merchant(i: int, k: int, kind: str) -> Merchant:
    industry = choose(INDUSTRIES, "dy industry", i, k)
    bar = BARS[industry]
    match kind:
        case "qualified":
            orders = [bar + pick(1, bar, "dy above", i, k, month) for month in MONTHS]
            if happens(30, "dy once", i, k):  # above it in June and July only, which both windows hold
                orders[0] = orders[3] = bar // 2
        case "selling":
            orders = [pick(bar // 20, bar // 3, "dy below", i, k, month) for month in MONTHS]
            if happens(20, "dy has quiet", i, k):
                orders[pick(0, 3, "dy quiet", i, k)] = 0
        case _:
            orders = [0] * len(MONTHS)
    return industry, "".join("1" if count else "0" for count in orders), tuple(orders)


def _paid_orders(i: int, case: Case, merchants: list[Merchant]) -> list[int | None]:
    """Paid orders by month: the merchants' own and some more, or as many as the case asks for."""
    own = [sum(orders[m] or 0 for _, _, orders in merchants) for m in range(len(MONTHS))]
    more = [count * pick(2, 9, "dy more", i, m) // 100 for m, count in enumerate(own)]
    paid: list[int | None] = [count + extra for count, extra in zip(own, more, strict=True)]
    if case.orders is not None:
        spare = case.orders - sum(own[:3])
        assert spare >= 0, f"the merchants of provider {i} have more orders than it"
        third = spare // 3
        paid = [own[0] + third, own[1] + third, own[2] + spare - 2 * third, own[0] + third]
    return [None if month == case.blank else count for month, count in zip(MONTHS, paid, strict=True)]


def files() -> dict[str, bytes]:
    """The providers, their merchants, and the sample of the external table."""
    providers, merchants = [], []
    for i, id_ in enumerate(names(COUNT, ("电商服务", "供应链", "文化传媒", "数字科技"), "douyin")):
        case = _case(i)
        own = _merchants(i, case)
        providers.append([id_, case.certified, *_paid_orders(i, case, own)])
        for k, (industry, sold, orders) in enumerate(own):
            cells = [{"1": "是", "0": "否"}.get(mark) for mark in sold]
            merchants.append([id_, f"M{k + 1:04}", industry, *cells, *orders])
    series = [f"{name}@{month}" for name in ("sold", "orders") for month in MONTHS]
    return {
        "providers.csv": csv_bytes(["id", "certified_on", *(f"paid_orders@{m}" for m in MONTHS)], providers),
        "merchants.csv": csv_bytes(["id", "key", "industry", *series], merchants),
        "qualified_bar.csv": csv_bytes(BAR_HEADING, BARS.items()),
    }
