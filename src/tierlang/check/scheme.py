"""check(): a text to a CheckedScheme, or every diagnostic about it. The passes in order."""

from fractions import Fraction
from types import MappingProxyType

from tierlang import quickattrs as attrs
from tierlang.check import annotations, header, order, rules
from tierlang.check.cost import check_cost
from tierlang.check.coverage.bands import check_bands
from tierlang.check.coverage.ladder import check_ladder
from tierlang.check.declarations import (
    fits_state,
    input_of,
    key_type,
    param_of,
    record_type,
    state_of,
    table_of,
)
from tierlang.check.examples import ExampleChecker
from tierlang.check.expand import Expander
from tierlang.check.facts import Facts
from tierlang.check.imports import Importer, Resolver
from tierlang.check.lints import check_lints
from tierlang.check.lookalikes import check_lookalikes
from tierlang.check.model import (
    Assessment,
    CheckedScheme,
    Definition,
    ExampleDecl,
    InputDecl,
    Origin,
    ParamDecl,
    RankDefaults,
    TableDecl,
)
from tierlang.check.scope import Named, check_reserved, declare
from tierlang.check.sugar import plain
from tierlang.check.types import TableType, Typer
from tierlang.diagnostics.model import Findings, nearest, quoted
from tierlang.periods import Calendar, unit_of
from tierlang.source import NOWHERE, SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.parse import parse
from tierlang.syntax.walk import Nodes, walk
from tierlang.types import ANY, NUMBER, TIER, Exact, NumberType, RecordType, Type


def check(source: SourceText, resolver: Resolver | None = None) -> CheckedScheme:
    """
    Check a scheme file.

    Args:
        resolver: gives the texts of imported libraries; None refuses imports.

    Raises:
        DiagnosticError: with every finding, where at least one is an error.
    """
    findings = Findings(source)
    file = parse(source, findings)
    if not file.statements and not findings.errors:
        findings.add("E-EMPTY", file.span)
    scheme = check_file(file, findings, resolver)
    annotations.accept(file, findings)
    findings.raise_errors()
    return attrs.evolve(scheme, warnings=findings.sorted())


def check_file(file: n.File, findings: Findings, resolver: Resolver | None) -> CheckedScheme:
    """Check parsed statements; the result is complete only if *findings* then has no errors."""
    importer = Importer(findings, resolver)
    merged = importer.merge(file)
    annotations.check_annotations(file, findings)
    return _Checker(findings, merged, importer).run(file)


class _Checker:
    """What the passes over one file hand to one another."""

    def __init__(self, findings: Findings, file: n.File, importer: Importer) -> None:
        self.findings = findings
        self.file = file
        self.importer = importer
        self.scope = declare(file, findings)
        for level in importer.levels:
            ident = n.Ident(level)
            self.scope.values.setdefault(level, Named("level", ident, n.Tiers((ident,))))
        self.expander = Expander(findings)
        self.inputs: dict[str, InputDecl] = {}
        self.params: dict[str, ParamDecl] = {}
        self.tables: dict[str, TableDecl] = {}
        self.records: dict[str, RecordType] = {}
        self.field_policies: dict[str, dict[str, InputDecl]] = {}

    def run(self, original: n.File) -> CheckedScheme:
        findings = self.findings
        edition = header.check_edition(self.file, findings)
        assessment = header.assessment_of(self.file, findings)
        version = header.version_of(self.file, assessment, findings)
        noun, maximum = header.cohort_of(self.file, findings)
        ranking = header.ranking_of(self.file, findings)
        rounding = header.rounding_of(self.file, findings)
        scheme_id = header.only(n.SchemeId, self.file, findings)
        self._declarations(assessed=assessment.unit is not None)
        typer = Typer(
            self.scope, findings, data_unit=_data_unit(assessment), fiscal_start=assessment.starting
        )
        self._known_types(typer)
        self.expander.learn(self.scope.functions)
        self.scope.broken |= self.expander.recursive | self.importer.failed
        for formula in self.scope.functions.values():
            typer.check_formula(formula)
        statements = self._expanded()
        definitions, sequence = self._definitions(statements, ranking, typer)
        ladder = rules.ladder_of(_with(self.file, statements), self.importer.levels, findings)
        levels = [level.name for level in ladder]
        rule_list = [rule for s in statements if (rule := rules.rule_of(s, levels, findings)) is not None]
        rules.check_rule_names(self.file.statements, findings)
        for rule in rule_list:
            typer.condition(rule.condition)
        for level in ladder:
            if level.condition is not None:
                typer.condition(level.condition)
        override = rules.override_of(_with(self.file, statements), levels, typer, findings)
        inside = Nodes(s for s in statements if not isinstance(s, n.Def | n.Example))
        aside = Nodes(s for s in statements if isinstance(s, n.Def | n.Example))
        for nodes in (inside, aside):
            self._check_windows(statements, nodes, assessment)
        conditions = [
            *(r.condition for r in rule_list),
            *(lv.condition for lv in ladder if lv.condition is not None),
            *(override.expressions if override is not None else ()),
        ]
        amounts = [e for d in definitions.values() for e in (d.value, d.maximum) if e is not None]
        check_cost([*amounts, *conditions], inside, typer.seen, assessment, findings)
        self._check_states(definitions)
        examples = self._examples(definitions, levels, assessment, version.first)
        facts = self._facts(statements, inside, definitions, typer)
        if not findings.errors:
            check_ladder(facts, findings)
            check_bands(facts, findings)
            check_lints(facts, findings)
            self._unused()
            names = [named.ident for named in self.scope.values.values()]
            check_lookalikes(names, set(self.scope.level_names()), findings)
        return CheckedScheme(
            source=findings.source,
            file=original,
            id=scheme_id.id if scheme_id else None,
            edition=edition,
            origin=annotations.origin_of(scheme_id) if scheme_id else Origin(NOWHERE),
            sources=tuple(MappingProxyType(s) for s in annotations.sources_of(original)),
            version=version,
            assessment=assessment,
            cohort_noun=noun,
            cohort_maximum=maximum,
            ranking=ranking,
            rounding=rounding,
            records=MappingProxyType(self.records),
            record_policies=MappingProxyType(
                {k: MappingProxyType(v) for k, v in self.field_policies.items()}
            ),
            inputs=MappingProxyType(self.inputs),
            params=MappingProxyType(self.params),
            tables=MappingProxyType(self.tables),
            definitions=MappingProxyType(definitions),
            rules=tuple(rule_list),
            ladder=ladder,
            override=override,
            examples=examples,
            readings=annotations.readings_of(original),
            accepted=annotations.accepted_of(original),
            order=sequence,
            holes=_holes_in(original, findings.source.text),
            imports=MappingProxyType(dict(self.importer.hashes)),
            exclusive=any(isinstance(s, n.Tiers) and s.exclusive for s in self.file.statements),
            warnings=(),
            expression_types=MappingProxyType(typer.seen),
            libraries=MappingProxyType(dict(self.importer.texts)),
            facts=facts,
        )

    # ------------------------------------------------------------ declarations

    def _declarations(self, *, assessed: bool) -> None:
        for name, record in self.scope.records.items():
            self.records[name] = record_type(record, self.scope, self.findings)
            apart = Findings(
                self.findings.source
            )  # the types have been looked at: what else there is comes with these
            self.field_policies[name] = {
                f.ident.text: input_of(f, None, Origin(f.span), self.scope, apart) for f in record.fields
            }
            told = {(d.code, d.span) for d in self.findings.found}
            self.findings.found += [d for d in apart.found if (d.code, d.span) not in told]
        for statement in self.file.statements:
            origin = annotations.origin_of(statement)
            match statement:
                case n.Input(field=field, origin=published_by):
                    declared = input_of(field, published_by, origin, self.scope, self.findings)
                    self.inputs.setdefault(declared.name, declared)
                case n.State():
                    state = state_of(statement, origin, self.scope, self.findings)
                    if not assessed:
                        self.findings.add("E-NO-PERIOD", statement.span, name=state.name)
                    self.inputs.setdefault(state.name, state)
                case n.Param():
                    param = param_of(statement, origin, self.scope, self.findings)
                    if not assessed and any(start is not None for start, _ in param.values):
                        self.findings.add("E-NO-PERIOD", statement.span, name=param.name)
                    self.params.setdefault(param.name, param)
                case _:
                    pass
        for statement in self.file.statements:
            if isinstance(statement, n.Table):
                key = key_type(statement, self._keyable())
                table = table_of(statement, key, annotations.origin_of(statement), self.scope, self.findings)
                self.tables.setdefault(table.name, table)

    def _keyable(self) -> list[tuple[str, Type]]:
        fields = [pair for record in self.records.values() for pair in record.fields]
        return [*((i.name, i.type) for i in self.inputs.values()), *fields]

    def _known_types(self, typer: Typer) -> None:
        typer.values.update({name: i.type for name, i in self.inputs.items()})
        typer.values.update({name: p.type for name, p in self.params.items()})
        typer.dated.update(name for name, p in self.params.items() if p.is_dated)
        typer.values.update(dict.fromkeys(self.scope.level_names(), TIER))
        typer.tables.update({name: TableType(t.key, t.value) for name, t in self.tables.items()})

    # ------------------------------------------------------------ definitions

    def _expanded(self) -> tuple[n.Statement, ...]:
        """The statements with calls of defs and short forms replaced; examples hold none."""
        return tuple(
            plain_one
            for s in self.file.statements
            for plain_one in ((s,) if isinstance(s, n.Def | n.Example) else plain(self.expander.expand(s)))
        )

    def _definitions(
        self, statements: tuple[n.Statement, ...], ranking: RankDefaults, typer: Typer
    ) -> tuple[dict[str, Definition], tuple[str, ...]]:
        named: dict[str, n.Define | n.Adjust] = {}
        for statement in statements:
            if isinstance(statement, n.Define | n.Adjust):
                named.setdefault(statement.ident.text, statement)
        adjusts = {
            f"{kind}{ending}": [
                s.ident.text for s in named.values() if isinstance(s, n.Adjust) and s.kind == kind
            ]
            for kind, ending in (("bonus", "es"), ("deduct", "ions"))
        }
        graph = {name: list(order.needs(_values(s), ranking, adjusts)) for name, s in named.items()}
        gates = [s.condition for s in statements if isinstance(s, n.Eligible)]
        graph[order.ELIGIBLE] = list(order.needs(gates, ranking, adjusts))
        places = {name: s.ident.span for name, s in named.items()}
        gate = next((s for s in statements if isinstance(s, n.Eligible)), None)
        if gate is not None:
            places.setdefault(order.ELIGIBLE, gate.span)
        sequence = order.order_definitions(graph, places, self.findings)
        typer.values.update(dict.fromkeys(named.keys() - set(sequence), ANY))
        definitions = {name: self._typed(named[name], typer) for name in sequence if name in named}
        return {name: definitions[name] for name in named if name in definitions}, sequence

    def _typed(self, statement: n.Define | n.Adjust, typer: Typer) -> Definition:
        name, origin = statement.ident.text, annotations.origin_of(statement)
        if isinstance(statement, n.Define):
            kind = typer.value(statement.value)
            typer.values[name] = kind
            return Definition(name, "define", statement.value, kind, origin)
        kind = typer.number(statement.value, f"after `{statement.kind}`")
        if statement.maximum is not None:
            typer.same(statement.maximum, kind, "after `max`")
        if isinstance(kind, NumberType) and kind.kind == "money":
            facts = {"found": kind, "expected": "number", "where": f"after `{statement.kind}`"}
            self.findings.add("E-TYPE", statement.value.span, facts=facts)
        typer.values[name] = NUMBER if kind == ANY else kind
        return Definition(name, statement.kind, statement.value, kind, origin, statement.maximum)

    # ------------------------------------------------------------ the rest

    def _check_states(self, definitions: dict[str, Definition]) -> None:
        """A state is of its definition's type, or a level."""
        for statement in self.file.statements:
            if not isinstance(statement, n.State) or statement.field.ident.text not in self.inputs:
                continue
            source, declared = statement.source, self.inputs[statement.field.ident.text].type
            if source.text != "tier" and source.text not in definitions:
                named = self.scope.values.get(source.text)
                in_a_circle = named is not None and named.kind in {"define", "bonus", "deduct"}
                if not in_a_circle and not self.scope.is_broken(source.text):
                    near = quoted(nearest(source.text, [*definitions, "tier"]))
                    self.findings.add("E-STATE-SOURCE", source.span, name=source.text, near=near)
                continue
            kind = TIER if source.text == "tier" else definitions[source.text].type
            self.scope.used.add(source.text)
            if not fits_state(kind, declared):
                facts = {"found": kind, "expected": declared, "where": "after `from`"}
                self.findings.add("E-TYPE", source.span, facts=facts)

    def _check_windows(
        self, statements: tuple[n.Statement, ...], nodes: Nodes, assessment: Assessment
    ) -> None:
        if assessment.starting is None and assessment.unit != "fiscal year":
            for node in filter(header.is_fiscal, nodes.of(*header.MAY_BE_FISCAL)):
                place = node
                if isinstance(node, n.FieldDecl):
                    place = next(s for s in statements if any(inner is node for inner in walk(s)))
                self.findings.add("E-FISCAL-START", place.span)
        for call in nodes.of(n.Call):
            header.check_window(call.window, self.findings)
        for generator in nodes.of(n.Generator):
            for variable in (generator.variable, generator.ago):
                if variable is not None:
                    check_reserved(variable, self.findings)

    def _examples(
        self,
        definitions: dict[str, Definition],
        levels: list[str],
        assessment: Assessment,
        first: str | None,
    ) -> tuple[ExampleDecl, ...]:
        cyclic = frozenset(name for name in self.scope.values if name not in definitions)
        broken = self.scope.broken | (cyclic if self.findings.errors else frozenset())
        checker = ExampleChecker(
            self.findings,
            self.inputs,
            self.params,
            self.tables,
            definitions,
            tuple(levels),
            assessment.unit,
            Calendar(assessment.starting or (1, 1)),
            first,
            broken,
        )
        return tuple(checker.check(s) for s in self.file.statements if isinstance(s, n.Example))

    def _facts(
        self,
        statements: tuple[n.Statement, ...],
        inside: Nodes,
        definitions: dict[str, Definition],
        typer: Typer,
    ) -> Facts:
        return Facts(
            file=_with(self.file, statements),
            nodes=inside,
            definitions={name: d.value for name, d in definitions.items()},
            inputs={name: i.type for name, i in self.inputs.items()},
            params={name: _constant(p) for name, p in self.params.items()},
            types=lambda expr: typer.seen.get(id(expr), ANY),
            levels=self.importer.levels,
        )

    def _unused(self) -> None:
        used = self.scope.used
        for name, named in self.scope.values.items():
            if named.kind in {"input", "state", "param", "table"} and name not in used and "." not in name:
                self.findings.add("W-UNUSED", named.ident.span, name=name, kind=named.kind)
        functions = self.scope.functions
        calls = Nodes(self.file.statements).of(n.Call) if functions else ()
        called = {call.function.text for call in calls}
        for name, function in functions.items():
            if name not in called and "." not in name and self.scope.values:
                self.findings.add("W-UNUSED", function.ident.span, name=name, kind="def")
        for name, record in self.scope.records.items():
            if f"record {name}" not in used:
                self.findings.add("W-UNUSED", record.ident.span, name=name, kind="record")


def _data_unit(assessment: Assessment) -> str | None:
    """What the data window is made of: the unit of `assess … over`, else the assessed period's."""
    match assessment.window:
        case n.LastWindow(unit=unit) | n.ThisWindow(unit=unit) | n.PreviousWindow(unit=unit):
            return unit
        case n.PeriodWindow(label=label):
            return unit_of(label)
        case _:
            return assessment.unit


def _values(statement: n.Define | n.Adjust) -> list[n.Expr]:
    maximum = statement.maximum if isinstance(statement, n.Adjust) else None
    return [statement.value, *([maximum] if maximum is not None else [])]


def _holes_in(file: n.File, text: str) -> int:
    """How many figures a file leaves open; one without `...` in its text need not be gone through."""
    return sum(isinstance(node, n.Hole) for node in walk(file)) if "..." in text else 0


def _with(file: n.File, statements: tuple[n.Statement, ...]) -> n.File:
    return attrs.evolve(file, statements=statements)


def _constant(param: ParamDecl) -> Exact | None:
    """The value of a parameter that has one for all time."""
    value = param.values[0][1] if len(param.values) == 1 and param.values[0][0] is None else None
    return value if isinstance(value, int | Fraction) and not isinstance(value, bool) else None
