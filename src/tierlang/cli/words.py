"""Sentences of the command in the languages it speaks."""

from collections.abc import Mapping
from typing import NamedTuple


class Said(NamedTuple):
    """A sentence in the languages of the command; ``{name}`` stands for a fact."""

    en: str
    zh: str

    def fill(self, **facts: object) -> "Said":
        """The sentence with its facts; one that is a sentence itself is put in by language."""
        return Said(self.en.format(**_facts(facts, 0)), self.zh.format(**_facts(facts, 1)))

    def within(self, lang: str) -> str:
        """The sentence in *lang*, ``en`` or ``zh``."""
        return self.zh if lang == "zh" else self.en


def counted(number: int, one: str, many: str, zh: str) -> Said:
    """A number of things: ``1 hole``, ``2 holes``, ``2 处待补全``."""
    return Said(f"{number} {one if number == 1 else many}", f"{number} {zh}")


def files_counted(number: int) -> Said:
    """A number of files."""
    return counted(number, "file", "files", "个文件")


def _facts(facts: Mapping[str, object], language: int) -> dict[str, object]:
    return {name: fact[language] if isinstance(fact, Said) else fact for name, fact in facts.items()}
