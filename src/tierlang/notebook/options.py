"""How a notebook shows things."""

import attrs


@attrs.define
class Options:
    """
    Settings of one notebook, to be changed in place: ``tierlang.notebook.options.lang = "zh"``.

    Attributes:
        lang: ``en`` or ``zh``, for messages, headings and labels.
        rows: how many rows of an outcome are shown.
    """

    lang: str = attrs.field(default="en", validator=attrs.validators.in_(("en", "zh")))
    rows: int = attrs.field(default=20, validator=[attrs.validators.instance_of(int), attrs.validators.ge(1)])


options = Options()
