"""
The engines that one would use instead, each in the fastest way that its documentation shows for one rule and many records.

A rule is compiled once; what is timed is one record, a `dict` as a request handler has it, to a level as text. An engine
that is not installed is left out.
"""

from collections.abc import Callable
from importlib.util import find_spec

from tests.benchmarks.rules import Record, Rule

import tierlang

PACKAGES = (
    "datalogic-py",
    "zen-engine",
    "common-expression-language",
    "cel-expr-python",
    "cel-python",
    "lark",
)

Rate = Callable[[Record], str]


def tier(rule: Rule) -> tierlang.Rater:
    """A rater; it takes floats as the shortest decimals that print them."""
    return tierlang.loads(rule.tier).rater(floats="shortest")


def datalogic(rule: Rule) -> Rate:
    """JSONLogic in Rust."""
    import datalogic_py

    compiled = datalogic_py.Engine().compile(rule.logic)
    evaluate: Rate = compiled.evaluate
    return evaluate


def zen(rule: Rule) -> Rate:
    """The expressions of ZEN, in Rust."""
    import zen

    compiled = zen.compile_expression(rule.expression.replace("&&", "and").replace("||", "or"))
    evaluate: Rate = compiled.evaluate
    return evaluate


def cel_rust(rule: Rule) -> Rate:
    """CEL in Rust."""
    import cel

    execute: Rate = cel.compile(_floating(rule)).execute
    return execute


def cel_cpp(rule: Rule) -> Rate:
    """CEL in C++."""
    from cel_expr_python import cel

    kinds = {int: cel.Type.INT, float: cel.Type.DOUBLE}
    first = rule.records[0][0]
    env = cel.NewEnv(variables={name: kinds[type(first[name])] for name in rule.names})
    compiled = env.compile(_floating(rule))

    def evaluate(record: Record) -> str:
        level: str = compiled.eval(data=record).plain_value()
        return level

    return evaluate


def cel_python(rule: Rule) -> Rate:
    """CEL in Python, compiled."""
    import celpy

    celpy.CELParser.CEL_PARSER = None  # there is one, made for whichever runner was there first
    env = celpy.Environment(runner_class=celpy.CompiledRunner)
    program = env.program(env.compile(_floating(rule)))

    def evaluate(record: Record) -> str:
        return str(program.evaluate({name: celpy.json_to_cel(value) for name, value in record.items()}))

    return evaluate


def _floating(rule: Rule) -> str:
    """CEL multiplies no whole number by a decimal: it is made a double first."""
    if isinstance(rule.records[0][0][rule.names[0]], float) or "*" not in rule.expression:
        return rule.expression
    text = rule.expression
    for name in rule.names:
        text = text.replace(f"{name} *", f"double({name}) *")
    return text


RIVALS: dict[str, tuple[str, Callable[[Rule], Rate]]] = {
    "datalogic-py": ("datalogic_py", datalogic),
    "zen-engine": ("zen", zen),
    "cel-expr-python (C++)": ("cel_expr_python", cel_cpp),
    "common-expression-language (Rust)": ("cel", cel_rust),
    "cel-python": ("celpy", cel_python),
}
"""By name: the module, and what compiles a rule."""


def installed() -> dict[str, Callable[[Rule], Rate]]:
    """The rivals that are there."""
    return {name: compile_ for name, (module, compile_) in RIVALS.items() if find_spec(module) is not None}
