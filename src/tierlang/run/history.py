"""Published results as inputs: what `input … from SCHEME` reads."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from tierlang.check.model import CheckedScheme
from tierlang.types import SeriesType, TierType


class Published(Protocol):
    """One published result: of a scheme, for a period and a subject."""

    @property
    def scheme(self) -> str:
        """The id of the scheme that published it."""

    @property
    def period(self) -> str:
        """The label of the assessed period."""

    @property
    def id(self) -> str:
        """The subject."""

    @property
    def tier(self) -> str | None:
        """The level, None where there was none."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Exact values by name."""


def with_history(
    scheme: CheckedScheme, rows: Iterable[Mapping[str, object]], history: Iterable[Published]
) -> list[dict[str, object]]:
    """
    Rows with the inputs that are published results filled in, where a row does not give them itself.

    An input of levels takes the published tier, any other the published value of its own name.
    """
    wanted = {name: i for name, i in scheme.inputs.items() if i.published_by is not None}
    found: dict[tuple[str, str], dict[str, object]] = {}
    for result in history:
        for name, declared in wanted.items():
            if result.scheme != (scheme.id if declared.published_by == "self" else declared.published_by):
                continue
            of_levels = isinstance(declared.type, SeriesType) and isinstance(declared.type.of, TierType)
            value = result.tier if of_levels else result.values.get(name)
            if value is not None:
                found.setdefault((result.id, name), {})[result.period] = value
    filled = []
    for row in rows:
        extra = {
            name: found[str(row.get("id")), name] for name in wanted if (str(row.get("id")), name) in found
        }
        filled.append(
            {**extra, **{key: value for key, value in row.items() if value is not None or key not in extra}}
        )
    return filled
