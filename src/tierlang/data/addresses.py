"""Addresses of tables in databases, and how they are told: without what is secret."""

import re

_SCHEMES = ("postgresql://", "postgres://")


def is_address(place: str) -> bool:
    """Whether a place is a table in a database."""
    return place.lower().startswith(_SCHEMES)


def without_password(text: str) -> str:
    """A text in which no address shows a password, nor the parts of an address in which one may stand."""

    def masked(match: "re.Match[str]") -> str:
        return f"{match[1]}{match[2].partition(':')[0]}@" if match[2] else match[1]

    text = re.sub(r"(?i)(postgres(?:ql)?://)([^\s`]*)@", masked, text)
    return re.sub(r"(?i)([?&](?:password|sslpassword|passfile)=)[^&\s`]*", r"\1***", text)
