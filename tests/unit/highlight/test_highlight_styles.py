"""The two styles can be read by everybody: WCAG AA, 4.5 : 1, for every kind of token, also in marked lines."""

import pytest
from pygments import highlight
from pygments.formatters import (
    HtmlFormatter,
    LatexFormatter,
    Terminal256Formatter,
    TerminalTrueColorFormatter,
)
from pygments.token import STANDARD_TYPES

from tierlang.highlight import TierLexer, kinds
from tierlang.highlight.styles import TierDark, TierLight

AA = 4.5
STYLES = pytest.mark.parametrize("style", [TierLight, TierDark], ids=lambda style: style.name)


def luminance(colour: str) -> float:
    """The relative luminance of ``#rrggbb`` (WCAG 2.1)."""
    digits = colour.lstrip("#")
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_itself() -> None:
    """The formula gives the values that the recommendation names."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@STYLES
def test_contrast(style) -> None:
    """Every kind of token can be told from its background, that of marked lines included."""
    poor = [
        (str(token), shown["color"], background)
        for token, shown in style
        for background in (
            [shown["bgcolor"]] if shown["bgcolor"] else [style.background_color, style.highlight_color]
        )
        if contrast(shown["color"], background) < AA
    ]
    assert poor == []
    assert contrast(style.line_number_color, style.background_color) >= AA
    assert contrast(style.line_number_special_color, style.line_number_special_background_color) >= AA


@STYLES
def test_every_token_has_a_colour(style) -> None:
    """No kind is left to the colour of the page around it, which may be dark where the style is light."""
    assert all(style.style_for_token(token)["color"] for token in STANDARD_TYPES)


TOLD_APART = [
    kinds.DECLARATION, kinds.RULE, kinds.LEVEL, kinds.BUILTIN, kinds.PERIOD, kinds.INTEGER, kinds.TEXT, kinds.COMMENT,
    kinds.DOC, kinds.HOLE, kinds.TYPE, kinds.CLAUSE, kinds.WRONG, kinds.NAME,
]  # fmt: skip


@STYLES
def test_kinds_look_different(style) -> None:
    """What a reader of rules must tell apart does not look alike."""
    looks = {str(style.style_for_token(kind.token)) for kind in TOLD_APART}
    assert len(looks) == len(TOLD_APART)


@STYLES
def test_no_slant(style) -> None:
    """There are no italics, which Chinese type has not."""
    assert not any(shown["italic"] for _, shown in style)


@STYLES
@pytest.mark.parametrize(
    "formatter", [HtmlFormatter, LatexFormatter, Terminal256Formatter, TerminalTrueColorFormatter]
)
def test_formatters_take_it(style, formatter) -> None:
    """Formatters for pages, print and terminals write a scheme in the style."""
    written = highlight('tier 金牌 if điểm >= 90 # "…"\n', TierLexer(), formatter(style=style))
    assert "金牌" in written
    assert "điểm" in written


@STYLES
def test_weight_is_not_inherited(style) -> None:
    """What others inherit from is not bold: LaTeX adds the looks of a token to those of its parents, and takes none back."""
    parents = {token.parent for token in STANDARD_TYPES}
    assert [str(token) for token in parents if token and style.style_for_token(token)["bold"]] == []
