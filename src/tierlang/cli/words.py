"""Numbers of things, in the languages of the command."""

from tierlang.said import Said


def counted(number: int, one: str, many: str, zh: str) -> Said:
    """A number of things: ``1 hole``, ``2 holes``, ``2 处待补全``."""
    return Said(f"{number} {one if number == 1 else many}", f"{number} {zh}")


def files_counted(number: int) -> Said:
    """A number of files."""
    return counted(number, "file", "files", "个文件")
