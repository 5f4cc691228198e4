"""`tier schemes`: the schemes that come with tier."""

import argparse
import json

from tierlang.cli.arguments import add_format, add_language
from tierlang.cli.exits import OK, Misuse
from tierlang.cli.terminal import Terminal
from tierlang.said import Said

DESCRIPTION = """\
List the schemes that come with tier: published rules, each quoting its source.
The name in the first column can stand wherever a command takes a scheme's file."""

EXAMPLES = """\
examples:
  tier schemes
  tier readings douyin/industrial_belt
  tier test tmall_global/star"""

FORMATS = ("text", "json")
_HEADINGS = (
    Said("name", "名称"),
    Said("scheme", "方案"),
    Said("version", "版本"),
    Said("title", "标题"),
)
_NONE = Said("this installation has no schemes", "此安装不含任何方案")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_format(parser, FORMATS)
    add_language(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """List them."""
    from tierlang.cli.schemefiles import shipped_schemes
    from tierlang.cli.tables import Column, draw
    from tierlang.files import load

    shipped = shipped_schemes()
    if not shipped:
        raise Misuse(_NONE)
    rows = []
    for name, path in shipped.items():
        scheme = load(path)
        labels = scheme.checked.origin.labels
        title = labels.get(terminal.lang) or labels.get("en") or ""
        rows.append((name, scheme.id or "", scheme.version or "", title))
    if options.format == "json":
        keys = ("name", "id", "version", "title")
        listed = [{**dict(zip(keys, row, strict=True)), "path": str(shipped[row[0]])} for row in rows]
        terminal.write(json.dumps(listed, ensure_ascii=False, indent=2) + "\n")
        return OK
    columns = [Column(heading.within(terminal.lang)) for heading in _HEADINGS]
    terminal.write("\n".join(draw(columns, rows)) + "\n")
    return OK
