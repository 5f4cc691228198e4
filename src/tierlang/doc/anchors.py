"""Ids of places in a document: readable, made of letters, digits, ``_``, ``.`` and ``-`` only, each given once."""

import re

from tierlang import quickattrs as attrs

_OTHER = re.compile(r"[^\w.-]+")
MAX_ANCHOR = 80
"""Characters of an id before the number that makes it unique."""


def slug(text: str) -> str:
    """A text as a part of an id."""
    return _OTHER.sub("_", text)[:MAX_ANCHOR] or "_"


@attrs.define
class Anchors:
    """Gives ids, and knows which it has given."""

    taken: set[str] = attrs.field(factory=set)

    def new(self, wanted: str) -> str:
        """The id for a text; with a number behind it where another place has it already."""
        base = found = slug(wanted)
        number = 2
        while found in self.taken:
            found = f"{base}-{number}"
            number += 1
        self.taken.add(found)
        return found
