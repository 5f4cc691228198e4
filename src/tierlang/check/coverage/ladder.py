"""Reports what faults.py finds about the ladder, each fault at the comparison where it lies."""

from collections.abc import Iterable
from itertools import islice

from tierlang.check.coverage.conditions import Axis, Reader
from tierlang.check.coverage.faults import Fault, Gap, Overlap, Unanalysed, Unreachable, find_faults
from tierlang.check.coverage.formulas import Atom, Unknown, atoms, leaves
from tierlang.check.coverage.levels import Ladder, Level, level_names, read_ladder
from tierlang.check.coverage.show import show_ends, show_range
from tierlang.check.facts import Facts
from tierlang.diagnostics.model import MAX_DIAGNOSTICS, Findings, Fix, Label, quoted
from tierlang.syntax import nodes as n
from tierlang.types import Exact


def check_ladder(facts: Facts, findings: Findings) -> None:
    """Report gaps and overlaps of the tier conditions, and levels that can never be the result."""
    reader = Reader(facts, findings.source, level_names(facts))
    ladder = read_ladder(facts, reader)
    faults = list(islice(find_faults(ladder, facts, reader), MAX_DIAGNOSTICS))
    _check_otherwise(ladder, faults, facts, findings)
    for fault in faults:
        match fault:
            case Gap():
                _report_gap(fault, ladder, reader.levels, findings)
            case Overlap():
                _report_overlap(fault, ladder, reader.levels, findings)
            case Unreachable(level=level, above=above):
                findings.add("W-TIER-UNREACHABLE", level.span, level=level.name, above=quoted(above))
            case Unanalysed(span=span, reason=reason):
                findings.add("W-TIERS-UNANALYSED", span, reason=reason)


def _check_otherwise(ladder: Ladder, faults: list[Fault], facts: Facts, findings: Findings) -> None:
    """Say that some subjects may get no level, unless the levels are known to cover everybody or a gap says it."""
    if not ladder.levels or any(level.mode == "otherwise" for level in ladder.levels):
        return
    unknown = any(isinstance(leaf, Unknown) for level in ladder.levels for leaf in leaves(level.formula))
    unknown = unknown or any(isinstance(fault, Unanalysed) for fault in faults)
    uncovered = any(isinstance(fault, Gap) and fault.falls_to is None for fault in faults)
    required = any(isinstance(s, n.Require) for s in facts.file.statements)
    if required or (unknown and not uncovered):
        last = [s for s in facts.file.statements if isinstance(s, n.Tier)][-1]
        findings.add("W-NO-OTHERWISE", last.span)


def _report_gap(gap: Gap, ladder: Ladder, names: tuple[str, ...], findings: Findings) -> None:
    axis, run = gap.region.axis, gap.region.run
    assert axis is not None  # a ladder without names has no cells in which only some levels hold
    lower, upper = show_ends(run, axis, names)
    ends = _edge(_first(gap.below, ladder), axis, run[0].low, "<=") if lower else None
    starts = _edge(_first(gap.above, ladder), axis, run[-1].high, ">=") if upper else None
    labels = [Label(starts[1].span, "starts", {"level": starts[0].name})] if starts else []
    at = ends or starts
    findings.add(
        "W-TIER-GAP",
        at[1].span if at else ladder.levels[-1].span,
        labels=labels,
        fixes=_fixes(gap, ends, starts, findings) if ends and starts else [],
        witness=gap.region.words(names),
        range=show_range(run, axis, names),
        lower=lower,
        upper=upper,
        level=ends[0].name if ends else None,
        falls_to=gap.falls_to,
    )


def _report_overlap(overlap: Overlap, ladder: Ladder, names: tuple[str, ...], findings: Findings) -> None:
    axis, run = overlap.region.axis, overlap.region.run
    first, second = overlap.first, overlap.second
    spans = []
    for level in (second, first):
        edge = None
        if axis is not None:
            edge = _edge([level], axis, run[0].low) or _edge([level], axis, run[-1].high)
        spans.append(edge[1].span if edge else level.span)
    findings.add(
        "E-TIER-OVERLAP" if ladder.exclusive else "W-TIER-OVERLAP",
        spans[0],
        labels=[Label(spans[1], "first")],
        first=first.name,
        second=second.name,
        witness=overlap.region.words(names) or None,
        range=None if axis is None else show_range(run, axis, names),
    )


def _first(name: str | None, ladder: Ladder) -> list[Level]:
    """The levels, that of a name before all others."""
    return sorted(ladder.levels, key=lambda level: level.name != name)


def _edge(
    levels: Iterable[Level], axis: Axis, value: Exact | None, towards: str = ""
) -> tuple[Level, Atom] | None:
    """A comparison of an axis with a value, and its level; one of the direction *towards* if there is any."""
    found = [
        (level, atom)
        for level in levels
        for atom in atoms(level.formula)
        if atom.axis == axis.expr and value is not None and value in atom.values
    ]
    found.sort(key=lambda pair: pair[1].operator[:1] != towards[:1])
    return found[0] if found else None


def _fixes(gap: Gap, ends: tuple[Level, Atom], starts: tuple[Level, Atom], findings: Findings) -> list[Fix]:
    """Let the lower range go on to where the upper one starts."""
    atom, run = ends[1], gap.region.run
    if atom.operator not in {"<", "<="} or atom.bound == atom.span or starts[1].bound == starts[1].span:
        return []  # no single bound to move, or one of them stands in a def
    subject, upper = findings.source.at(atom.subject), findings.source.at(starts[1].bound)
    if atom.mirrored:
        return [Fix(atom.span, f"{upper} {'>=' if run[-1].high_in else '>'} {subject}")]
    return [Fix(atom.span, f"{subject} {'<=' if run[-1].high_in else '<'} {upper}")]
