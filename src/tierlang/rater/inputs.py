"""
Inputs in the compiled path: a value that is plainly what its declaration wants is taken; any other is left to the reader of
subjects, who knows every form and says what is wrong.
"""

import ast
import datetime
import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from tierlang.check.model import InputDecl
from tierlang.periods import day_of
from tierlang.rater import python as p
from tierlang.rater.python import ODD, Block
from tierlang.rater.terms import Day, Number, Opaque, Rung, Term, Text, Truth
from tierlang.run.prepared import Prepared
from tierlang.run.subjects import MAX_TEXT
from tierlang.types import BoolType, DateType, NumberType, TextType, TierType

LARGEST = 10**15
"""Whole numbers, over the denominator of the path, are taken up to this; floats have fifteen digits."""

BEYOND = 10**40
"""What a value is that is not taken: larger than any that is."""

ROUNDS = 1.5 * 2**52
"""Between two floats of this size there lies one whole number and no other."""

DECIMALS = 10**6
"""The denominator of numbers that may have decimals, in the path that takes these."""

_PLAIN = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)


def probed(ready: Prepared, scale: int) -> int | None:
    """The number of the input that is looked at before all others: where it is no `int`, the record is one with decimals."""
    kinds = [type(declared.type) for declared in ready.scheme.inputs.values()]
    return kinds.index(NumberType) if scale == 1 and NumberType in kinds else None


def read_inputs(ready: Prepared, block: Block, scale: int) -> dict[str, Term]:
    """
    Statements that read a record, which gives every input or is given back.

    Args:
        scale: the denominator of numbers that need not be whole: 1 where all are written as `int`.

    Raises:
        NotCompiled: an input is of a type that the compiled path does not take.
    """
    scheme = ready.scheme
    reader = _Reader(ready, block, scale)
    found: dict[str, Term] = {}
    conditions: list[ast.expr] = []
    for number, declared in enumerate(scheme.inputs.values()):
        variable = p.name(f"v{number}")
        found[declared.name], needed = reader.read(declared, variable)
        conditions += needed[1:] if number == probed(ready, scale) else needed
    if conditions:
        block.need(p.both(conditions))
    return found


class _Reader:
    """Reads one input after the other."""

    def __init__(self, ready: Prepared, block: Block, scale: int) -> None:
        self._ready = ready
        self._block = block
        self._scale = scale

    def read(self, declared: InputDecl, variable: ast.expr) -> tuple[Term, list[ast.expr]]:
        """What an input is, and the conditions under which its value is taken."""
        kind = declared.type
        match kind:
            case NumberType():
                return self._number(kind, variable)
            case BoolType():
                return Truth(variable), [_is_class(variable, "bool")]
            case TextType(choices=choices):
                return self._text(choices, variable)
            case DateType():
                day = self._block.let(p.call(self._block.given(_day, "day"), variable))
                return Day(day), [p.compare(day, ast.IsNot(), p.constant(None))]
            case TierType():
                indices = {level.name: i for i, level in enumerate(self._ready.scheme.ladder)}
                index = self._block.let(p.call(self._block.given(_index_of(indices), "index"), variable))
                return Rung(index), [p.compare(index, ast.IsNot(), p.constant(None))]
            case _:
                return self._opaque(declared, variable)

    def _number(self, kind: NumberType, variable: ast.expr) -> tuple[Term, list[ast.expr]]:
        """A whole number over the denominator, within the declared range."""
        whole_only = kind.kind in {"count", "days"}
        scale = 1 if whole_only else self._scale
        low = 0 if kind.kind in {"count", "share"} and kind.low is None else kind.low
        high = 1 if kind.kind == "share" and kind.high is None else kind.high
        least = -LARGEST if low is None else max(-LARGEST, math.ceil(low * scale))
        most = LARGEST if high is None else min(LARGEST, math.floor(high * scale))
        floats = self._ready.reader().floats == "shortest"
        number, conditions = variable, list[ast.expr]()
        if self._scale == 1:
            conditions.append(_is_class(variable, "int"))
        else:
            helper = p.call(self._block.given(_scaler(scale, floats), "scaled"), variable)
            number = p.choice(_is_class(variable, "int"), p.times(variable, scale), helper)
            if floats and kind.step is None:
                found = self._from_float(variable, number, (least, most, scale))
                return Number(found, least, most, scale, floating=True), []
            number = self._block.let(number)
        conditions.append(p.compare(number, ast.GtE(), p.constant(least)))
        conditions.append(p.compare(number, ast.LtE(), p.constant(most)))
        if kind.step is not None:
            conditions += _on_step(number, Fraction(kind.low or 0) * scale, Fraction(kind.step) * scale)
        return Number(number, least, most, scale), conditions

    def _from_float(self, variable: ast.expr, other: ast.expr, bounds: tuple[int, int, int]) -> ast.expr:
        """
        A float times a scale, where it is whole; *other* for a value that is no float.

        Adding and taking away 1.5 · 2^52 rounds a float to a whole number; one too large for that comes out beyond the
        bounds. Whether the whole number is the one is then looked at, as in `_scaler`: so a float is taken that is the
        nearest to a decimal of so many places, and given back otherwise.

        Args:
            bounds: the least and the greatest of the whole numbers, and the scale.
        """
        least, most, scale = bounds
        number = self._block.new("x")
        lines = f"""
if value.__class__ is float:
    {number} = (value * {scale}.0 + {ROUNDS}) - {ROUNDS}
    if {number} < {least}.0 or {number} > {most}.0 or {number} / {scale}.0 != value: return give_back(record)
else:
    {number} = other
    if not {least} <= {number} <= {most}: return give_back(record)
"""
        self._block.statements.append(p.filled(ast.parse(lines).body[0], value=variable, other=other))
        return p.name(number)

    def _text(self, choices: tuple[str, ...], variable: ast.expr) -> tuple[Term, list[ast.expr]]:
        if choices:
            known = p.name(self._block.given(frozenset(choices), "choices"))
            return Text(variable), [_is_class(variable, "str"), p.compare(variable, ast.In(), known)]
        plain = p.call(self._block.given(_is_plain_text, "plain"), variable)
        return Text(variable), [_is_class(variable, "str"), plain]

    def _opaque(self, declared: InputDecl, variable: ast.expr) -> tuple[Term, list[ast.expr]]:
        """A series or a list: read by the reader of subjects, and taken where it finds nothing to say of it."""
        helper = self._block.given(_whole_reader(self._ready, declared), "read")
        value = self._block.let(p.call(helper, variable))
        return Opaque(value), [p.compare(value, ast.IsNot(), p.name(self._block.given(ODD, "odd")))]


def _is_class(variable: ast.expr, kind: str) -> ast.expr:
    return p.compare(ast.Attribute(variable, "__class__", ast.Load()), ast.Is(), p.name(kind))


def _on_step(number: ast.expr, start: Fraction, step: Fraction) -> list[ast.expr]:
    """Whether a whole number lies on whole steps from a start: n = start + k · step."""
    common = math.lcm(start.denominator, step.denominator)
    distance = ast.BinOp(p.times(number, common), ast.Sub(), p.constant(int(start * common)))
    rest = ast.BinOp(distance, ast.Mod(), p.constant(int(step * common)))
    return [p.compare(rest, ast.Eq(), p.constant(0))]


def _scaler(scale: int, floats: bool) -> Callable[[object], int]:
    """
    What gives a number times *scale*, where that is whole; BEYOND for everything that is not taken.

    A float is taken where it is the one nearest to a decimal of fifteen digits at most: then that is the shortest decimal
    that prints it, because no other of so few digits has the same float.
    """

    def scaled(value: object) -> int:
        match value:
            case float() if floats and value.__class__ is float and -LARGEST < value * scale < LARGEST:
                whole = round(value * scale)
                return whole if whole / scale == value else BEYOND
            case Fraction() if value.__class__ is Fraction:
                factor, rest = divmod(scale, value.denominator)
                return BEYOND if rest else value.numerator * factor
            case Decimal() if value.__class__ is Decimal:
                exponent = value.as_tuple().exponent
                if not isinstance(exponent, int) or not -20 <= exponent <= 12:
                    return BEYOND
                numerator, denominator = value.as_integer_ratio()
                factor, rest = divmod(scale, denominator)
                return BEYOND if rest else numerator * factor
            case str() if value.__class__ is str and _PLAIN.fullmatch(value):
                whole_part, _, decimals = value.partition(".")
                factor, rest = divmod(scale, 10 ** len(decimals))
                return BEYOND if rest else int(whole_part + decimals) * factor
            case _:
                return BEYOND

    return scaled


def _is_plain_text(text: str) -> bool:
    """Whether a text is surely in NFC and without characters that are refused."""
    return text.isascii() and text.isprintable() and len(text) <= MAX_TEXT


def _day(value: object) -> datetime.date | None:
    if value.__class__ is datetime.date:
        return value
    return day_of(value) if value.__class__ is str else None


def _index_of(indices: dict[str, int]) -> Callable[[object], int | None]:
    def index(value: object) -> int | None:
        return indices.get(value) if value.__class__ is str else None

    return index


def _whole_reader(ready: Prepared, declared: InputDecl) -> Callable[[object], object]:
    """What reads a series or list; ODD where something is missing, assumed or refused."""

    def read(value: object) -> object:
        return ready.reader().whole_input(declared, value, ODD)

    return read
