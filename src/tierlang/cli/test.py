"""`tier test`: run the examples that schemes carry."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from tierlang.cli.arguments import add_files, add_format, add_language
from tierlang.cli.exits import FINDINGS, OK
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import counted
from tierlang.said import Said

if TYPE_CHECKING:
    from tierlang.cli.loading import Loaded
    from tierlang.diagnostics.model import Diagnostic
    from tierlang.examples import ExampleOutcome

DESCRIPTION = """\
Check schemes, then run the `example` blocks in them, and show every expectation that does not
come out.

A scheme without examples gets a warning; if no scheme has one, the command fails."""

EXAMPLES = """\
examples:
  tier test stars.tier
  tier test schemes/                  every scheme below a folder
  tier test schemes/ --format github  failures as marks in a pull request

exit status: 0 all came out, 1 some did not, or there are none,
  2 a wrong command line or an unreadable file"""

FORMATS = ("text", "json", "github", "sarif")

_SUMMARY = Said("{examples}, {expectations}, {failed} failed", "{examples}，{expectations}，{failed} 项不符")
_UNCHECKED = Said("{files} with errors", "{files}有错误")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_files(parser)
    add_format(parser, FORMATS)
    add_language(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Run the examples, report, sum up."""
    from tierlang.cli.failures import exit_code
    from tierlang.cli.loading import load_each
    from tierlang.cli.schemefiles import find_schemes
    from tierlang.diagnostics.formats import render
    from tierlang.examples import run_examples

    tested = [
        (item, run_examples(item.scheme) if item.scheme is not None else ())
        for item in load_each(find_schemes(options.files).paths)
    ]
    diagnostics = [d for item, outcomes in tested for d in _findings(item, outcomes)]
    examples = [outcome for _, outcomes in tested for outcome in outcomes]
    code = exit_code(diagnostics) or (OK if examples else FINDINGS)
    if options.format == "json":
        terminal.write(_json(tested, diagnostics, terminal.lang))
    else:
        terminal.write(render(diagnostics, options.format, terminal.lang, colour=terminal.colour))
    if options.format == "text":
        line = _summary(examples, sum(item.scheme is None for item, _ in tested)).within(terminal.lang)
        blank = "\n" if diagnostics else ""
        terminal.write(f"{blank}{terminal.style(line, 'bold', 'red' if code else 'green')}\n")
    return code


def _findings(item: "Loaded", outcomes: "tuple[ExampleOutcome, ...]") -> "list[Diagnostic]":
    """What to tell of one file: its errors, else what did not come out, else that there is nothing to run."""
    from tierlang.diagnostics.model import Diagnostic

    if item.scheme is None:
        return list(item.diagnostics)
    if not outcomes:
        return [Diagnostic("W-EXAMPLE-NONE", source=item.scheme.checked.source)]
    return [finding for outcome in outcomes for finding in outcome.findings]


def _summary(examples: "list[ExampleOutcome]", unchecked: int) -> Said:
    line = _SUMMARY.fill(
        examples=counted(len(examples), "example", "examples", "个示例"),
        expectations=counted(sum(e.expectations for e in examples), "expectation", "expectations", "项预期"),
        failed=sum(len(e.findings) for e in examples),
    )
    if not unchecked:
        return line
    broken = _UNCHECKED.fill(files=counted(unchecked, "file", "files", "个文件"))
    return Said(f"{line.en}; {broken.en}", f"{line.zh}；{broken.zh}")


def _json(
    tested: "list[tuple[Loaded, tuple[ExampleOutcome, ...]]]", diagnostics: "list[Diagnostic]", lang: str
) -> str:
    from tierlang.cli.failures import diagnostics_data

    files = [
        {
            "file": item.path.as_posix(),
            "checked": item.scheme is not None,
            "examples": [_example(item, outcome) for outcome in outcomes],
        }
        for item, outcomes in tested
    ]
    document = {"files": files, "diagnostics": diagnostics_data(diagnostics, lang)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _example(item: "Loaded", outcome: "ExampleOutcome") -> dict[str, Any]:
    assert item.scheme is not None
    return {
        "title": outcome.title,
        "line": item.scheme.checked.source.position(outcome.span.start)[0],
        "period": outcome.period,
        "expectations": outcome.expectations,
        "failed": len(outcome.findings),
        "passed": outcome.passed,
        "mocked": list(outcome.mocked),
    }
