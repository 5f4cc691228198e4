"""Text from schemes, data and file names, made safe to print: nothing in it can steer a terminal."""

import unicodedata

MAX_FACT = 200
"""A fact in a sentence is shown with so many characters at most."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that are escaped: controls, bidi and zero-width marks, surrogates, line separators."""


def is_invisible(char: str) -> bool:
    """Whether a character could steer a terminal or hide from a reader."""
    return unicodedata.category(char) in _INVISIBLE


def printable(text: str) -> str:
    r"""Write every control, bidi, zero-width or line-breaking character as ``\u202e`` or ``\U000e0001``."""
    return text if text.isprintable() else "".join(map(printable_char, text))


def printable_char(char: str) -> str:
    """Do what `printable` does for a single character."""
    if not is_invisible(char):
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def brief(text: str) -> str:
    """Make a fact printable and cut it to MAX_FACT characters, ``…`` included, counted before escaping."""
    return printable(text if len(text) <= MAX_FACT else text[: MAX_FACT - 1] + "…")
