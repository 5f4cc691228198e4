"""Names and texts as statements have them."""


def quoted(name: str) -> str:
    """A name of a table's column."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text in a statement."""
    return "'" + text.replace("'", "''") + "'"


def apart(name: str) -> str:
    """A name in signs of which no engine or file system takes one for another, as many do with `c` and `C`."""
    return name.encode().hex()
