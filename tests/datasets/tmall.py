"""Tmall: operation service providers with quarterly scores through 2022."""

from keyed import csv_bytes, happens, pick, tenths

QUARTERS = [f"2022-Q{quarter}" for quarter in range(1, 5)]
COUNT = 42
ABILITIES = ("招商能力", "运营能力", "消费者满意程度", "营销能力", "技术能力")
DEDUCTIONS = ("投诉扣分", "事故扣分", "店铺续约扣分")
CONDITIONS = (
    "规模庞大、组织健全", "承接的店铺最大", "国际知名品牌多", "覆盖行业广泛",
    "提供仓储", "提供现金买货", "提供多语言服务", "提供跨境服务",
)  # fmt: skip

ALL, ALL_BUT_CASH, UNKNOWN = "11111111", "11111011", "1?111111"

NONE = "00000000"
FREE = (None, None, None, None)

Case = tuple[tuple[int | None, ...], tuple[str | None, ...], str]
"""Tenths of a point in each quarter, None for one without; what complaints cost in each; conditions met."""

CASES: dict[int, Case] = {
    0: ((900, 900, 910, 880), FREE, ALL),  # exactly 90; 89.5 in the second half
    1: ((905, 894, 900, 900), FREE, ALL),  # 89.95; 90
    2: ((930, 930, 930, 930), ("1", "5", "2", "4"), ALL),  # exactly 90 after deductions in both halves
    3: ((930, 930, 930, 930), ("1", "5.1", "2", None), ALL),  # 89.95; 92
    4: ((960, 940, 930, 950), FREE, ALL_BUT_CASH),  # enough points, a condition fails
    5: ((960, 940, 860, 850), FREE, UNKNOWN),  # a condition is unknown; no matter in the second half
    6: ((800, 800, 790, 809), FREE, NONE),  # exactly 80; 79.95
    7: ((700, 700, 690, 709), FREE, NONE),  # exactly 70; 69.95
    8: ((600, 600, 590, 609), FREE, NONE),  # exactly 60; 59.95
    9: ((700, None, 720, 730), FREE, NONE),  # a quarter that was not assessed
    10: ((None, None, 650, 660), FREE, NONE),  # a new provider in the second half
    11: ((780, 790, 780, 790), ("20", "30", "0", None), NONE),  # loses two classes by complaints
}


def _case(i: int) -> Case:
    if i in CASES:
        return CASES[i]
    level = pick(520, 940, "tmall level", i)
    totals = tuple(level + pick(-40, 40, "tmall total", i, quarter) for quarter in QUARTERS)
    costs = tuple(_cost(30, tenths(5 * pick(1, 12, "tmall cost", i, q)), "complaint", i, q) for q in QUARTERS)
    return totals, costs, "".join("1" if happens(45, "tmall condition", i, c) else "0" for c in CONDITIONS)


def _cost(percent: int, points: str, *key: object) -> str | None:
    """The points deducted in a quarter; most providers lose none of this kind."""
    return points if happens(percent, "tmall deduction", *key) else None


def _split(i: int, quarter: str, total: int | None) -> list[str | None]:
    """Five abilities that add up to *total* tenths, none above 20 points."""
    if total is None:
        return [None] * len(ABILITIES)
    parts = [total // 5] * 5
    parts[0] += total - sum(parts)
    for a in range(1, 5):
        shift = pick(-15, 15, "tmall split", i, quarter, a)
        if parts[a] + shift <= 200 and parts[a - 1] - shift <= 200:
            parts[a], parts[a - 1] = parts[a] + shift, parts[a - 1] - shift
    return [tenths(part) for part in parts]


def files() -> dict[str, bytes]:
    """The providers, under the Chinese labels of the inputs."""
    rows = []
    for i in range(COUNT):
        totals, costs, conditions = _case(i)
        abilities = [_split(i, q, total) for q, total in zip(QUARTERS, totals, strict=True)]
        by_ability = [cell for cells in zip(*abilities, strict=True) for cell in cells]
        accidents = [None if i in CASES else _cost(6, "2.5", "accident", i, q) for q in QUARTERS]
        renewals = [None if i in CASES else _cost(9, "1", "renewal", i, q) for q in QUARTERS]
        met = [{"1": "是", "0": "否"}.get(mark) for mark in conditions]
        rows.append([f"TM-{i + 1:02}", *by_ability, *costs, *accidents, *renewals, *met])
    series = [f"{name}@{quarter}" for name in (*ABILITIES, *DEDUCTIONS) for quarter in QUARTERS]
    return {"providers.csv": csv_bytes(["id", *series, *CONDITIONS], rows)}
