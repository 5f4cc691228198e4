"""
The benchmarks still run: every measure at its smallest, with the rivals that are installed. No speed is asserted.

That each contender gives the right levels is asserted by the measure itself, before it times anything.
"""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.benchmarks import __main__ as command
from tests.benchmarks.harness import TINY, Effort, against, shown, times, times_as
from tests.benchmarks.plot import Line, Plot

PLOT = Plot(
    "growth", "a < b & c", (100.0, 1e5), (Line("one", (1e-5, 3.0)), Line("two", (2e-5, 3.1), dashed=True))
)


@pytest.mark.parametrize("name", command.names())
def test_a_measure_runs(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """It prints a heading, what it measures, and tables with times in them."""
    if name == "cold_start":
        pytest.importorskip("hatchling", reason="a wheel is built: `pip install hatchling`")
    assert command.main([name, "--tiny"]) == 0
    printed = capfd.readouterr().out
    assert printed.startswith("## ")
    assert "\n### " in printed
    assert re.search(r"\| [0-9.]+ (ns|µs|ms|s)\b", printed)


def test_a_measure_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused by name, before anything is measured."""
    assert command.main(["nothing", "--tiny"]) == 2
    assert "nothing" in capsys.readouterr().err


def test_a_section_takes_the_place_of_the_one_before() -> None:
    """And leaves the others alone; a new one goes to the end."""
    page = command.with_section("# Page\n", "a", "first")
    page = command.with_section(page, "b", "second")
    again = command.with_section(page, "a", "third")
    assert again == page.replace("first", "third")
    assert page.startswith("# Page\n")
    assert again.index("third") < again.index("second")


def test_the_page_has_every_measure() -> None:
    """Measured once more after a measure was added: `--write`."""
    page = command.PAGE.read_text(encoding="utf-8")
    for name in command.names():
        assert f"<!-- end of {name} -->" in page


def test_contenders_take_turns() -> None:
    """Round by round, so that what slows the machine slows all alike."""
    seen: list[str] = []
    found = times({"a": lambda: seen.append("a"), "b": lambda: seen.append("b")}, Effort(rounds=3, seconds=0))
    assert seen == ["a", "b"] * 3
    assert {name: len(seconds) for name, seconds in found.items()} == {"a": 3, "b": 3}


def test_medians_and_ratios() -> None:
    """The ratio is the median of the ratios in the same round, not of medians."""
    table = against("title", {"us": [1e-6, 2e-6, 4e-6], "them": [2e-6, 2e-6, 40e-6]}, "us")
    assert table.rows == (("us", "2 µs", "1"), ("them", "2 µs", "2 ×"))
    assert [shown(seconds) for seconds in (1.5e-8, 9.996e-7, 0.0123, 12.0)] == [
        *("15 ns", "1 µs", "12.3 ms", "12 s")
    ]
    assert times_as(123.4) == "123 ×"
    assert TINY.rounds == 1


def test_a_drawing_is_well_formed() -> None:
    """It says what it shows, draws a line for each, and takes no colour but by class."""
    root = ET.fromstring(PLOT.svg())
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names.count("polyline") == 2
    assert root.findtext("{*}title") == "a < b & c"
    assert "prefers-color-scheme: dark" in PLOT.svg()
    assert not any("fill" in element.attrib or "stroke" in element.attrib for element in root.iter())
