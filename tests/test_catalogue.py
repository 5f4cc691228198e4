"""Every sample of the catalogue of diagnostics is true: `wrong` gives its code, `right`, its neighbour, does not."""

import pytest

import tierlang
from tierlang.diagnostics.catalogue import Entry, catalogue

SAMPLES = [known for known in catalogue().values() if known.wrong is not None]

NOT_RAISED = frozenset({
    "W-EXAMPLE-NONE",  # given by `tier test`, not by loading and running a scheme
})  # fmt: skip
"""Codes whose sample does not give them; a code leaves this set when it does."""


def codes_of(text: str) -> set[str]:
    """The codes of everything that loading a scheme and running its examples finds."""
    try:
        scheme = tierlang.loads(text, name="sample.tier")
    except tierlang.DiagnosticError as error:
        return {found.code for found in error.diagnostics}
    failed = {found.code for outcome in tierlang.run_examples(scheme) for found in outcome.findings}
    return failed | {found.code for found in scheme.warnings}


@pytest.mark.parametrize("known", SAMPLES, ids=lambda known: known.code)
def test_wrong_gives_its_code(known: Entry) -> None:
    """Who makes the mistake is told so by that code."""
    assert known.wrong is not None
    assert (known.code in codes_of(known.wrong)) == (known.code not in NOT_RAISED)


@pytest.mark.parametrize("known", [k for k in SAMPLES if k.right is not None], ids=lambda known: known.code)
def test_right_does_not(known: Entry) -> None:
    """The neighbour is free of the mistake, and of every other error."""
    assert known.right is not None
    found = codes_of(known.right)
    assert known.code not in found
    assert [code for code in sorted(found) if code.startswith("E-")] == []


def test_the_codes_set_aside_exist() -> None:
    """No name in the set is a slip."""
    assert {known.code for known in SAMPLES} >= NOT_RAISED
