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
    if is_leaf(page):
        return f"---\norphan: true\n---\n\n{text}"
    parts = [text.rstrip("\n")]
    for caption, below in _below(page).items():
        lines = [":hidden:", ":titlesonly:", *([f":caption: {caption}"] if caption else [])]
        parts.append("\n".join(["```{toctree}", *lines, *(f"/{name}" for name in below), "```"]))
    return "\n\n".join(parts) + "\n"


def is_leaf(page: str) -> bool:
    """
    Whether a page is one of many that a page of their folder lists: of a code, of a scheme.

    They stand in no list of the navigation. There are some hundreds of them, and Sphinx copies the navigation for each page.
    """
    folder, _, name = page.rpartition("/")
    return folder in ("codes", "gallery") and name not in ("index", "index.zh")


def _below(page: str) -> dict[str | None, tuple[str, ...]]:
    if page in ("cookbook/index", "cookbook/index.zh"):
        tail = ".zh" if is_chinese(page) else ""
        return {None: tuple(f"cookbook/{recipe}{tail}" for recipe in RECIPES)}
    return CONTENTS.get(page, {})
