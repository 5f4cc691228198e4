"""Platforms and their scores by GB/T 31526-2015."""

from companies import names
from keyed import csv_bytes, hundredths, pick

COUNT = 32
SPECIAL = (
    "0", "69.9", "69.99", "70", "70.01", "79", "79.5", "79.99", "80", "89",
    "89.5", "89.99", "90", "94", "94.5", "94.99", "95", "95.01", "99.99", "100",
)  # fmt: skip
"""Both sides of every bound, and the gaps between the printed ranges."""


def files() -> dict[str, bytes]:
    """The platforms, under the Chinese label of the score; two have none yet."""
    scores = [*SPECIAL, None, None]
    scores += [hundredths(pick(5500, 9900, "gbt", i)) for i in range(COUNT - len(scores))]
    ids = names(COUNT, ("商城", "优选", "集市"), "gbt")
    return {"platforms.csv": csv_bytes(["id", "评价得分"], zip(ids, scores, strict=True))}
