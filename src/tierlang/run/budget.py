"""Bounded time: every run counts what it does and stops at its budget. It never reads a clock."""

from collections.abc import Callable

from tierlang import quickattrs as attrs

DEFAULT_BUDGET = 50_000_000
"""Cost units of one run; a unit is about one operation on small values (language reference, Cost)."""


class BudgetExceeded(Exception):
    """
    The run needed more than its budget. Not an `undetermined` value: no condition can absorb it.

    Attributes:
        limit: the budget in cost units.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the run needs more than its budget of {limit} cost units")


class Cancelled(Exception):
    """The host's cancellation callback said so."""


@attrs.define
class Budget:
    """
    The cost units spent by one run.

    Attributes:
        limit: the run stops when more would be spent.
        cancel: asked at the same points; true stops the run.
    """

    limit: int = DEFAULT_BUDGET
    cancel: Callable[[], bool] | None = None
    spent: int = 0

    def spend(self, units: int) -> None:
        """
        Count units before the work is done.

        Raises:
            BudgetExceeded: there are not so many left.
            Cancelled: the host wants to stop.
        """
        self.spent += units
        if self.spent > self.limit:
            raise BudgetExceeded(self.limit)
        if self.cancel is not None and self.cancel():
            raise Cancelled
