"""What an expression can be: the types of the language, with their units and declared ranges."""

from fractions import Fraction
from typing import TypeAlias

from tierlang import quickattrs as attrs

Exact: TypeAlias = int | Fraction
"""Every number of the language: an int, or a Fraction that is not whole."""

GROUPED_FROM = 10_000
"""Whole numbers from here on are shown with ``_`` between thousands."""

NUMBER_KINDS = ("number", "count", "share", "days")
"""Plain measure; whole number of things; part of a whole, 0 to 1; whole days between two dates."""


@attrs.frozen
class NumberType:
    """
    A number and its unit.

    Attributes:
        kind: one of NUMBER_KINDS, ``money``, or ``months`` or ``years`` for a duration between dates.
        currency: the currency's code where *kind* is ``money``.
        low, high, step: the declared range ``low..high step s``; None where nothing was declared.
    """

    kind: str = "number"
    currency: str | None = None
    low: Exact | None = attrs.field(default=None, eq=False)
    high: Exact | None = attrs.field(default=None, eq=False)
    step: Exact | None = attrs.field(default=None, eq=False)

    def __str__(self) -> str:
        return f"money {self.currency}" if self.kind == "money" else self.kind


@attrs.frozen
class BoolType:
    """True or false."""

    def __str__(self) -> str:
        return "bool"


@attrs.frozen
class TextType:
    """A text; *choices* are the only ones allowed, where any are declared."""

    choices: tuple[str, ...] = attrs.field(default=(), eq=False)

    def __str__(self) -> str:
        return "text"


@attrs.frozen
class DateType:
    """A day of the Gregorian calendar."""

    def __str__(self) -> str:
        return "date"


@attrs.frozen
class TierType:
    """A level of this scheme's ladder."""

    def __str__(self) -> str:
        return "tier"


@attrs.frozen
class RecordType:
    """One row of a child table; *fields* in declared order."""

    name: str
    fields: tuple[tuple[str, "Type"], ...] = attrs.field(eq=False)

    def field(self, name: str) -> "Type | None":
        """The type of a field, None where the record has none of that name."""
        return dict(self.fields).get(name)

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class ListType:
    """
    A list.

    Attributes:
        maximum: the declared bound on its length.
        key: of a group of rows, the field that they have in common, and its type.
    """

    of: "Type"
    maximum: int | None = attrs.field(default=None, eq=False)
    key: "tuple[str, Type] | None" = attrs.field(default=None, eq=False)

    def __str__(self) -> str:
        return f"list of {self.of}"


@attrs.frozen
class SeriesType:
    """One value for each calendar period of a unit (``month``, ``quarter``, ``fiscal year`` …)."""

    of: "Type"
    unit: str

    def __str__(self) -> str:
        return f"{self.of} by {self.unit}"


@attrs.frozen
class AnyType:
    """A hole, or an expression that already has a diagnostic: fits everywhere."""

    def __str__(self) -> str:
        return "..."


Type: TypeAlias = (
    NumberType | BoolType | TextType | DateType | TierType | RecordType | ListType | SeriesType | AnyType
)

NUMBER, COUNT, SHARE, DAYS = (NumberType(kind) for kind in NUMBER_KINDS)
BOOL, TEXT, DATE, TIER, ANY = BoolType(), TextType(), DateType(), TierType(), AnyType()
CURRENCIES = tuple(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
    CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
    ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF
    YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905  # a list of 160 quoted words cannot be read
)
"""The national currencies of ISO 4217."""


@attrs.frozen
class Field:
    """
    One declared input of a scheme, or one field of a record, as data readers and validators need it.

    Attributes:
        name: the declared name, which is the column's heading or the record's key.
        type: its type; a SeriesType for ``by UNIT``, a ListType of a RecordType for child rows.
        labels: language code (``zh``, ``en``, ``vi``) to the declared label, also accepted as heading.
    """

    name: str
    type: Type
    labels: tuple[tuple[str, str], ...] = ()


def show_number(value: Exact) -> str:
    """A number as a literal, or as a fraction where no decimal is exact."""
    denominator, digits = value.denominator, 0
    while 10**digits % denominator and digits < 40:
        digits += 1
    if 10**digits % denominator:
        return f"{value.numerator}/{denominator}"
    scaled = abs(value.numerator) * 10**digits // denominator
    whole, rest = divmod(scaled, 10**digits)
    text = f"{whole:_}" if whole >= GROUPED_FROM else str(whole)
    if digits:
        text += f".{rest:0{digits}}"
    return f"-{text}" if value < 0 else text
