"""The engines that the conformance cases are run against: each turns a case into an answer."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import oracle
from columnar.shared import one_workshop
from conformance.loader import UNDETERMINED, Answer, Case


def ask_oracle(case: Case) -> Answer:
    """Ask the naive evaluator; for good cases only."""
    given = case.params, case.tables, case.history or ()
    if case.periods:
        ends = case.periods[0], case.periods[-1]
        by_period = oracle.fold(case.scheme, case.rows, ends, *given)
        results = [{**r, "period": label} for label, found in by_period.items() for r in found]
    else:
        results = oracle.evaluate(case.scheme, case.rows, case.period, *given)
    return Answer(results=tuple({**r, "values": _plain(r["values"])} for r in results))


def ask_interpreter(case: Case) -> Answer:
    """Ask the interpreter through the public API."""
    import tierlang

    resolver = None if case.libraries is None else case.libraries.__getitem__
    try:
        scheme = tierlang.loads(case.scheme, name="case.tier", resolver=resolver)
    except tierlang.DiagnosticError as error:
        return Answer(diagnostics=_places(error.diagnostics), facts=_facts(error.diagnostics))
    found = _places(scheme.warnings)
    if case.examples is not None:
        return Answer(diagnostics=found, examples=tuple(e.passed for e in tierlang.run_examples(scheme)))
    if not case.rows:
        return Answer(diagnostics=found)
    given = {
        "params": case.params,
        "tables": case.tables,
        "history": None if case.history is None else [_published(p) for p in case.history],
        "strict": case.strict,
    }
    try:
        if case.periods:
            first, last = case.periods[0], case.periods[-1]
            outcomes = tuple(tierlang.fold(scheme, case.rows, first=first, last=last, **given))
        else:
            outcomes = (scheme.rate(case.rows, period=case.period, **given),)
    except tierlang.DiagnosticError as error:
        codes = tuple(d.code for d in error.diagnostics if d.code.startswith("E-"))
        return Answer(diagnostics=found, refusal=codes, facts=_facts(error.diagnostics))
    labels = case.periods or (None,)
    results = [
        {**_shown(result), "period": label}
        for label, outcome in zip(labels, outcomes, strict=True)
        for result in outcome.results
    ]
    return Answer(diagnostics=found, results=tuple(results))


def ask_duckdb(case: Case) -> Answer:
    """Ask DuckDB, and the interpreter where the columns cannot say all of a scheme; of one period."""
    return _ask_columns(case, "auto")


def ask_polars(case: Case) -> Answer:
    """Ask Polars, and take the interpreter's answer where it refuses, because numbers need more than 64 bits."""
    return _ask_columns(case, "polars")


def _ask_columns(case: Case, engine: str) -> Answer:
    import tierlang

    answer = ask_interpreter(case)
    if answer.refusal or not case.rows or not case.is_good or case.periods or case.examples is not None:
        return answer
    resolver = None if case.libraries is None else case.libraries.__getitem__
    scheme = tierlang.loads(case.scheme, name="case.tier", resolver=resolver)
    given = {
        "period": case.period,
        "params": case.params,
        "tables": case.tables,
        "history": None if case.history is None else [_published(p) for p in case.history],
        "strict": case.strict,
        "engine": engine,
    }
    try:
        with one_workshop(engine), scheme.rate_table(list(case.rows), **given) as outcome:
            results = tuple({**_shown(result), "period": None} for result in outcome)
    except tierlang.DiagnosticError as error:
        if engine == "auto" or {d.code for d in error.diagnostics} != {"E-ENGINE"}:
            raise
        return answer
    return Answer(diagnostics=answer.diagnostics, results=results)


def _published(given: Mapping[str, Any]) -> SimpleNamespace:
    """A published result; what was undetermined is None."""
    values = {
        name: None if value == UNDETERMINED else value for name, value in given.get("values", {}).items()
    }
    status = "rated" if given.get("tier") else "undetermined"
    return SimpleNamespace(**{"tier": None, "status": status, **given, "values": values})


def _places(diagnostics: Any) -> tuple[str, ...]:
    shown = []
    for diagnostic in diagnostics:
        line, column = diagnostic.source.position(diagnostic.span.start)
        shown.append(f"{diagnostic.code} {line}:{column}")
    return tuple(sorted(shown))


def _facts(diagnostics: Any) -> frozenset[str]:
    return frozenset(fact for diagnostic in diagnostics for fact in diagnostic.args.values())


def _shown(result: Any) -> dict[str, Any]:
    absorbed = [warning.removesuffix(" did not matter").partition(" ") for warning in result.warnings]
    return {
        "id": result.id,
        "status": result.status,
        "tier": result.tier,
        "at_least": result.at_least,
        "at_most": result.at_most,
        "computed": result.computed,
        "override": result.override,
        "reason": result.reason,
        "failed": list(result.failed),
        "provisional": result.provisional,
        "assumed": list(result.assumed),
        "values": _plain(result.values),
        "absorbed": frozenset((code, path) for code, _, path in absorbed),
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values with those that are not known as the set of their causes, and levels by their names."""
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if hasattr(value, "causes"):
        return frozenset(pair if isinstance(pair, tuple) else (pair.code, pair.path) for pair in value.causes)
    return value.name if hasattr(value, "index") and hasattr(value, "name") else value


ENGINES: dict[str, Callable[[Case], Answer]] = {
    "interpreter": ask_interpreter,
    "duckdb": ask_duckdb,
    "polars": ask_polars,
}
"""By name; every engine must agree with every case."""
