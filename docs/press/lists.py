"""The lists in the reference that must miss nothing: all built-ins and all codes, between two marks that say so."""

import re
from collections.abc import Iterable, Mapping

from press.contents import DOCS
from tierlang.builtins import BUILTINS
from tierlang.diagnostics.catalogue import AREAS, catalogue

_MARKED = re.compile(r"(<!-- ([\w-]+), written by docs/make\.py -->\n).*?(\n<!-- end -->)", re.DOTALL)


def with_lists(families: Mapping[str, str]) -> str:
    """
    The text of docs/reference.md with its lists as they are now.

    Args:
        families: the chapters of docs/builtins.md: the family of their functions, and their title.

    Raises:
        KeyError: a mark names no list.
    """
    lists = {"built-ins": _built_ins(families), "codes": _codes()}
    return _MARKED.sub(
        lambda found: f"{found[1]}\n{lists[found[2]]}\n{found[3]}", (DOCS / "reference.md").read_text("utf-8")
    )


def _built_ins(families: Mapping[str, str]) -> str:
    rows = [
        (
            f"[{title}](builtins.md#{title.lower().replace(' ', '-')})",
            [f"[`{b.name}`](builtins.md#{b.name})" for b in BUILTINS.values() if b.family == family],
        )
        for family, title in families.items()
    ]
    return _table("built-ins", rows)


def _codes() -> str:
    known = catalogue().values()
    rows = [(area, [f"[{e.code}](codes/{e.code}.md)" for e in known if e.area == area]) for area in AREAS]
    return _table("about", rows)


def _table(head: str, rows: Iterable[tuple[str, list[str]]]) -> str:
    return "\n".join([f"| {head} | |", "|---|---|", *(f"| {name} | {', '.join(of)} |" for name, of in rows)])
