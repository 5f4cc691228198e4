"""`tier readings`: what a scheme decided where its source is open, and what it leaves open itself."""

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tierlang.cli.arguments import add_files, add_format, add_language
from tierlang.cli.exits import OK
from tierlang.cli.terminal import PIPED_COLUMNS, Terminal
from tierlang.cli.words import counted
from tierlang.said import Said

if TYPE_CHECKING:
    from tierlang.api import Scheme

DESCRIPTION = """\
List what schemes decided where the words of their source can be read in more than one way
(`@reading`): the words, the reading taken, and the others. Then what they leave open: holes
(`...`) that the source does not fill, and external values, to be supplied with the data."""

EXAMPLES = """\
examples:
  tier readings stars.tier
  tier readings douyin/industrial_belt --lang zh
  tier readings schemes/ --format json"""

FORMATS = ("text", "json")
_HEADINGS = (
    Said("id", "编号"),
    Said("words of the source", "原文"),
    Said("reading", "采用的解读"),
    Said("alternatives", "其他解读"),
    Said("line", "行"),
)
_READINGS = Said("{title}: {count}", "{title}：{count}")
_HOLES = Said("holes: what the source does not say", "待补全：原文未给出")
_ACCEPTED = Said("accepted warnings", "已确认的警告")
_EXTERNAL = Said("external: to be supplied with the data", "外部值：须随数据提供")
_LINE = Said("line {line}", "第 {line} 行")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_files(parser)
    add_format(parser, FORMATS)
    add_language(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """List them, scheme by scheme."""
    from tierlang.cli.schemefiles import find_schemes
    from tierlang.files import load

    schemes = [load(path) for path in find_schemes(options.files).paths]
    documents = [facts_of(scheme) for scheme in schemes]
    if options.format == "json":
        terminal.write(json.dumps(documents, ensure_ascii=False, indent=2) + "\n")
    else:
        terminal.write("\n".join(_text(document, terminal) for document in documents))
    return OK


def facts_of(scheme: "Scheme") -> dict[str, Any]:
    """The readings, holes and external values of a scheme, as JSON data."""
    checked = scheme.checked
    source = checked.source
    return {
        "file": source.name,
        "scheme": scheme.id,
        "version": scheme.version,
        "readings": [
            {
                "id": reading.id,
                "text": reading.text,
                "reading": reading.reading,
                "alternatives": reading.alternatives,
                "line": source.position(reading.span.start)[0],
            }
            for reading in scheme.readings
        ],
        "accepted": [
            {"code": a.code, "reason": a.reason, "line": source.position(a.span.start)[0]}
            for a in checked.accepted
        ],
        "holes": list(_holes(scheme)),
        "external": [
            *(
                {
                    "kind": "param",
                    "name": p.name,
                    "type": str(p.type),
                    "line": source.position(p.origin.span.start)[0],
                }
                for p in checked.params.values()
                if p.external
            ),
            *(
                {
                    "kind": "table",
                    "name": t.name,
                    "type": str(t.value),
                    "line": source.position(t.origin.span.start)[0],
                }
                for t in checked.tables.values()
                if t.entries is None
            ),
        ],
    }


def _holes(scheme: "Scheme") -> Iterator[dict[str, Any]]:
    """Each ``...`` and the line it stands in."""
    from tierlang.syntax import nodes as n
    from tierlang.syntax.walk import walk

    source = scheme.checked.source
    for node in walk(scheme.checked.file):
        if isinstance(node, n.Hole):
            line, column = source.position(node.span.start)
            yield {"line": line, "column": column, "text": source.line(line).strip()}


def _text(facts: dict[str, Any], terminal: Terminal) -> str:
    from tierlang.cli.tables import Column, draw
    from tierlang.diagnostics.safe import printable

    readings = facts["readings"]
    title = printable(" ".join(part for part in (facts["scheme"] or facts["file"], facts["version"]) if part))
    count = counted(len(readings), "reading", "readings", "条解读")
    heading = _READINGS.fill(title=title, count=count).within(terminal.lang)
    lines = [terminal.style(heading, "bold")]
    if readings:
        heads = [said.within(terminal.lang) for said in _HEADINGS]
        columns = [Column(head, folds=0 < i < 4, align="<" if i < 4 else ">") for i, head in enumerate(heads)]
        rows = [[r["id"], r["text"], r["reading"], r["alternatives"], str(r["line"])] for r in readings]
        lines += ["", *draw(columns, rows, terminal.columns or PIPED_COLUMNS)]
    parts = ((_HOLES, facts["holes"]), (_EXTERNAL, facts["external"]), (_ACCEPTED, facts["accepted"]))
    for said, items in parts:
        if items:
            lines += ["", terminal.style(said.within(terminal.lang), "bold")]
            lines += [f"  {_item(item, terminal.lang)}" for item in items]
    return "\n".join(lines) + "\n"


def _item(item: dict[str, Any], lang: str) -> str:
    """A hole with its line, an external value with its type, or an accepted warning with the reason."""
    from tierlang.diagnostics.safe import brief

    where = _LINE.fill(line=item["line"]).within(lang)
    if "code" in item:
        what = f"{item['code']}: {item['reason']}"
    else:
        what = f"{item['kind']} {item['name']} : {item['type']}" if "kind" in item else item["text"]
    return f"{where}: {brief(what)}"
