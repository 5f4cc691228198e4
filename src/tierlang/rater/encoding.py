"""Values as JSON data and back, exactly: numbers are texts, so that no reader can round them."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tierlang.run.result import exact_text
from tierlang.run.subjects import Subject
from tierlang.run.values import Cause, Level, Series, Undetermined, Value, normal

LONG = 4_000
"""Digits from which Python's own reading of a whole number may refuse, for the host's safety."""


def encode(value: Value) -> Any:
    """
    A value as JSON data.

    Returns:
        a number as text (``37/3``), true and false as they are, a list as list; everything else as an object of one
        entry that says what it is.
    """
    match value:
        case bool():
            return value
        case int() | Fraction():
            return exact_text(value)
        case str():
            return {"text": value}
        case datetime.date():
            return {"date": value.isoformat()}
        case Level(name=name, index=index):
            return {"level": name, "index": index}
        case Undetermined(causes=causes, more=more):
            return {"undetermined": [[cause.code, cause.path, cause.node] for cause in causes], "more": more}
        case Series(unit=unit, path=path, values=values, absent=absent, node=node):
            listed = {str(number): encode(item) for number, item in values.items()}
            default = {} if absent is None else {"absent": encode(absent)}
            return {"series": listed, "unit": unit, "path": path, "node": node, **default}
        case tuple():
            return [encode(item) for item in value]
        case Mapping():
            return {"record": {name: encode(item) for name, item in value.items()}}
    raise TypeError(f"a {type(value).__name__} is no value of an input or a key")


def decode(data: Any) -> Value:
    """
    The value of what `encode` gave.

    Raises:
        ValueError, KeyError, TypeError: it is not of that form.
    """
    match data:
        case bool():
            return data
        case str():
            return _number(data)
        case list():
            return tuple(decode(item) for item in data)
        case {"text": str() as text}:
            return text
        case {"date": str() as text}:
            return datetime.date.fromisoformat(text)
        case {"level": str() as name, "index": int() as index}:
            return Level(name, index)
        case {"undetermined": list() as causes, "more": int() as more}:
            return Undetermined(
                tuple(Cause(str(code), str(path), str(node)) for code, path, node in causes), more
            )
        case {
            "series": dict() as values,
            "unit": str() as unit,
            "path": str() as path,
            "node": str() as node,
        }:
            absent = decode(data["absent"]) if "absent" in data else None
            return Series(unit, path, {int(n): decode(item) for n, item in values.items()}, absent, node)
        case {"record": dict() as fields}:
            return {str(name): decode(item) for name, item in fields.items()}
    raise ValueError(f"not a value: {str(data)[:60]}")


def _number(text: str) -> Value:
    numerator, _, denominator = text.partition("/")
    return normal(Fraction(_whole(numerator), _whole(denominator or "1")))


def _whole(text: str) -> int:
    return int(text) if len(text) < LONG else int(Decimal(text))


def encode_all(values: Sequence[Value]) -> list[Any]:
    """Values in order."""
    return [encode(value) for value in values]


def decode_all(data: Any) -> tuple[Value, ...]:
    """
    Values in order.

    Raises:
        ValueError, KeyError, TypeError: they are not of the form that `encode_all` gives.
    """
    if not isinstance(data, list):
        raise TypeError("not a list of values")
    return tuple(decode(item) for item in data)


def encode_subject(subject: Subject) -> dict[str, Any]:
    """A subject with its inputs."""
    inputs = {name: encode(value) for name, value in subject.inputs.items()}
    return {
        "id": subject.id,
        "inputs": inputs,
        "assumed": list(subject.assumed),
        "gates": list(subject.missing_gates),
    }


def decode_subject(data: Any) -> Subject:
    """
    The subject of what `encode_subject` gave.

    Raises:
        ValueError, KeyError, TypeError: it is not of that form.
    """
    inputs = {str(name): decode(value) for name, value in data["inputs"].items()}
    return Subject(str(data["id"]), inputs, tuple(map(str, data["assumed"])), tuple(map(str, data["gates"])))
