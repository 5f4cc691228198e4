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
from tests.benchmarks.rivals import PACKAGES

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- tables: python -m tests.benchmarks --write -->", "<!-- end of tables -->"


def names() -> list[str]:
    """The measures, in the order of their names."""
    return [module.name for module in pkgutil.iter_modules(measures.__path__)]


def load(name: str) -> Measure:
    """The module of a measure."""
    module: Measure = importlib.import_module(f"tests.benchmarks.measures.{name}")
    return module


def section(name: str, effort: Effort) -> str:
    """What a measure found, below what it measures."""
    measure = load(name)
    title, _, text = (inspect.getdoc(measure) or name).partition("\n")
    tables = [table.markdown() for table in measure.run(effort)]
    return "\n".join([f"## {title.rstrip('.')}", "", text.strip(), "", *tables])


def machine() -> str:
    """What it ran on."""
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{package} not installed")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Measured with {python} on {platform.system()}, {os.cpu_count()} cores; {', '.join(versions)}."


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
    sections = []
    for name in options.measures or names():
        sections.append(section(name, TINY if options.tiny else FULL))
        print(sections[-1], flush=True)
    if options.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        text = "\n".join([BEGIN, "", machine(), "", *sections, END])
        PAGE.write_text(before + text + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
