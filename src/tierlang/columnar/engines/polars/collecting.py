"""Frames of Polars, computed: interrupted once, and looked up by ids."""

import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from typing import Literal

import polars as pl

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,19}", re.ASCII)


def collected(
    frame: pl.LazyFrame, *, engine: Literal["streaming", "in-memory"] = "streaming"
) -> pl.DataFrame:
    """All rows of a frame."""
    with interrupted_once():
        return frame.collect(engine=engine)


@contextlib.contextmanager
def interrupted_once() -> Iterator[None]:
    """Hear an interruption once: Polars raises it when it has stopped, and Python at its next step, while others tidy up."""
    try:
        yield
    except KeyboardInterrupt:
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(0)
        raise


def is_one_of(key: str, kind: pl.DataType, ids: Sequence[str]) -> pl.Expr:
    """Whether an id, which is a text or an integer, is one of some."""
    if not kind.is_integer():
        return pl.col(key).cast(pl.String).is_in(list(ids))
    numbers = [int(id_) for id_ in ids if _WHOLE.fullmatch(id_)]
    held = pl.Series(numbers, dtype=pl.Int128).cast(kind, strict=False).drop_nulls()
    return pl.col(key).is_in(held.implode())
