"""`tier explain`: why somebody has a level, and what stands in the way of a better one."""

import argparse
import json

from tierlang.cli.arguments import add_format, choice, did_you_mean
from tierlang.cli.exits import OK, Misuse
from tierlang.cli.runoptions import add_run_arguments
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import Said

DESCRIPTION = """\
Rate the subjects in a file as `tier rate` does, and say of some of them why: the conditions that
decided, with values, bounds and distances, where each value comes from, and the words of the
rules."""

EXAMPLES = """\
examples:
  tier explain stars.tier --period 2017-H1 --data scores.csv --id TP-01
  tier explain stars.tier --period 2017-H1 --data scores.csv --id TP-01 --id TP-02 --lang zh
  tier explain stars.tier --period 2017-H1 --data scores.csv --format json

Without --id everybody is explained. Of other members of a ranking only places are told;
--disclose says otherwise.

exit status: 0 explained, 1 the scheme or the data have errors,
  2 a wrong command line, an unreadable file or an unknown id"""

FORMATS = ("text", "json")

_UNKNOWN = Said("the data have no subject `{id}`", "数据中没有编号为 `{id}` 的对象")
_LIST = Said("ids stand in the column `{column}` of {file}", "编号见 {file} 的 `{column}` 列")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_run_arguments(parser)
    output = parser.add_argument_group("what to explain")
    output.add_argument("--id", action="append", default=[], metavar="ID", help="a subject; may be repeated")
    output.add_argument(
        "--disclose",
        type=choice("none", "places", "ids"),
        default="places",
        metavar="none|places|ids",
        help="what to tell of other members (default: places)",
    )
    add_format(output, FORMATS)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Rate, then explain."""
    from tierlang.cli.inputs import rate
    from tierlang.diagnostics.safe import printable

    results = {result.id: result for result in rate(options, terminal).outcome.results}
    for id_ in options.id:
        if id_ not in results:
            where = _LIST.fill(column=options.id_column, file=options.data)
            raise Misuse(_UNKNOWN.fill(id=id_), did_you_mean(id_, results, limit=3) or where)
    wanted = list(dict.fromkeys(options.id)) or list(results)
    explained = (results[id_].explain(terminal.lang, disclose=options.disclose) for id_ in wanted)
    if options.format == "json":
        documents = [explanation.as_dict() for explanation in explained]
        terminal.write(json.dumps(documents, ensure_ascii=False, indent=2) + "\n")
        return OK
    for number, explanation in enumerate(explained):
        head, *lines = [printable(line) for line in explanation.text.rstrip("\n").split("\n")]
        blank = "\n" if number else ""
        terminal.write("\n".join([blank + terminal.style(head, "bold"), *lines]) + "\n")
    return OK
