"""What names a file declares, each with one meaning."""

from tierlang import quickattrs as attrs
from tierlang.builtins import BUILTINS, FUNCTIONS, NAMES
from tierlang.diagnostics.model import MAX_DIAGNOSTICS, Findings, Fix, Label, nearest, quoted
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.syntax.grammar import FREE_WORDS, RESERVED_FOR_LATER, keywords


@attrs.frozen
class Named:
    """A name's declaration: what kind of thing it names, where, and the statement."""

    kind: str
    ident: n.Ident
    statement: n.Statement


@attrs.define
class Scope:
    """
    Every name of a file.

    Attributes:
        values: inputs, params, tables, definitions, bonuses, deductions and levels: what an expression may name.
        functions: defs.
        records: record types.
        used: the names that some expression or statement has used.
        broken: names whose declaration has a fault: known, but nothing else is known of them.
    """

    values: dict[str, Named] = attrs.field(factory=dict)
    functions: dict[str, n.Def] = attrs.field(factory=dict)
    records: dict[str, n.Record] = attrs.field(factory=dict)
    used: set[str] = attrs.field(factory=set)
    broken: frozenset[str] = frozenset()

    def is_broken(self, name: str) -> bool:
        """Whether a name, or the library it comes from, has a faulty declaration."""
        return name in self.broken or name.partition(".")[0] in self.broken

    def level_names(self) -> list[str]:
        """The declared levels."""
        return [name for name, named in self.values.items() if named.kind == "level"]


def declare(file: n.File, findings: Findings) -> Scope:
    """Collect the names of a file; report those that are declared twice or may not be names."""
    scope = Scope(broken=file.broken)
    for statement in file.statements:
        for kind, ident in _declared(statement):
            _check_name(ident, findings)
            if kind == "def":
                assert isinstance(statement, n.Def)
                earlier = scope.functions.get(ident.text) or scope.values.get(ident.text)
                if _is_new(ident, earlier, findings):
                    scope.functions[ident.text] = statement
                for i, parameter in enumerate(statement.parameters):
                    check_reserved(parameter, findings)
                    twin = next((p for p in statement.parameters[:i] if p.text == parameter.text), None)
                    if twin is not None:
                        labels = [Label(twin.span, "first")]
                        findings.add("E-DUPLICATE", parameter.span, labels=labels, name=parameter.text)
            elif kind == "record":
                assert isinstance(statement, n.Record)
                if _is_new(ident, scope.records.get(ident.text), findings):
                    scope.records[ident.text] = statement
            else:
                named = scope.values.get(ident.text)
                if named is not None and named.kind == kind == "level":
                    continue  # a level is named by `tiers` and by its own `tier`; repetition is for check/rules.py
                if _is_new(ident, named or scope.functions.get(ident.text), findings):
                    scope.values[ident.text] = Named(kind, ident, statement)
    return scope


def _declared(statement: n.Statement) -> list[tuple[str, n.Ident]]:
    match statement:
        case n.Input(field=field):
            return [("input", field.ident)]
        case n.State(field=field):
            return [("state", field.ident)]
        case n.Param(ident=ident):
            return [("param", ident)]
        case n.Table(ident=ident):
            return [("table", ident)]
        case n.Define(ident=ident):
            return [("define", ident)]
        case n.Adjust(kind=kind, ident=ident):
            return [(kind, ident)]
        case n.Def(ident=ident):
            return [("def", ident)]
        case n.Record(ident=ident):
            return [("record", ident)]
        case n.Tiers(levels=levels):
            return [("level", level) for level in levels]
        case n.Tier(level=level, others=others):
            return [("level", name) for name in (level, *others)]
        case n.Import(name=ident):
            return [("import", ident)]
        case _:
            return []


def _is_new(ident: n.Ident, earlier: Named | n.Def | n.Record | None, findings: Findings) -> bool:
    if earlier is None:
        return True
    findings.add("E-DUPLICATE", ident.span, labels=[Label(earlier.ident.span, "first")], name=ident.text)
    return False


def _check_name(ident: n.Ident, findings: Findings) -> None:
    if ident.text in BUILTINS:
        findings.add("E-BUILTIN-NAME", ident.span, name=ident.text)
    check_reserved(ident, findings)


def check_reserved(ident: n.Ident, findings: Findings) -> None:
    """Report a name that the language keeps for itself; in backticks every name is free."""
    if ident.quoted:
        return
    if ident.text in keywords() - FUNCTIONS - FREE_WORDS:
        fix = Fix(ident.span, f"`{ident.text}`")
        findings.add("E-KEYWORD-NAME", ident.span, fixes=[fix], name=ident.text)
    elif ident.text in RESERVED_FOR_LATER:
        findings.add("E-RESERVED", ident.span, name=ident.text)


def check_unknown(
    name: str, span: Span, scope: Scope, findings: Findings, extra: tuple[str, ...] = ()
) -> None:
    """Report a name that nothing declares, with the nearest ones."""
    if scope.is_broken(name):
        return
    many = len(findings.found) >= MAX_DIAGNOSTICS  # later ones are not shown: no search for what may be meant
    near = [] if many else nearest(name, [*scope.values, *NAMES, *extra])
    fixes = [Fix(span, near[0])] if near else []
    findings.add("E-UNKNOWN-NAME", span, fixes=fixes, name=name, near=quoted(near))
