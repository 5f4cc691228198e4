"""A rater says of a record exactly what `rate` says of it: alone, and beside the rows of a frozen cohort."""

import json
import pickle
from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

import tierlang
from property.generate import Sample, samples
from property.profiles import examples
from tierlang.rater.frozen import FrozenCohort


def load(sample: Sample) -> tierlang.Scheme:
    """The scheme of a sample; the few that the checker refuses are passed over."""
    try:
        return tierlang.loads(sample.text, name="sample.tier")
    except tierlang.DiagnosticError:
        assume(False)
        raise


def given_to(sample: Sample) -> dict[str, Any]:
    """What a host supplies besides rows."""
    return {"period": sample.period, "params": sample.params, "tables": sample.tables}


def told(result: tierlang.Result) -> Mapping[str, Any]:
    """Everything that a result tells."""
    return {
        "fields": [
            getattr(result, name) for name in ("id", "status", "tier", "failed", "at_most", "at_least")
        ],
        "values": {name: (type(value), value) for name, value in result.values.items()},
        "why": (result.causes, result.assumed, result.warnings, result.provisional, result.eligible),
        "override": (result.computed, result.overriding, result.override, result.reason),
        "document": json.dumps(result.as_dict()),
    }


@examples(150)
@given(samples())
def test_alone(sample: Sample) -> None:
    """Each row by itself is a cohort of one."""
    scheme = load(sample)
    rater = scheme.rater(**given_to(sample))
    for row in sample.rows:
        wanted = scheme.rate([row], **given_to(sample)).results[0]
        found = rater(row)
        assert rater.tier(row) == found.tier
        assert told(found) == told(wanted)
        assert found == wanted
        assert wanted == found


@examples(250)
@given(samples(), st.data())
def test_among_a_frozen_cohort(sample: Sample, data: st.DataObject) -> None:
    """As if the row were added to the rows of the cohort, in the place of one with its id."""
    scheme = load(sample)
    rows = list(sample.rows)
    frozen_rows = [row for row in rows if data.draw(st.booleans(), label="is in the cohort")]
    frozen = scheme.freeze(frozen_rows, **given_to(sample))
    if data.draw(st.booleans(), label="through JSON"):
        frozen = FrozenCohort.from_dict(json.loads(json.dumps(frozen.as_dict())))
    rater = scheme.rater(**given_to(sample), cohort=frozen)
    if data.draw(st.booleans(), label="pickled"):
        rater = pickle.loads(pickle.dumps(rater))
    for row in rows:
        record = {**row, "id": data.draw(st.sampled_from([row["id"], rows[0]["id"], "another"]), label="id")}
        beside = [other for other in frozen_rows if other["id"] != record["id"]]
        wanted = scheme.rate([*beside, record], **given_to(sample))[record["id"]]
        found = rater(record)
        assert rater.tier(record) == found.tier
        assert told(found) == told(wanted)
        assert found.explain(disclose="ids").text == wanted.explain(disclose="ids").text
