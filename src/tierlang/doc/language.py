"""Language tags: which a text has, so that every script gets its own fonts."""

import re

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_LATIN = re.compile(r"[A-Za-z]")


def language_tag(text: str | None) -> str | None:
    """A language tag as written in a scheme, if it has the form of one."""
    return text if text is not None and _TAG.fullmatch(text) else None


def language_of(text: str) -> str | None:
    """
    The language that a text is most likely in, by its letters: ``zh``, ``ja``, ``ko``, ``vi`` or ``en``.

    It chooses fonts and hyphens only; where a language is declared, that goes first. None for a text without letters.
    """
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    if _HAN.search(text):
        return "zh"
    if _VIETNAMESE.search(text):
        return "vi"
    return "en" if _LATIN.search(text) else None
