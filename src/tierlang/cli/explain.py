"""`tier explain`: why somebody has a level, and what stands in the way of a better one."""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from tierlang.cli.arguments import add_format, choice, did_you_mean
from tierlang.cli.exits import OK, Misuse
from tierlang.cli.runoptions import add_engine_argument, add_run_arguments
from tierlang.cli.terminal import Terminal
from tierlang.said import Said

if TYPE_CHECKING:
    from tierlang.run.explain import Explanation
    from tierlang.run.result import Result

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
--disclose says otherwise. Of a large table --engine rates everybody, and one subject is read.

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
    add_engine_argument(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Rate, then explain."""
    from tierlang.cli.engines import picked_engine, rate_by_engine, reads_rows
    from tierlang.cli.inputs import rate

    engine = picked_engine(options) if options.id or not reads_rows(options) else options.engine
    engine = "exact" if engine == "auto" and not options.id else engine
    if engine == "exact" and reads_rows(options):
        results = {result.id: result for result in rate(options, terminal).outcome.results}
        _write(_explained(options, terminal, list(results), results.__getitem__, results), options, terminal)
        return OK
    _, outcome = rate_by_engine(options, terminal, engine)
    with outcome:
        everybody = () if options.id else (result.id for result in outcome)
        near = outcome.ids_like(options.id)
        _write(_explained(options, terminal, everybody, outcome.__getitem__, near), options, terminal)
    return OK


def _explained(
    options: argparse.Namespace,
    terminal: Terminal,
    everybody: Iterable[str],
    find: "Callable[[str], Result]",
    known: Iterable[str],
) -> "Iterator[Explanation]":
    """
    The explanations that are asked for, of everybody where nobody is named.

    Raises:
        Misuse: there is no subject of that id; told before anybody is explained.
    """
    named = {}
    for id_ in options.id:
        try:
            named[id_] = find(id_)
        except KeyError:
            from tierlang.data.addresses import without_password

            where = _LIST.fill(column=options.id_column, file=without_password(options.data))
            raise Misuse(_UNKNOWN.fill(id=id_), did_you_mean(id_, known, limit=3) or where) from None
    results = named.values() if options.id else map(find, everybody)
    return (result.explain(terminal.lang, disclose=options.disclose) for result in results)


def _write(explained: "Iterator[Explanation]", options: argparse.Namespace, terminal: Terminal) -> None:
    from tierlang.diagnostics.safe import printable

    if options.format == "json":
        documents = [explanation.as_dict() for explanation in explained]
        terminal.write(json.dumps(documents, ensure_ascii=False, indent=2) + "\n")
        return
    for number, explanation in enumerate(explained):
        head, *lines = [printable(line) for line in explanation.text.rstrip("\n").split("\n")]
        blank = "\n" if number else ""
        terminal.write("\n".join([blank + terminal.style(head, "bold"), *lines]) + "\n")
