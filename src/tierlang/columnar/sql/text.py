"""Names and texts as statements have them."""


def quoted(name: str) -> str:
    """A name of a table's column."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text in a statement."""
    return "'" + text.replace("'", "''") + "'"
