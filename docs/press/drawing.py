"""Drawings inside the page: an SVG that a page shows as a picture is put into its HTML, where it takes the page's colours."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

_DECLARATION = re.compile(r"^<\?xml.*?\?>\s*", re.DOTALL)


class InlineDrawings(SphinxPostTransform):
    """Replaces pictures of our own drawings; for HTML only."""

    default_priority = 8
    formats = ("html",)

    def run(self, **_: object) -> None:
        """Replace every image node that names an SVG of docs/."""
        for image in list(self.document.findall(nodes.image)):
            path = Path(self.env.srcdir, image["uri"])
            if path.suffix == ".svg" and path.exists():
                drawing = _DECLARATION.sub("", path.read_text("utf-8"))
                html = f'<div class="drawing" role="img" aria-label="{image.get("alt", "")}">{drawing}</div>'
                image.replace_self(nodes.raw("", html, format="html"))
