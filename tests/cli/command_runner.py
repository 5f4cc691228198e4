"""Runs the command in this process."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from tierlang._version import __version__
from tierlang.cli.main import main

HERE = Path(__file__).parent
FILES = HERE / "files"
GOLDEN = HERE / "golden"


@attrs.frozen
class Said:
    """What a command said: its exit code and both streams."""

    code: int
    out: str
    err: str

    def transcript(self, argv: list[str]) -> str:
        """All of it, as a golden file holds it."""
        out, err = (text.replace(__version__, "VERSION") for text in (self.out, self.err))
        command = " ".join(f"'{word}'" if " " in word else word for word in argv)
        parts = [f"$ tier {command}", f"[exit {self.code}]"]
        parts += [f"---- stdout\n{out}"] if out else []
        parts += [f"---- stderr\n{err}"] if err else []
        return "\n".join(part.rstrip("\n") for part in parts) + "\n"


class Screen(io.StringIO):
    """A terminal of a test."""

    def isatty(self) -> bool:
        return True


Tier = Callable[..., Said]


def run_tier(*argv: str | Path, environ: Mapping[str, str] | None = None, screen: bool = False) -> Said:
    """Run a command line; the environment asks for English unless *environ* says otherwise."""
    out, err = (Screen(), Screen()) if screen else (io.StringIO(), io.StringIO())
    code = main([str(word) for word in argv], out, err, {"LANG": "en_GB.UTF-8", **(environ or {})})
    return Said(code, out.getvalue(), err.getvalue())
