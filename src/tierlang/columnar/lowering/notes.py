"""What stands above the steps of a statement: the words of the rule, and the rule as its scheme has it."""

import re

from tierlang.check.model import CheckedScheme, Origin

MOST = 12
"""Lines of a rule that are shown."""
_NO_WORD = re.compile(r"\W+")


def note_of(scheme: CheckedScheme, origin: Origin, name: str = "") -> str:
    """
    The sentences that a rule cites, in quotation marks, and the rule in Tier.

    Args:
        name: of a definition; one that is imported from a library is not in the scheme's own text.
    """
    quotes = [f"“{line}”" for cite in origin.cites for line in cite.splitlines()]
    if "." in name:
        return "\n".join(quotes)
    lines = scheme.source.text[origin.span.start : origin.span.end].splitlines()
    more = ["…"] if len(lines) > MOST else []
    return "\n".join([*quotes, *(line.rstrip() for line in lines[:MOST]), *more])


def plain_name(title: str) -> str:
    """A title as one word."""
    return _NO_WORD.sub("_", title).strip("_")
