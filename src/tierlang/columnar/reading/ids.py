"""Ids of subjects and keys of child rows: each is one, and stands once."""

from collections.abc import Callable
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.declarations import DEFAULT_COHORT
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import SUBJECTS
from tierlang.columnar.reading.kinds import ID_TYPES, INTEGERS
from tierlang.columnar.reading.rows import Rows
from tierlang.columnar.reading.source import Source
from tierlang.columnar.sql.text import quoted, text_literal
from tierlang.data import words
from tierlang.data.parquet import raw_of
from tierlang.data.problems import DataProblem, Problems, refused_file, shorten
from tierlang.data.raw import TOTAL_WORDS, Raw, read_id, read_key
from tierlang.diagnostics.model import DataPlace, DiagnosticError, refusal
from tierlang.said import Said

FEW = 20_000
"""Ids that tell whether all of them may stand in order."""
ID_SIGNS = r"A-Za-z_.:\x{4E00}-\x{9FFF}-"
"""What ids are written with besides digits, as they stand, between the brackets of a regular expression."""
ID_WORD, KEY_WORD = Said("id", "编号"), Said("key", "键")
_SMALL = ord("a") ^ ord("A")
"""The bit that makes a capital of the Latin alphabet a small letter."""


def is_plain_id(text: str) -> str:
    """
    A condition: a text is an id as it stands, to be read by nobody.

    Most are seen to be one without a regular expression, which takes three times as long: what URLs hold as it stands, but for
    the tilde, does not begin like one of the words that stand before totals. One with a digit is none of these, either.
    """
    totals = ", ".join(map(text_literal, sorted(TOTAL_WORDS)))
    starts = ", ".join(str(start) for start in sorted({ord(word[0]) for word in TOTAL_WORDS}))
    # A CASE looks at one condition after the other, and at the next one only where it must.
    return (
        f"CASE WHEN strlen({text}) NOT BETWEEN 1 AND 128 THEN FALSE"
        f" WHEN strlen(url_encode({text})) = strlen({text}) AND NOT contains({text}, '~')"
        f" AND (unicode({text}) | {_SMALL}) NOT IN ({starts}) THEN TRUE"
        f" WHEN regexp_full_match({text}, '[{ID_SIGNS}]*[0-9][0-9{ID_SIGNS}]*') THEN TRUE"
        f" ELSE regexp_full_match({text}, '[{ID_SIGNS}]+') AND lower({text}) NOT IN ({totals}) END"
    )


def check_tidy(found: Any, read: Callable[[Raw], str], what: Said) -> None:
    """
    Let an id or a key pass that stands as it is read.

    Raises:
        DataProblem: it is none.
        NotNative: it must be tidied, which no engine does.
    """
    if read(raw_of(found)) != str(found):
        shown = str(found)[:60]
        raise NotNative(f"the {what.en} `{shown}` must be tidied", f"{what.zh} `{shown}` 须先规整")


@attrs.define(eq=False)
class Identified(Rows):
    """Tables whose ids and keys are looked at."""

    @property
    def _type_of_ids(self) -> str:
        """What the subjects' table holds ids as."""
        return dict(self.connection.headings(self.sources[SUBJECTS].relation))[self.keys[SUBJECTS]]

    @property
    def id_type(self) -> str | None:
        """The integer type that ids keep in results; None where they are texts there."""
        return self._type_of_ids if self._type_of_ids in ID_TYPES.values() else None

    def check_keys(self, source: Source, heading: str) -> None:
        """
        Refuse child rows of one subject with one key, and keys that are none.

        Raises:
            DiagnosticError: they are refused.
            NotNative: keys must be tidied.
        """
        id_, key = quoted(self.keys[source.name]), quoted(heading)
        sql_type = dict(self.connection.headings(source.relation))[heading]
        has_kind = sql_type == "VARCHAR" or sql_type.startswith("ENUM") or INTEGERS.fullmatch(sql_type)
        plain = is_plain_id(f"CAST({key} AS VARCHAR)") if has_kind else "FALSE"
        odd = f"SELECT DISTINCT {key} FROM {source.relation} WHERE {key} IS NULL OR NOT {plain}"
        for (found,) in self.connection.many(odd):
            try:
                check_tidy(found, read_key, KEY_WORD)
            except DataProblem as problem:
                shown = "" if found is None else str(found)
                where = f"coalesce(CAST({key} AS VARCHAR), '') = {text_literal(shown)}"
                problems = Problems()
                at = self._located(source, key, where, 1) or [(source.shown, None, None)]
                problems.add_problem(problem, DataPlace(at[0][0], row=at[0][1], column=heading), shown)
                raise DiagnosticError(problems.errors) from None
        twice = f"SELECT {key} FROM {source.relation} GROUP BY {id_}, {key} HAVING count(*) > 1 LIMIT 1"
        for (found,) in self.connection.all(twice):
            raise refusal("E-DATA-ID-TWICE", DataPlace(source.shown, column=heading), id=found)

    def _check_subjects(self, source: Source) -> None:
        """Refuse too many subjects, ids that are none, and ids that occur twice."""
        size, key = self.sizes[SUBJECTS], quoted(self.keys[SUBJECTS])
        limit = self.scheme.cohort_maximum or DEFAULT_COHORT
        self._refuse_none(source, size)
        if size > limit:
            raise refusal("E-DATA-COHORT-MAX", DataPlace(source.shown, row=limit + 1), limit=limit)
        sql_type = self._type_of_ids
        is_text = sql_type == "VARCHAR"
        if not is_text and not INTEGERS.fullmatch(sql_type):
            self.refuse_rows(source, "TRUE")
            raise NotNative(f"ids of type {sql_type}", f"编号的类型是 {sql_type}")
        rising = self._are_rising(source, key, is_text=is_text)
        if is_text and not rising:
            self._check_ids(source, key)
        if rising or (is_text and self._hashes_differ(source, key)):
            return
        if not is_text:
            self._refuse_nulls(source, key)
        twice = self.connection.all(
            f"SELECT {key} FROM {source.relation} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
        )
        if twice:
            where = f"CAST({key} AS VARCHAR) = {text_literal(str(twice[0][0]))}"
            (_, first), (file, second) = (row[:2] for row in self._located(source, key, where, 2))
            place = DataPlace(file, row=second, column=self.keys[SUBJECTS], value=shorten(twice[0][0]))
            raise refusal("E-DATA-ID-TWICE", place, id=twice[0][0], first=first)

    def _refuse_none(self, source: Source, size: int) -> None:
        """Refuse files without rows."""
        if size == 0 and source.shown:
            raise refused_file(source.shown, words.NO_ROWS)

    def _are_rising(self, source: Source, key: str, *, is_text: bool) -> bool:
        """
        Whether all are ids as they stand, and each is greater than the one before it, in whatever order they come.

        Then none stands twice. A shorter text counts as less than a longer one, so that p9 stands before p10. A few thousand
        ids tell whether it is worth while to look at all of them.
        """
        rises, plain = "now > before", "now IS NOT NULL"
        if is_text:
            rises = f"strlen(now) > strlen(before) OR (strlen(now) = strlen(before) AND {rises})"
            plain = is_plain_id("now")
        for some in (f" LIMIT {FEW}", ""):
            ids = f"SELECT {key} AS now, lag({key}) OVER () AS before FROM (SELECT {key} FROM {source.relation}{some})"
            text = f"SELECT coalesce(bool_and({rises}), TRUE) AND coalesce(bool_and(coalesce({plain}, FALSE)), TRUE) FROM ({ids})"
            ((found,),) = self.connection.all(text)
            if not found:
                return False
        return True

    def _refuse_nulls(self, source: Source, key: str) -> None:
        """Refuse rows without an id."""
        if self.connection.all(f"SELECT 1 FROM {source.relation} WHERE {key} IS NULL LIMIT 1"):
            self.refuse_rows(source, f"{key} IS NULL")

    def _hashes_differ(self, source: Source, key: str) -> bool:
        """Whether no two ids have one hash; then none stands twice. It takes less than to look at the ids themselves."""
        text = f"SELECT count(*), count(DISTINCT hash({key})) FROM {source.relation}"
        ((size, different),) = self.connection.all(text)
        return bool(size == different)

    def _check_ids(self, source: Source, key: str) -> None:
        """Refuse what is no id; only those that are not plain are looked at one by one."""
        for (id_,) in self.connection.many(
            f"SELECT {key} FROM {source.relation} WHERE {key} IS NULL OR NOT {is_plain_id(key)}"
        ):
            try:
                check_tidy(id_, read_id, ID_WORD)
            except DataProblem:
                self.refuse_rows(
                    source, f"{key} IS NOT DISTINCT FROM {'NULL' if id_ is None else text_literal(id_)}"
                )
                raise

    def refuse_orphan(self, raw: Any, place: DataPlace) -> None:
        """
        Refuse a child row that has no subject, if its id is one and needs no tidying.

        Raises:
            DiagnosticError: it is no id, or nobody has it.
            NotNative: somebody may have it once it is tidied.
        """
        try:
            check_tidy(raw, read_id, ID_WORD)
        except DataProblem as problem:
            problems = Problems()
            problems.add_problem(problem, place, "" if raw is None else str(raw))
            raise DiagnosticError(problems.errors) from None
        raise refusal("E-DATA-ORPHAN", attrs.evolve(place, value=shorten(raw)), id=str(raw))
