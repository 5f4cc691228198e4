"""A scheme with everything that a run needs but data."""

from collections.abc import Callable, Mapping
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme
from tierlang.plan.steps import Plan
from tierlang.run.interpret import Supplied
from tierlang.run.subjects import SubjectReader
from tierlang.run.windows import TimeFrame


@attrs.frozen
class Prepared:
    """
    A scheme, ready for the data of one run.

    Attributes:
        reader: makes a reader of subjects.
        header: scheme and period as results tell them.
    """

    scheme: CheckedScheme
    plan: Plan
    time: TimeFrame
    supplied: Supplied
    reader: Callable[[], SubjectReader]
    header: Mapping[str, Any]
