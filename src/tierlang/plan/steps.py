"""The few kinds of step that a checked scheme becomes: what is computed, in which order, for whom. No names to resolve."""

from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.check.model import Definition, Rule
from tierlang.syntax import nodes as n


@attrs.frozen
class OverCohort:
    """One call over the whole cohort: its arguments are computed for every member, then one sort gives all results."""

    call: n.Call
    subject: str


@attrs.frozen
class Compute:
    """One definition, for every subject by itself."""

    definition: Definition


@attrs.frozen
class Gate:
    """Who is in the cohort: the `eligible` rules, for every subject by itself."""

    rules: tuple[Rule, ...]


@attrs.frozen
class Decide:
    """The conditions of requirements, vetoes, caps, floors and levels, and the level that follows."""


Step: TypeAlias = OverCohort | Compute | Gate | Decide


@attrs.frozen
class Plan:
    """The steps of a scheme in order."""

    steps: tuple[Step, ...]
