"""The document algebra: what is broken, where the lines begin, and where comments go."""

import pytest

from tierlang.format.document import (
    EMPTY,
    Align,
    Concat,
    Doc,
    End,
    Group,
    Hang,
    IfBroken,
    Line,
    Nest,
    OwnLine,
    Place,
    Remark,
    Text,
    chain,
    flat,
    follow,
    is_formula,
    placed,
)
from tierlang.format.lines import WIDTH, Laid, lines_of, written


def shown(doc: Doc) -> list[str]:
    """The lines of a document with the comments behind them."""
    return written(lines_of(doc)).removesuffix("\n").split("\n")


def words(*lengths: int, rule: object = None) -> Doc:
    """A group of words of so many letters with a line between each two."""
    parts: list[Doc] = []
    for length in lengths:
        parts += [Line(), Text("x" * length)] if parts else [Text("x" * length)]
    content = Concat(tuple(parts))
    return Group(Nest(content, rule) if rule is not None else content)


@pytest.mark.parametrize(("last", "lines"), [(WIDTH - 51, 1), (WIDTH - 50, 2)])
def test_a_group_is_broken_at_the_width(last: int, lines: int) -> None:
    """A line of exactly WIDTH columns fits, one more does not."""
    assert len(shown(words(50, last))) == lines


def test_what_follows_up_to_the_next_line_counts() -> None:
    """A group does not fit if what is glued to its end does not."""
    assert len(shown(Concat((words(50, WIDTH - 52), Text(","))))) == 1
    assert len(shown(Concat((words(50, WIDTH - 51), Text(","))))) == 2
    assert len(shown(Group(Concat((words(50, WIDTH - 51), Line(""), words(90, 90)))))) == 3


def test_chinese_is_two_columns_wide() -> None:
    """Half as many characters fit."""
    assert len(shown(Group(Concat((Text("分" * 25), Line(), Text("分" * 24)))))) == 1
    assert len(shown(Group(Concat((Text("分" * 25), Line(), Text("分" * 25)))))) == 2


def test_the_outermost_group_is_broken_first() -> None:
    """An inner group stays on one line if it fits there."""
    inner = words(40, 30)
    assert shown(Group(Concat((inner, Line(), inner)))) == shown(inner) * 2


def test_what_is_forced() -> None:
    """An author's wish, a line end and a comment break every group around them."""
    for forced in (
        Group(Text("a"), opened=True),
        Concat((Text("a"), End(), Text("b"))),
        Concat((Text("a"), Remark("# c"))),
    ):
        assert len(shown(Group(Concat((forced, Line(), Text("z")))))) > 1
    assert shown(Group(Concat((Text("a"), IfBroken(","), Line(), Text("b"))), opened=True)) == ["a,", "b"]
    assert shown(Group(Concat((Text("a"), IfBroken(","), Line(), Text("b"))))) == ["a b"]


def test_empty_lines() -> None:
    """They are kept where lines are, and hold no spaces."""
    doc = Nest(Concat((Text("a"), Line(blank=True), Text("b"), End(blank=True), Text("c"))))
    assert shown(doc) == ["a", "", "    b", "", "    c"]
    assert shown(Group(Concat((Text("a"), Line(blank=True), Text("b"))))) == ["a b"]


# ------------------------------------------------------------------ where lines begin


@pytest.mark.parametrize(
    ("head", "width", "place", "column"),
    [
        ("score = ", 2, Place.ITEM, 6),
        ("require ", 4, Place.ITEM, 4),
        ("a = ", 2, Place.ITEM, 4),
        ("", 2, Place.ITEM, 4),
        ("", 2, Place.ALONE, 0),
        ("", 2, Place.INNER, 8),
        ("score = ", 2, Place.INNER, 12),
        ("score = ", 2, Place.ALONE, 6),
    ],
)
def test_operators_hang(head: str, width: int, place: Place, column: int) -> None:
    """To the left of their operands, but never at the edge of a statement."""
    lines = shown(Concat((Text(head), words(60, 60, rule=Hang(width, place)))))
    assert lines == [head + "x" * 60, " " * column + "x" * 60]


def test_alignment_ends_somewhere() -> None:
    """Far to the right there is no room left: an indentation has to do."""
    assert shown(Concat((Text("=" * 48), words(40, 40, rule=Align()))))[1].startswith(" " * 48 + "x")
    assert shown(Concat((Text("=" * 49), words(50, 40, rule=Align()))))[1].startswith(" " * 4 + "x")


def test_a_formula_is_placed() -> None:
    """With or without a comment behind it; everything else stays what it is."""
    formula = words(60, 60, rule=Hang(2))
    assert shown(placed(formula, Place.ALONE))[1].startswith("x")
    assert shown(placed(Concat((formula, Remark("# c"))), Place.ALONE))[1].startswith("x")
    assert is_formula(formula) and is_formula(Concat((formula, Remark("# c"))))
    assert placed(EMPTY, Place.ALONE) is EMPTY and not is_formula(words(1, 1))


# ------------------------------------------------------------------ comments


def test_a_remark_goes_to_the_end_of_its_line() -> None:
    """Behind everything that is glued to it."""
    assert shown(Concat((Text("a"), Remark("# c"), Text(","), End(), Text("b")))) == ["a,  # c", "b"]


def test_a_second_remark_gets_a_line() -> None:
    """Two comments on a line would be one."""
    doc = Concat((Text("a"), Remark("# c"), Text(","), Remark("# d"), End(), Text("b")))
    assert shown(doc) == ["a,  # c", "# d", "b"]


def test_nothing_follows_a_comment_on_its_line() -> None:
    """`follow` and `chain` go to the next line instead."""
    assert shown(follow(Concat((Text("a"), Remark("# c"))), Text("b"))) == ["a  # c", "    b"]
    assert shown(follow(Text("a"), Concat((OwnLine("# c"), Text("b"))))) == ["a", "    # c", "    b"]
    assert shown(chain([("", Text("a")), ("", Text("b")), (" ", Text("c"))])) == ["ab c"]
    assert chain([]) is EMPTY


def test_remarks_are_aligned() -> None:
    """Those of lines that follow one another, where that is not too far or too wide."""
    assert written([Laid("a", "# 1"), Laid("分分", "# 2"), Laid("c"), Laid("d", "# 3")]).split("\n") == [
        "a     # 1",
        "分分  # 2",
        "c",
        "d  # 3",
        "",
    ]
    assert written([Laid("a", "# 1"), Laid("b" * 31, "# 2")]).startswith("a" + " " * 32 + "# 1\n")
    assert written([Laid("a", "# 1"), Laid("b" * 32, "# 2")]).startswith("a  # 1\n")
    assert written([Laid("a", "# " + "x" * 80), Laid("b" * 20, "# 2")]).startswith("a  # x")


def test_flat() -> None:
    """The text on one line, without comments and last commas."""
    doc = Group(
        Nest(Concat((Text("a"), Line(), Text("b"), IfBroken(","), Remark("# c"), Line(""), Text("d"))))
    )
    assert flat(doc) == "a bd"


# ------------------------------------------------------------------ depth and length


def test_deep_documents() -> None:
    """Nothing recurses: a document may be deeper than Python's stack."""
    doc: Doc = Text("x")
    for _ in range(2_000):
        doc = Group(Nest(Concat((Text("("), Line(""), doc, Line(""), Text(")")))))
    assert len(shown(doc)) == 2 * 2_000 + 1
    assert flat(doc) == "(" * 2_000 + "x" + ")" * 2_000
