"""What goes onto a page: every text escaped, every colour of both themes, marks below what they mark."""

import re
from html.parser import HTMLParser

import pytest
from pygments.token import Token

import tierlang
from tierlang.diagnostics.model import DataPlace, Diagnostic
from tierlang.highlight import TierLexer, TierOutputLexer
from tierlang.highlight.styles import TierDark, TierLight
from tierlang.notebook import findings, schemes
from tierlang.notebook.html import Html, cell, code, colour, dark_colours, escaped, panel, table, tag
from tierlang.source import SourceText, Span

ELEMENTS = {
    "style",
    "div",
    "pre",
    "span",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
}
ATTRIBUTES = {"style", "class", "scope"}


class Reader(HTMLParser):
    """Reads markup as a browser does: which elements and attributes there are, what text, whether all is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.elements, self.attributes, self.open, self.text, self.style = set(), set(), [], "", ""

    def handle_starttag(self, name, attributes) -> None:
        """An element begins."""
        self.elements.add(name)
        self.attributes |= {key for key, _ in attributes}
        self.style += ";".join(value or "" for key, value in attributes if key == "style")
        self.open.append(name)

    def handle_endtag(self, name) -> None:
        """The last one that is open ends."""
        assert self.open.pop() == name

    def handle_data(self, data) -> None:
        """Text, but for the style sheet."""
        if self.open[-1:] != ["style"]:
            self.text += data


def read(markup: str) -> Reader:
    """Markup that consists of the elements and attributes that are used here, and nothing else."""
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    assert reader.elements <= ELEMENTS
    assert reader.attributes <= ATTRIBUTES
    return reader


# ------------------------------------------------------------------ elements


@pytest.mark.parametrize(
    "text, written",
    [
        ("a & b", "a &amp; b"),
        ("<b>", "&lt;b&gt;"),
        ("\"'", "&quot;&#x27;"),
        ("&lt;", "&amp;lt;"),
        ("a\nb", "a\nb"),
        ("\u202eabc", r"\u202eabc"),
        ("a\x1b[31m", r"a\u001b[31m"),
        ("金牌 điểm", "金牌 điểm"),
        ("", ""),
    ],
)
def test_escaped(text: str, written: str) -> None:
    """What means something to a page, or hides, is written out."""
    assert escaped(text) == written


def test_tag() -> None:
    """Texts are escaped, markup is not, attributes are."""
    assert tag("td", "<b>", tag("span", "x"), scope='"><i>') == (
        '<td scope="&quot;&gt;&lt;i&gt;">&lt;b&gt;<span>x</span></td>'
    )
    assert tag("div", class_="a", style="color:red") == '<div style="color:red" class="a"></div>'
    assert isinstance(tag("div"), Html)


def test_markup_joined_to_text_is_text() -> None:
    """Markup that somebody has put together with a text is no markup any more, and is escaped: nothing gets through."""
    assert tag("div", Html("<i>") + "x") == "<div>&lt;i&gt;x</div>"


def test_table() -> None:
    """A table has headings with a scope, and its cells."""
    made = table([cell("a", head=True)], [[cell("<1>", align="right")]], caption="c & d")
    assert read(made).text == "c & da<1>"
    assert made.count('<th style="text-align:left') == 1
    assert 'scope="col"' in made
    assert made.count('<td style="text-align:right') == 1


# ------------------------------------------------------------------ colours


def luminance(value: str) -> float:
    """The relative luminance of ``#rrggbb`` (WCAG 2.1)."""
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_has_its_twin() -> None:
    """Each colour of the light style stands for one of the dark style, whatever it is used for."""
    twins: dict[str, set[str]] = {}
    for token, light in TierLight:
        dark = TierDark.style_for_token(token)
        for part in ("color", "bgcolor"):
            if light[part]:
                twins.setdefault(light[part], set()).add(dark[part])
    assert {light: dark for light, dark in twins.items() if len(dark) > 1} == {}
    assert {f"--tier-{light}" for light in twins} <= set(dark_colours())


@pytest.mark.parametrize("style, page", [(0, TierLight.background_color), (1, TierDark.background_color)])
def test_text_can_be_read(style: int, page: str) -> None:
    """The text of a panel and the colours in it stand out from the panel's own background, with and without the theme."""
    variables = dark_colours()
    assert variables["--tier-page"] == TierDark.background_color
    for name, dark in variables.items():
        value = dark if style else f"#{name.removeprefix('--tier-')}"
        if re.fullmatch(r"--tier-[0-9a-f]{6}", name) and not is_background(name):
            light, dim = sorted((luminance(value), luminance(page)), reverse=True)
            assert (light + 0.05) / (dim + 0.05) >= 4.5, name


def is_background(name: str) -> bool:
    """Whether a variable stands for the background of a token."""
    return name.removeprefix("--tier-") in {look["bgcolor"] for _, look in TierLight}


def test_colours_survive_without_a_style_sheet() -> None:
    """Every colour of an element has the light one behind the variable, and the panel its own background and text."""
    made = panel(code("tier GOLD if x > ...", TierLexer))
    reader = read(made)
    inline = reader.style
    assert (
        re.findall(r"(?:color|background):(?!var\(--tier-[0-9a-z]+,#[0-9a-f]{6}\)|transparent)", inline) == []
    )
    assert f"background:{colour('page')}" in inline
    assert f"color:{colour('#' + TierLight.style_for_token(Token)['color'])}" in inline
    used = set(re.findall(r"var\((--tier-[0-9a-z]+)", inline))
    assert len(used) >= 5
    assert used <= set(dark_colours())


@pytest.mark.parametrize(
    "page",
    [
        '[data-jp-theme-light="false"] .tier-shown',
        "body.vscode-dark .tier-shown",
        '[data-theme="dark"] .tier-shown',
    ],
)
def test_dark_pages(page: str) -> None:
    """The style sheet knows the dark themes of notebooks, and touches nothing outside of a panel."""
    (sheet,) = re.findall(r"<style>(.*?)</style>", panel("x"))
    selectors, _, variables = sheet.removesuffix("}").partition("{")
    assert page in selectors.split(",")
    assert all(selector.endswith(" .tier-shown") for selector in selectors.split(","))
    assert all(re.fullmatch(r"--tier-[0-9a-z]+:#[0-9a-f]{6}", one) for one in variables.split(";"))


def test_code() -> None:
    """Coloured text is the text."""
    text = '## 得分 <i>\ntier 金牌 if x & y  # "q"\n\n  `a"b` = 5'
    assert read(code(text, TierLexer)).text == text
    assert read(code("a\n", TierOutputLexer, wrap=True)).text == "a"


# ------------------------------------------------------------------ marks

MARKS = [
    ("score = ordres", 8, 14, "        ^^^^^^"),
    ("得分 = 名字", 5, 7, "\u3000\u3000   ＾＾"),
    ("得分x = y", 2, 3, "\u3000\u3000^"),
    ("a = 3亿5000万", 5, 6, "     ＾"[:5] + "＾"),
    ("𠮷 = b", 4, 5, "\u3000   ^"),
    ("điểm = b", 7, 8, "       ^"),
]


@pytest.mark.parametrize("line, start, end, marks", MARKS)
def test_marks_stand_below(line: str, start: int, end: int, marks: str) -> None:
    """Below a full-width character stands a full-width mark, below any other one that is not."""
    found = Diagnostic("E-UNKNOWN-NAME", {"name": "x"}, SourceText("a", line), Span(start, end))
    rows = findings.with_wide_marks(str(found)).split("\n")
    assert rows[3] == f"1 | {line}"
    assert rows[4] == f"  | {marks}"


def test_marks_keep_everything_else() -> None:
    """Reports without full-width characters in their source lines stay as they are."""
    report = "error[E-X]: 名字\n --> 甲.tier:1:2\n  |\n1 | a = b\n  |     ^ 没有\n  |\n  = 建议：改 `a`\n"
    assert findings.with_wide_marks(report) == report


def test_words_beside_marks_stay() -> None:
    """Words beside or below a mark are never cut or widened."""
    report = "1 | 甲乙 = 丙丁\n  | --     ^^ 这里 -- 和\n  | 那里 --\n  |"
    wide = "1 | 甲乙 = 丙丁\n  | －\u3000   ＾ 这里 -- 和\n  | 那里 --\n  |"
    assert findings.with_wide_marks(report) == wide


# ------------------------------------------------------------------ injection

HOSTILE = [
    "<script>alert(1)</script>",
    "</pre></div><img src=x onerror=alert(1)>",
    "<!--",
    "&lt;b&gt;",
    "</style><b>",
    "]]><svg onload=alert(1)>",
    "x' onmouseover='alert(1)",
]


def hostile_scheme(text: str) -> tierlang.Scheme:
    """A scheme that has a text wherever a scheme may have one."""
    return tierlang.loads(
        f"""
edition 1
@source(id: "{text}", title: "{text}")
@label(zh: "{text}", en: "{text}")
scheme demo.half
version "{text}"
# {text}
## {text}
input kind : text("{text}", "other")
@label(zh: "{text}", en: "{text}")
name = kind
@label(zh: "{text}", en: "{text}")
@cite(text: "{text}", clause: "{text}")
require `{text}` "{text}": kind == "other"
tiers `A {text}` > B
@label(zh: "{text}", en: "{text}")
tier `A {text}`
tier B otherwise
example "{text}"
given kind = "{text}"
expect tier = `A {text}`
end
""",
        name=text,
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("text", HOSTILE)
def test_injection(text: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text in a scheme or in data is text on the page, wherever it stands."""
    monkeypatch.setattr(tierlang.notebook.options, "lang", lang)
    scheme = hostile_scheme(text)
    outcome = scheme.rate([{"id": "a", "kind": text}, {"id": "b", "kind": "other"}])
    examples = tierlang.run_examples(scheme)
    assert not examples[0].passed
    shown = [scheme, outcome, *outcome.results, outcome["a"].explain(lang), outcome["b"].explain(lang)]
    shown += [finding for example in examples for finding in example.findings]
    pages = [one._repr_mimebundle_()["text/html"] for one in shown]
    pages.append(schemes.checked_panel(text, scheme, examples, lang))
    for page in pages:
        assert text in read(page).text
        assert text not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_injection_by_data(text: str) -> None:
    """Neither does the name of a file or the value of a cell get through as markup."""
    place = DataPlace(file=f"{text}.csv", sheet=text, row=3, column=text, value=text)
    error = tierlang.DiagnosticError(
        [Diagnostic("E-DATA-CELL", {"value": text, "column": text}, place=place)]
    )
    assert text in read(error._repr_mimebundle_()["text/html"]).text
    with pytest.raises(tierlang.DiagnosticError) as refused:
        tierlang.loads("input x : number").rate([{"id": text, "x": text}])
    assert text in read(refused.value._repr_mimebundle_()["text/html"]).text
