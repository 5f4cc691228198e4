"""The header statements: which rules, which version, which periods, which cohort."""

from typing import TypeVar

from tierlang.builtins import AMONG, BEST, MISSING, MODES, TIES
from tierlang.check.declarations import MAX_COHORT
from tierlang.check.model import Assessment, RankDefaults, VersionFacts
from tierlang.diagnostics.model import Findings, Fix, Label, nearest, quoted
from tierlang.periods import SAMPLES, UNITS, Calendar, PeriodError, unit_of
from tierlang.source import Span
from tierlang.syntax import nodes as n

EDITION = 1
SETTINGS = dict((BEST, TIES, MISSING, AMONG))

_S = TypeVar("_S", bound=n.Statement)


def only(kind: type[_S], file: n.File, findings: Findings) -> _S | None:
    """The one statement of a kind; a second one is reported."""
    found = [statement for statement in file.statements if isinstance(statement, kind)]
    for again in found[1:]:
        name = findings.source.at(again.span).split(maxsplit=1)[0]
        findings.add("E-HEADER-TWICE", again.span, labels=[Label(found[0].span, "first")], statement=name)
    return found[0] if found else None


def check_edition(file: n.File, findings: Findings) -> int:
    """The edition; only the one we know can be read."""
    edition = only(n.Edition, file, findings)
    if edition is not None and edition.number != EDITION:
        findings.add("E-EDITION", edition.span, found=edition.number, expected=EDITION)
    return EDITION


def assessment_of(file: n.File, findings: Findings) -> Assessment:
    """What is assessed, and the fiscal year."""
    assess, fiscal = only(n.Assess, file, findings), only(n.FiscalYear, file, findings)
    starting = fiscal.starting if fiscal else None
    if assess is None:
        return Assessment(None, starting)
    if assess.starting is not None and assess.unit != "fiscal year":
        facts = {"function": "assess", "name": "starting", "value": assess.unit, "expected": "`fiscal year`"}
        findings.add("E-ARGUMENT-VALUE", assess.span, facts=facts)
    starting = assess.starting or starting
    if starting is None and assess.unit == "fiscal year":
        findings.add("E-FISCAL-START", assess.span)
    check_window(assess.window, findings)
    return Assessment(assess.unit, starting, assess.window)


MAX_WINDOW = 10_000


def check_window(window: n.Window | None, findings: Findings) -> None:
    """Report a window of no periods, of too many, or of a period that does not exist."""
    match window:
        case n.LastWindow(count=count) if not 1 <= count <= MAX_WINDOW:
            findings.add("E-LITERAL-RANGE", window.span, value=count, expected=f"1 to {MAX_WINDOW}")
        case n.PeriodWindow(label=label):
            check_period(label, None, window.span, findings)
        case _:
            pass


MAY_BE_FISCAL = (n.LastWindow, n.ThisWindow, n.PreviousWindow, n.PeriodWindow, n.FieldDecl)
"""The nodes that `is_fiscal` may be true of."""


def is_fiscal(node: n.Node) -> bool:
    """Whether a window or a series is about fiscal years, so that the scheme must say when they begin."""
    match node:
        case (
            n.LastWindow(unit=unit)
            | n.ThisWindow(unit=unit)
            | n.PreviousWindow(unit=unit)
            | n.FieldDecl(unit=unit)
        ):
            return unit == "fiscal year"
        case n.PeriodWindow(label=label):
            return unit_of(label) == "fiscal year"
        case _:
            return False


def check_period(label: str, unit: str | None, span: Span, findings: Findings) -> bool:
    """Check a period's label, and that it is of the unit that is assessed."""
    try:
        Calendar().parse(label)
    except PeriodError:
        expected = ", ".join(SAMPLES[u] for u in ([unit] if unit else UNITS))
        findings.add("E-PERIOD-TEXT", span, text=label, expected=expected)
        return False
    found = unit_of(label)
    if unit is not None and found != unit:
        findings.add("E-PERIOD-UNIT", span, found=label, expected=f"{unit}, such as {SAMPLES[unit]}")
        return False
    return True


def version_of(file: n.File, assessment: Assessment, findings: Findings) -> VersionFacts:
    """The version's facts."""
    version, applies = only(n.Version, file, findings), only(n.Applies, file, findings)
    first = last = None
    if applies is not None:
        calendar = Calendar(assessment.starting or (1, 1))
        good = [
            check_period(label, assessment.unit, applies.span, findings)
            for label in (applies.first, applies.last)
            if label
        ]
        if all(good):
            first, last = applies.first, applies.last
            if last is not None and calendar.parse(last).start < calendar.parse(first).start:
                findings.add("E-APPLIES-ORDER", applies.span, first=first, last=last)
    if version is None:
        return VersionFacts(first=first, last=last)
    if version.effective and version.until and version.until < version.effective:
        findings.add("E-EFFECTIVE-ORDER", version.span, effective=version.effective, until=version.until)
    return VersionFacts(version.name, version.published, version.effective, version.until, first, last)


def cohort_of(file: n.File, findings: Findings) -> tuple[str, int | None]:
    """What a member of the cohort is called, and how many there may be."""
    cohort = only(n.Cohort, file, findings)
    if cohort is None:
        return "subject", None
    if cohort.maximum is not None and not 1 <= cohort.maximum <= MAX_COHORT:
        findings.add("E-LITERAL-RANGE", cohort.span, value=cohort.maximum, expected=f"1 to {MAX_COHORT}")
    return cohort.noun.text, cohort.maximum


def ranking_of(file: n.File, findings: Findings) -> RankDefaults:
    """The defaults of the rank family."""
    ranking = only(n.Ranking, file, findings)
    given: dict[str, str] = {}
    for setting in ranking.settings if ranking else ():
        if setting.key not in SETTINGS or setting.key in given:
            near = quoted(nearest(setting.key, SETTINGS))
            facts = {"function": "ranking", "name": setting.key, "near": near, "expected": quoted(SETTINGS)}
            findings.add("E-ARGUMENT-NAME", setting.span, facts=facts)
        elif setting.value not in SETTINGS[setting.key]:
            facts = {"function": "ranking", "name": setting.key, "value": setting.value}
            findings.add(
                "E-ARGUMENT-VALUE", setting.span, facts=facts, expected=quoted(SETTINGS[setting.key])
            )
        else:
            given[setting.key] = setting.value
    return RankDefaults(**given)


def rounding_of(file: n.File, findings: Findings) -> str:
    """The file's default rounding mode."""
    rounding = only(n.Rounding, file, findings)
    if rounding is None:
        return "half_up"
    if rounding.mode.text not in MODES:
        near = nearest(rounding.mode.text, MODES)
        fixes = [Fix(rounding.mode.span, near[0])] if near else []
        facts = {
            "function": "rounding",
            "name": "mode",
            "value": rounding.mode.text,
            "expected": quoted(MODES),
        }
        findings.add("E-ARGUMENT-VALUE", rounding.mode.span, fixes=fixes, facts=facts)
        return "half_up"
    return rounding.mode.text
