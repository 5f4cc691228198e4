"""Providers of the 1688 operation-service market for fiscal year 2022."""

from companies import names
from keyed import csv_bytes, day, happens, hundredths, pick, skewed, tenths

COUNT = 54
FIELDS = {
    "joined_on": "入驻日期",
    "deposit": "保证金",
    "founded_on": "成立日期",
    "company_clean": "公司信用良好",
    "representative_clean": "法定代表人信用良好",
    "shops_healthy": "服务店铺经营良好",
    "complaints": "服务店铺投诉数",
    "major_violations": "服务店铺重大违规数",
    "orders": "线上订购交易",
    "order_customers": "线上订购客户数",
    "service_customers": "服务客户数",
    "customer_size": "服务客户规模",
    "service_quality": "客户服务质量",
    "bonus_points": "加分",
}
"""The inputs, and their Chinese labels."""

Provider = dict[str, str | None]

SPECIAL: dict[int, Provider] = {
    0: {"joined_on": "2022-03-20"},  # the last day
    1: {"joined_on": "2022-03-21"},  # a day late
    2: {"deposit": "100000"},  # exactly enough
    3: {"deposit": "99999.99"},  # a fen too little
    4: {"founded_on": "2021-03-30"},  # a year and a day before 31 March
    5: {"founded_on": "2021-03-31"},  # exactly a year
    6: {"founded_on": "2020-02-29"},  # no such day a year later
    7: {"company_clean": "false"},
    8: {"representative_clean": "false"},
    9: {"shops_healthy": "false"},
    10: {"complaints": "1"},
    11: {"major_violations": "1"},
    12: {"founded_on": None},  # nobody can say whether it is eligible
    13: {"deposit": None, "complaints": "2"},  # not eligible, whatever was paid
    14: {"service_quality": None},
    15: {"orders": None},
    16: {"orders": "4200", "bonus_points": "1.5"},
    17: {"orders": "4200", "bonus_points": None},  # the same place in orders
    18: {"service_quality": "4.85"},
    19: {"service_quality": "4.85"},
    20: {"service_quality": "4.85"},  # three share a place
    21: {"bonus_points": "0"},
    # by the illustration exactly six, five, four, three and two stars, and a tenth short of five
    33: {"bonus_points": "4.5"},
    49: {"bonus_points": "2.4"},
    51: {"bonus_points": "0.7"},
    46: {"bonus_points": "3.1"},
    48: {"bonus_points": "0.4"},
    40: {"bonus_points": "0.7"},
}


def providers() -> dict[str, Provider]:
    """Every provider's fields by its id."""
    ids = names(COUNT, ("网络科技", "电商服务", "供应链"), "1688")
    return {id_: _provider(i) | SPECIAL.get(i, {}) for i, id_ in enumerate(ids)}


def _provider(i: int) -> Provider:
    customers = 4 + skewed(0, 400, "1688 customers", i)
    served = customers + pick(0, 40, "1688 served", i)
    bonus = pick(1, 8, "1688 bonus", i) if happens(25, "1688 has bonus", i) else None
    return {
        "joined_on": day((2016, 2021), "1688 joined", i),
        "deposit": str(100_000 + 50_000 * (pick(0, 9, "1688 deposit", i) // 7)),
        "founded_on": day((2009, 2019), "1688 founded", i),
        "company_clean": "true",
        "representative_clean": "true",
        "shops_healthy": "true",
        "complaints": "0",
        "major_violations": "0",
        "orders": str(customers * pick(8, 30, "1688 orders", i)),
        "order_customers": str(customers),
        "service_customers": str(served),
        "customer_size": str(pick(2, 40, "1688 size", i)),
        "service_quality": hundredths(pick(380, 499, "1688 quality", i)),
        "bonus_points": None if bonus is None else tenths(5 * bonus),
    }


def files() -> dict[str, bytes]:
    """The file of the declared names, and the same data as a Chinese office would keep them."""
    rows = providers()
    plain = [[id_, *(row[f] for f in FIELDS)] for id_, row in rows.items()]
    chinese = [[id_, *(_chinese(f, row[f]) for f in FIELDS)] for id_, row in rows.items()]
    return {
        "providers.csv": csv_bytes(["id", *FIELDS], plain),
        "providers-gb18030.csv": csv_bytes(["id", *FIELDS.values()], chinese, "gb18030"),
    }


def _chinese(field: str, cell: str | None) -> str | None:
    """A cell in the spelling of a Chinese office; its value is the same."""
    match field, cell:
        case _, None:
            return None
        case "joined_on" | "founded_on", str():
            year, month, of_month = map(int, cell.split("-"))
            return f"{year}年{month}月{of_month}日"
        case "deposit", "100000":
            return "10万元"
        case "deposit", str():
            return f"{cell}元"
        case "orders", str() if len(cell) > 3:
            return f"{int(cell):,}"
        case _, "true" | "false":
            return "是" if cell == "true" else "否"
        case _:
            return cell
