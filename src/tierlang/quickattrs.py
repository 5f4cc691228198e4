"""
The part of attrs that this package uses, without what attrs costs while modules are imported.

Type checkers see attrs itself; at run time the classes are made by _quickattrs.py, which says why and how.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrs import asdict, define, evolve, field, fields, frozen
else:
    from tierlang._quickattrs import asdict, define, evolve, field, fields, frozen

__all__ = ["asdict", "define", "evolve", "field", "fields", "frozen"]
