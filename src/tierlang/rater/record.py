"""The result of a record by the compiled path: what a handler asks for first is there, the rest is made when asked for."""

from collections.abc import Callable, Mapping
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.run.interpret import Run
from tierlang.run.result import Result, public
from tierlang.run.subjects import Subject
from tierlang.run.values import Value

Reader = Callable[[tuple[Any, ...]], Value]
"""Reads one value of the interpreter off what a result keeps."""


@attrs.frozen(eq=False)
class Shape:
    """
    How to read what the results of one compiled scheme keep.

    Attributes:
        inputs, values: readers by name.
        rules: by kind, the titles of the rules and readers of their conditions.
        run: computes everything again by the interpreter, for explanations.
        provisional: whether a result of an eligible subject of that id is provisional.
    """

    inputs: Mapping[str, Reader]
    values: Mapping[str, Reader]
    rules: Mapping[str, tuple[tuple[str, Reader], ...]]
    run: Callable[[Subject], Run]
    provisional: Callable[[str], bool]


class RecordResult(Result):
    """
    A result that keeps the few numbers it was made of.

    It is what `Scheme.rate` gives in every respect; only its type is another. Who assigns to it fools nobody else.
    """

    __slots__ = ("_kept",)

    _kept: tuple[Any, ...]
    # The compiled path makes it without arguments and sets field by field: the fastest way, where both of these are plain.
    __init__ = object.__init__
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__

    def __getattr__(self, name: str) -> Any:
        late = _LATE.get(name)
        if late is None:
            raise AttributeError(name)
        value = late(self, self._kept[0], self._kept)
        setattr(self, name, value)
        return value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _COMPARED)

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__


def _values(result: Result, shape: Shape, kept: tuple[Any, ...]) -> dict[str, Any]:
    return {name: public(read(kept)) for name, read in shape.values.items()}


def _failed(result: Result, shape: Shape, kept: tuple[Any, ...]) -> tuple[str, ...]:
    kind = {"ineligible": "eligible", "vetoed": "veto"}.get(result.status, "require")
    return tuple(title for title, read in shape.rules[kind] if read(kept) is (kind == "veto"))


def _run(result: Result, shape: Shape, kept: tuple[Any, ...]) -> Run:
    inputs = {name: read(kept) for name, read in shape.inputs.items()}
    return shape.run(Subject(result.id, inputs))


def _eligible(result: Result, shape: Shape, kept: tuple[Any, ...]) -> bool:
    return result.status != "ineligible"


def _level(result: Result, shape: Shape, kept: tuple[Any, ...]) -> str | None:
    return result.tier


def _nothing(result: Result, shape: Shape, kept: tuple[Any, ...]) -> tuple[()]:
    return ()


_LATE: Mapping[str, Callable[[Result, Shape, tuple[Any, ...]], Any]] = {
    "values": _values,
    "failed": _failed,
    "at_most": _level,
    "at_least": _level,
    "computed": _level,
    "causes": _nothing,
    "assumed": _nothing,
    "warnings": _nothing,
    "eligible": _eligible,
    "provisional": lambda result, shape, kept: (
        _eligible(result, shape, kept) and shape.provisional(result.id)
    ),
    "overriding": lambda result, shape, kept: None,
    "run": _run,
}
"""What is made when it is asked for; everything was known, so nothing was assumed, and nothing needs a cause."""

_COMPARED = tuple(field.name for field in attrs.fields(Result) if field.eq)
