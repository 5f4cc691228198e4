"""
The table of contents: which pages the site has, in which order, under which headings.

The pages themselves are plain Markdown that can be read on any host of git, so the lists that Sphinx needs are added here
when a page is read. A page that stands in no list is a warning, and warnings stop the build.
"""

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]

CONTENTS: dict[str, dict[str | None, tuple[str, ...]]] = {
    "index": {
        "Start": ("tour",),
        "Write schemes": (
            "cookbook/index",
            "reference",
            "builtins",
            "literate-pages",
            "grammar",
            "formatting",
            "codes/index",
            "highlighting",
        ),
        "Run and publish": ("commands", "literate-pages"),
        "Embed": (
            "embedding",
            "engines",
            "benchmarks",
            "dataframes",
            "fastapi",
            "django",
            "notebooks",
            "api",
        ),
        "Published schemes": ("gallery/index",),
        "Background": (
            "comparison",
            "how-it-works",
            "dependencies",
            "project/contributing",
            "project/changes",
        ),
        "中文": ("index.zh",),
    },
    "index.zh": {None: ("tour.zh", "cookbook/index.zh", "gallery/index.zh")},
}
"""Page to caption to the pages below it; None stands for no caption."""

RECIPES = (
    "ranks",
    "shares",
    "months",
    "moves",
    "missing",
    "categories",
    "conditions",
    "scores",
    "versions",
)
"""The pages of the cookbook, each in English and in Chinese."""


def is_chinese(page: str) -> bool:
    """Whether a page is written in Chinese."""
    return page.endswith(".zh")


def with_contents(page: str, text: str) -> str:
    """The text of a page with the lists of the pages below it, which the navigation shows."""
    parts = [text.rstrip("\n")]
    for caption, below in _below(page).items():
        lines = [":hidden:", ":titlesonly:", *([f":caption: {caption}"] if caption else [])]
        parts.append("\n".join(["```{toctree}", *lines, *(f"/{name}" for name in below), "```"]))
    return "\n\n".join(parts) + "\n"


def _below(page: str) -> dict[str | None, tuple[str, ...]]:
    folder, _, name = page.rpartition("/")
    tail = ".zh" if is_chinese(page) else ""
    if page in CONTENTS:
        return CONTENTS[page]
    if name != f"index{tail}":
        return {}
    if folder == "cookbook":
        return {None: tuple(f"cookbook/{recipe}{tail}" for recipe in RECIPES)}
    found = sorted(path.name.removesuffix(".md") for path in (DOCS / folder).glob("*.md"))
    return {
        None: tuple(
            f"{folder}/{other}" for other in found if other != name and is_chinese(other) == bool(tail)
        )
    }
