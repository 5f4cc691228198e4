"""``--out``: where a command may write."""

import glob
from collections.abc import Iterable
from pathlib import Path

from tierlang.cli.exits import Misuse
from tierlang.said import Said

_IS_INPUT = Said("--out would write over `{path}`, which is read", "--out 会覆盖正在读取的 `{path}`")
_NO_FOLDER = Said("--out: there is no folder `{path}`", "--out：没有文件夹 `{path}`")
_FOLDER = Said("--out: `{path}` is a folder", "--out：`{path}` 是文件夹")
_OTHER_NAME = Said("give the result another name", "请为结果另取文件名")


def check_out(name: str, read: Iterable[str]) -> None:
    """
    Refuse a place for a result before the work is done.

    Args:
        read: the files, folders and patterns of files that the command reads.

    Raises:
        Misuse: it is one of the files that are read, a folder, or in none.
    """
    out = Path(name)
    if out.exists() and any(out.samefile(file) for path in read for file in _files(path)):
        raise Misuse(_IS_INPUT.fill(path=name), _OTHER_NAME)
    if out.is_dir():
        raise Misuse(_FOLDER.fill(path=name), _OTHER_NAME)
    if not out.parent.is_dir():
        raise Misuse(_NO_FOLDER.fill(path=out.parent))


def _files(path: str) -> Iterable[str | Path]:
    """What a path stands for: itself, the Parquet files in a folder, or those that match a pattern."""
    place = Path(path)
    if place.is_dir():
        return [place, *place.rglob("*.parquet")]
    if place.exists():
        return [place]
    return glob.iglob(path, recursive=True)  # noqa: PTH207 - as it is typed
