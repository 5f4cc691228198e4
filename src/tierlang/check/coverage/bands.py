"""Bands and matches: values that no arm takes, arms that are never taken, arms in the wrong order."""

from collections.abc import Iterator

from tierlang import quickattrs as attrs
from tierlang.check.coverage.conditions import Axis, Reader, is_imported
from tierlang.check.coverage.formulas import ALWAYS, Atom, Formula, Verdict, atoms, every
from tierlang.check.coverage.levels import level_names
from tierlang.check.coverage.regions import Cut, Region, cut
from tierlang.check.coverage.show import show_ends, show_range
from tierlang.check.facts import Facts
from tierlang.diagnostics.model import Findings, Fix, Label, quoted
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import Nodes
from tierlang.types import ANY, AnyType, Exact, Type

MAX_ARMS = 300
"""Bands with more arms are not analysed."""


@attrs.frozen
class Shadowed:
    """An arm that is never taken: the arms *above* take all its values, none where it has no values at all."""

    arm: n.Arm
    above: tuple[n.Arm, ...]


@attrs.frozen
class BandFaults:
    """What is the matter with one band; *gaps* only where there is no ``else``."""

    axis: Axis
    gaps: tuple[Region, ...]
    shadowed: tuple[Shadowed, ...]


def check_bands(facts: Facts, findings: Findings) -> None:
    """Report gaps, unreachable and misplaced arms of every band and match."""
    reader = Reader(facts, findings.source, level_names(facts))
    _check_all(facts.nodes, reader, findings)
    # What the body of a def says is known where it stands in place of a call; here its parameters may be anything.
    defs = [s for s in facts.file.statements if isinstance(s, n.Def)]
    alone, inside = n.File(tuple(defs), span=facts.file.span), Nodes(defs)
    parameters = {parameter.text for formula in defs for parameter in formula.parameters}
    inputs = {name: kind for name, kind in facts.inputs.items() if name not in parameters}

    def type_of(expr: n.Expr) -> Type:
        return inputs.get(expr.ident.text, ANY) if isinstance(expr, n.Name) else ANY

    known = attrs.evolve(
        facts, file=alone, nodes=inside, definitions={}, inputs=inputs, params={}, types=type_of
    )
    bare = Reader(known, findings.source)
    apart = Findings(findings.source)
    _check_all(inside, bare, apart)
    told = {diagnostic.span for diagnostic in findings.found}
    findings.found += [diagnostic for diagnostic in apart.found if diagnostic.span not in told]


def _check_all(nodes: Nodes, reader: Reader, findings: Findings) -> None:
    bands: list[n.Band | n.Match] = nodes.of(n.Band, n.Match)
    for node in bands:
        if not is_imported(node):
            reader.axes.clear()  # names of loop variables mean something else in every loop
            _check_band(node, reader, findings)


def _check_band(band: n.Band | n.Match, reader: Reader, findings: Findings) -> None:
    arms = _before_else(band, findings)
    for arm in band.arms:
        _check_direction(arm.pattern, reader, findings)
    _check_missing(arms, findings)
    faults = find_band_faults(band.subject, arms, reader)
    if faults is None:
        return
    for shadowed in faults.shadowed:
        _report_shadowed(shadowed, findings)
    for gap in faults.gaps:
        _report_gap(gap, band, reader, findings)


# ------------------------------------------------------------------ order and direction


def _before_else(band: n.Band | n.Match, findings: Findings) -> tuple[n.Arm, ...]:
    """The arms up to ``else``, which must be the last one."""
    for i, arm in enumerate(band.arms):
        if isinstance(arm.pattern, n.ElsePattern):
            if i + 1 < len(band.arms):
                late = band.arms[i + 1].pattern
                labels = [Label(late.span, "late")]
                findings.add(
                    "E-BAND-ELSE-ORDER", arm.pattern.span, labels=labels, arm=findings.source.at(late.span)
                )
            return band.arms[: i + 1]
    return band.arms


def _check_direction(pattern: n.Pattern, reader: Reader, findings: Findings) -> None:
    if not _is_backwards(pattern, reader):
        return
    assert isinstance(pattern, n.Between)
    low, high = (findings.source.at(end.span) for end in (pattern.low, pattern.high))
    fix = Fix(pattern.span, f"{high}{'..' if pattern.closed else '..<'}{low}")
    findings.add("E-RANGE-BACKWARDS", pattern.span, fixes=[fix], low=low, high=high)


def _is_backwards(pattern: n.Pattern, reader: Reader) -> bool:
    if not isinstance(pattern, n.Between):
        return False
    low, high = reader.constants.of(pattern.low), reader.constants.of(pattern.high)
    if low is None or high is None or isinstance(low.value, str) or isinstance(high.value, str):
        return False
    return low.family == high.family and low.value > high.value


def _check_missing(arms: tuple[n.Arm, ...], findings: Findings) -> None:
    missing = [arm for arm in arms if isinstance(arm.pattern, n.MissingPattern)]
    for arm in missing[1:]:
        _report_shadowed(Shadowed(arm, (missing[0],)), findings)


# ------------------------------------------------------------------ gaps and shadows


def find_band_faults(subject: n.Expr, arms: tuple[n.Arm, ...], reader: Reader) -> BandFaults | None:
    """Compare the patterns cell by cell; None where they cannot be analysed."""
    formulas = [
        (arm, arm_formula(subject, arm.pattern, reader)) for arm in arms if not _is_apart(arm.pattern, reader)
    ]
    axis = reader.axes.get(reader.constants.resolved(subject))
    if axis is None or len(arms) > MAX_ARMS:
        return None
    pieces = cut([axis], [formula for _, formula in formulas])
    if pieces is None:
        return None
    verdicts = [(arm, pieces.verdict(formula)) for arm, formula in formulas]
    gaps: tuple[Region, ...] = ()
    if not isinstance(reader.facts.types(subject), AnyType):
        gaps = tuple(_gaps(verdicts, pieces))
    return BandFaults(axis, gaps, tuple(_shadowed(verdicts)))


def _is_apart(pattern: n.Pattern, reader: Reader) -> bool:
    """Whether a pattern has no values to compare: ``missing``, or a range already reported."""
    return isinstance(pattern, n.MissingPattern) or _is_backwards(pattern, reader)


def arm_formula(subject: n.Expr, pattern: n.Pattern, reader: Reader) -> Formula:
    """What a pattern asks of the subject of its band."""
    match pattern:
        case n.Relation(operator=operator, bound=bound):
            return reader.relation(subject, operator, bound, pattern.span)
        case n.Between(low=low, high=high, closed=closed):
            ends = (">=", low), ("<=" if closed else "<", high)
            return every([reader.relation(subject, operator, end, pattern.span) for operator, end in ends])
        case n.Equal(value=value):
            return reader.relation(subject, "==", value, pattern.span)
        case _:
            return ALWAYS


def _gaps(verdicts: list[tuple[n.Arm, Verdict]], pieces: Cut) -> Iterator[Region]:
    left = pieces.space.all
    for _, verdict in verdicts:
        left &= ~verdict.maybe
    yield from map(pieces.describe, pieces.parts(left))


def _shadowed(verdicts: list[tuple[n.Arm, Verdict]]) -> Iterator[Shadowed]:
    taken: list[tuple[n.Arm, int]] = []
    for arm, verdict in verdicts:
        left = verdict.maybe
        for _, where in taken:
            left &= ~where
        if not left:
            alone = [other for other, where in taken if not verdict.maybe & ~where]
            some_ = [other for other, where in taken if verdict.maybe & where]
            yield Shadowed(arm, tuple((alone[:1] or some_) if verdict.maybe else ()))
        taken.append((arm, verdict.surely))


# ------------------------------------------------------------------ reports


def _report_shadowed(fault: Shadowed, findings: Findings) -> None:
    pattern, source = fault.arm.pattern, findings.source
    above = quoted(source.at(arm.pattern.span) for arm in fault.above)
    labels = [Label(arm.pattern.span, "above") for arm in fault.above]
    crossed = not isinstance(pattern, n.ElsePattern) and _are_crossed(fault.above)
    code = "E-BAND-MIXED" if crossed else "W-BAND-UNREACHABLE"
    findings.add(code, pattern.span, labels=labels, arm=source.at(pattern.span), above=above)


def _are_crossed(arms: tuple[n.Arm, ...]) -> bool:
    """Whether some of the patterns point upwards and some downwards."""
    operators = {arm.pattern.operator[0] for arm in arms if isinstance(arm.pattern, n.Relation)}
    return {"<", ">"} <= operators


def _report_gap(gap: Region, band: n.Band | n.Match, reader: Reader, findings: Findings) -> None:
    assert gap.axis is not None  # a band has one
    lower, upper = show_ends(gap.run, gap.axis, reader.levels)
    ends = _edge(band, gap.run[0].low, reader) if lower else None
    starts = _edge(band, gap.run[-1].high, reader) if upper else None
    at = ends or starts
    findings.add(
        "W-BAND-GAP",
        at.span if at else band.subject.span,
        labels=[Label(starts.span, "starts")] if ends and starts and starts.span != ends.span else [],
        subject=gap.axis.label,
        witness=gap.words(reader.levels),
        range=show_range(gap.run, gap.axis, reader.levels),
        lower=lower,
        upper=upper,
    )


def _edge(band: n.Band | n.Match, value: Exact | None, reader: Reader) -> Atom | None:
    """The pattern that begins or ends at a value."""
    for arm in band.arms:
        for atom in atoms(arm_formula(band.subject, arm.pattern, reader)):
            if value is not None and value in atom.values:
                return atom
    return None
