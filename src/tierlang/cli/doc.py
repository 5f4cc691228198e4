"""`tier doc`: schemes as pages for people who read rules, not code."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tierlang.cli.arguments import add_files, add_language, choice
from tierlang.cli.exits import OK, Misuse
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import counted, files_counted
from tierlang.said import Said

if TYPE_CHECKING:
    from tierlang.api import Scheme

DESCRIPTION = """\
Write the page of a scheme: its rules in their order, each beside the words of its source, with
inputs, levels, weights and bands as tables and drawings, the readings taken, what is left open,
and the examples with what became of them.

Versions of one scheme make one page. Several schemes make one document with a table of contents;
for a page each, run the command for each."""

EXAMPLES = """\
examples:
  tier doc stars.tier --out stars.html
  tier doc stars.tier --lang zh --out stars.md
  tier doc stars-2017.tier stars-2018.tier --out stars.html   two versions of one scheme
  tier doc schemes/ --out schemes.html                        every scheme below a folder
  tier doc belt.tier --overlay illustration.tier              with its holes filled, each marked

html is one file without scripts that loads nothing: it can be mailed, archived and printed, and
needs `pip install "tierlang[doc]"`. md is GitHub flavoured Markdown.

exit status: 0 written, 1 a scheme has errors,
  2 a wrong command line or an unreadable file"""

FORMATS = ("html", "md")
_BY_SUFFIX = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md"}
_DEFINITION = "--define"

_WRITTEN = Said("{out}: {schemes}", "{out}：{schemes}")
_ONE_ONLY = Said(
    "overlays fill one scheme, and {files} are given", "补充文件只能用于一个方案，而这里给出了 {files}"
)
_EACH = Said("run the command for each scheme", "请对每个方案分别运行")
_NEEDS = Said("pages in HTML need a package that is not installed", "生成 HTML 页面需要另外安装组件")
_INSTALL = Said(
    'run `pip install "tierlang[doc]"`, or write Markdown with `--format md`',
    '请执行 `pip install "tierlang[doc]"`，或用 `--format md` 生成 Markdown',
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_files(parser)
    parser.add_argument(
        "--format",
        type=choice(*FORMATS),
        metavar="FORMAT",
        help=f"one of {', '.join(FORMATS)} (default: by the name of --out, else html)",
    )
    parser.add_argument("--out", metavar="PATH", help="write to a file, as a whole or not at all")
    parser.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="FILE",
        help="statements that fill holes of the scheme; the page marks them",
    )
    parser.add_argument(
        "--define", action="append", default=[], metavar="STATEMENT", help="one such statement: 'other = 0'"
    )
    add_language(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Check the schemes, then write their pages."""
    from tierlang.cli.failures import exit_code, say_diagnostics
    from tierlang.cli.loading import load_each
    from tierlang.cli.outfile import check_out
    from tierlang.cli.schemefiles import find_schemes
    from tierlang.data import write_whole
    from tierlang.doc import MissingExtra, document

    found = find_schemes(options.files)
    if options.out:
        check_out(options.out, [*map(str, found.paths), *options.overlay])
    if len(found.paths) > 1 and (options.overlay or options.define):
        raise Misuse(_ONE_ONLY.fill(files=files_counted(len(found.paths))), _EACH)
    loaded = load_each(found.paths)
    if any(item.scheme is None for item in loaded):
        diagnostics = [d for item in loaded if item.scheme is None for d in item.diagnostics]
        say_diagnostics(diagnostics, terminal)
        return exit_code(diagnostics)
    schemes = [_filled(item.scheme, options) for item in loaded if item.scheme is not None]
    suffix = Path(options.out).suffix.lower() if options.out else ""
    try:
        text = document(schemes, options.format or _BY_SUFFIX.get(suffix, "html"), terminal.lang)
    except MissingExtra:
        raise Misuse(_NEEDS, _INSTALL) from None
    if options.out:
        write_whole(options.out, [text])
        count = counted(len(schemes), "scheme", "schemes", "个方案")
        terminal.write(_WRITTEN.fill(out=options.out, schemes=count).within(terminal.lang) + "\n")
    else:
        terminal.write(text)
    if found.left_out:
        terminal.note(found.remark)
    return OK


def _filled(scheme: "Scheme", options: argparse.Namespace) -> "Scheme":
    """The scheme with the overlays and definitions of the command line in its holes."""
    from tierlang.files import read_scheme_text

    for path in options.overlay:
        scheme = scheme.fill(read_scheme_text(Path(path)), path)
    for statement in options.define:
        scheme = scheme.fill(statement, _DEFINITION)
    return scheme
