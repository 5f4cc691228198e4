"""
Whatever a text or its data are, nothing but the documented exceptions comes out, and the host's process stays as it was.

No test looks at a clock: work is bounded by what is counted, and a test that hangs is seen by whoever runs it.
"""

import builtins
import decimal
import locale
import os
import random
import sys
import threading
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierlang
from property.generate import samples
from property.profiles import examples
from tierlang.diagnostics.model import MAX_DIAGNOSTICS
from tierlang.run.values import Undetermined

SCHEMES = Path(__file__).resolve().parents[2] / "schemes"
SHIPPED = [path.read_text("utf-8") for path in sorted(SCHEMES.rglob("*.tier"))]
PERIODS = (None, "2023-08", "2023-Q2", "2023-H1", "2023", "FY2023")
ROWS = ({"id": "a"}, {"id": "b", "x": 1}, {"id": "c", "x": "2.5"})


def check_refusal(error: tierlang.DiagnosticError) -> None:
    """A refusal has an error among its findings, not too many of them, and can be shown."""
    assert any(found.code.startswith("E-") for found in error.diagnostics)
    assert len(error.diagnostics) <= MAX_DIAGNOSTICS + 1
    assert str(error)


def survive(text: str) -> tierlang.Scheme | None:
    """
    Load a text, and rate with it if it is a scheme.

    Returns:
        the scheme, or None where it was refused.
    """
    try:
        scheme = tierlang.loads(text, name="hostile.tier")
    except tierlang.DiagnosticError as error:
        check_refusal(error)
        return None
    for period in PERIODS:
        for rows in (ROWS, ROWS[:1], ()):
            try:
                scheme.rate(rows, period=period, budget=200_000)
            except (tierlang.DiagnosticError, tierlang.BudgetExceeded):
                continue
    return scheme


# ------------------------------------------------------------------ random texts


@examples(150)
@given(st.binary(max_size=200))
def test_random_bytes(data: bytes) -> None:
    """As a careless host would decode them."""
    survive(data.decode("latin-1"))
    survive(data.decode("utf-8", "surrogateescape"))


@examples(100)
@given(st.text(max_size=120))
def test_random_characters(text: str) -> None:
    """Characters of all alphabets, surrogates too, alone and in the places that a scheme has for them."""
    survive(text)
    survive(f'@label(zh: "{text}")\ninput x : text("{text}")\n`{text}` = x == "{text}" # {text}')


WORDS = """
    x y 得分 S A 1 0 2.5 40% 100 CNY 2023-08-01 2023-Q2 2023-08 "a" "" `x` ... 900万 ( ) [ ] { } , : = => == != < <= > >=
    + - * / ?? . .. ..< | @ # \n \n \n input record param table def bonus deduct eligible if require veto cap floor tiers
    tier otherwise never exclusive example given expect end for in not and or then else band match missing over last this
    previous months quarter by number count share days money bool text date list of max min sum mean any all none rank place
    top count( rank( any( x) best ties among eligible assess every month cohort ranking rounding version edition external
    true false from self import as
""".replace("\\n", "\n").split(" ")


@examples(200)
@given(st.lists(st.sampled_from([word for word in WORDS if word != ""]), max_size=40))
def test_token_soup(words: list[str]) -> None:
    """The language's own words in any order."""
    survive(" ".join(words))


@examples(150)
@given(
    st.lists(
        st.sampled_from(["input x : number", "y = x", *(line for t in SHIPPED for line in t.split("\n"))]),
        max_size=12,
    )
)
def test_line_soup(lines: list[str]) -> None:
    """Whole lines of the shipped schemes in any order."""
    survive("\n".join(lines))


@examples(30)
@given(st.sampled_from(SHIPPED), st.data())
def test_mutated_schemes(text: str, data: st.DataObject) -> None:
    """A piece cut out, doubled, moved or overwritten with something else."""
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=3, max_size=3)))
    first, second, third = places
    second = min(second, first + 60)
    third = max(third, second)
    piece = text[first:second]
    other = data.draw(
        st.sampled_from(
            ["", piece * 2, piece[::-1], "(", '"', "\n", "99999999999999999999", "not " * 9, "：", "\u202e"]
        )
    )
    survive(text[:first] + other + text[second:third] + piece + text[third:])


@examples(60)
@given(samples(), st.data())
def test_mutated_data(sample: Any, data: st.DataObject) -> None:
    """Values of any kind in any column are refused or rated."""
    wild = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=5), st.binary(max_size=2),
        st.dates(), st.lists(st.integers(0, 3), max_size=3), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    )  # fmt: skip
    names = ["id", "none_of_these", *(declared.name for declared in sample.inputs)]
    rows = [{**row, data.draw(st.sampled_from(names)): data.draw(wild)} for row in sample.rows]
    try:
        scheme = tierlang.loads(sample.text)
        scheme.rate(
            rows,
            period=sample.period,
            params=sample.params,
            tables=sample.tables,
            floats=data.draw(st.sampled_from(("refuse", "shortest"))),
        )
    except tierlang.DiagnosticError as error:
        check_refusal(error)


# ------------------------------------------------------------------ long and deep texts

LONG = 100_000
PIECES = (
    " ", "\t", "\u3000", '"', "'", "`", "#", "(", ")", "[", "{", "[[", "1", "1,", "1,000", ",", ".", "..", "...", "_", "=", "<",
    "not ", "- ", "-", "if a then ", "else ", "@label(", '@label(zh: "a") ', "|", "| a ", "a", "a ", "a.", "a[", "a(", "a+", "a and ",
    "a or ", "f(f(", "band(", "x for x in ", "over: ", "得", "（", "\u0301", "\u202e", "\ud800", "\x00", "\r", "??", "万", "1万",
    "2023-08-01 ", "2023-", "example ", 'example "" ',
)  # fmt: skip


FRAMES = (("{}", LONG), ("v = {}", LONG // 20), ('example "a"\ngiven {}\nexpect v = 1\nend', LONG // 20))


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_long_lines(piece: str) -> None:
    """A hundred thousand characters in one line, and some less inside a statement, are refused, or are a scheme."""
    for frame, length in FRAMES:
        survive("input a : number\n" + frame.format(piece * (length // len(piece))))


@pytest.mark.parametrize(
    "piece",
    [
        "a = 1\n",
        "\n",
        "(\n",
        '@note(text: "a")\n',
        "## a\n",
        "tier A if a\n",
        "= ",
        "and\n",
        'example "a"\n',
        "input x : number\n",
    ],
    ids=ascii,
)
def test_many_lines(piece: str) -> None:
    """Eight thousand lines too, with at most as many findings as are shown."""
    survive(piece * 8_000)


DEEP = {
    "brackets": lambda n: "v = " + "(" * n + "1" + ")" * n,
    "lists": lambda n: "v = 1 in " + "[" * n + "1" + "]" * n,
    "not": lambda n: "v = " + "not " * n + "true",
    "minus": lambda n: "v = " + "-(" * n + "1" + ")" * n,
    "if": lambda n: "v = " + "if true then 1 else " * n + "1",
    "if in if": lambda n: "v = " + "if " * n + "true" + " then true else false" * n,
    "calls": lambda n: "v = " + "abs(" * n + "1" + ")" * n,
    "sums": lambda n: "v = 1" + " + 1" * n,
    "products": lambda n: "v = 1" + " * 2" * n,
    "and": lambda n: "v = true" + " and true" * n,
    "chain": lambda n: "v = 1" + " < 2" * n,
    "coalesce": lambda n: "v = 1" + " ?? 2" * n,
    "fields": lambda n: "v = x" + ".a" * n,
    "bands": lambda n: "v = " + "band(" * n + "1" + ") { else => 1 }" * n,
    "arms": lambda n: "v = band(1) { " + "".join(f"{i} => {i}, " for i in range(n)) + "else => 0 }",
    "levels": lambda n: "tiers " + " > ".join(f"L{i}" for i in range(n)) + "\n" + "\n".join(f"tier L{i} if {i} > 1" for i in range(n)),
    "names": lambda n: "v0 = 1\n" + "\n".join(f"v{i + 1} = v{i} + v{i}" for i in range(n)),
    "names backwards": lambda n: "\n".join(f"v{i + 1} = v{i} + v{i}" for i in reversed(range(n))) + "\nv0 = 1",
    "cycle": lambda n: "\n".join(f"v{i} = v{(i + 1) % n}" for i in range(n)),
    "defs": lambda n: "def f0(a) = a\n" + "\n".join(f"def f{i + 1}(a) = f{i}(a)" for i in range(n)) + f"\nv = f{n}(1)",
    "requirements": lambda n: "input x : number\n" + "\n".join(f"require r{i}: x > {i}" for i in range(n)),
    "generators": lambda n: "input x : list of number max 3\nv = " + "any(" * n + "true" + "".join(f" for a{i} in x)" for i in range(n)),
}  # fmt: skip
"""Texts that grow in one direction."""


@pytest.mark.parametrize("size", [3, 60, 400, 2_000])
@pytest.mark.parametrize("shape", DEEP)
def test_deep_texts(shape: str, size: int) -> None:
    """They work while they are small, and are refused or worked through when they are not."""
    scheme = survive(DEEP[shape](size))
    assert size > 3 or scheme is not None or shape in {"fields", "cycle", "chain", "lists", "generators"}


# ------------------------------------------------------------------ growth while running


def test_squarings_end_at_the_bound_of_numbers() -> None:
    """Twenty-two squarings would have six million bits: the value is given up, at small cost."""
    squares = "".join(f"v{i + 1} = v{i} * v{i}\n" for i in range(22))
    outcome = tierlang.loads("input x : number\nv0 = x\n" + squares).rate([{"id": "a", "x": 1_000_003}])
    last = outcome["a"].values["v22"]
    assert isinstance(last, Undetermined)
    assert [cause.code for cause in last.causes] == ["too-big"]
    assert outcome.cost < 200


def test_growing_fractions_end_at_the_bound_of_numbers() -> None:
    """So do quotients and sums of ever longer denominators."""
    lines = "".join(f"v{i + 1} = 1 / (v{i} * v{i} + v{i})\n" for i in range(30))
    outcome = tierlang.loads("input x : number\nv0 = x\n" + lines).rate([{"id": "a", "x": "0.333"}])
    assert isinstance(outcome["a"].values["v30"], Undetermined)


def test_ranks_of_ranks() -> None:
    """Each is computed after what it ranks, and costs one sort."""
    lines = "ranking best: low, ties: avg, missing: last, among: eligible\ninput x : number\nv0 = x\n"
    lines += "".join(f"v{i + 1} = rank(rank(rank(v{i})))\n" for i in range(20))
    rows = [{"id": f"m{i}", "x": i * i % 17} for i in range(50)]
    outcome = tierlang.loads(lines).rate(rows)
    assert outcome["m0"].values["v20"] in {outcome["m0"].values["v1"], 51 - outcome["m0"].values["v1"]}
    assert outcome.cost < 60 * 50 * 30


@pytest.mark.parametrize(("levels", "fits"), [(10, True), (15, False), (60, False)])
def test_diamonds_of_defs(levels: int, fits: bool) -> None:
    """A def that calls another twice doubles the text; the doubling is counted before it is done."""
    text = "input x : number\ndef f0(a) = a\n" + "".join(
        f"def f{i + 1}(a) = f{i}(a) + f{i}(a)\n" for i in range(levels)
    )
    text += f"v = f{levels}(x)\n"
    if fits:
        assert tierlang.loads(text).rate([{"id": "a", "x": 3}])["a"].values["v"] == 3 * 2**levels
        return
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(text)
    assert "E-EXPANSION" in {found.code for found in caught.value.diagnostics}


def test_diamonds_in_arguments() -> None:
    """Doubling by arguments is counted too."""
    text = "input x : number\ndef twice(a) = a + a\nv = " + "twice(" * 40 + "x" + ")" * 40
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(text)
    assert "E-EXPANSION" in {found.code for found in caught.value.diagnostics}


def test_diamonds_of_names_are_computed_once() -> None:
    """A definition is one value, however often it is named."""
    lines = "v0 = x\n" + "".join(f"v{i + 1} = v{i} + v{i}\n" for i in range(200))
    outcome = tierlang.loads("input x : number\n" + lines).rate([{"id": "a", "x": 1}])
    assert outcome["a"].values["v200"] == 2**200
    assert outcome.cost < 201 * 6


def test_nested_generators_stop_at_the_budget() -> None:
    """The budget ends a run, and no condition can absorb that."""
    text = "input x : list of number max 400\nv = any(true, any(any(any(a + b + c < 0 for a in x) for b in x) for c in x))\n"
    scheme = tierlang.loads(text)
    with pytest.raises(tierlang.BudgetExceeded):
        scheme.rate([{"id": "a", "x": [1] * 400}], budget=100_000)


def test_cancel_is_asked_soon() -> None:
    """A host that wants to stop need not wait for the budget."""
    asked = []

    def cancel() -> bool:
        asked.append(True)
        return len(asked) > 5

    scheme = tierlang.loads("input x : list of number max 400\nv = sum(sum(a for a in x) for b in x)\n")
    with pytest.raises(tierlang.Cancelled):
        scheme.rate([{"id": f"m{i}", "x": [1] * 100} for i in range(20)], cancel=cancel)
    assert len(asked) == 6


# ------------------------------------------------------------------ the host

HOSTED = """
assess every quarter
ranking best: high, ties: avg, missing: last, among: eligible
rounding half_even
input x : number
input trend : number by month
points = round(rank(x) / 3, 2)
spread = stddev(trend)
side = sqrt(abs(x), digits: 20)
require r: mean(trend, over: last 2 months) >= 2
tiers S > A
tier S if points > 5 and spread < 1
tier A otherwise
"""
HOSTED_ROWS = [{"id": f"m{i}", "x": i * 7 % 13, "trend": [i % 4, i % 3, i % 5]} for i in range(30)]


def run_hosted() -> dict[str, Any]:
    """The document of one run, with an explanation."""
    outcome = tierlang.loads(HOSTED).rate(HOSTED_ROWS, period="2023-Q2")
    return {**outcome.as_dict(), "why": outcome["m3"].explain().text}


def at_depth(frames: int, function: Callable[[], Any]) -> Any:
    """Call a function below so many frames of the host."""
    return function() if frames == 0 else at_depth(frames - 1, function)


def test_a_host_deep_in_its_own_calls() -> None:
    """Five hundred frames of the host leave room enough, and the limit is what it was."""
    limit = sys.getrecursionlimit()
    expected = run_hosted()
    assert at_depth(500, run_hosted) == expected
    shapes = (
        ("brackets", 60),
        ("not", 60),
        ("bands", 30),
        ("calls", 60),
        ("if", 60),
        ("brackets", 400),
        ("not", 5_000),
    )
    for text in [DEEP[shape](size) for shape, size in shapes]:
        at_depth(500, partial(survive, text))
    assert sys.getrecursionlimit() == limit


def test_threads_share_a_scheme() -> None:
    """Eight threads that rate with one scheme get the same results, be it fresh or not."""
    scheme = tierlang.loads(HOSTED)
    found: list[Any] = [None] * 8
    start = threading.Barrier(8)

    def work(number: int) -> None:
        start.wait()
        found[number] = [scheme.rate(HOSTED_ROWS, period="2023-Q2").as_dict() for _ in range(3)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = tierlang.loads(HOSTED).rate(HOSTED_ROWS, period="2023-Q2").as_dict()
    assert found == [[expected] * 3] * 8


def test_the_hosts_state_is_left_alone() -> None:
    """Decimal context, locale, warning filters, environment, folder and random state are what they were."""

    def state() -> tuple[Any, ...]:
        context = decimal.getcontext()
        return (
            repr(context), locale.setlocale(locale.LC_ALL), list(warnings.filters), dict(os.environ), Path.cwd(),
            random.getstate(), sys.getrecursionlimit(), threading.active_count(), sys.get_int_max_str_digits(),
        )  # fmt: skip

    before = state()
    run_hosted()
    survive("v = (")
    assert state() == before


def test_results_do_not_depend_on_the_hosts_state() -> None:
    """A host with three digits of precision gets the same results."""
    expected = run_hosted()
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_DOWN):
        assert run_hosted() == expected


def test_a_run_reads_nothing_of_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, no clock, no chance, no environment, while a loaded scheme rates and explains."""
    expected = run_hosted()
    scheme = tierlang.loads(HOSTED)
    scheme.rate(HOSTED_ROWS, period="2023-Q2")["m3"].explain()

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a run looked at the world")

    for module, names in (
        (time, ("time", "monotonic", "perf_counter", "time_ns", "localtime", "gmtime")),
        (random, ("random", "randrange", "choice", "shuffle", "getrandbits")),
        (os, ("open", "stat", "listdir", "getcwd", "urandom", "getenv", "getpid")),
        (builtins, ("open", "input", "exec", "eval", "compile")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, refuse)
    outcome = scheme.rate(HOSTED_ROWS, period="2023-Q2")
    found = {**outcome.as_dict(), "why": outcome["m3"].explain().text}
    monkeypatch.undo()
    assert found == expected
