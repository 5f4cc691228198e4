"""What a run gives back: frozen results, and the one document that is written of them."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tierlang import quickattrs as attrs
from tierlang._version import __version__
from tierlang.display import mimebundle
from tierlang.run.values import Cause, Level, Undetermined, Value

if TYPE_CHECKING:
    from tierlang.run.explain import Explanation
    from tierlang.run.interpret import Run
    from tierlang.run.override import Overriding

SCHEMA = "tier.result/1"
DECIMALS = 6
"""Decimals shown beside an exact value that has more."""


@attrs.frozen
class Result:
    """
    The outcome of one subject.

    Attributes:
        status: ``rated``, ``unrated``, ``ineligible``, ``vetoed`` or ``undetermined``.
        tier: the level's name where the status is ``rated``, else None.
        values: every definition, bonus and deduction by name: exact values (int or Fraction), bool, str, date, the
            name of a level, or Undetermined.
        failed: the requirements that are false, in written order: their names, or ids where they have none; for an
            ineligible subject its `eligible` conditions, for a vetoed one its vetoes.
        at_most: the best level that is still possible; None is "no level".
        at_least: the worst level that is still possible, likewise.
        causes: why the result is undetermined.
        assumed: inputs that were absent and took the declared default.
        warnings: undetermined operands that did not matter.
        provisional: whether another member's eligibility is undetermined, so that ranks may still move.
        computed: the level by the rules alone, where they lead to one; other than *tier* only under an override.
        overriding: the override that is in force, or that would be if more were known.
    """

    id: str
    status: str
    tier: str | None
    values: Mapping[str, Any]
    failed: tuple[str, ...] = ()
    at_most: str | None = None
    at_least: str | None = None
    causes: tuple[Cause, ...] = ()
    assumed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    provisional: bool = False
    eligible: bool | None = True
    computed: str | None = None
    overriding: "Overriding | None" = None
    run: "Run | None" = attrs.field(default=None, repr=False, eq=False)

    _repr_mimebundle_ = mimebundle

    @property
    def override(self) -> str | None:
        """The name of the override that is in force."""
        in_force = self.overriding is not None and self.overriding.unknown is None
        return self.overriding.name if self.overriding is not None and in_force else None

    @property
    def overridden(self) -> bool:
        """Whether an override is in force."""
        return self.override is not None

    @property
    def reason(self) -> str | None:
        """The reason given for the override that is in force."""
        return self.overriding.reason if self.overriding is not None and self.override is not None else None

    def explain(self, lang: str = "en", *, disclose: str = "places") -> "Explanation":
        """
        Why this is the result: the decision first, then the conditions that decided it, with the words of the rules.

        Args:
            lang: ``en`` or ``zh``.
            disclose: what to tell of other members: ``none``, ``places``, or ``ids``.
        """
        from tierlang.run.explain import explain

        assert self.run is not None
        return explain(self.run, self.id, lang, disclose=disclose)

    def as_dict(self) -> dict[str, Any]:
        """The result as JSON data; numbers are texts, so that no reader can round them."""
        types = self.run.scheme.definitions if self.run is not None else {}
        return {
            "id": self.id,
            "status": self.status,
            "tier": self.tier,
            "bounds": {"at_least": self.at_least, "at_most": self.at_most},
            "provisional": self.provisional,
            **self._override_as_dict(),
            "values": {
                name: value_as_dict(value, str(types[name].type) if name in types else "number")
                for name, value in self.values.items()
            },
            "failed": list(self.failed),
            "causes": [cause_as_dict(cause) for cause in self.causes],
            "assumed": list(self.assumed),
            "warnings": list(self.warnings),
        }

    def _override_as_dict(self) -> dict[str, Any]:
        """The override and the level by the rules; nothing in a scheme that has no override."""
        if self.run is None or self.run.scheme.override is None:
            return {}
        if self.override is None or self.overriding is None:
            return {"computed": self.computed, "override": None}
        days = {"from": self.overriding.start, "until": self.overriding.end}
        dates = {key: None if day is None else day.isoformat() for key, day in days.items()}
        return {
            "computed": self.computed,
            "override": {"name": self.override, "reason": self.reason, **dates},
        }


@attrs.frozen(slots=False)
class Outcome:
    """
    The results of one run, in order of id.

    Attributes:
        header: scheme, period and cohort as JSON data.
        warnings: what concerns the whole cohort.
        cost: cost units spent.
    """

    results: tuple[Result, ...]
    header: Mapping[str, Any]
    warnings: tuple[str, ...]
    cost: int

    _repr_mimebundle_ = mimebundle

    def __getitem__(self, id_: str) -> Result:
        """
        The result of one subject.

        Raises:
            KeyError: there is no subject of that id.
        """
        return self._by_id[id_]

    @cached_property
    def _by_id(self) -> Mapping[str, Result]:
        return {result.id: result for result in self.results}

    def as_dict(self) -> dict[str, Any]:
        """The whole document (schema ``tier.result/1``)."""
        return {
            "schema": SCHEMA,
            **self.header,
            "results": [result.as_dict() for result in self.results],
            "cost": {"units": self.cost},
            "engine": {"name": "tierlang", "version": __version__},
        }


def value_as_dict(value: Any, kind: str) -> dict[str, Any]:
    """One value as JSON data: exact, as a decimal, and whether the decimal is rounded."""
    if isinstance(value, Undetermined):
        causes = [cause_as_dict(cause) for cause in value.causes]
        return {
            "undetermined": True,
            "causes": causes,
            **({"more": value.more} if value.more else {}),
            "type": kind,
        }
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        text, rounded = decimal_text(value)
        return {"exact": exact_text(value), "decimal": text, "rounded": rounded, "type": kind}
    if isinstance(value, datetime.date):
        return {"value": value.isoformat(), "type": "date"}
    return {"value": value, "type": "bool" if isinstance(value, bool) else kind}


def cause_as_dict(cause: Cause) -> dict[str, str]:
    """A cause as JSON data."""
    return {"code": cause.code, "path": cause.path, "node": cause.node}


def decimal_text(value: int | Fraction, decimals: int = DECIMALS) -> tuple[str, bool]:
    """
    A number for people, and whether it had to be rounded (half even) to *decimals*.

    Returns:
        Such as ``("12.333333", True)`` for 37/3, ``("0.4", False)`` for 2/5.
    """
    if isinstance(value, int):
        return whole_text(value), False
    scaled = value * 10**decimals
    rounded = scaled.denominator != 1
    whole = round(scaled)
    sign, digits = "-" if whole < 0 else "", whole_text(abs(whole)).rjust(decimals + 1, "0")
    text = f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"
    return (text if rounded else text.rstrip("0").rstrip(".")), rounded


def exact_text(value: int | Fraction) -> str:
    """A number as ``37/3`` or ``12``."""
    if value.denominator == 1:
        return whole_text(value.numerator)
    return f"{whole_text(value.numerator)}/{whole_text(value.denominator)}"


def whole_text(value: int) -> str:
    """The digits of a whole number of any size: Python's own `str` stops at 4 300 digits for the host's safety."""
    return str(value) if value.bit_length() < 14_000 else format(Decimal(value), "f")


def public(value: Value) -> Any:
    """A value as results show it: a level by its name."""
    return value.name if isinstance(value, Level) else value
