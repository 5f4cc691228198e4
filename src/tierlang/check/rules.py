"""The ladder of levels and the rules that lead to it."""

from tierlang.check.annotations import origin_of
from tierlang.check.header import only
from tierlang.check.model import LevelRule, Origin, OverrideRule, Rule
from tierlang.check.types import Typer
from tierlang.diagnostics.model import Findings, Fix, Label, nearest, quoted
from tierlang.source import NOWHERE
from tierlang.syntax import nodes as n
from tierlang.syntax.grammar import keywords
from tierlang.types import DATE, TEXT, TIER


def ladder_of(file: n.File, imported: tuple[str, ...], findings: Findings) -> tuple[LevelRule, ...]:
    """The levels, best first: as `tiers` declares them, else in the order of the `tier` statements."""
    declared: n.Tiers | None = None
    rules: dict[str, n.Tier] = {}
    for statement in file.statements:
        match statement:
            case n.Tiers():
                if declared is not None:
                    labels = [Label(declared.span, "first")]
                    findings.add("E-HEADER-TWICE", statement.span, labels=labels, statement="tiers")
                declared = declared or statement
            case n.Tier(level=level):
                if level.text in rules:
                    labels = [Label(rules[level.text].level.span, "first")]
                    findings.add("E-TIER-TWICE", level.span, labels=labels, level=level.text)
                rules.setdefault(level.text, statement)
    names = _declared_names(declared, findings) if declared else list(imported or rules)
    _check_members(names, rules, declared, findings)
    _check_otherwise(rules, findings)
    return tuple(_level(name, rules.get(name)) for name in names)


def _declared_names(declared: n.Tiers, findings: Findings) -> list[str]:
    names: dict[str, n.Ident] = {}
    for level in declared.levels:
        if level.text in names:
            findings.add(
                "E-DUPLICATE", level.span, labels=[Label(names[level.text].span, "first")], name=level.text
            )
        names.setdefault(level.text, level)
    return list(names)


def _level(name: str, rule: n.Tier | None) -> LevelRule:
    if rule is None:
        return LevelRule(name, "never", None, Origin(NOWHERE))
    return LevelRule(name, rule.mode, rule.condition, origin_of(rule))


def _check_members(
    names: list[str],
    rules: dict[str, n.Tier],
    declared: n.Tiers | None,
    findings: Findings,
) -> None:
    for name, rule in rules.items():
        if name not in names and name not in keywords():
            near = nearest(name, names)
            fixes = [Fix(rule.level.span, near[0])] if near else []
            findings.add("E-TIER-UNDECLARED", rule.level.span, fixes=fixes, level=name, near=quoted(near))
    if (
        declared is not None and not findings.errors
    ):  # a `tier` statement that cannot be read is no missing one
        for level in declared.levels:
            if level.text not in rules:
                findings.add("W-LEVEL-NO-RULE", level.span, level=level.text)


def _check_otherwise(rules: dict[str, n.Tier], findings: Findings) -> None:
    otherwise = [rule for rule in rules.values() if rule.mode == "otherwise"]
    for rule in otherwise[1:]:
        labels = [Label(otherwise[0].span, "first")]
        findings.add("E-OTHERWISE-TWICE", rule.span, labels=labels, level=rule.level.text)


def rule_of(statement: n.Statement, levels: list[str], findings: Findings) -> Rule | None:
    """The rule that a statement states, its condition still as written; None for other statements."""
    origin = origin_of(statement)
    match statement:
        case n.Eligible(condition=condition, ident=ident):
            id_ = _id("eligible", statement, findings)
            return Rule("eligible", id_, condition, origin, _name(ident, condition))
        case n.Require(condition=condition, ident=ident, label=label, levels=wanted):
            if label is not None:
                origin = Origin(origin.span, {"zh": label, **origin.labels}, origin.cites, origin.readings)
            for level in wanted:
                _check_level(level, levels, findings)
            id_ = _id("require", statement, findings)
            name = _name(ident, condition)
            return Rule("require", id_, condition, origin, name, tuple(level.text for level in wanted))
        case n.Veto(condition=condition, ident=ident):
            id_ = _id("veto", statement, findings)
            return Rule("veto", id_, condition, origin, _name(ident, condition))
        case n.Limit(kind=kind, level=level, condition=condition):
            if not levels:
                findings.add("E-CAP-NO-LADDER", level.span, statement=kind)
            else:
                _check_level(level, levels, findings)
            return Rule(kind, _id(kind, statement, findings), condition, origin, None, (level.text,))
        case _:
            return None


def _name(ident: n.Ident | None, condition: n.Expr) -> str | None:
    """What a rule is called: by its own name, else by that of the condition it asks for."""
    if ident is None and isinstance(condition, n.Name):
        return condition.ident.text
    return ident.text if ident is not None else None


def _id(kind: str, statement: n.Statement, findings: Findings) -> str:
    return f"{kind}@{findings.source.node_id(statement.span)}"


def _check_level(level: n.Ident, levels: list[str], findings: Findings) -> None:
    if level.text not in levels:
        near = nearest(level.text, levels)
        fixes = [Fix(level.span, near[0])] if near else []
        findings.add("E-UNKNOWN-LEVEL", level.span, fixes=fixes, name=level.text, near=quoted(near))


def override_of(file: n.File, levels: list[str], typer: Typer, findings: Findings) -> OverrideRule | None:
    """The override of a scheme, its expressions typed."""
    statement = only(n.Override, file, findings)
    if statement is None:
        return None
    if not levels:
        findings.add("E-CAP-NO-LADDER", statement.span, statement="override")
        return None
    typer.same(statement.level, TIER, "as the level of `override`")
    typer.same(statement.reason, TEXT, "after `for`")
    for day, where in ((statement.start, "after `from`"), (statement.end, "after `until`")):
        if day is not None:
            typer.same(day, DATE, where)
    if (statement.start is not None or statement.end is not None) and typer.data_unit is None:
        findings.add("E-NO-PERIOD", statement.span, name="override")
    if statement.condition is not None:
        typer.condition(statement.condition)
    return OverrideRule(
        name=statement.ident.text if statement.ident else "override",
        level=statement.level,
        reason=statement.reason,
        start=statement.start,
        end=statement.end,
        condition=statement.condition,
        origin=origin_of(statement),
    )


def check_rule_names(statements: tuple[n.Statement, ...], findings: Findings) -> None:
    """Report two rules with one name: results would not say which one failed."""
    named: dict[str, n.Ident] = {}
    for statement in statements:
        ident = (
            statement.ident if isinstance(statement, n.Eligible | n.Require | n.Veto | n.Override) else None
        )
        if ident is not None and ident.text in named:
            findings.add(
                "E-DUPLICATE", ident.span, labels=[Label(named[ident.text].span, "first")], name=ident.text
            )
        elif ident is not None:
            named[ident.text] = ident
