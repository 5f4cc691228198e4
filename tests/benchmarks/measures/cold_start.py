"""
Cold start: one process, from nothing to the first result.

The whole process is timed: Python starts, the engine is imported, a rule is read, one record is rated. `tier rate` reads a
scheme and 1 000 rows from files. The package is a wheel, installed by pip beside nothing of this repository. pip compiles
modules to bytecode when it installs them; *without bytecode* is a package that was installed by other means into a folder
that nobody may write to, so that Python compiles each module in every process. Files are in the memory of the operating
system, as they are on a machine that has run the program before.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.harness import Effort, Table, against
from tests.benchmarks.rules import GBT

ROOT = Path(__file__).parents[3]
REFERENCE = "Python alone"
RATE = "`tier rate`, 1 000 rows"

PROGRAMS = {
    REFERENCE: ("", "pass"),
    "import tierlang": ("", "import tierlang"),
    "Tier, one record": ("", "import tierlang; print(tierlang.loads(TIER).rate([{'id': 'a', 'score': 85}])['a'].tier)"),
    "Tier, a rater": ("", "import tierlang; print(tierlang.loads(TIER).rater()({'id': 'a', 'score': 85}).tier)"),
    "datalogic-py": ("datalogic_py", "import datalogic_py; print(datalogic_py.Engine().compile(LOGIC).evaluate(RECORD))"),
    "zen-engine": ("zen", "import zen; print(zen.compile_expression(EXPRESSION).evaluate(RECORD))"),
    "cel-python": (
        "celpy",
        "import celpy; e = celpy.Environment(); p = e.program(e.compile(EXPRESSION)); print(p.evaluate(celpy.json_to_cel(RECORD)))",
    ),
    "common-expression-language (Rust)": ("cel", "import cel; print(cel.compile(EXPRESSION).execute(RECORD))"),
    "cel-expr-python (C++)": (
        "cel_expr_python",
        "from cel_expr_python import cel; e = cel.NewEnv(variables={'score': cel.Type.INT}); print(e.compile(EXPRESSION).eval(data=RECORD).plain_value())",
    ),
    "a lark grammar, its parser made": ("lark", "import lark; print(lark.Lark(LARK, parser='lalr').parse('a = 1').data)"),
}  # fmt: skip
"""By name: the module that must be installed, and the program."""

_LARK = """
start: (NAME "=" sum)+
sum: NUMBER ("+" NUMBER)*
NAME: /[a-z]+/
NUMBER: /[0-9]+/
%ignore " "
"""


def run(effort: Effort) -> list[Table]:
    """The processes one after the other, round by round."""
    with tempfile.TemporaryDirectory() as folder:
        installed = _installed(Path(folder))
        bare = shutil.copytree(installed, Path(folder) / "bare", ignore=shutil.ignore_patterns("__pycache__"))
        prelude = f"RECORD = {{'score': 85}}; TIER, EXPRESSION, LOGIC, LARK = {(GBT.tier, GBT.expression, GBT.logic, _LARK)!r}; "
        commands = {
            name: [sys.executable, "-c", prelude + program]
            for name, (module, program) in PROGRAMS.items()
            if not module or find_spec(module) is not None
        }
        commands[RATE] = _rate_command(Path(folder), 10 if effort.tiny else 1_000)
        contenders = {name: (command, installed) for name, command in commands.items()}
        for name in ("import tierlang", RATE):
            contenders[f"{name}, without bytecode"] = (commands[name], bare)
        found: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(effort.rounds):
            for name, (command, path) in contenders.items():
                found[name].append(_seconds(command, path))
    note = "Seconds of the processor, user and system together: what the clock says on a machine that does nothing else."
    return [against("One process", found, REFERENCE, note)]


def _installed(folder: Path) -> Path:
    """The folder into which pip has installed the wheel."""
    path, pip = folder / "site", [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)], check=True
    )
    (wheel,) = folder.glob("*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(path), str(wheel)], check=True
    )
    return path


def _rate_command(folder: Path, rows: int) -> list[str]:
    scheme, data = folder / "platform.tier", folder / "platforms.csv"
    scheme.write_text(GBT.tier, encoding="utf-8")
    lines = [f"p{number},{number % 101}" for number in range(rows)]
    data.write_text("\n".join(["id,score", *lines]) + "\n", encoding="utf-8")
    program = "import sys; from tierlang.cli.main import run; sys.exit(run())"  # as the command `tier` itself
    return [sys.executable, "-c", program, "rate", str(scheme), "--data", str(data)]


def _seconds(command: list[str], path: Path) -> float:
    """The processor's time for a process and all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    settings = {"PYTHONPATH": str(path), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment = {**os.environ, **settings}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
