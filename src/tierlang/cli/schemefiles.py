"""The scheme files that a command line names: files, folders, and schemes that come with tier."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tierlang import quickattrs as attrs
from tierlang.cli.arguments import did_you_mean
from tierlang.cli.exits import Misuse
from tierlang.cli.words import files_counted
from tierlang.said import Said

SUFFIX = ".tier"

_HAS_SCHEME_LINE = re.compile(rb"^[ \t]*scheme[ \t]", re.MULTILINE)
_MAX_BYTES_SEARCHED = 1_048_576

_NO_FILE = Said("`{name}` does not exist", "`{name}` 不存在")
_NO_SCHEMES = Said(
    "the folder `{name}` holds no {suffix} file with a `scheme` line",
    "文件夹 `{name}` 中没有含 `scheme` 行的 {suffix} 文件",
)
_NO_FILES = Said("the folder `{name}` holds no {suffix} file", "文件夹 `{name}` 中没有 {suffix} 文件")
_IS_FOLDER = Said("`{name}` is a folder", "`{name}` 是文件夹")
_LEFT_OUT = Said(
    "{count} without a `scheme` line left out (overlays, libraries)",
    "已跳过 {count}：没有 `scheme` 行（补充文件、公共库）",
)
_NAME_ONE = Said("name the scheme's file: {files}", "请指明方案文件：{files}")


@attrs.frozen
class Found:
    """
    Scheme files, each once, in the order of the command line and sorted within a folder.

    Attributes:
        left_out: files of folders that are no schemes of their own: overlays and libraries.
    """

    paths: tuple[Path, ...]
    left_out: int = 0

    @property
    def remark(self) -> Said:
        """What to tell of the files left out."""
        return _LEFT_OUT.fill(count=files_counted(self.left_out))


def find_schemes(names: Sequence[str], *, folders: bool = True) -> Found:
    """
    Find the files of a command line.

    Args:
        names: each a file; a folder, for all schemes below it; or the name of a scheme that comes with tier,
            ``douyin/industrial_belt``.
        folders: whether folders are allowed.

    Raises:
        Misuse: there is nothing of that name.
    """
    paths: dict[Path, Path] = {}
    left_out = 0
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = [file for file in schemes_below(path) if has_scheme_line(file)]
            if not folders:
                files = ", ".join(f"`{file}`" for file in inside[:5])
                raise Misuse(_IS_FOLDER.fill(name=name), _NAME_ONE.fill(files=files) if files else None)
            if not inside:
                raise Misuse(_NO_SCHEMES.fill(name=name, suffix=SUFFIX))
            left_out += len(schemes_below(path)) - len(inside)
        else:
            inside = [_one_file(name)]
        for file in inside:
            paths.setdefault(file.resolve(), file)
    return Found(tuple(paths.values()), left_out)


def find_files(names: Sequence[str]) -> tuple[Path, ...]:
    """
    Find the files of a command line: all below a folder, overlays and libraries too, each once.

    Raises:
        Misuse: there is no file of that name, or none in a folder.
    """
    paths: dict[Path, Path] = {}
    for name in names:
        path = Path(name)
        if not path.exists():
            raise Misuse(_NO_FILE.fill(name=name), did_you_mean(name, _neighbours(path), limit=3))
        inside = schemes_below(path) if path.is_dir() else [path]
        if not inside:
            raise Misuse(_NO_FILES.fill(name=name, suffix=SUFFIX))
        for file in inside:
            paths.setdefault(file.resolve(), file)
    return tuple(paths.values())


def schemes_below(folder: Path) -> list[Path]:
    """All scheme files in a folder and the folders in it, sorted, except hidden ones."""
    files = (path for path in folder.rglob(f"*{SUFFIX}") if path.is_file())
    return sorted(
        path for path in files if not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )


def has_scheme_line(path: Path) -> bool:
    """Whether a file names a scheme, and is not an overlay or a library; a faulty scheme does so too."""
    try:
        with path.open("rb") as file:
            return _HAS_SCHEME_LINE.search(file.read(_MAX_BYTES_SEARCHED)) is not None
    except OSError:
        return True  # reading it as a scheme will say what is wrong


def shipped_folder() -> Path:
    """Where the schemes that come with tier lie: inside the installed package, else in the checkout."""
    package = Path(__file__).parents[1]
    packaged = package / "schemes"
    return packaged if packaged.is_dir() else package.parents[1] / "schemes"


def shipped_schemes() -> dict[str, Path]:
    """The schemes that come with tier: ``douyin/industrial_belt`` to the file."""
    folder = shipped_folder()
    return {
        path.relative_to(folder).with_suffix("").as_posix(): path
        for path in schemes_below(folder)
        if has_scheme_line(path)
    }


def _one_file(name: str) -> Path:
    path = Path(name)
    if path.exists():
        return path
    shipped = shipped_schemes()
    found = shipped.get(name.removesuffix(SUFFIX))
    if found is not None:
        return found
    inside = [f"`{other}`" for other in shipped if other.startswith(name.rstrip("/") + "/")]
    if inside:
        raise Misuse(_NO_FILE.fill(name=name), _NAME_ONE.fill(files=", ".join(inside)))
    raise Misuse(_NO_FILE.fill(name=name), did_you_mean(name, [*_neighbours(path), *shipped], limit=3))


def _neighbours(path: Path) -> Iterable[str]:
    """Scheme files beside a file that does not exist, as the command line would name them."""
    try:
        return [
            str(path.parent / file.name) for file in sorted(path.parent.iterdir()) if file.suffix == SUFFIX
        ]
    except OSError:
        return []
