"""Schemes may come from anybody: no text of one becomes markup, script or link, wherever it appears."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest
from doc_samples import parsed, texts
from markdown_it import MarkdownIt
from markdown_it.token import Token

import tierlang
from tierlang.api import Scheme
from tierlang.doc.quotes import safe_url

SCHEME = """
## {x} one
##
## {x}
## - {x}
##   {x}
edition 1

## {x} two

@source(id: "{x} s", title: "{x}", lang: "{x}", published: "{x}", url: "{x}", note: "{x}")
@label(zh: "{x}", en: "{x}", vi: "{x}")
@note(text: "{x}")
scheme demo.hostile
version "{x}"
cohort `{y} c` max 10
record `{y} r` {{ `{y} f` : text("{x}", "b") missing "{x}" }}
input `{y} l` : list of `{y} r` max 3
@label(en: "{x}")
@cite(text: "{x}", clause: "{x}", lang: "{x}")
@reading(id: "{x}", text: "{x}", reading: "{x}", alternatives: "{x}")
input `{y} i` : text("{x}", "b") missing "{x}"
input number_in : number
param `{y} p` : text = "{x}"
param `{y} e` : number external
table `{y} t` by `{y} i` : text {{ "{x}" => "{x}", else => ... }}
def `{y} d`(`{y} a`) = `{y} a` + 1
`{y} m` = match(`{y} i`) {{ "{x}" => "{x}", else => ... }}
`{y} w` = weighted(number_in: 40%, `{y} d`(number_in): 60%)
require `{y} q` "{x}" for `{y} top`: `{y} i` == "{x}" or `{y} t`[`{y} i`] == `{y} p`  # {x}
veto `{y} v`: if any(c.`{y} f` == "{x}" for c in `{y} l`)
tiers `{y} top` > `{y} low`
tier `{y} top` if `{y} w` >= 90
tier `{y} low` otherwise
cap `{y} low` if `{y} m` == "{x}" or `{y} w` < `{y} e`

## {x} three

@cite(text: "{x}")
@note(text: "{x}")
example "{x}"
given
| id    | `{y} i` | `{y} w` |
| "a-b" | "{x}"   | 95      |
expect
| id    | tier    | `{y} w` |
| "a-b" | `{y} low` | 94      |
end

example "{x} 2"
given `{y} l` = [{{`{y} f`: "{x}"}}], `{y} p` = "{x}"
expect status = rated
end
"""

HTML = (
    "</code></pre></style></title></textarea></svg><script>alert(1)</script>Plain",
    "<img src=x onerror=alert(1)>Plain",
    "'><svg/onload=alert(1)>Plain &lt;b&gt;x&lt;/b&gt; &amp; &#60;",
    "Plain {{ 7 * 7 }} {{% raw %}} {{# c #}} ${{7*7}} --> ]]> <!-- <![CDATA[",
    "javascript:alert(1) Plain",
)
MARKDOWN = (
    "*a* _b_ **c** ~~d~~ __e__ Plain",
    "[a](javascript:alert(1)) ![i](https://example.org/i.png) [b]: https://example.org Plain",
    "<https://example.org> <a@b.org> <script>alert(1)</script> &lt;b&gt; Plain",
    "a | b | c || $x$ \\| \\\\ \\ Plain",
    "# Plain",
    "- Plain",
    "1. Plain",
    "> Plain",
    "--- Plain",
    "=== Plain",
    "+ Plain [x] [ ] ^1 !",
)


def scheme_with(text: str) -> Scheme:
    """The scheme with a text in every place; names cannot hold backticks."""
    return tierlang.loads(SCHEME.format(x=text, y=text.replace("`", "'")), name="hostile.tier")


# ------------------------------------------------------------------ HTML


def shape(tree: Element) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes."""
    return [(str(e.tag), tuple(e.keys())) for e in tree.iter()]


@pytest.mark.parametrize(
    "payload", [payload.replace("{{", "{").replace("}}", "}") for payload in (*HTML, *MARKDOWN)]
)
def test_no_text_becomes_an_element_or_attribute(payload: str) -> None:
    """The page has the elements and attributes that it has with harmless words, and the text is shown as it is."""
    html = tierlang.document(scheme_with(payload))
    tree = parsed(html)
    assert shape(tree) == shape(parsed(tierlang.document(scheme_with(harmless_like(payload)))))
    assert payload in texts(tree)
    assert {e.get("href") for e in tree.iter("a") if not e.get("href", "").startswith("#")} == set()


def harmless_like(payload: str) -> str:
    """Harmless words that begin a list item or end a sentence where the payload does; prose may do that."""
    return ("- " if payload.startswith("- ") else "") + "Plain words" + ("." if payload.endswith(".") else "")


def test_backticks_make_code_and_nothing_else() -> None:
    """In prose and remarks; what stands between them is still only text."""
    tree = parsed(tierlang.document(scheme_with("a `<b>` `c")))
    assert "<b>" in [texts(e) for e in tree.iter("code")]
    assert not list(tree.iter("b"))


def test_quotes_in_comments() -> None:
    """Prose may hold the mark that ends an attribute."""
    text = '## "><script>alert(1)</script>" \' x\n\ninput a : number\nb = a\n'
    tree = parsed(tierlang.document(tierlang.loads(text)))
    assert '"><script>alert(1)</script>" \' x' in texts(tree)


def test_control_characters_are_written_out() -> None:
    """A character that no reader sees is shown by its number."""
    scheme = tierlang.loads('@note(text: "a\x01b\x7fc\u2028d")\ninput a : number\nb = a\n')
    for format_ in ("html", "md"):
        text = tierlang.document(scheme, format_)
        assert "\x01" not in text and "\u2028" not in text
    assert "a\\u0001b\\u007fc\\u2028d" in texts(parsed(tierlang.document(scheme)))


# ------------------------------------------------------------------ addresses

GOOD = [
    "https://example.org",
    "http://example.org/a?b=1&c=%20#d",
    "HTTPS://EXAMPLE.ORG/",
    "https://例子.中国/规则",
]
BAD = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "//example.org",
    "vbscript:x", "file:///etc/passwd", "https:", "https://", "https:example.org", "ftp://example.org", "example.org", "", None,
    "https://example.org/ onclick=x", "https://example.org/\n", 'https://example.org/"x', "https://example.org/<x>", "https://[::1",
    "https://example.org/`", "\x01https://example.org", "https://example.org\\@evil.org", "mailto:a@example.org",
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_addresses_of_the_web_are_links(url: str) -> None:
    """As they are written."""
    assert safe_url(url) == url


@pytest.mark.parametrize("url", BAD)
def test_all_other_addresses_are_not(url: str | None) -> None:
    """Nothing that a browser could take for a script, a file, or the end of an attribute."""
    assert safe_url(url) is None


@pytest.mark.parametrize("format_", ["html", "md"])
def test_a_refused_address_is_shown_as_text(format_: str) -> None:
    """So that a reader sees what the scheme says."""
    scheme = tierlang.loads(
        '@source(id: "s", title: "t", url: "javascript:alert(1)")\ninput a : number\nb = a\n'
    )
    text = tierlang.document(scheme, format_)
    assert "javascript:alert(1)" in text
    assert 'href="javascript' not in text and "](<javascript" not in text and "](javascript" not in text


# ------------------------------------------------------------------ Markdown

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def flat(tokens: list[Token]) -> Iterator[Token]:
    """Tokens and those inside them."""
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def kinds(markdown: str) -> list[str]:
    """What a reader of Markdown makes of a text; neighbouring texts are one."""
    found: list[str] = []
    for token in flat(READER.parse(markdown)):
        kind = f"{token.type} {token.tag}"
        if not (token.type == "text" and found and found[-1] == kind):
            found.append(kind)
    return found


@pytest.mark.parametrize(
    "payload", [payload.replace("{{", "{").replace("}}", "}") for payload in (*HTML, *MARKDOWN)]
)
def test_no_text_becomes_markdown(payload: str) -> None:
    """A reader of Markdown makes of it what it makes of harmless words."""
    hostile = tierlang.document(scheme_with(payload), "md")
    harmless = tierlang.document(scheme_with(harmless_like(payload)), "md")
    assert kinds(hostile) == kinds(harmless)
    shown = "".join(token.content for token in flat(READER.parse(hostile)) if token.type == "text")
    assert payload.lstrip("- ") in shown


def test_fences_are_longer_than_what_they_hold() -> None:
    """Code with backticks stays code."""
    scheme = tierlang.loads("input a : number  # ```` and ``` and `\nb = a\n")
    fences = [t.content for t in flat(READER.parse(tierlang.document(scheme, "md"))) if t.type == "fence"]
    assert "input a : number  # ```` and ``` and `\n" in fences
