"""The page as one HTML file: no script, nothing loaded from elsewhere, every text escaped by the templates."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from pygments.style import Style
from pygments.token import STANDARD_TYPES, Generic, Token

from tierlang.diagnostics.safe import printable_char
from tierlang.doc.language import language_tag
from tierlang.doc.model import SchemePage
from tierlang.doc.phrases import Phrases
from tierlang.highlight.styles import TierDark, TierLight

if TYPE_CHECKING:
    import jinja2


class MissingExtra(ImportError):
    """A package is missing that an optional extra of tierlang brings; the text says which."""


def render_html(pages: Sequence[SchemePage], lang: str) -> str:
    """
    Render pages as one document.

    Raises:
        MissingExtra: jinja2 is not installed.
    """
    template = _environment().get_template("document.html.j2")
    return template.render(pages=pages, t=Phrases(lang))


@cache
def _environment() -> "jinja2.Environment":
    """The templates of this package; every text that they are given is escaped, and none may be missing."""
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtra('pages in HTML need jinja2: run `pip install "tierlang[doc]"`') from error

    def finalize(value: object) -> object:
        return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    loader = jinja2.PackageLoader("tierlang.doc")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
    )
    environment.filters.update(percent=percent, kind=kind, lang=language_tag)
    style = loader.get_source(environment, "style.css")[0] + _code_colours()
    environment.globals["style"] = Markup(style)  # noqa: S704 - our own file, without a text of a scheme
    return environment


def _code_colours() -> str:
    """The colours of code, light and dark, as the styles of highlight/ have them; light on paper."""
    light, dark = _rules_of(TierLight), _rules_of(TierDark)
    return f"@media (prefers-color-scheme: dark) {{\n{dark}}}\n@media not all and (prefers-color-scheme: dark), print {{\n{light}}}\n"


def _rules_of(style: type[Style]) -> str:
    """A rule for each kind of token that looks other than plain text."""
    lines = [f"pre {{ background: {style.background_color}; }}"]
    plain = style.style_for_token(Token)
    for token, name in STANDARD_TYPES.items():
        look = style.style_for_token(token)
        if name and tuple(token)[:1] != tuple(Generic) and look != plain:
            back = f" background: #{look['bgcolor']};" if look["bgcolor"] else ""
            bold = " font-weight: 600;" if look["bold"] else ""
            lines.append(f"code .{name} {{ color: #{look['color']};{bold}{back} }}")
    return "".join(f"{line}\n" for line in lines)


def clean(text: str) -> str:
    """A text whose control and invisible characters are written out; line ends and tabs stay."""
    text = text.replace("\r\n", "\n")
    return text if text.isprintable() else "".join(c if c in "\n\t" else printable_char(c) for c in text)


def percent(part: Fraction) -> str:
    """A part of a whole, such as 3/8, as ``37.5%``, cut to a hundredth of a percent."""
    whole, rest = divmod(part.numerator * 10_000 // part.denominator, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"


def kind(value: object) -> str:
    """The name of a class of the model, by which a template chooses what to draw."""
    return type(value).__name__
