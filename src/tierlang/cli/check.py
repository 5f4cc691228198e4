"""`tier check`: what is wrong with schemes, without running them."""

import argparse
from typing import TYPE_CHECKING

from tierlang.cli.arguments import add_files, add_format, add_language, choice
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import counted, files_counted
from tierlang.said import Said

if TYPE_CHECKING:
    from tierlang.cli.loading import Loaded
    from tierlang.diagnostics.model import Diagnostic

DESCRIPTION = """\
Find what is wrong with schemes: words that are not the language, names without a meaning, units
that do not fit, bands with gaps, weights that do not add up. Nothing is run.

Several files of one scheme are checked as its versions too: no two of them may govern the same
period."""

EXAMPLES = """\
examples:
  tier check stars.tier
  tier check schemes/                         every scheme below a folder
  tier check stars-2017.tier stars-2018.tier  two versions of one scheme
  tier check schemes/ --format github         marks in a pull request
  tier check schemes/ --fail-on warning       for a release
  tier codes W-TIER-GAP                       what a code means

exit status: 0 nothing found that fails, 1 findings,
  2 a wrong command line or an unreadable file"""

FORMATS = ("text", "concise", "json", "github", "sarif")

_SUMMARY = Said("{files}: {findings}", "{files}：{findings}")
_FACTS = Said(
    "; {readings}, {holes}; cost at most {units} units for {members}",
    "；{readings}，{holes}；{members}的计算量最多 {units} 个单位",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_files(parser)
    add_format(parser, FORMATS)
    parser.add_argument(
        "--fail-on",
        type=choice("error", "warning"),
        default="error",
        metavar="error|warning",
        help="what makes the command fail (default: error)",
    )
    add_language(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Check, report, sum up."""
    from tierlang.cli.failures import exit_code
    from tierlang.cli.loading import load_each, version_findings
    from tierlang.cli.schemefiles import find_schemes
    from tierlang.diagnostics.formats import render

    found = find_schemes(options.files)
    loaded = load_each(found.paths)
    schemes = [item.scheme for item in loaded if item.scheme is not None]
    diagnostics = [d for item in loaded for d in item.diagnostics] + version_findings(schemes)
    code = exit_code(diagnostics, options.fail_on)
    terminal.write(render(diagnostics, options.format, terminal.lang, colour=terminal.colour))
    if options.format == "text":
        line = _summary(loaded, diagnostics).within(terminal.lang)
        blank = "\n" if diagnostics else ""
        terminal.write(f"{blank}{terminal.style(line, 'bold', 'red' if code else 'green')}\n")
    if found.left_out:
        terminal.note(found.remark)
    return code


def _summary(loaded: "list[Loaded]", diagnostics: "list[Diagnostic]") -> Said:
    """What was looked at, what the schemes leave open, and what a run of the costliest may cost."""
    from tierlang.diagnostics.render import summary

    schemes = [item.scheme for item in loaded if item.scheme is not None]
    findings = Said(summary(diagnostics), summary(diagnostics, "zh"))
    line = _SUMMARY.fill(files=files_counted(len(loaded)), findings=findings)
    if not schemes:
        return line
    bound = max((scheme.cost for scheme in schemes), key=lambda cost: cost.total)
    facts = _FACTS.fill(
        readings=counted(sum(len(s.readings) for s in schemes), "reading", "readings", "条解读"),
        holes=counted(sum(s.checked.holes for s in schemes), "hole", "holes", "处待补全"),
        units=f"{bound.total:_}",
        members=counted(bound.members, "subject", "subjects", "个对象"),
    )
    return Said(line.en + facts.en, line.zh + facts.zh)
