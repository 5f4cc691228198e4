"""How a notebook shows things."""


class Options:
    """
    Settings of one notebook, to be changed in place: ``tierlang.notebook.options.lang = "zh"``.

    Attributes:
        lang: ``en`` or ``zh``, for messages, headings and labels.
        rows: how many rows of an outcome are shown, at least 1.
    """

    def __init__(self) -> None:
        self._lang = "en"
        self._rows = 20

    @property
    def lang(self) -> str:
        """The language of what is shown."""
        return self._lang

    @lang.setter
    def lang(self, value: str) -> None:
        if value not in {"en", "zh"}:
            raise ValueError(f"lang is en or zh, not {value!r}")
        self._lang = value

    @property
    def rows(self) -> int:
        """How many rows of an outcome are shown."""
        return self._rows

    @rows.setter
    def rows(self, value: int) -> None:
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"rows is a whole number from 1, not {value!r}")
        self._rows = value


options = Options()
