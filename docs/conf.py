"""
How Sphinx builds the site: ``sphinx-build -W -n docs SITE``.

The pages are the Markdown of this folder; what is computed for them is in press/. Nothing is loaded from outside, neither
at build nor by a reader's browser.
"""

import sys
from importlib.metadata import entry_points
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tierlang import __version__

project = "Tier"
author = "The Tier authors"
copyright = "The Tier authors"
version = release = __version__
language = "en"
smartquotes_action = "D"  # dashes only: quotation marks stay as they are typed

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "press.extension"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["press", "_build"]

myst_enable_extensions = ["attrs_inline"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

suppress_warnings = [
    "misc.highlighting_failure",  # wrong schemes are shown too, and the lexer marks what it does not know
    "myst.header",  # the pages of codes are in two languages, one below the other
]

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
add_module_names = False
nitpick_ignore_regex = [
    ("py:.*", r"(?!tierlang\b).*"),  # other packages, and aliases: Python's inventory is not at hand offline
    ("py:.*", r"tierlang\.(?!data\b)\w+\..*"),  # modules below the public names
]

html_theme = "furo"
html_title = "Tier"
html_static_path = ["static"]
html_favicon = "static/tier.svg"
html_css_files = ["press.css"]
html_copy_source = False
html_show_sourcelink = False
html_search_language = "zh"
html_theme_options = {
    "navigation_with_keys": True,
    "top_of_page_buttons": [],
    "light_css_variables": {  # for both light and dark; without Chinese fonts by name some systems choose odd ones
        "font-stack": "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Noto Sans', Roboto, 'Helvetica Neue', Arial,"
        " 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif",
        "font-stack--monospace": "'Tier Columns', 'SFMono-Regular', Menlo, 'Tier Consolas', 'Liberation Mono', 'DejaVu Sans Mono',"
        " 'Noto Sans Mono CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', monospace",
    },
}

_styles = {style.name for style in entry_points(group="pygments.styles")}
if {"tier-light", "tier-dark"} <= _styles:
    pygments_style, pygments_dark_style = "tier-light", "tier-dark"
