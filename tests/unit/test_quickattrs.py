"""The classes of quickattrs behave as those of attrs: the same class bodies are made by both, and the same is done to both."""

import ast
import copy
import inspect
import pickle
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import attrs as real
import pytest

from tierlang import quickattrs as quick

SOURCE = Path(__file__).parents[2] / "src" / "tierlang"


def classes(attrs: ModuleType) -> SimpleNamespace:
    """One class for each thing that the package asks of attrs."""

    @attrs.frozen
    class Node:
        """A base."""

        span: int = attrs.field(default=0, eq=False, repr=False, kw_only=True)

    @attrs.frozen
    class Empty(Node):
        pass

    @attrs.frozen
    class Leaf(Node):
        value: object
        unit: str | None = None

        kind: ClassVar[str] = "leaf"

        def doubled(self) -> object:
            return self.value * 2  # type: ignore[operator]

        @property
        def shown(self) -> str:
            return f"<{self.value}>"

    @attrs.frozen
    class Statement(Node):
        notes: tuple[str, ...] = attrs.field(default=(), kw_only=True)
        doc: str | None = attrs.field(default=None, kw_only=True, eq=False)

    @attrs.frozen
    class Define(Statement):
        name: str
        body: Leaf

    @attrs.frozen(order=True)
    class Ordered:
        start: int
        end: int

    @attrs.frozen(cache_hash=True)
    class Hashed:
        name: str
        parts: tuple[object, ...] = ()

    @attrs.frozen(eq=False)
    class Same:
        value: int

    @attrs.frozen(slots=False)
    class Loose:
        name: str
        text: str = attrs.field(converter=str.upper, repr=False)

    @attrs.define
    class State:
        limit: int = 5
        seen: dict[str, int] = attrs.field(factory=dict)
        _known: list[int] = attrs.field(factory=list)
        total: int = attrs.field(init=False)
        fixed: int = attrs.field(default=7, init=False)
        made: list[int] = attrs.field(factory=list, init=False)

        def __attrs_post_init__(self) -> None:
            self.total = self.limit + len(self._known)

    @attrs.define(eq=False)
    class Identity:
        value: int = 0

    @attrs.frozen
    class Shown:
        source: object = attrs.field(default=None, repr=lambda source: f"<{source}>")

        def __str__(self) -> str:
            return "shown"

    @attrs.frozen
    class Redefined(Leaf):
        value: int = 3

    return SimpleNamespace(**{k: v for k, v in locals().items() if k != "attrs"})


REAL, QUICK = classes(real), classes(quick)

DEEDS: dict[str, Callable[[Any, Any], object]] = {
    "repr": lambda c, a: [
        repr(c.Leaf(1)),
        repr(c.Define("x", c.Leaf("y", unit="z"), doc="d", span=3)),
        repr(c.Empty()),
    ],
    "repr of state": lambda c, a: repr(c.State(1, {"a": 2}, known=[3])),
    "own repr": lambda c, a: [repr(c.Shown(3)), str(c.Shown())],
    "fields": lambda c, a: [[f.name for f in a.fields(k)] for k in (c.Node, c.Define, c.State, c.Redefined)],
    "arguments by place": lambda c, a: repr(c.Define("x", c.Leaf(2, "m"))),
    "arguments by name": lambda c, a: repr(c.Define(body=c.Leaf(value=2), notes=("n",), name="x")),
    "a default changed below": lambda c, a: repr(c.Redefined()) + repr(c.Redefined("u", 9)),
    "missing": lambda c, a: c.Define("x"),
    "too many": lambda c, a: c.Leaf(1, "u", 3),
    "unknown": lambda c, a: c.Leaf(1, other=2),
    "twice": lambda c, a: c.Leaf(1, value=2),
    "by place though by name only": lambda c, a: c.Node(3),
    "not an argument": lambda c, a: c.State(total=3),
    "set": lambda c, a: setattr(c.Leaf(1), "value", 2),
    "set what is not there": lambda c, a: setattr(c.Leaf(1), "other", 2),
    "set what is loose": lambda c, a: setattr(c.Loose("a", "b"), "name", 2),
    "delete": lambda c, a: delattr(c.Leaf(1), "value"),
    "no dict": lambda c, a: c.Leaf(1).__dict__,
    "a dict": lambda c, a: c.Loose("a", "b").__dict__,
    "state has slots": lambda c, a: setattr(c.State(), "other", 1),
    "equal": lambda c, a: [c.Leaf(1) == c.Leaf(1), c.Leaf(1) == c.Leaf(2), c.Leaf(1) != c.Leaf(1, "u")],
    "equal but for the place": lambda c, a: [
        c.Leaf(1, span=1) == c.Leaf(1, span=2),
        c.Empty(span=3) == c.Empty(),
    ],
    "equal but for the document": lambda c, a: c.Define("x", c.Leaf(1), doc="a") == c.Define("x", c.Leaf(1)),
    "another class": lambda c, a: [c.Leaf(3) == c.Redefined(value=3), c.Leaf(1) == 1, c.Empty() == c.Node()],
    "hash": lambda c, a: [
        hash(c.Leaf(1, span=4)) == hash(c.Leaf(1)),
        {c.Leaf(1), c.Leaf(1), c.Leaf(2)} == {c.Leaf(2), c.Leaf(1)},
    ],
    "hash kept": lambda c, a: [
        hash(c.Hashed("a", (c.Leaf(1),))) == hash(c.Hashed("a", (c.Leaf(1),))),
        (one := c.Hashed("a")) in {one} and c.Hashed("a") in {one},
        {copy.copy(one), copy.deepcopy(one)} == {one},
        repr(a.evolve(one, name="b")),
        hash(a.evolve(one, name="b")) == hash(one),
        [f.name for f in a.fields(c.Hashed)],
    ],
    "hash of a list": lambda c, a: hash(c.Leaf([])),
    "hash of state": lambda c, a: hash(c.State()),
    "identity": lambda c, a: [
        c.Same(1) == c.Same(1),
        c.Identity() == c.Identity(),
        hash(c.Same(1)) == hash(c.Same(1)),
    ],
    "state is equal": lambda c, a: [c.State() == c.State(), c.State(1) == c.State()],
    "order": lambda c, a: [
        c.Ordered(1, 2) < c.Ordered(1, 3),
        min(c.Ordered(2, 1), c.Ordered(1, 9)).end,
        c.Ordered(1, 2) >= c.Ordered(1, 2),
        c.Ordered(2, 0) > c.Ordered(1, 5),
        c.Ordered(1, 1) <= c.Ordered(0, 9),
    ],
    "order of two classes": lambda c, a: c.Ordered(1, 2) < c.Leaf(1),
    "no order": lambda c, a: c.Leaf(1) < c.Leaf(2),
    "evolve": lambda c, a: [
        repr(a.evolve(c.Leaf(1, "u", span=7), value=2)),
        a.evolve(c.Leaf(1, span=7), value=2).span,
    ],
    "evolve state": lambda c, a: repr(a.evolve(c.State(2, known=[1]), limit=9)),
    "evolve what is unknown": lambda c, a: a.evolve(c.Leaf(1), other=2),
    "asdict": lambda c, a: a.asdict(c.Define("x", c.Leaf((1, c.Leaf(2))))),
    "asdict of a dict": lambda c, a: a.asdict(c.Leaf({"a": [c.Leaf(1)]})),
    "converter": lambda c, a: c.Loose("a", "b").text,
    "factory": lambda c, a: [c.State().seen is c.State().seen, c.State({}).limit],
    "after": lambda c, a: [c.State(limit=2, known=[1, 2]).total, c.State().fixed, c.State().made],
    "copy": lambda c, a: [repr(copy.copy(c.Leaf([1]))), copy.copy(c.Leaf(1, span=5)).span],
    "deep copy": lambda c, a: copy.deepcopy(c.Leaf([1])).value,
    "match": lambda c, a: _matched(c),
    "match arguments": lambda c, a: [k.__match_args__ for k in (c.Node, c.Leaf, c.Define, c.State)],
    "methods": lambda c, a: [
        c.Leaf(4).doubled(),
        c.Leaf(4).shown,
        c.Leaf.kind,
        c.Leaf.__doc__,
        c.Node.__doc__,
    ],
    "names": lambda c, a: [c.Leaf.__name__, c.Leaf.__module__, c.Leaf.__qualname__.rsplit(".", 1)[1]],
    "weak reference": lambda c, a: __import__("weakref").ref(c.Leaf(1)) is not None,
    "instance": lambda c, a: [
        isinstance(c.Define("x", c.Leaf(1)), c.Node),
        isinstance(c.Leaf(1), c.Statement),
    ],
}


def _matched(c: Any) -> object:
    match c.Define("x", c.Leaf(5, "u")):
        case c.Define(name, c.Leaf(value=value, unit=unit)):
            return name, value, unit
    return None


def done(deed: Callable[[Any, Any], object], made: SimpleNamespace, attrs: ModuleType) -> object:
    """What comes of it: a value, or the kind of error."""
    try:
        return deed(made, attrs)
    except (TypeError, AttributeError) as error:
        return AttributeError if isinstance(error, AttributeError) else TypeError


@pytest.mark.parametrize("name", DEEDS)
def test_it_does_as_attrs(name: str) -> None:
    """The same outcome, whichever made the class; and twice, since the first object compiles the class."""
    expected = done(DEEDS[name], REAL, real)
    assert done(DEEDS[name], classes(quick), quick) == expected
    assert done(DEEDS[name], QUICK, quick) == expected
    assert done(DEEDS[name], QUICK, quick) == expected


def test_the_functions_of_attrs_work_on_them() -> None:
    """Tools and tests that know attrs may take the classes for attrs classes."""
    leaf = QUICK.Leaf(1, "u", span=3)
    assert real.has(QUICK.Leaf)
    assert [field.name for field in real.fields(QUICK.Leaf)] == ["span", "value", "unit"]
    assert real.evolve(leaf, value=2) == quick.evolve(leaf, value=2)
    assert real.asdict(leaf) == quick.asdict(leaf) == {"span": 3, "value": 1, "unit": "u"}


def test_objects_of_the_package_survive_pickling() -> None:
    """Frozen slots are set below `__setattr__`."""
    from tierlang.run.values import Cause, undetermined
    from tierlang.source import Span

    value = undetermined("missing", "score@2017-Q2", "1:1")
    assert pickle.loads(pickle.dumps(value)) == value
    assert pickle.loads(pickle.dumps(Span(1, 2))) == Span(1, 2)
    assert isinstance(pickle.loads(pickle.dumps(value)).causes[0], Cause)


def test_signatures_are_told() -> None:
    """Help and documents show the arguments, before and after the first object."""
    made = classes(quick)
    for _ in range(2):
        assert str(inspect.signature(made.Leaf)) == str(inspect.signature(REAL.Leaf))
        assert str(inspect.signature(made.Empty)) == "(*, span: int = 0) -> None"
        made.Leaf(1)

    class Further(made.Leaf):  # type: ignore[name-defined,misc]
        def __init__(self, other: int) -> None:
            super().__init__(other)

    assert str(inspect.signature(Further)) == "(other: int) -> None"
    assert Further(3).value == 3


def test_the_package_imports_no_attrs() -> None:
    """A class of attrs among them would bring back what attrs costs, and could not go on from a class of ours."""
    importing = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in sorted(SOURCE.rglob("*.py"))
        if path.name != "quickattrs.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(alias.name in {"attrs", "attr"} for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in {"attrs", "attr"})
    ]
    assert importing == []  # write `from tierlang import quickattrs as attrs`
