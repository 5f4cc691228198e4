"""``--out``: where a command may write."""

import fnmatch
import glob
from collections.abc import Iterable
from pathlib import Path

from tierlang.cli.exits import Misuse
from tierlang.data.files import PARQUET_SUFFIXES
from tierlang.said import Said

_IS_INPUT = Said("--out would write over `{path}`, which is read", "--out 会覆盖正在读取的 `{path}`")
_AMONG_DATA = Said(
    "--out: `{path}` would be read as a part of `{data}` the next time",
    "--out：下次运行时 `{path}` 会被当作 `{data}` 的一部分读取",
)
_NO_FOLDER = Said("--out: there is no folder `{path}`", "--out：没有文件夹 `{path}`")
_FOLDER = Said("--out: `{path}` is a folder", "--out：`{path}` 是文件夹")
_OTHER_NAME = Said("give the result another name", "请为结果另取文件名")
_OTHER_FOLDER = Said("write the result to another folder", "请把结果写到其他文件夹")


def check_out(name: str, read: Iterable[str], data: Iterable[str] = ()) -> None:
    """
    Refuse a place for a result before the work is done.

    Args:
        read: the files, folders and patterns of files that the command reads.
        data: those of them that are read as tables.

    Raises:
        Misuse: it is one of the files that are read, lies where they are looked for, is a folder, or in none.
    """
    out = Path(name)
    data = list(data)
    if out.exists() and any(out.samefile(file) for path in (*read, *data) for file in _files(path)):
        raise Misuse(_IS_INPUT.fill(path=name), _OTHER_NAME)
    if out.is_dir():
        raise Misuse(_FOLDER.fill(path=name), _OTHER_NAME)
    if not out.parent.is_dir():
        raise Misuse(_NO_FOLDER.fill(path=out.parent))
    among = next((path for path in data if _is_found(out, path)), None)
    if among is not None:
        raise Misuse(_AMONG_DATA.fill(path=name, data=among), _OTHER_FOLDER)


def _files(path: str) -> Iterable[str | Path]:
    """What a path stands for: itself, the Parquet files in a folder, or those that match a pattern."""
    place = Path(path)
    if place.is_dir():
        return [place, *place.rglob("*.parquet")]
    if place.exists():
        return [place]
    return glob.iglob(path, recursive=True)  # noqa: PTH207 - as it is typed


def _is_found(out: Path, path: str) -> bool:
    """Whether a file that is yet to be written will be found in a folder of data, or by a pattern."""
    place = Path(path)
    if place.is_dir():
        return out.suffix.lower() in PARQUET_SUFFIXES and out.resolve().is_relative_to(place.resolve())
    if place.exists():
        return False
    pattern = str(place.absolute())
    if "**" in pattern:
        return fnmatch.fnmatchcase(str(out.absolute()), pattern.replace("**/", "*"))  # any folders, or none
    return out.absolute().match(pattern)
