"""What the names in a file mean: for each name that stands in a statement, the place of its definition."""

from collections.abc import Iterator, Mapping

from tierlang import quickattrs as attrs
from tierlang.builtins import BUILTINS, FUNCTIONS, NAMES
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk


def name_of(statement: n.Statement) -> n.Ident | None:
    """The name that a statement gives to something, or of the level that it is about; None where it gives none."""
    match statement:
        case n.Input(field=field) | n.State(field=field):
            return field.ident
        case n.Import(name=name):
            return name
        case n.Tier(level=level):
            return level
        case _:
            ident = getattr(statement, "ident", None)
            return ident if isinstance(ident, n.Ident) else None


def title_of(statement: n.Statement, source: SourceText) -> str:
    """
    What results and the document call a statement: its name, else that of the condition it asks for, else ``cap@46:1``
    by its first word and place.
    """
    ident = name_of(statement)
    condition = getattr(statement, "condition", None)
    if ident is None and isinstance(condition, n.Name):
        ident = condition.ident
    if ident is not None:
        return ident.text
    word = source.at(statement.span).split(maxsplit=1)[0]
    return f"{word}@{source.node_id(statement.span)}"


@attrs.frozen
class NameLink:
    """A name in the text that means something, and the anchor of what it means."""

    span: Span
    target: str
    name: str


@attrs.define
class Names:
    """
    The names of one file.

    Attributes:
        values: every declared value, level, def and library to its anchor; ``library.name`` for what comes from one.
        records: record types to theirs.
        fields: the fields of records; one that several records have is no key.
        builtins: built-in functions and names to theirs.
    """

    values: dict[str, str] = attrs.field(factory=dict)
    records: dict[str, str] = attrs.field(factory=dict)
    fields: dict[str, str] = attrs.field(factory=dict)
    builtins: Mapping[str, str] = attrs.field(factory=dict)

    def target(self, name: str) -> str | None:
        """The anchor of a value, a level or a field by its name."""
        return self.values.get(name) or self.fields.get(name) or self.builtins.get(name)

    def links(self, statement: n.Statement, source: SourceText) -> tuple[NameLink, ...]:
        """The names inside a statement that mean something, in the order of the text; not the one that it defines."""
        local, silent = _local_names(statement)
        own = name_of(statement)
        if own is not None:
            silent.add(id(own))
        found: dict[int, NameLink] = {}
        for node in walk(statement):
            link = self._link(node, local, silent, source)
            if link is not None and link.span.start not in found:
                found[link.span.start] = link
        return tuple(found[start] for start in sorted(found))

    def _link(
        self, node: n.Node, local: frozenset[str], silent: set[int], source: SourceText
    ) -> NameLink | None:
        match node:
            case n.Attribute(base=n.Name(ident=base), field=field) if (
                f"{base.text}.{field.text}" in self.values
            ):
                silent.add(id(base))
                name = f"{base.text}.{field.text}"
                return NameLink(node.span, self.values[name], name)
            case n.Attribute(field=field) | n.Generator(key=n.Ident() as field) if field.text in self.fields:
                return NameLink(field.span, self.fields[field.text], field.text)
            case n.Table(key=key) if key.text not in self.values and key.text in self.fields:
                return NameLink(key.span, self.fields[key.text], key.text)
            case n.TypeRef(of=str(of)) if of in self.records:
                return _record_link(node, of, self.records[of], source)
            case n.Ident(text=text) if id(node) not in silent and text not in local:
                target = self.values.get(text) or self.builtins.get(text)
                return None if target is None else NameLink(node.span, target, text)
            case _:
                return None


def used_builtins(statements: tuple[n.Statement, ...]) -> Iterator[str]:
    """The built-in functions and names that statements use, in the order of the table of built-ins."""
    used: set[str] = set()
    for statement in statements:
        for node in walk(statement):
            match node:
                case n.Call(function=function) if function.text in FUNCTIONS:
                    used.add(function.text)
                case n.Name(ident=ident) if ident.text in NAMES:
                    used.add(ident.text)
                case _:
                    pass
    return (name for name in BUILTINS if name in used)


def _local_names(statement: n.Statement) -> tuple[frozenset[str], set[int]]:
    """Names that mean something inside the statement only, and identifiers (by ``id``) that are no names at all."""
    local: set[str] = set()
    silent: set[int] = set()
    if isinstance(statement, n.Def):
        local |= {parameter.text for parameter in statement.parameters}
    for node in walk(statement):
        match node:
            case n.Generator(variable=variable, ago=ago, key=key):
                local |= {name.text for name in (variable, ago) if name is not None}
                silent |= {id(name) for name in (key,) if name is not None}
            case n.Attribute(field=ident) | n.Annotation(name=ident) | n.FieldDecl(ident=ident):
                silent.add(id(ident))
            case n.Cohort(noun=ident) | n.Rounding(mode=ident):
                silent.add(id(ident))
            case n.Call(function=function, options=options):
                silent |= _option_words(function.text, options)
            case _:
                pass
    return frozenset(local), silent


def _option_words(function: str, options: tuple[n.Option, ...]) -> set[int]:
    """The words of options such as ``best: high``, which are no names even where something is called so."""
    known = dict(BUILTINS[function].options) if function in BUILTINS else {}
    words: set[int] = set()
    for option in options:
        if isinstance(option.key, n.Name) and option.key.ident.text in known:
            words.add(id(option.key.ident))
            value = option.value
            if isinstance(value, n.Name) and value.ident.text in known[option.key.ident.text]:
                words.add(id(value.ident))
    return words


def _record_link(type_: n.TypeRef, of: str, target: str, source: SourceText) -> NameLink | None:
    """The record in ``list of shop``, which the node keeps as text."""
    text = source.at(type_.span)
    start = text.find(of, text.find("of") + 2)
    if start < 0:
        return None
    start += type_.span.start
    return NameLink(Span(start, start + len(of)), target, of)
