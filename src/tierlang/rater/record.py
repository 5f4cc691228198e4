"""
The result of a record by the compiled path: it keeps the numbers it was made of, and makes the rest when it is asked for.

Each outcome (a level, or a status without one) is a class of its own, which knows all that is the same for every record that
ends so. Making an object of it is all that a record costs beside its arithmetic.
"""

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
    """A result that is what `Scheme.rate` gives in every respect; only its type is another."""

    __slots__ = ("_kept",)

    _kept: tuple[Any, ...]
    _shape: Shape

    # The compiled path makes it without arguments and sets two fields: that is fastest where these three are plain.
    __init__ = object.__init__
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__

    def __getattr__(self, name: str) -> Any:
        late = _LATE.get(name)
        if late is None:
            raise AttributeError(name)
        value = late(self, self._shape, self._kept)
        setattr(self, name, value)
        return value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _COMPARED)

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__


def outcome(status: str, tier: str | None, shape: Shape) -> type[RecordResult]:
    """The class of the results that end with a status and a level."""
    same = {
        "status": status,
        "tier": tier,
        "at_most": tier,
        "at_least": tier,
        "computed": tier,
        "eligible": status != "ineligible",
        "causes": (),
        "assumed": (),
        "warnings": (),
        "overriding": None,
    }
    namespace = {"__slots__": (), "__module__": __name__, "__doc__": RecordResult.__doc__, "_shape": shape}
    return type("RecordResult", (RecordResult,), {**namespace, **same})


def _values(result: Result, shape: Shape, kept: tuple[Any, ...]) -> dict[str, Any]:
    return {name: public(read(kept)) for name, read in shape.values.items()}


def _failed(result: Result, shape: Shape, kept: tuple[Any, ...]) -> tuple[str, ...]:
    kind = {"ineligible": "eligible", "vetoed": "veto"}.get(result.status, "require")
    return tuple(title for title, read in shape.rules[kind] if read(kept) is (kind == "veto"))


def _provisional(result: Result, shape: Shape, kept: tuple[Any, ...]) -> bool:
    return result.status != "ineligible" and shape.provisional(result.id)


def _run(result: Result, shape: Shape, kept: tuple[Any, ...]) -> Run:
    inputs = {name: read(kept) for name, read in shape.inputs.items()}
    return shape.run(Subject(result.id, inputs))


_LATE: Mapping[str, Callable[[Result, Shape, tuple[Any, ...]], Any]] = {
    "values": _values,
    "failed": _failed,
    "provisional": _provisional,
    "run": _run,
}
"""What is made when it is asked for."""

_COMPARED = tuple(field.name for field in attrs.fields(Result) if field.eq)
