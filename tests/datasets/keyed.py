"""Numbers that only look random: each is a hash of its key, so that adding a row changes no other row."""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from typing import TypeVar

SEED = "tier sample data 1"

T = TypeVar("T")


def pick(low: int, high: int, *key: object) -> int:
    """A whole number from *low* to *high*, both included, decided by *key*."""
    text = "\x1f".join([SEED, *map(str, key)])
    return low + int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % (high - low + 1)


def choose(options: Sequence[T], *key: object) -> T:
    """One of *options*, decided by *key*."""
    return options[pick(0, len(options) - 1, *key)]


def happens(percent: int, *key: object) -> bool:
    """True for about *percent* of the keys."""
    return pick(1, 100, *key) <= percent


def skewed(low: int, high: int, *key: object) -> int:
    """A whole number from *low* to *high*, small ones more often than large ones."""
    a, b = pick(0, 1000, "skew a", *key), pick(0, 1000, "skew b", *key)
    return low + (high - low) * a * b // 1_000_000


def day(years: tuple[int, int], *key: object, last_month: int = 12) -> str:
    """A day of one of the years from the first to the last of *years*, none after *last_month*."""
    year, month = pick(*years, "year", *key), pick(1, last_month, "month", *key)
    return f"{year}-{month:02}-{pick(1, 28, 'day', *key):02}"


def tenths(value: int) -> str:
    """So many tenths, as a person writes them: ``4.5``, ``12``."""
    return _decimal(value, 10)


def hundredths(value: int) -> str:
    """So many hundredths, as a person writes them: ``4.85``, ``12``."""
    return _decimal(value, 100)


def _decimal(value: int, parts: int) -> str:
    whole, rest = divmod(abs(value), parts)
    fraction = f".{rest:0{len(str(parts)) - 1}}".rstrip("0").rstrip(".")
    return f"{'-' * (value < 0)}{whole}{fraction}"


def csv_bytes(heading: Sequence[str], rows: Iterable[Sequence[object]], encoding: str = "utf-8") -> bytes:
    """A CSV file; None is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode(encoding)
