"""The catalogue is complete and consistent, and sentences take facts as text and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tierlang.diagnostics import Diagnostic, Label, Severity, catalogue
from tierlang.diagnostics.catalogue import AREAS, LANGUAGES, Entry, Wording, entry, facts_of, words
from tierlang.diagnostics.model import Findings
from tierlang.source import SourceText, Span
from tierlang.syntax.parse import parse

ENTRIES = catalogue.catalogue()
SOURCES = Path(catalogue.__file__).parents[1]
CHINESE = "[\u3400-\u9fff]"


def wordings(known: Entry) -> Iterator[tuple[str, Wording]]:
    """Every wording of an entry, with its key."""
    yield "message", known.message
    yield "why", known.why
    for key in ("bare", "label", "wrong_data", "right_data"):
        if (wording := getattr(known, key)) is not None:
            yield key, wording
    yield from ((f"labels.{key}", wording) for key, wording in known.labels.items())
    yield from (("note", wording) for wording in known.notes)
    yield from (("help", wording) for wording in known.helps)


each_entry = pytest.mark.parametrize("known", ENTRIES.values(), ids=lambda known: known.code)


@each_entry
def test_every_wording_is_said_in_every_language(known: Entry) -> None:
    """Nothing is left untranslated; what is neither fact nor code is Chinese in Chinese."""
    for key, wording in wordings(known):
        assert set(wording) == set(LANGUAGES), key
        assert all(text and text == text.strip() for text in wording.values()), key
        prose = re.sub(r"\{\w+\}|`[^`]*`", "", wording["zh"]).strip()
        assert not prose or re.search(CHINESE, prose), key


@each_entry
def test_languages_use_the_same_facts(known: Entry) -> None:
    """A fact that one language tells is told in all."""
    for key, wording in wordings(known):
        assert facts_of(wording["zh"]) == facts_of(wording["en"]), key


@each_entry
def test_backticks_are_paired(known: Entry) -> None:
    """Or a fact outside them would be taken for one inside."""
    for key, wording in wordings(known):
        assert all(text.count("`") % 2 == 0 for text in wording.values()), key


@each_entry
def test_chinese_is_set_with_chinese_punctuation(known: Entry) -> None:
    """No ASCII comma, semicolon, colon or bracket stands beside a Chinese character."""
    for key, wording in wordings(known):
        prose = re.sub("`[^`]*`", "", wording["zh"])
        assert not re.search(f"{CHINESE}[,;:!?()\"']|[,;:!?()\"']{CHINESE}", prose), key


@each_entry
def test_message_is_one_plain_sentence(known: Entry) -> None:
    """Lowercase, without a full stop, and short enough for one line of an editor."""
    for wording in filter(None, (known.message, known.bare, known.label, *known.labels.values())):
        assert not wording["en"][0].isupper()
        assert not wording["en"].endswith(".")
        assert not wording["zh"].endswith("。")
        assert len(wording["en"]) <= 110


@each_entry
def test_bare_message_needs_fewer_facts(known: Entry) -> None:
    """It is there for the case that one of the message's facts is not known."""
    if known.bare is not None:
        assert facts_of(known.bare["en"]) < facts_of(known.message["en"])


@each_entry
def test_page_has_reason_and_samples(known: Entry) -> None:
    """Why is told in whole sentences; wrong and right are shown each in one way."""
    assert known.why["en"].endswith(".")
    assert known.why["zh"].endswith("。")
    assert (known.wrong is None) != (known.wrong_data is None)
    assert (known.right is None) != (known.right_data is None)


def test_codes_are_well_formed_and_grouped_by_area() -> None:
    """The file can be read as a book: one chapter after the other, each code once."""
    assert all(re.fullmatch("[EW](-[A-Z0-9]+)+", code) for code in ENTRIES)
    places = [AREAS.index(known.area) for known in ENTRIES.values()]
    assert places == sorted(places)


def test_keys_of_an_entry_stand_in_one_order() -> None:
    """An editor of the file finds each thing where it stands in every other entry."""
    parts = "area message bare label labels note help why wrong wrong_data right right_data"
    tables = catalogue._load("codes.toml")
    for code, table in tables.items():
        assert list(table) == sorted(table, key=parts.split().index), code


def test_every_code_that_the_program_gives_has_an_entry() -> None:
    """No diagnostic fails for want of words."""
    used = {
        code
        for path in SOURCES.rglob("*.py")
        for code in re.findall(r"""["']([EW](?:-[A-Z0-9]+)+)["']""", path.read_text("utf-8"))
    }
    assert used - set(ENTRIES) == set()
    assert "E-COMMA-NUMBER" in used


def test_catalogue_is_read_once() -> None:
    """Later calls give the same object."""
    assert catalogue.catalogue() is catalogue.catalogue()
    assert entry("E-COMMA-NUMBER") is entry("E-COMMA-NUMBER")


def test_unknown_code_is_an_internal_error() -> None:
    """The message names the code and says whose mistake it is."""
    with pytest.raises(LookupError, match="internal error: diagnostic code 'E-NO-SUCH' has no entry"):
        entry("E-NO-SUCH")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"area": "syntax", "message": {}, "why": {}, "advice": {}}, r"E-X has unknown keys \['advice'\]"),
        ({"area": "syntax", "message": {}}, r"E-X lacks \['why'\]"),
        ({"area": "weather", "message": {}, "why": {}}, "E-X has the unknown area 'weather'"),
    ],
)
def test_malformed_catalogue_is_refused(
    table: dict[str, object], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip in codes.toml shows at once and not in some report."""
    monkeypatch.setattr(catalogue, "_load", lambda name: {"E-X": table})
    with pytest.raises(ValueError, match=message):
        catalogue.catalogue.__wrapped__()


def test_severity_is_the_first_letter() -> None:
    """E stops, W does not."""
    assert {Diagnostic(code).severity for code in ENTRIES if code.startswith("E")} == {Severity.ERROR}
    assert {Diagnostic(code).severity for code in ENTRIES if code.startswith("W")} == {Severity.WARNING}


# ------------------------------------------------------------------ sentences and their facts


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of one code, E-SAMPLE."""
    known = Entry(
        code="E-SAMPLE",
        area="syntax",
        message={"en": "`{name}` is {kind}", "zh": "`{name}` 是{kind}"},
        why={"en": "Because.", "zh": "因为。"},
        bare={"en": "something is {kind}", "zh": "有一个{kind}"},
        label={"en": "`{name}` here", "zh": "`{name}` 在此"},
        labels={"other": {"en": "and `{twin}` of `{name}`", "zh": "还有 `{name}` 的 `{twin}`"}},
        notes=({"en": "it is {size} long", "zh": "长度 {size}"}, {"en": "always", "zh": "总是"}),
        helps=({"en": "write {near}", "zh": "请写 {near}"},),
    )
    monkeypatch.setattr(catalogue, "catalogue", lambda: {"E-SAMPLE": known})


def said(lang: str = "en", **args: str) -> catalogue.Words:
    """The words of E-SAMPLE with some facts."""
    return words(Diagnostic("E-SAMPLE", args), lang)


@pytest.mark.usefixtures("sample")
class TestWords:
    """Facts in sentences."""

    def test_all_facts_known(self) -> None:
        """Every sentence is filled."""
        found = said(name="a", kind="bad", size="3", near="`b`")
        assert found.message == "`a` is bad"
        assert found.label == "`a` here"
        assert found.notes == ("it is 3 long", "always")
        assert found.helps == ("write `b`",)

    def test_missing_facts(self) -> None:
        """The bare message is taken; labels, notes and helps that lack a fact are left out."""
        found = said(kind="bad")
        assert (found.message, found.label) == ("something is bad", None)
        assert (found.notes, found.helps) == (("always",), ())
        assert said().message == "something is …"

    def test_labels_have_facts_of_their_own(self) -> None:
        """A label's own fact goes before the diagnostic's; words of unknown keys are left out."""
        labels = (
            Label(Span(0, 1), "other", {"twin": "t"}),
            Label(Span(0, 1), "other", {"twin": "t", "name": "mine"}),
            Label(Span(0, 1), "other"),
            Label(Span(0, 1), "nothing"),
        )
        found = words(Diagnostic("E-SAMPLE", {"name": "a", "kind": "bad"}, labels=labels))
        assert found.labels == ("and `t` of `a`", "and `t` of `mine`", None, None)

    def test_unknown_language_reads_english(self) -> None:
        """Vietnamese is not in the catalogue."""
        assert said("vi", name="a", kind="bad") == said("en", name="a", kind="bad")

    @pytest.mark.parametrize(
        "name", ["{kind}", "{name.__class__}", "{0}", "%s", "{{}}", "\\1", "\\g<0>", "$name", "{"]
    )
    def test_facts_are_text(self, name: str) -> None:
        """What looks like a template, a format or a pattern stays as it is."""
        assert said(name=name, kind="bad").message == f"`{name}` is bad"

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("a\nb\r\tc", r"a\u000ab\u000d\u0009c"),
            ("\x1b[31m\x9b", r"\u001b[31m\u009b"),
            ("a\u202eb\u2066\u200b\ufeff", r"a\u202eb\u2066\u200b\ufeff"),
            ("\u2028\u2029", r"\u2028\u2029"),
            ("\ud800", r"\ud800"),
            ("\U000e0001", r"\U000e0001"),
            ("五\u3000é𠮷", "五\u3000é𠮷"),
            ("x" * 200, "x" * 200),
            ("x" * 201, "x" * 199 + "…"),
            ("\n" * 201, r"\u000a" * 199 + "…"),
        ],
    )
    def test_facts_are_safe_to_print(self, name: str, shown: str) -> None:
        """Controls, bidi and invisible characters are escaped, long facts cut."""
        assert said(name=name, kind="bad").message == f"`{shown}` is bad"

    def test_facts_in_backticks_are_never_translated(self) -> None:
        """A name stays a name, even if it is a phrase too; outside backticks it is a phrase."""
        assert said("zh", name="text", kind="text").message == "`text` 是文本（text）"
        assert said("en", name="text", kind="text").message == "`text` is a text"

    def test_fact_may_bring_its_own_chinese(self) -> None:
        """``kind_zh`` goes before the phrases."""
        assert said("zh", name="a", kind="text", kind_zh="文字").message == "`a` 是文字"
        assert said("en", name="a", kind="text", kind_zh="文字").message == "`a` is a text"

    @pytest.mark.parametrize(
        ("kind", "chinese"),
        [
            ("a name, a number", "名称、数"),
            ("a name, whatever", "名称、whatever"),
            ("whatever, else", "whatever, else"),
            ("number, date or tier", "数、日期或等级"),
            ("`a`, `b`", "`a`、`b`"),
            ("with `a, b`", "使用 `a, b` 时"),
            ("quarter, such as 2017-Q3", "季度（如 2017-Q3）"),
            ("1 to 10000", "1 到 10000"),
            ("FY2022 and later", "FY2022 及以后"),
            ("", ""),
        ],
    )
    def test_phrases(self, kind: str, chinese: str) -> None:
        """Known phrases are translated, lists part by part, names and numbers taken over."""
        assert said("zh", name="x", kind=kind).message == f"`x` 是{chinese}"


def test_phrases_hold_as_many_pieces_in_chinese() -> None:
    """No name or number of a phrase is lost on the way."""
    for language in catalogue._load("phrases.toml").values():
        for english, other in language.items():
            holes = re.findall("`…`|…", english)
            assert re.findall("`…`|…", other.replace("`for … in …`", ""))[: len(holes)] == holes, english


@pytest.mark.parametrize("text", ["a = 1 \\\n    + 2", 'a = "he said \\"no\\""', "a = 1 \\ 2"])
@pytest.mark.parametrize(("lang", "division"), [("en", "to divide, write `/`"), ("zh", "除法请写 `/`")])
def test_a_backslash_is_answered_with_what_may_be_meant(text: str, lang: str, division: str) -> None:
    """It is typed where a line shall go on, to escape a quotation mark, and for a division."""
    findings = Findings(SourceText("a.tier", text))
    parse(findings.source, findings)
    said = words(next(error for error in findings.errors if error.code == "E-CHAR"), lang)
    assert len(said.helps) == 2
    assert "`\\`" in said.helps[0]
    assert said.helps[1].endswith(division)


def test_other_characters_are_not_answered_as_a_backslash_is() -> None:
    """Their help is what to write instead, or none."""
    findings = Findings(SourceText("a.tier", "a = 1 & 2 ；"))
    parse(findings.source, findings)
    assert [words(error).helps for error in findings.errors] == [("write `and` in its place",), ()]
