"""Inputs by their policy: a default in place of what is missing, and what is noted of it."""

from collections.abc import Mapping

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme, InputDecl
from tierlang.columnar.columns.cells import Cell
from tierlang.columnar.columns.values import SeriesOf, Single, Unknown, Value, first_known_of, literal
from tierlang.periods import Period
from tierlang.run.values import Level
from tierlang.types import SeriesType, TierType


@attrs.frozen
class Absences:
    """
    Whether inputs of the subjects are missing.

    Attributes:
        assumed: by what results call them, those that have a default.
        gates: by name, those without which a subject is ineligible.
    """

    assumed: dict[str, Cell] = attrs.field(factory=dict)
    gates: dict[str, Cell] = attrs.field(factory=dict)


def with_policy(
    scheme: CheckedScheme, declared: InputDecl, value: Single, absences: Absences | None
) -> Single:
    """An input that is no series, or a field; *absences* is None for fields, of which nothing is noted."""
    if declared.policy == "ineligible" and absences is not None:
        absences.gates[declared.name] = value.is_null
    if declared.policy != "value":
        return value
    if absences is not None:
        absences.assumed[declared.name] = value.is_null
    return first_known_of([value, _default_of(scheme, declared)])


def series_of(
    scheme: CheckedScheme, declared: InputDecl, values: Mapping[Period, Single], absences: Absences | None
) -> SeriesOf:
    """A series by the periods that there are columns for."""
    assert isinstance(declared.type, SeriesType)
    default = _default_of(scheme, declared)
    found: dict[int, Value] = {}
    for period, value in values.items():
        found[period.number] = first_known_of([value, default]) if declared.policy == "value" else value
        if absences is not None and declared.policy == "value":
            absences.assumed[f"{declared.name}@{period.label}"] = value.is_null
    return SeriesOf(declared.type.unit, found, default)


def _default_of(scheme: CheckedScheme, declared: InputDecl) -> Single:
    """What is taken where the input, or a period of the series, is missing."""
    if declared.policy != "value":
        return Unknown()
    kind, default = declared.type, declared.default
    if isinstance(kind.of if isinstance(kind, SeriesType) else kind, TierType) and isinstance(default, str):
        return literal(Level(default, scheme.level_index(default)))
    return literal(default)  # type: ignore[arg-type]  # the checker has made it a value
