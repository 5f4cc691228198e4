"""What a page says of a scheme, before it is written: prose, names, quotations, intervals, weights, levels, versions."""

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from doc_samples import FILES, RICH, SHIPPED, VERSIONS, entry_of, part_of

import tierlang
from tierlang.diagnostics.model import DiagnosticError
from tierlang.doc import html
from tierlang.doc.anchors import Anchors
from tierlang.doc.build import pages_of
from tierlang.doc.code import plain
from tierlang.doc.content import Code, Prose
from tierlang.doc.language import language_of
from tierlang.doc.model import Entry, Example, Part
from tierlang.doc.names import Names
from tierlang.doc.phrases import Phrases
from tierlang.doc.prose import joined, prose_of
from tierlang.doc.shapes import Band, Dates, Ladder, Tick, Weights, Where
from tierlang.doc.words import WORDS
from tierlang.periods import UNITS
from tierlang.syntax import nodes as n

EN = Phrases("en")


def links(code: Code) -> dict[str, str]:
    """The names in a piece of code, and where they lead."""
    return {piece.text: piece.target for piece in code if piece.target is not None}


def figures(part: Part, name: str, kind: type) -> list[object]:
    """The figures of a kind beside a rule."""
    return [figure for figure in entry_of(part, name).figures if isinstance(figure, kind)]


# ------------------------------------------------------------------ new statements


def test_the_sample_has_every_kind_of_statement() -> None:
    """A new kind of statement must stand in the sample, so that somebody looks at how a page shows it."""
    shown = {type(s) for path in (RICH, *VERSIONS) for s in tierlang.load(path).checked.file.statements}
    every = {kind for kind in vars(n).values() if isinstance(kind, type) and issubclass(kind, n.Statement)}
    wanting = sorted(kind.__name__ for kind in every - shown - {n.Statement})
    assert wanting == [], "put the new statement into tests/unit/doc/files/rich.tier and look at its page"


def test_every_statement_has_one_entry_in_the_order_of_the_file() -> None:
    """Nothing is left out, nothing is told twice."""
    for path in (RICH, *SHIPPED):
        scheme = tierlang.load(path)
        part = pages_of([scheme])[0].parts[0]
        source = scheme.checked.source
        written = [s for s in scheme.checked.file.statements if not isinstance(s, n.Example)]
        lines = [source.position(s.span.start)[0] for s in written]
        assert [item.line for item in part.flow if isinstance(item, Entry)] == lines
        examples = [item for item in part.examples if isinstance(item, Example)]
        assert len(examples) == len(scheme.checked.file.statements) - len(written)


# ------------------------------------------------------------------ prose


@pytest.mark.parametrize(
    ("text", "heading", "paragraphs"),
    [
        ("What is measured", "What is measured", []),
        ("A sentence of its own.", None, ["A sentence of its own."]),
        ("一句话。", None, ["一句话。"]),
        ("Heading\n\nOne\ntwo\n\nthree", "Heading", ["One two", "three"]),
        ("One line\nand another", None, ["One line and another"]),
        ("一行\n又一行 and\nmore", None, ["一行又一行 and more"]),
        ("List\n- a\n  b\n- c\nafter", "List", ["- a b", "- c", "after"]),
        ("- a", None, ["- a"]),
        ("\n\nHeading\n\n", "Heading", []),
    ],
)
def test_prose(text: str, heading: str | None, paragraphs: list[str]) -> None:
    """A first line alone is the heading, unless it is a sentence; dashes make lists."""
    prose = prose_of(text, "x", Names())
    assert (plain(prose.heading.pieces) if prose.heading else None) == heading
    assert [("- " if p.item else "") + plain(p.pieces) for p in prose.paragraphs] == paragraphs


def test_prose_joins_lines_without_spaces_where_the_script_has_none() -> None:
    """Chinese lines are joined as they are, others by a space."""
    assert joined(["得分为", "平均分。"]) == "得分为平均分。"
    assert joined(["mean 平均", "score"]) == "mean 平均 score"


def test_comments_with_two_marks_are_published_and_others_are_not() -> None:
    """Above a statement they are its document; by themselves they stand in the flow; inside code they are code."""
    part = part_of("""# not for the page
## Section

## of the input
input a : number  # behind
record r {
    ## inside
    x : number,
}
b = a

## Between examples
##
## - last
""")
    flow = [
        item.heading and plain(item.heading.pieces) if isinstance(item, Prose) else item.name
        for item in part.flow
    ]
    assert flow == ["Section", "a", "r", "b", "Between examples"]
    document = entry_of(part, "a").doc
    assert document is not None and document.heading is not None
    assert plain(document.heading.pieces) == "of the input"
    assert plain(entry_of(part, "a").code) == "input a : number  # behind"
    assert "## inside" in plain(entry_of(part, "r").code)


def test_prose_between_examples_stays_among_them() -> None:
    """What is said after the first example is said of examples."""
    part = part_of(
        'a = 1\n\nexample "x"\nexpect a = 1\nend\n\n## The other side\n\nexample "y"\nexpect a = 1\nend\n'
    )
    assert [type(item).__name__ for item in part.examples] == ["Example", "Prose", "Example"]
    assert len(part.flow) == 1


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("points", "en"),
        ("điểm", "vi"),
        ("得分", "zh"),
        ("スコア得点", "ja"),
        ("점수", "ko"),
        ("café", "en"),
        ("12 %", None),
        ("", None),
    ],
)
def test_language_of_a_text(text: str, lang: str | None) -> None:
    """By its letters, for its fonts."""
    assert language_of(text) == lang


# ------------------------------------------------------------------ quotations


SOURCES = """
@source(id: "A", lang: "zh-Hant", title: "一")
@source(id: "A-rule", lang: "zh", title: "二")
@source(id: "B 2", lang: "vi")
a = 1
@cite(text: "x", clause: "A-rule")
@cite(text: "x", clause: "A-rule 3")
@cite(text: "x", clause: "B 2, 第1条")
@cite(text: "x", lang: "vi")
@cite(text: "x", clause: "第2条")
@cite(text: "x", clause: "A-5")
@cite(text: "x", lang: "ja", source: "A")
@cite(text: "x", clause: "B 2", source: "A-rule")
b = a
"""


def test_which_source_a_quotation_is_from() -> None:
    """The one it names, else named by its clause, else the only one in its language; where that leaves several, none."""
    quotes = entry_of(part_of(SOURCES), "b").quotes
    found = [q.source.id if q.source else None for q in quotes]
    assert found == ["A-rule", "A-rule", "B 2", "B 2", None, None, "A", "A-rule"]
    assert [q.words.lang for q in quotes] == ["zh", "zh", "vi", "vi", "en", "en", "ja", "zh"]


def test_the_only_source_is_that_of_every_quotation() -> None:
    """Nobody need name it."""
    text = '@source(id: "A", lang: "vi")\na = 1\n@cite(text: "x", clause: "9")\nb = a\n'
    (quote,) = entry_of(part_of(text), "b").quotes
    assert quote.source is not None and (quote.source.id, quote.words.lang) == ("A", "vi")


def test_quotations_without_a_source() -> None:
    """They have their own language, by declaration or letters, and no source."""
    quotes = entry_of(
        part_of('@cite(text: "得分")\n@cite(text: "x", lang: "de", clause: "1")\nb = 1\n'), "b"
    ).quotes
    assert [(q.source, q.words.lang, q.clause) for q in quotes] == [(None, "zh", None), (None, "de", "1")]


def test_a_page_without_anything_beside_its_rules() -> None:
    """No quotations, no levels, no inputs, no examples: no sections for them."""
    part = part_of("a = 1\n")
    assert EN.sections(part) == ["rules", "warnings"]
    assert part.ladder is None
    assert EN.state(part) == "none"
    assert "<main>" in tierlang.document(tierlang.loads("a = 1\n"))


# ------------------------------------------------------------------ names


def test_names_that_mean_something_only_inside_a_statement_are_no_links() -> None:
    """Parameters of defs, loop variables, words of options."""
    part = part_of("""
input a : number
input high : number
input rows : list of number max 3
def f(a, b) = a + b + high
c = f(a, 1)
d = sum(x * a for x in rows) + rank(high, best: high, ties: min) + a
""")
    assert links(entry_of(part, "f").code) == {"high": "high"}
    assert links(entry_of(part, "c").code) == {"f": "f", "a": "a"}
    found = links(entry_of(part, "d").code)
    assert {"x", "best", "ties", "min"} & set(found) == set()
    assert [p.target for p in entry_of(part, "d").code if p.text == "high" and p.target] == ["high"]


def test_fields_lead_to_their_record_if_only_one_has_them() -> None:
    """A field that two records have is shown without a link."""
    part = part_of("""
record r { x : number, y : number }
record s { y : number }
input rs : list of r max 3
input ss : list of s max 3
a = sum(e.x + e.y for e in rs) + sum(e.y for e in ss)
""")
    found = links(entry_of(part, "a").code)
    assert found["x"] == "r" and "y" not in found
    assert links(entry_of(part, "rs").code) == {"r": "r"}


def test_names_in_backticks() -> None:
    """They are linked with their backticks, and their ids hold letters only."""
    part = part_of("input `GMV (万元)` : number\nbig = `GMV (万元)` > 1\n")
    assert links(entry_of(part, "big").code) == {"`GMV (万元)`": "GMV_万元_"}


def test_ids_are_given_once() -> None:
    """A second place of the same name gets a number."""
    anchors = Anchors()
    assert [anchors.new(text) for text in ("a b", "a_b", "a-b", "", "<>", "x" * 99)] == [
        "a_b",
        "a_b-2",
        "a-b",
        "_",
        "_-2",
        "x" * 80,
    ]


def test_names_of_libraries() -> None:
    """They lead into the library, whose own names lead to one another, and its levels are known by themselves."""
    part = part_of(
        'import "lib.tier" as lib\ninput a : number\nb = lib.twice(a) + lib.bar\ntier TOP if b > lib.bar\ntier LOW otherwise\n',
        lib="tiers TOP > LOW\nparam bar : number = 3\ndef once(x) = x + bar\ndef twice(x) = 2 * once(x)\n",
    )
    assert links(entry_of(part, "b").code) == {"lib.twice": "lib.twice", "a": "a", "lib.bar": "lib.bar"}
    library = part.libraries[0]
    twice = next(item for item in library.flow if isinstance(item, Entry) and item.name == "twice")
    assert links(twice.code) == {"once": "lib.once"}
    assert part.ladder is not None and [level.name for level in part.ladder.levels] == ["TOP", "LOW"]


# ------------------------------------------------------------------ inputs and declarations


def test_inputs() -> None:
    """Type, unit, series, range, choices, what a missing value means, where it comes from."""
    part = pages_of([tierlang.load(RICH)])[0].parts[0]
    found = {variable.name: variable for variable in part.inputs}
    assert EN.range(found["refund_rate"]) == "0% – 50%" and found["refund_rate"].unit == "%"
    assert EN.range(found["industry"]) == "one of “服装”, “食品”" and found["industry"].policy == "ineligible"
    assert found["orders"].series == "month" and found["orders"].policy == "reject"
    assert (
        found["shops"].of is not None and found["shops"].of.target == "shop" and found["shops"].maximum == 200
    )
    assert found["held"].publisher is not None and found["held"].publisher.text == "self"
    assert plain(found["refund_rate"].default) == "0"
    assert [variable.name for variable in part.inputs if variable.fixed] == ["founded_on"]


def test_open_ranges_and_steps() -> None:
    """An end that is not there, and a grid."""
    part = part_of("input a : number 5..\ninput b : days -3..3 step 2\ninput c : count\nd = a + c\ne = b\n")
    assert [EN.range(variable) for variable in part.inputs] == ["≥ 5", "-3 – 3, in steps of 2", ""]
    assert [EN.unit(variable) for variable in part.inputs] == ["", "days", ""]


def test_values_of_parameters() -> None:
    """With their days, as written; none for an external one."""
    part = part_of(
        "assess every month\nparam a : number = 900万 from 2023-01-01, ... from 2024-01-01\nparam b : number external\nc = a + b\n"
    )
    (dates,) = figures(part, "a", Dates)
    assert isinstance(dates, Dates)
    assert [(start, plain(value)) for start, value in dates.values] == [
        ("2023-01-01", "900万"),
        ("2024-01-01", "..."),
    ]
    assert figures(part, "b", Dates) == [Dates(())]
    assert [(e.kind, e.rule.text, e.type) for e in part.externals] == [("param", "b", "number")]
    assert [(h.rule.text, h.line) for h in part.holes] == [("a", 2)]


# ------------------------------------------------------------------ bands and weights


def intervals(text: str, name: str = "b") -> list[str]:
    """What comes to each arm of a band."""
    (band,) = figures(part_of(text), name, Band)
    assert isinstance(band, Band)
    return ["" if where is None else EN.where(where) for _, where, _ in band.rows]


@pytest.mark.parametrize(
    ("arms", "expected"),
    [
        ("<= 30% => 6, <= 50% => 5, else => 0", ["a ≤ 30%", "30% < a ≤ 50%", "a > 50%"]),
        (">= 0.9 => 6, 0.5..0.7 => 5, 0.7..<0.8 => 4, else => 0", ["a ≥ 0.9", "0.5 ≤ a ≤ 0.7", "0.7 < a < 0.8", "a < 0.5 or 0.8 ≤ a < 0.9"]),
        ("== 0.5 => 1, else => 0", ["a = 0.5", "a < 0.5 or a > 0.5"]),
        ("missing => 0, else => 1", ["", ""]),
        ("<= 0.5 => 1, <= 0.4 => 2, else => 3", ["a ≤ 0.5", "no further value", "a > 0.5"]),
        ("<= c => 1, else => 0", ["", ""]),
    ],
)  # fmt: skip
def test_intervals_of_bands(arms: str, expected: list[str]) -> None:
    """The values of the arms above taken off; none where the analysis does not know them."""
    text = f"input a : share\ninput c : share\nb = band(a) {{ {arms} }}\nd = c\n"
    assert intervals(text) == expected


def test_bands_of_texts_and_of_what_has_no_name() -> None:
    """Texts have no intervals; what has no name is not repeated."""
    assert intervals('input a : text("x", "y")\nb = match(a) { "x" => 1, else => 0 }\n') == ["", ""]
    assert intervals("input a : number\nb = band(a + 1) { <= 3 => 1, 5..7 => 3, else => 0 }\n") == [
        "≤ 3",
        "≥ 5, ≤ 7",
        "> 3, < 5 or > 7",
    ]
    assert intervals("input a : number\ndef f(x) = band(x) { <= 3 => 1, else => 0 }\nb = f(a)\n", "f") == [
        "x ≤ 3",
        "x > 3",
    ]


def weights(text: str) -> list[tuple[str, str | None, Fraction]]:
    """The parts of the weighted sum of `s`, and the total."""
    found = figures(
        part_of("input a : number\ninput b : number\ninput c : number\nd = a + b + c\n" + text), "s", Weights
    )
    if not found:
        return []
    assert isinstance(found[0], Weights)
    return [(plain(p.code), p.exact, p.length) for p in found[0].parts] + [("", found[0].total, Fraction(0))]


@pytest.mark.parametrize(
    ("sum_", "expected"),
    [
        ("a*40% + b*20% + rank(c)*40%", [("a", "40%", 1), ("b", "20%", Fraction(1, 2)), ("rank(c)", "40%", 1), ("", "100%", 0)]),
        ("0.5*a + 0.25*b", [("a", "0.5", 1), ("b", "0.25", Fraction(1, 2)), ("", "0.75", 0)]),
        ("round(a*60% + b*40% - 3, 1)", [("a", "60%", 1), ("b", "40%", Fraction(2, 3)), ("3", None, 0), ("", "100%", 0)]),
        ("a*60% + b*30% - c*10%", [("a", "60%", 1), ("b", "30%", Fraction(1, 2)), ("c", "10%", Fraction(1, 6)), ("", "80%", 0)]),
        ("a*60% + b*40% + ...", [("a", "60%", 1), ("b", "40%", Fraction(2, 3)), ("...", None, 0), ("", "100%", 0)]),
        ("3*a + 2*b", [("a", "3", 1), ("b", "2", Fraction(2, 3)), ("", None, 0)]),
        ("a*b*30% + c*70%", [("a*b*30%", "0.3", Fraction(3, 7)), ("c", "70%", 1), ("", "1", 0)]),
        ("weighted(a: 40%, b + c: 60%, missing: redistribute)", [("a", "40%", Fraction(2, 3)), ("b + c", "60%", 1), ("", "100%", 0)]),
        ("a + b*40%", []),
        ("a*40%", []),
        ("a - b", []),
    ],
)  # fmt: skip
def test_weights(sum_: str, expected: list[tuple[str, str | None, Fraction]]) -> None:
    """The parts as written, and how they compare; a sum that is no weighted one has no drawing."""
    assert weights(f"s = {sum_}\n") == expected


def test_weighted_calls_of_defs_are_shown_as_written() -> None:
    """Not as the body of the def, which would be the same words for each part."""
    text = "def half(x) = clamp(x, 0, 50)\n"
    parts = [
        ("half(a)", "60%", 1),
        ("half(b)", "30%", Fraction(1, 2)),
        ("half(1 - c)", "10%", Fraction(1, 6)),
    ]
    total = [("", "100%", 0)]
    assert weights(f"{text}s = 60% * half(a) + half(b) * 30% + 10% * (half(1 - c))\n") == parts + total
    assert weights(f"{text}s = weighted(half(a): 60%, half(b): 30%, half(1 - c): 10%)\n") == parts + total


def test_amounts_of_money_are_no_weights() -> None:
    """Commissions are not marks."""
    part = part_of("input a : money CNY\ninput b : money CNY\ns = a*5% + b*3%\n")
    assert figures(part, "s", Weights) == []


# ------------------------------------------------------------------ levels


def ladder(text: str) -> Ladder:
    """The ladder of a scheme."""
    found = part_of(text).ladder
    assert found is not None
    return found


def lines(text: str) -> list[str]:
    """The values of each level, best first, and of none."""
    found = ladder(text)
    levels = [*found.levels, *([found.uncovered] if found.uncovered else [])]
    return ["" if level.where is None else EN.where(level.where) for level in levels]


SCORE = "input score : number 0..100\ninput other : number\n"


BY_ONE_NUMBER = [
    ("tier A if score >= 90\ntier B if score >= 75\ntier C otherwise", ["score ≥ 90", "75 ≤ score < 90", "score < 75"]),
    ("tier A if 90 <= score\ntier C otherwise\ntier B if score > 75", ["score ≥ 90", "score < 90", "no further value"]),
    ("tier A if score >= 90\ntier B if 60 <= score <= 70", ["score ≥ 90", "60 ≤ score ≤ 70", "score < 60 or 70 < score < 90"]),
    ("tier A if score == 100\ntier B otherwise", ["score = 100", "score < 100"]),
    ("tier A if score in [5, 7]\ntier B otherwise", ["score = 5 or score = 7", "score < 5 or 5 < score < 7 or score > 7"]),
    ("tier A if not score < 50 or score < 10\ntier B otherwise", ["score < 10 or score ≥ 50", "10 ≤ score < 50"]),
    ("require score >= 60\ntier A if score >= 90\ntier B\ntier C otherwise", ["score ≥ 90", "60 ≤ score < 90", "score < 60"]),
    ("require other > 3\ntier A if score >= 90\ntier B\ntier C otherwise", ["score ≥ 90", "score < 90", "no further value"]),
    ("tier A never\ntier B if score > 3\ntier C otherwise", ["", "score > 3", "score ≤ 3"]),
    ("good = score >= 90\ntier A if good\ntier B otherwise", ["score ≥ 90", "score < 90"]),
]  # fmt: skip
"""Rules of a ladder, and what its levels must say."""


@pytest.mark.parametrize(("rules", "expected"), BY_ONE_NUMBER)
def test_levels_by_one_number(rules: str, expected: list[str]) -> None:
    """The level that results, the best first; what no level takes is said too."""
    assert lines(SCORE + rules + "\nused = other\n") == expected


def holds(where: Where, value: Fraction) -> bool:
    """Whether a value lies in one of the intervals."""
    return any(
        (i.low is None or value > Fraction(i.low) or (i.low_in and value == Fraction(i.low)))
        and (i.high is None or value < Fraction(i.high) or (i.high_in and value == Fraction(i.high)))
        for i in where.intervals
    )


@pytest.mark.parametrize("rules", [rules for rules, _ in BY_ONE_NUMBER])
def test_the_values_of_a_level_are_those_that_the_interpreter_gives_it(rules: str) -> None:
    """On both sides of every half point, for subjects that meet the requirements about other things."""
    scheme = tierlang.loads(SCORE + rules + "\nused = other\n")
    found = pages_of([scheme])[0].parts[0].ladder
    assert found is not None
    values = [Fraction(n, 4) for n in range(401)]
    outcome = scheme.rate({"id": str(i), "score": value, "other": 100} for i, value in enumerate(values))
    for i, value in enumerate(values):
        told = [level.name for level in found.levels if level.where and holds(level.where, value)]
        assert told == [level for level in [outcome[str(i)].tier] if level], (value, told)


@pytest.mark.parametrize(
    ("rules", "assuming"),
    [
        ("", False),
        ("require score >= 60\n", False),
        ("require other > 3\n", True),
        ("require for A: other > 3\n", True),
    ],
)
def test_whether_a_line_is_about_those_who_meet_the_requirements(rules: str, assuming: bool) -> None:
    """It says so where these are about something else."""
    found = ladder(SCORE + rules + "tier A if score >= 90\ntier B otherwise\nused = other\n")
    assert found.subject is not None and found.assuming is assuming
    said = tierlang.document(
        tierlang.loads(SCORE + rules + "tier A if score >= 90\ntier B otherwise\nused = other\n")
    )
    assert ("of those who meet the requirements" in said) is assuming


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("tier A if score >= 90 and other > 3\ntier B otherwise", ["", ""]),
        ("tier A if score >= 90\ntier B if other >= 1\ntier C otherwise", ["score ≥ 90", "other ≥ 1", ""]),
        ("tier A if ...\ntier B if score > 3\ntier C otherwise", ["", "score > 3", ""]),
        ("tier A if score > other\ntier B otherwise", ["", ""]),
        ("tier A if rank(score) > 3 and score > 2\ntier B otherwise", ["", ""]),
        ("tier A\ntier B otherwise", ["", ""]),
    ],
)  # fmt: skip
def test_levels_by_more_than_one_number(rules: str, expected: list[str]) -> None:
    """No line; of a level whose own condition is about one number, the values for which it holds."""
    found = ladder(
        "ranking best: high, ties: min, missing: exclude, among: all\n" + SCORE + rules + "\nused = other\n"
    )
    assert found.subject is None and found.ticks == () and all(level.segments == () for level in found.levels)
    assert ["" if level.where is None else EN.where(level.where) for level in found.levels] == expected


def test_levels_by_days_and_money() -> None:
    """In the scheme's own units."""
    days = "input d : date\ntier A if d <= 2022-03-20\ntier B otherwise\n"
    assert lines(days) == ["d ≤ 2022-03-20", "d > 2022-03-20"]
    money = "input m : money CNY\ntier A if m > 100_000 CNY\ntier B if m > 0.5万 CNY\ntier C otherwise\n"
    assert lines(money) == ["m > 100_000 CNY", "0.5万 CNY < m ≤ 100_000 CNY", "m ≤ 0.5万 CNY"]


def drawn(text: str) -> list[list[tuple[str, str, str]]]:
    """The pieces of each level: where they begin and end, and whether the ends are closed, open, or go on."""
    return [
        [
            (
                html.percent(s.start),
                html.percent(s.end),
                _ends(s.start_in, s.start_open) + _ends(s.end_in, s.end_open),
            )
            for s in level.segments
        ]
        for level in ladder(text).levels
    ]


def _ends(closed: bool, endless: bool) -> str:
    return "…" if endless else "●" if closed else "○"


def test_the_number_line() -> None:
    """To scale between the ends of the range; beyond the last end of an open one there is room for an arrow."""
    assert drawn(SCORE + "tier A if score >= 90\ntier B otherwise\nx = other\n") == [
        [("90%", "100%", "●●")],
        [("0%", "90%", "●○")],
    ]
    free = "input s : number\ntier A if s >= 10\ntier B if 0 < s < 10\ntier C otherwise\n"
    assert drawn(free) == [[("87.5%", "100%", "●…")], [("12.5%", "87.5%", "○○")], [("0%", "12.5%", "…●")]]
    point = "input s : number\ntier A if s == 4\ntier B otherwise\n"
    assert drawn(point) == [[("50%", "50%", "●●")], [("0%", "50%", "…○"), ("50%", "100%", "○…")]]


def test_a_line_with_short_pieces_is_not_to_scale() -> None:
    """Every piece can be seen; stretches without values are short."""
    text = (
        "input s : number 0..1000 step 1\ntier A if s >= 999\ntier B if 990 <= s <= 998\ntier C otherwise\n"
    )
    found = ladder(text)
    assert not found.to_scale
    assert all(s.end - s.start > Fraction(1, 4) for level in found.levels for s in level.segments)
    assert [tick.text for tick in found.ticks] == ["0", "990", "998", "999", "1000"]
    assert ladder(SCORE + "tier A if score >= 50\ntier B otherwise\nx = other\n").to_scale


def extent(tick: Tick) -> tuple[Fraction, Fraction]:
    """From where to where a label goes on a narrow screen, in parts of its width."""
    width = Fraction(8 * len(tick.text), 280)
    begin = tick.at - {"start": 0, "middle": width / 2, "end": width}[tick.side]
    return begin, begin + width


def test_labels_of_a_line_have_room() -> None:
    """Labels that would touch on a narrow screen stand below one another, and none leaves the line."""
    marks = "".join(f"tier L{i} if s >= {9 - i}_000_000 CNY\n" for i in range(8))
    found = ladder(f"input s : money CNY 0..9_000_000\n{marks}tier LAST otherwise\n")
    for lane in range(6):
        extents = [extent(tick) for tick in found.ticks if tick.lane == lane]
        assert extents and all(first[1] <= second[0] for first, second in pairwise(extents))
        assert all(begin >= 0 and end <= 1 for begin, end in extents)
    assert found.ticks[0].side == "start" and found.ticks[-1].side == "end"


def test_rules_that_bear_on_levels() -> None:
    """Requirements stand beside their levels; eligibility, vetoes, caps and floors below."""
    found = pages_of([tierlang.load(RICH)])[0].parts[0].ladder
    assert found is not None
    assert {level.name: [rule.link.text for rule in level.needs] for level in found.levels} == {
        "GOLD": ["volume", "audited", "require@80:1"],
        "SILVER": ["volume", "require@80:1"],
        "BRONZE": ["volume", "require@80:1"],
        "NONE": [],
    }
    assert [rule.link.text for rule in found.besides] == [
        "eligible@77:1",
        "fraud",
        "cap@91:1",
        "floor@92:1",
        "board",
    ]


def test_the_interval_stands_beside_the_rule_of_a_level() -> None:
    """The same that the ladder says."""
    part = part_of(SCORE + "tier A if score >= 90\ntier B otherwise\nx = other\n")
    (where,) = figures(part, "A", Where)
    assert isinstance(where, Where) and EN.where(where) == "score ≥ 90"


def test_a_rule_for_several_levels() -> None:
    """Each level has its values in the ladder; the rule stands once, and every level leads to it."""
    part = part_of(
        """input score : number
table mark by tier : number { A => 90, B => 80 }
tiers A > B > C
tier A, B if score >= mark[tier]
tier C otherwise
"""
    )
    assert part.ladder is not None
    assert [(level.name, level.anchor) for level in part.ladder.levels] == [
        ("A", "A"),
        ("B", "A"),
        ("C", "C"),
    ]
    assert [EN.where(level.where) for level in part.ladder.levels if level.where] == [
        "score ≥ 90",
        "80 ≤ score < 90",
        "score < 80",
    ]
    assert figures(part, "A", Where) == []


def test_states_stand_among_the_inputs() -> None:
    """With what they are the value of in the period before, and what they are at first."""
    part = pages_of([tierlang.load(RICH)])[0].parts[0]
    (state,) = (variable for variable in part.inputs if variable.name == "before")
    assert state.state_of is not None and state.state_of.target == part.section("levels")
    assert (state.policy, plain(state.default)) == ("first", "NONE")
    assert [(a.code, plain(a.reason.pieces), a.rule.text) for a in part.accepted] == [
        ("W-UNUSED", "kept for comparison with bar", "old_bar")
    ]


def test_examples_about_several_periods() -> None:
    """What did not come out is told with its period."""
    scheme = tierlang.loads(
        """assess every quarter
input won : number by quarter
state kept : number = 0 from points
points = kept + mean(won)

example "adding up" for 2023-Q1 to 2023-Q2
given won = [1, 2]
expect points = [1, 4]
end
"""
    )
    (example,) = pages_of([scheme])[0].parts[0].examples
    assert isinstance(example, Example)
    assert EN.period(example) == "2023-Q1 to 2023-Q2"
    assert [cell.actual for row in example.rows for cell in row.expected if cell] == ["2023-Q2: 3"]


def test_rules_are_called_as_results_call_them() -> None:
    """By their names, those of the conditions they ask for, or their places."""
    part = part_of(
        "input ok : bool\ninput a : number\nrequire ok\nrequire a > 3\neligible grown: if a > 1\ntier T\ntier N otherwise\n"
    )
    assert part.ladder is not None
    assert [rule.link.text for rule in part.ladder.levels[0].needs] == ["ok", "require@4:1"]
    assert [rule.link.text for rule in part.ladder.besides] == ["grown"]


def test_words_for_every_unit() -> None:
    """A series can be of any period of the calendar."""
    assert set(UNITS) <= set(WORDS["en"])


# ------------------------------------------------------------------ versions, several schemes, overlays


def test_versions_share_a_page_and_the_latest_comes_first() -> None:
    """Whatever their order was."""
    schemes = [tierlang.load(path) for path in VERSIONS]
    for given in (schemes, schemes[::-1]):
        (page,) = pages_of(given)
        assert [part.version.name for part in page.parts] == ["2018", "2017"]
        assert [EN.applies(part) for part in page.parts] == ["from 2017-Q4", "2017-Q1 to 2017-Q2"]
        assert [finding.code for finding in page.findings] == ["W-VERSION-GAP"]


def test_versions_that_overlap_are_refused() -> None:
    """As the checker refuses them."""
    scheme = tierlang.load(VERSIONS[0])
    with pytest.raises(DiagnosticError, match="E-VERSION-OVERLAP"):
        tierlang.document([scheme, scheme])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "every period"),
        ('version "1" effective 2020-01-01', "from 2020-01-01"),
        ('version "1" until 2020-01-01', "up to 2020-01-01"),
        ('version "1" effective 2020-01-01 until 2021-01-01', "2020-01-01 to 2021-01-01"),
        ('version "1" effective 2020-01-01\napplies from 2020-Q3', "from 2020-Q3"),
    ],
)
def test_what_a_version_governs(header: str, expected: str) -> None:
    """Its periods, else its days."""
    assert EN.applies(part_of(f"{header}\nassess every quarter\na = 1\n")) == expected


def test_several_schemes_make_one_document() -> None:
    """Each with ids of its own, and with links between those that read one another's results."""
    star, quarter = (
        tierlang.load(path) for path in SHIPPED if path.parent.name == "tmall_global" for path in [path]
    )
    pages = pages_of([quarter, star])
    assert [page.id for page in pages] == sorted(page.id or "" for page in pages)[::-1]
    (star_page,) = (page for page in pages if page.id == "tmall_global.star")
    (score,) = star_page.parts[0].inputs
    assert score.publisher is not None and score.publisher.target == "tmall_global.quarter"
    assert all(item.anchor.startswith("tmall_global.star-") for item in star_page.parts[0].flow)


def test_schemes_without_an_id_have_pages_of_their_own() -> None:
    """Even two of one name."""
    pages = pages_of(
        [tierlang.loads("a = 1\n", name="x/same.tier"), tierlang.loads("a = 1\n", name="y/same.tier")]
    )
    assert [page.anchor for page in pages] == ["same", "same-2"]


OPEN = 'input q : number\n@label(en: "others")\nothers = ...\nscore = q + others\nparam bar : number external\ntier A if score > bar\ntier B otherwise\n'


def test_what_an_overlay_fills_is_marked() -> None:
    """With the overlay's name and notes, so that nobody takes it for the source's; the rest is not."""
    filled = (
        tierlang.loads(OPEN)
        .fill('@note(text: "invented, see `q`")\nothers = 15\n', "dir/first.tier")
        .fill("param bar : number = 3\n", "b")
    )
    part = pages_of([filled])[0].parts[0]
    assert {item.name: item.filled for item in part.flow if isinstance(item, Entry) and item.filled} == {
        "others": "first.tier",
        "bar": "b",
    }
    (note,) = entry_of(part, "others").notes
    assert plain(note.pieces) == "invented, see q"
    assert [name for name, _ in part.overlays] == ["first.tier", "b"]
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for _, digest in part.overlays)
    assert part.holes == () and part.externals == ()
    for format_ in ("html", "md"):
        assert tierlang.document(filled, format_).count("not from the source") == 2
        assert "not the scheme as published" in tierlang.document(filled, format_)
        assert "not the scheme as published" not in tierlang.document(tierlang.loads(OPEN), format_)


# ------------------------------------------------------------------ the function


def test_document_takes_one_or_several() -> None:
    """The same page for a scheme alone and in a list."""
    scheme = tierlang.load(VERSIONS[0])
    assert tierlang.document(scheme) == tierlang.document([scheme]) == tierlang.document(iter([scheme]))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"format": "pdf"}, "html, md"), ({"lang": "vi"}, "en, zh"), ({"schemes": []}, "no scheme")],
)
def test_document_refuses(arguments: dict[str, object], words: str) -> None:
    """Formats and languages that it does not have, and nothing at all."""
    with pytest.raises(ValueError, match=words):
        tierlang.document(**{"schemes": [tierlang.load(VERSIONS[0])], **arguments})


def test_without_jinja_only_markdown_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the error names the extra."""
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    html._environment.cache_clear()
    scheme = tierlang.load(VERSIONS[0])
    with pytest.raises(ImportError, match=re.escape('pip install "tierlang[doc]"')):
        tierlang.document(scheme)
    assert tierlang.document(scheme, "md").startswith('<a id="top">')


def test_both_languages_say_the_same_things() -> None:
    """With the same facts, and no word of the page is unused."""
    english, chinese = WORDS["en"], WORDS["zh"]
    assert list(english) == list(chinese)
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", chinese[key])), key
    folder = FILES.parents[3] / "src/tierlang/doc"
    sources = "".join(path.read_text("utf-8") for path in [*folder.glob("*.py"), *folder.glob("templates/*")])
    units = set(UNITS)
    computed = units | {
        "otherwise",
        "never",
        "plain",
        "none",
        "unknown",
        "ineligible",
        "reject",
        "param",
        "table",
    }
    unused = [
        key
        for key in english
        if f'"{key}"' not in sources.replace(f'"{key}":', "")
        and f"'{key}'" not in sources
        and key not in computed
    ]
    assert unused == []
