"""Invented names of companies and platforms; any likeness to a real one is chance."""

from keyed import choose

CITIES = (
    "杭州", "义乌", "广州", "深圳", "泉州", "温州", "宁波", "青岛", "成都", "东莞",
    "佛山", "苏州", "金华", "厦门", "汕头", "临沂", "石狮", "湖州", "嘉兴", "台州",
)  # fmt: skip
FIRST = "岚栎沐砚汀朔翎禾墨桐槿霁昶珩笙蔚"
SECOND = "舟陌溪岳川麓桥屿庭野原汐峦渡崖汶"


def names(count: int, kinds: tuple[str, ...], key: str) -> list[str]:
    """So many different names, each a city, an invented word and one of *kinds*."""
    found: dict[str, None] = {}
    tries = 0
    while len(found) < count:
        parts = enumerate((CITIES, FIRST, SECOND, kinds))
        found.setdefault("".join(choose(options, key, tries, place) for place, options in parts))
        tries += 1
    return list(found)
