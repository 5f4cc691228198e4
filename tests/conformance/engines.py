"""The engines that the conformance cases are run against: each turns a case into an answer."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import oracle
from columnar.shared import one_workshop
from conformance.loader import Answer, Case


def ask_oracle(case: Case) -> Answer:
    """Ask the naive evaluator; for good cases only."""
    results = oracle.evaluate(case.scheme, case.rows, case.period, case.params, case.tables, case.history)
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
    if not case.rows:
        return Answer(diagnostics=found)
    try:
        outcome = scheme.rate(
            case.rows,
            period=case.period,
            params=case.params,
            tables=case.tables,
            history=[
                SimpleNamespace(**{"tier": None, "values": {}, **published}) for published in case.history
            ],
            strict=case.strict,
        )
    except tierlang.DiagnosticError as error:
        codes = tuple(d.code for d in error.diagnostics if d.code.startswith("E-"))
        return Answer(diagnostics=found, refusal=codes, facts=_facts(error.diagnostics))
    return Answer(diagnostics=found, results=tuple(_shown(result) for result in outcome.results))


def ask_duckdb(case: Case) -> Answer:
    """Ask DuckDB, and the interpreter where the columns cannot say all of a scheme."""
    import tierlang
    from tierlang.run.history import with_history

    answer = ask_interpreter(case)
    if answer.refusal or not case.rows or not case.is_good:
        return answer
    resolver = None if case.libraries is None else case.libraries.__getitem__
    scheme = tierlang.loads(case.scheme, name="case.tier", resolver=resolver)
    history = [SimpleNamespace(**{"tier": None, "values": {}, **published}) for published in case.history]
    rows = with_history(scheme.checked, case.rows, history) if history else list(case.rows)
    given = {"period": case.period, "params": case.params, "tables": case.tables, "strict": case.strict}
    with one_workshop(), scheme.rate_table(rows, **given) as outcome:
        return Answer(diagnostics=answer.diagnostics, results=tuple(_shown(result) for result in outcome))


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


ENGINES: dict[str, Callable[[Case], Answer]] = {"interpreter": ask_interpreter, "duckdb": ask_duckdb}
"""By name; every engine must agree with every case."""
