"""The rater says of every row of every conformance case what `rate` says: alone, and among the others, standing still."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

import tierlang
from conformance.engines import _published
from conformance.loader import Case, read_cases
from property.test_rater import told
from tierlang.rater.frozen import FrozenCohort
from tierlang.rater.record import RecordResult

CASES = [
    case
    for case in read_cases()
    if case.rows and not case.errors and not case.periods and case.examples is None
]
COMPILED = {"all": 0, "compiled": 0}


def given_to(case: Case) -> dict[str, Any]:
    """What a host supplies besides rows."""
    history: list[SimpleNamespace] | None = None
    if case.history is not None:
        history = [_published(result) for result in case.history]
    return {"period": case.period, "params": case.params, "tables": case.tables, "history": history}


def scheme_of(case: Case) -> tierlang.Scheme:
    """The scheme of a case."""
    resolver = None if case.libraries is None else case.libraries.__getitem__
    return tierlang.loads(case.scheme, name="case.tier", resolver=resolver)


def codes(call: Any) -> list[str] | None:
    """The codes with which something is refused; None where it is not."""
    try:
        call()
    except tierlang.DiagnosticError as error:
        return sorted(found.code for found in error.diagnostics if found.code.startswith("E-"))
    return None


@pytest.mark.parametrize("case", [c for c in CASES if c.run_error is None], ids=lambda case: case.id)
def test_every_row_gets_what_rate_gives_it(case: Case) -> None:
    """Each row by itself; and each among the rows of the case, as they are and without it."""
    scheme, given = scheme_of(case), given_to(case)
    alone = scheme.rater(**given)
    whole = scheme.rate(case.rows, **given)
    frozen = FrozenCohort.from_dict(json.loads(json.dumps(scheme.freeze(case.rows, **given).as_dict())))
    among = scheme.rater(**given, cohort=frozen)
    added = scheme.rater(**given, cohort=scheme.freeze(case.rows[1:], **given))
    for row in case.rows:
        if codes(lambda row=row: scheme.rate([row], **given)) is None:
            by_itself = alone(row)
            assert alone.tier(row) == by_itself.tier
            assert told(by_itself) == told(scheme.rate([row], **given).results[0])
            COMPILED["all"] += 1
            COMPILED["compiled"] += isinstance(by_itself, RecordResult)
        found = among(row)
        assert among.tier(row) == found.tier
        assert told(found) == told(whole[found.id])
    first = added(case.rows[0])
    assert added.tier(case.rows[0]) == first.tier
    assert told(first) == told(whole[first.id])
    assert first.explain(disclose="ids").text == whole[first.id].explain(disclose="ids").text


@pytest.mark.parametrize("case", [c for c in CASES if c.run_error is not None], ids=lambda case: case.id)
def test_what_rate_refuses_is_refused(case: Case) -> None:
    """The same codes; what is wrong with a cohort as a whole is found when it is frozen."""
    scheme, given = scheme_of(case), given_to(case)
    for row in case.rows:
        wanted = codes(lambda row=row: scheme.rate([row], **given))
        assert codes(lambda row=row: scheme.rater(**given)(row)) == wanted
        assert codes(lambda row=row: scheme.rater(**given).tier(row)) == wanted
    if not case.strict:
        wanted = codes(lambda: scheme.rate(case.rows, **given))
        frozen = codes(lambda: scheme.freeze(case.rows, **given))
        if frozen != wanted:  # levels that overlap for somebody are nobody else's matter
            assert frozen is None
            assert any(codes(lambda row=row: scheme.rater(**given)(row)) for row in case.rows)


def test_much_of_it_is_compiled() -> None:
    """The cases are about odd data; still the compiled path takes its share of them."""
    if COMPILED["all"] > 500:
        assert COMPILED["compiled"] / COMPILED["all"] > 0.2, COMPILED
