"""
Writes the sample data of every scheme, ``schemes/PLATFORM/data/``; every run writes the same bytes.

    python tests/datasets/make_data.py           write the files
    python tests/datasets/make_data.py --check   only say which files differ, with exit status 1 if any does

All names and figures are invented; the figures of tables that the sources leave out are illustrations.
"""

import sys
from pathlib import Path

import alibaba_1688
import douyin
import gbt_31526
import tmall
import tmall_global

SCHEMES = Path(__file__).resolve().parents[2] / "schemes"
PLATFORMS = (alibaba_1688, douyin, gbt_31526, tmall, tmall_global)


def all_files() -> dict[Path, bytes]:
    """Every file and what it holds."""
    return {
        SCHEMES / platform.__name__ / "data" / name: content
        for platform in PLATFORMS
        for name, content in platform.files().items()
    }


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` compare them; returns the exit status."""
    files = all_files()
    present = {path for platform in PLATFORMS for path in (SCHEMES / platform.__name__ / "data").glob("*")}
    differing = [p for p, content in files.items() if not p.is_file() or p.read_bytes() != content]
    differing += sorted(present - set(files))
    if arguments == ["--check"]:
        for path in differing:
            print(f"differs: {path.relative_to(SCHEMES.parent)}")
        return 1 if differing else 0
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
