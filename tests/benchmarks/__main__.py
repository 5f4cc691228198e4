"""
``python -m tests.benchmarks``: all measures, or those that are named.

    --write     put the tables into docs/benchmarks.md
    --tiny      smallest sizes, once: does everything run?
"""

import argparse
import importlib
import inspect
import os
import pkgutil
import platform
import sys
from importlib import metadata
from pathlib import Path

from tests.benchmarks import measures
from tests.benchmarks.harness import FULL, TINY, Effort, Measure
from tests.benchmarks.plot import Plot
from tests.benchmarks.rivals import PACKAGES

import tierlang

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
"""Each measure has a place of its own there, so that one can be measured again alone."""


def names() -> list[str]:
    """The measures, in the order of their names."""
    return [module.name for module in pkgutil.iter_modules(measures.__path__)]


def load(name: str) -> Measure:
    """The module of a measure."""
    module: Measure = importlib.import_module(f"tests.benchmarks.measures.{name}")
    return module


def section(name: str, effort: Effort) -> tuple[str, list[Plot]]:
    """What a measure found, below what it measures; and its drawings."""
    measure = load(name)
    title, _, text = (inspect.getdoc(measure) or name).partition("\n")
    tables = measure.run(effort)
    lines = [f"## {title.rstrip('.')}", "", text.strip(), "", *(table.markdown() for table in tables)]
    return "\n".join(lines), [table.plot for table in tables if table.plot is not None]


def machine() -> str:
    """What it ran on."""
    versions = [f"tierlang {tierlang.__version__}"]
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{package} not installed")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Measured with {python} on {platform.system()}, {os.cpu_count()} cores; {', '.join(versions)}."


def with_section(page: str, name: str, text: str) -> str:
    """The page with what a measure found in the place that is marked for it, or at the end."""
    begin, end = f"<!-- {name}: python -m tests.benchmarks {name} --write -->", f"<!-- end of {name} -->"
    before, found, rest = page.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    return f"{before if found else page.rstrip() + chr(10) * 2}{begin}\n\n{text}\n{end}{after}"


def main(argv: list[str]) -> int:
    """Run the command line; 0, or 2 for a measure that does not exist."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="How fast it is.")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"some of {', '.join(names())}")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--tiny", action="store_true", help="smallest sizes, once")
    options = parser.parse_args(argv)
    unknown = set(options.measures) - set(names())
    if unknown:
        sys.stderr.write(f"no such measure: {', '.join(sorted(unknown))}\n")
        return 2
    for name in options.measures or names():
        text, plots = section(name, TINY if options.tiny else FULL)
        print(text, flush=True)
        page = with_section(PAGE.read_text(encoding="utf-8"), name, f"{text}\n{machine()}\n")
        for plot in plots if options.write else ():
            (PAGE.parent / f"{plot.name}.svg").write_text(plot.svg(), encoding="utf-8")
        if options.write:
            PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
