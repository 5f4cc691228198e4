"""Runs the examples of a scheme and says which expectations do not come out."""

from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.api import Scheme
from tierlang.check.model import ExampleDecl, ExampleSubject
from tierlang.diagnostics.model import Diagnostic, DiagnosticError
from tierlang.run.result import Result, decimal_text, exact_text
from tierlang.run.values import Undetermined
from tierlang.source import Span


@attrs.frozen
class ExampleOutcome:
    """
    What became of one example.

    Attributes:
        expectations: how many values it expects.
        findings: one for each that did not come out, or for data that were refused.
        mocked: definitions that it replaces by given values.
    """

    title: str
    span: Span
    period: str | None
    expectations: int
    findings: tuple[Diagnostic, ...]
    mocked: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.findings


def run_examples(scheme: Scheme) -> tuple[ExampleOutcome, ...]:
    """Run every example of a scheme, in written order."""
    return tuple(_run(scheme, example) for example in scheme.checked.examples)


def _run(scheme: Scheme, example: ExampleDecl) -> ExampleOutcome:
    checked = scheme.checked
    rows, mocks = [], []
    for subject in example.subjects:
        rows.append({"id": subject.id, **{k: v for k, v in subject.given.items() if k in checked.inputs}})
        mocks.append({k: v for k, v in subject.given.items() if k not in checked.inputs})
    mocked = tuple(sorted({name for row in mocks for name in row}))
    count = sum(len(subject.expect) for subject in example.subjects)
    period = example.period if checked.assessment.unit is not None else None
    try:
        outcome = _with_environment(scheme, example).rate(
            rows, period=period or _default_period(scheme), mocks=mocks
        )
    except DiagnosticError as error:
        placed = [
            attrs.evolve(d, source=checked.source, span=example.span, place=None) for d in error.diagnostics
        ]
        return ExampleOutcome(example.title, example.span, period, count, tuple(placed), mocked)
    findings = [
        _failure(scheme, example, subject, name, expected, actual)
        for subject in example.subjects
        for name, expected in subject.expect.items()
        if not _same(expected, actual := _actual(outcome[subject.id], name))
    ]
    return ExampleOutcome(example.title, example.span, period, count, tuple(findings), mocked)


def _default_period(scheme: Scheme) -> str | None:
    """An example without `for` is about the first period that the version governs."""
    return scheme.checked.version.first if scheme.checked.assessment.unit is not None else None


def _with_environment(scheme: Scheme, example: ExampleDecl) -> "_Environment":
    return _Environment(scheme, example)


@attrs.frozen
class _Environment:
    """A scheme with the parameters and tables of an example in place of its own; absent external ones are unknown."""

    scheme: Scheme
    example: ExampleDecl

    def rate(self, rows: list[dict[str, Any]], *, period: str | None, mocks: list[dict[str, Any]]) -> Any:
        given = self.example.environment
        checked = self.scheme.checked
        params = {
            name: attrs.evolve(p, values=() if name in given else p.values or ((None, "..."),))
            for name, p in checked.params.items()
        }
        tables = {
            name: attrs.evolve(
                t, entries=None if name in given else t.entries if t.entries is not None else {}
            )
            for name, t in checked.tables.items()
        }
        opened = attrs.evolve(self.scheme, checked=attrs.evolve(checked, params=params, tables=tables))
        return opened.rate(
            rows,
            period=period,
            params={name: value for name, value in given.items() if name in params},
            tables={name: dict(value) for name, value in given.items() if name in tables},  # type: ignore[call-overload]
            mocks=mocks,
        )


def _actual(result: Result, name: str) -> Any:
    if name in result.values:
        return result.values[name]
    return getattr(result, name) if name != "failed" else list(result.failed)


def _same(expected: object, actual: object) -> bool:
    if isinstance(actual, Undetermined):
        return expected is None
    return (type(expected) is type(actual) and expected == actual) or _both_numbers(expected, actual)


def _both_numbers(expected: object, actual: object) -> bool:
    numbers = all(isinstance(v, int | Fraction) and not isinstance(v, bool) for v in (expected, actual))
    return numbers and expected == actual


def _failure(
    scheme: Scheme, example: ExampleDecl, subject: ExampleSubject, name: str, expected: object, actual: object
) -> Diagnostic:
    facts = {
        "name": example.title,
        "subject": subject.id,
        "what": name,
        "expected": _shown(expected),
        "actual": _shown(actual),
    }
    return Diagnostic("E-EXAMPLE-FAILED", facts, scheme.checked.source, subject.place(name, example.span))


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        text, rounded = decimal_text(value)
        return f"{exact_text(value)} (about {text})" if rounded else text
    return str(value).lower() if isinstance(value, bool) else str(value)
