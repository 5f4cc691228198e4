"""The JSON Schema of results: it accepts what is written, refuses what is not, and describes every member."""

import copy
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from command_runner import Tier
from jsonschema import Draft202012Validator

from tierlang.check.examples import STATUSES
from tierlang.run.values import CAUSES

SCHEMA = json.loads(resources.files("tierlang").joinpath("schema", "result.json").read_text("utf-8"))
LINE = {**{key: SCHEMA[key] for key in ("$schema", "$defs")}, "$ref": "#/$defs/line"}

RUNS = {
    "stars": ["stars.tier", "--data", "scores.csv", "--period", "2017-H1"],
    "belt": [
        *(
            "belt.tier",
            "--data",
            "providers.csv",
            "--table",
            "merchants=merchants.csv",
            "--period",
            "2023-08",
        ),
        *("--table-param", "bar=bars.csv", "--param", "least=900万"),
    ],
    "filled": [
        *(
            "belt.tier",
            "--data",
            "providers.csv",
            "--table",
            "merchants=merchants.csv",
            "--period",
            "2023-08",
        ),
        *("--table-param", "bar=bars.csv", "--param", "least=900万", "--overlay", "fill.tier"),
    ],
}


def strict(schema: Any) -> Any:
    """The same schema, refusing members that it does not describe (shipped, it lets them pass)."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        found["unevaluatedProperties"] = False
    return found


def document(tier: Tier, name: str) -> Any:
    return json.loads(tier("rate", *RUNS[name], "--format", "json").out)


def test_the_schema_is_one() -> None:
    """It is a valid schema of its draft."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", RUNS)
def test_documents_are_valid(name: str, tier: Tier) -> None:
    """What `tier rate` writes keeps to the schema, and has no member that the schema does not describe."""
    assert list(Draft202012Validator(strict(SCHEMA)).iter_errors(document(tier, name))) == []


@pytest.mark.parametrize("name", RUNS)
def test_lines_are_valid(name: str, tier: Tier) -> None:
    """Each line of JSON Lines keeps to its part of the schema."""
    lines = tier("rate", *RUNS[name], "--format", "jsonl").out.splitlines()
    assert len(lines) > 2
    for line in lines:
        assert list(Draft202012Validator(LINE).iter_errors(json.loads(line))) == []


def changes(found: Any) -> Iterator[tuple[str, Any]]:
    """Documents with one fault each."""

    def changed(path: list[Any], value: Any) -> Any:
        copied = copy.deepcopy(found)
        *way, last = path
        place = copied
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value
        return copied

    yield "schema", changed(["schema"], "tier.result/2")
    yield "no results", changed(["results"], ...)
    yield "status", changed(["results", 0, "status"], "passed")
    yield "tier", changed(["results", 3, "tier"], "FIVE")
    yield "number", changed(["results", 0, "values", "avg", "exact"], 11.75)
    yield "exact", changed(["results", 0, "values", "avg", "exact"], "11,75")
    yield "decimal", changed(["results", 0, "values", "avg", "decimal"], "1.1750e1")
    yield "type", changed(["results", 0, "values", "avg", "type"], "float")
    yield "cause", changed(["results", 3, "causes", 0, "code"], "unknown")
    yield "node", changed(["results", 3, "causes", 0, "node"], "line 3")
    yield "no causes", changed(["results", 3, "values", "avg", "causes"], [])
    yield "period", changed(["period", "label"], "Q1 2017")
    yield "digest", changed(["scheme", "sha256"], "abc")
    yield "cost", changed(["cost", "units"], "110")


def test_faults_are_refused(tier: Tier) -> None:
    """A document with any one of these faults is refused."""
    validator = Draft202012Validator(SCHEMA)
    for name, faulty in changes(document(tier, "stars")):
        assert not validator.is_valid(faulty), name


def test_words_of_the_schema_are_those_of_the_engine() -> None:
    """Causes and statuses are the engine's, none more, none less."""
    assert SCHEMA["$defs"]["cause"]["properties"]["code"]["enum"] == list(CAUSES)
    assert set(SCHEMA["$defs"]["result"]["properties"]["status"]["enum"]) == set(STATUSES)
