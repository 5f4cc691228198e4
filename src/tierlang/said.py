"""Sentences, and parts of sentences, in the languages that Tier speaks."""

from collections.abc import Mapping
from typing import NamedTuple


class Said(NamedTuple):
    """
    The same words in English and in Chinese; ``{name}`` stands for a fact.

    As a fact of a diagnostic it travels as two arguments: ``reason`` in English, ``reason_zh`` in Chinese.
    """

    en: str
    zh: str

    def fill(self, **facts: object) -> "Said":
        """Put *facts* in place of the names; one that is ``Said`` itself is put in by language."""
        return Said(self.en.format(**_facts(facts, 0)), self.zh.format(**_facts(facts, 1)))

    def within(self, lang: str) -> str:
        """The words in *lang*, ``en`` or ``zh``."""
        return self.zh if lang == "zh" else self.en


def _facts(facts: Mapping[str, object], language: int) -> dict[str, object]:
    return {name: fact[language] if isinstance(fact, Said) else fact for name, fact in facts.items()}
