"""Tables bound to an engine, before anything is computed."""

from collections.abc import Callable, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.lowering.bind import Bound, bind_subjects
from tierlang.columnar.rating.backend import Backend
from tierlang.columnar.rating.rate import Rating
from tierlang.run.prepared import Prepared
from tierlang.run.subjects import Subject


@attrs.frozen
class Ready:
    """
    Tables bound.

    Attributes:
        bound: their columns; *backend* holds the tables.
        subjects: gives some subjects, by their ids, as the interpreter sees them.
        id_type: the integer type of ids in results, as the engine calls it; None for texts.
    """

    backend: Backend
    bound: Bound
    subjects: Callable[[Sequence[str]], Sequence[Subject]]
    id_type: str | None = None

    @classmethod
    def of_rows(
        cls, prepared: Prepared, rows: Sequence[Any], backend: Backend, id_type: str | None = None
    ) -> "Ready":
        """
        Rows in memory.

        Raises:
            DiagnosticError: they are refused.
        """
        subjects = prepared.reader().read(rows)
        by_id = {subject.id: subject for subject in subjects}
        bound = bind_subjects(prepared.scheme, prepared.time, subjects)
        backend.load(bound.tables)
        return cls(backend, bound, lambda ids: [by_id[id_] for id_ in ids], id_type)

    def rating(self, prepared: Prepared, *, whole: bool) -> Rating:
        """Compute the columns; *whole*: refuse what they cannot say."""
        return Rating(prepared, self.backend, self.bound, self.subjects, whole=whole, id_type=self.id_type)
