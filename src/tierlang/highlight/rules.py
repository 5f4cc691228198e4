r"""
The rules of colouring, once for all highlighters: which text is of which kind, and what may follow it.

A highlighter is no checker. It takes any text, gives every character back, and marks as errors only characters that the
language has no use for. Words are matched whole, and repetitions of names and blanks never give back what they took, so the
time is linear in the text.

A *frame* looks at a few tokens after a word that gives names a meaning, such as the level after ``tier``; where none of its
rules fits it ends, and what lies below it goes on. A *region* lasts until its bracket closes or the next statement begins. So
a mistake changes the colours of its own line at most, and an open bracket those up to the next statement.

Patterns are regular expressions of Python that mean the same to Oniguruma once `textmate` has spelt letters and digits
otherwise; so they use no other class that has a letter for its name, and no ``\b``.
"""

import re
from collections.abc import Iterable, Mapping

from tierlang import quickattrs as attrs
from tierlang.highlight import kinds as k
from tierlang.highlight import tables


@attrs.frozen
class Rule:
    """
    One rule of a state.

    Attributes:
        pattern: matches at the present place, and at least one character.
        kind: what it matches; None for a rule that only looks ahead.
        then: the frames or the region entered behind it, the last one first.
        leaves: whether the state ends here.
    """

    pattern: str
    kind: k.Kind | None
    then: tuple[str, ...] = ()
    leaves: bool = False


# ------------------------------------------------------------------ characters, names, words

_PART = r"[\w\u0300-\u036f\u3099\u309a]"
"""What a name goes on with. The marks are those that NFC, in which the language reads a text, joins to their letters."""
_END = rf"(?!{_PART})"
_LATER = rf"(?:{'|'.join(tables.LATER)}){_END}"
_NAME = rf"[^\W\d]{_PART}*+"
_QUOTED = r"`[^`\n]*+`?"
_ANY_NAME = rf"(?:(?!{_LATER}){_NAME}|{_QUOTED})"
_TEXT = r'"[^"\n]*+"?'
BLANKS = r"[ \t\r\u3000]++"
_GAP = r"[ \t\r\u3000]*+"


def _mark(mark: str) -> str:
    """A mark, each of its characters as wide as an input method may have typed it."""
    return "".join(f"[{re.escape(c)}{tables.WIDE[c]}]" if c in tables.WIDE else re.escape(c) for c in mark)


def _word(words: Iterable[str]) -> str:
    """One of the words, never as a part of a longer name."""
    return rf"(?:{'|'.join(words)}){_END}"


_COLON, _DOT, _DASH, _EQUALS = map(_mark, ":.-=")
_OPENS = rf"(?={_GAP}{_mark('(')})"
_IS_KEY = rf"(?={_GAP}{_COLON})"
_GIVEN_A_VALUE = rf"(?={_GAP}{_EQUALS}(?!{_EQUALS}|{_mark('>')}))"

_UNIT = _word(f"{unit}s?" for unit in tables.UNITS)
_CALENDAR = _word(["fiscal", *(f"{unit}s?" for unit in tables.UNITS)])
_FREE = rf"{_word(tables.FREE)}(?={_GAP}{_CALENDAR})"
_WORDS = (*tables.DECLARATIONS, *tables.RULES, *tables.OPERATORS, *tables.CLAUSES, *tables.CONSTANTS)
_RESERVED = _word(word for word in _WORDS if word not in tables.FREE)
_FREE_NAME = rf"(?!{_RESERVED}){_ANY_NAME}"
_LABEL = rf"{_FREE_NAME}(?={_GAP}(?:{_COLON}|\"|{_word(['for'])}))"
_STATEMENT = rf"(?={_word((*tables.DECLARATIONS, *tables.RULES))}(?!{_GAP}{_COLON}))"

# ------------------------------------------------------------------ numbers, dates, periods

_SCALE = f"[{tables.SCALES}]"
_SIGN = f"[{''.join(sign + tables.WIDE.get(sign, '') for sign in tables.SIGNS)}]"
_CURRENCY = _word(tables.CURRENCIES)
_DIGITS = r"[0-9][0-9_]*+"
_NO_MORE = rf"(?!{_PART}|{_DASH}|{_DOT}[0-9]|{_SIGN})"


def _dashed(pattern: str) -> str:
    """A pattern of dates with dashes as wide as an input method may have typed them, whole."""
    return re.sub(r"\[[^]]*\]|-", lambda part: _DASH if part[0] == "-" else part[0], pattern) + _NO_MORE


_PERIOD = "|".join(map(_dashed, tables.PERIODS))

# ------------------------------------------------------------------ words, by what follows them

_KINDS_OF_WORDS = {
    k.DECLARATION: tables.DECLARATIONS,
    k.RULE: tables.RULES,
    k.OPERATOR_WORD: tables.OPERATORS,
    k.CONSTANT: tables.CONSTANTS,
    k.CLAUSE: tuple(word for word in tables.CLAUSES if word not in tables.FREE),
    k.TYPE: ("list", "money"),
    k.BUILTIN_NAME: tables.NAMES,
    k.LATER: tables.LATER,
}

_BY_WHAT_FOLLOWS = {
    "DOTTED": ("path",),
    "MONTH_DAY": ("day of year",),
    "declaration": ("colon", "declared"),
    "unit": ("unit",),
}
"""By terminal or rule of the grammar: the frames behind a word that it stands behind."""

BY_WORD: Mapping[str, tuple[str, ...]] = {
    "as": ("path",),
    "bonus": ("declared",),
    "by": ("key",),
    "cap": ("level",),
    "cohort": ("noun",),
    "deduct": ("declared",),
    "def": ("function",),
    "eligible": ("label",),
    "fiscal": ("unit",),
    "floor": ("level",),
    "for": (),
    "from": ("path",),
    "last": ("unit", "how many"),
    "of": (),
    "override": ("label",),
    "param": ("colon", "declared"),
    "record": ("record", "noun"),
    "require": ("label",),
    "rounding": ("mode",),
    "table": ("colon", "by", "declared"),
    "tier": ("levels",),
    "tiers": ("levels",),
    "veto": ("label",),
}
"""By word: its frames where the grammar only says that a name follows, not what the name stands for."""


def _reserved(word: str, *then: str) -> Rule:
    """A reserved word at the end of a frame, as what it is everywhere."""
    kind = next(kind for kind, words in _KINDS_OF_WORDS.items() if word in words)
    return Rule(_word([word]), kind, then, leaves=True)


def _words() -> list[Rule]:
    """A rule for the words of each kind that the same frames follow; those that a name may be too, before a unit only."""
    found = {
        word: frames for name, frames in _BY_WHAT_FOLLOWS.items() for word in tables.BEFORE.get(name, ())
    }
    sequels = {**found, **BY_WORD}
    rules = []
    for kind, words in _KINDS_OF_WORDS.items():
        groups: dict[tuple[str, ...], list[str]] = {}
        for word in words:
            groups.setdefault(sequels.get(word, ()), []).append(word)
        rules += [Rule(_word(group), kind, frames) for frames, group in groups.items()]
    return [Rule(_FREE, k.CLAUSE, ("unit",)), *rules]


def _marks() -> list[Rule]:
    """A rule for the marks of each kind, those of several characters first."""
    rules = [Rule(_mark("..."), k.HOLE), Rule(rf"{_DOT}(?!{_DOT})", k.PUNCTUATION, ("member",))]
    rest = [mark for mark in tables.MARKS if mark not in {"...", ".", "@"}]
    punctuation = [mark for mark in rest if mark in set("()[]{},:|")]
    operators = [mark for mark in rest if mark not in punctuation]
    rules.append(Rule("|".join(map(_mark, operators)), k.OPERATOR))
    rules.append(Rule("|".join(map(_mark, punctuation)), k.PUNCTUATION))
    return [*rules, Rule(_SIGN, k.SIGN)]


# ------------------------------------------------------------------ the states

ROOT: tuple[Rule, ...] = (
    Rule(r"##[^\n]*+", k.DOC),
    Rule(r"#[^\n]*+", k.COMMENT),
    Rule(_TEXT, k.TEXT),
    Rule(rf"{_mark('@')}(?:{_NAME})?+", k.ANNOTATION, ("annotation",)),
    Rule(_dashed(tables.DAY), k.DATE),
    Rule(_PERIOD, k.PERIOD),
    Rule(rf"{_DIGITS}{_DOT}{_DIGITS}", k.DECIMAL, ("scale",)),
    Rule(_DIGITS, k.INTEGER, ("scale",)),
    Rule(_word(tables.FUNCTIONS) + _OPENS, k.BUILTIN),
    Rule(_word(["tier"]) + _GIVEN_A_VALUE, k.DECLARED, ("given level",)),
    Rule(_ANY_NAME + _GIVEN_A_VALUE, k.DECLARED),
    Rule(_word(tables.OPTIONS) + _IS_KEY, k.ARGUMENT, ("option",)),
    Rule(rf"(?!{_word(['else'])}){_ANY_NAME}{_IS_KEY}", k.PROPERTY),
    *_words(),
    Rule(_NAME + _OPENS, k.FUNCTION),
    Rule(_NAME, k.NAME),
    Rule(_QUOTED, k.QUOTED),
    *_marks(),
)
"""Where nothing else is known of what comes next."""

REGIONS: Mapping[str, tuple[Rule, ...]] = {
    "fields": (
        Rule(_mark("}"), k.PUNCTUATION, leaves=True),
        Rule(_COLON, k.PUNCTUATION, ("type",)),
        Rule(_STATEMENT, None, leaves=True),
    ),
    "arguments": (
        Rule(_mark(")"), k.PUNCTUATION, leaves=True),
        Rule(_NAME + _IS_KEY, k.ARGUMENT),
        Rule(_STATEMENT, None, leaves=True),
    ),
}
"""What goes before the rules of ROOT inside the brackets of a record and of an annotation."""

_LINE_END = Rule(r"\n", k.BLANK)
_FOR_LEVELS = _reserved("for", "levels")
_CALENDAR_RULES = (Rule(_word(["fiscal"]), k.TYPE), Rule(_UNIT, k.TYPE, leaves=True))
_AFTER_SIGN = (Rule(_CURRENCY, k.CURRENCY, leaves=True),)
_AFTER_SCALE = (Rule(_SIGN, k.SIGN, ("currency",), leaves=True), *_AFTER_SIGN)

FRAMES: Mapping[str, tuple[Rule, ...]] = {
    # ---------------------------------------------------------------- after a number
    "scale": (Rule(_SCALE, k.SCALE, ("sign",), leaves=True), *_AFTER_SCALE),
    "sign": _AFTER_SCALE,
    "currency": _AFTER_SIGN,
    # ---------------------------------------------------------------- names that are declared
    "declared": (Rule(_ANY_NAME, k.DECLARED, leaves=True),),
    "function": (Rule(_ANY_NAME, k.FUNCTION, leaves=True),),
    "noun": (Rule(_FREE_NAME, k.NOUN, leaves=True),),
    "path": (
        Rule(_PERIOD, k.PERIOD, leaves=True),
        Rule(rf"(?!{_RESERVED}){_NAME}(?:{_DOT}{_NAME})*+", k.PATH, leaves=True),
    ),
    "record": (Rule(_mark("{"), k.PUNCTUATION, ("fields",), leaves=True),),
    "annotation": (Rule(_mark("("), k.PUNCTUATION, ("arguments",), leaves=True),),
    # ---------------------------------------------------------------- types
    "colon": (Rule(_COLON, k.PUNCTUATION, ("type",), leaves=True),),
    "type": (
        _LINE_END,
        _reserved("money", "currency"),
        _reserved("list", "element", "of"),
        Rule(_word(tables.TYPES), k.TYPE, leaves=True),
        Rule(_FREE_NAME, k.NAME, leaves=True),
    ),
    "of": (_reserved("of"),),
    "element": (Rule(_word(tables.TYPES), k.TYPE, leaves=True), Rule(_FREE_NAME, k.NOUN, leaves=True)),
    "by": (_reserved("by", "key"),),
    "key": (
        *_CALENDAR_RULES,
        Rule(_word(["tier"]), k.TYPE, leaves=True),
        Rule(_NAME, k.NAME, leaves=True),
        Rule(_QUOTED, k.QUOTED, leaves=True),
    ),
    # ---------------------------------------------------------------- windows
    "unit": _CALENDAR_RULES,
    "how many": (Rule(_DIGITS, k.INTEGER, leaves=True),),
    "day of year": (Rule(_dashed(tables.DAY_OF_YEAR), k.DATE, leaves=True),),
    # ---------------------------------------------------------------- levels and labels of rules
    "level": (Rule(_FREE_NAME, k.LEVEL, leaves=True),),
    "given level": (Rule(_EQUALS, k.OPERATOR, ("level",), leaves=True),),
    "levels": (Rule(_FREE_NAME, k.LEVEL, ("more levels",), leaves=True),),
    "more levels": (
        Rule(_mark(","), k.PUNCTUATION, ("levels", "line goes on"), leaves=True),
        Rule(_mark(">"), k.OPERATOR, ("levels", "line goes on"), leaves=True),
    ),
    "line goes on": (_LINE_END,),
    "label": (_FOR_LEVELS, Rule(_LABEL, k.LABEL, ("after label",), leaves=True)),
    "after label": (Rule(_TEXT, k.TEXT), _FOR_LEVELS),
    # ---------------------------------------------------------------- options and members
    "option": (Rule(_COLON, k.PUNCTUATION, ("mode",), leaves=True),),
    "mode": (Rule(rf"{_word(tables.OPTION_VALUES)}(?!{_GAP}{_mark('(')})", k.SYMBOL, leaves=True),),
    "member": (Rule(_ANY_NAME, k.PROPERTY, leaves=True),),
}
"""Each may begin with blanks, and ends where no rule of it fits."""
