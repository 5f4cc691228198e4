"""
What a piece of a scheme can be, with its names in the two worlds that colour: a Pygments token and a TextMate scope.

All tokens are standard ones, so that every style and formatter of Pygments knows them. No two kinds share a token or a
scope, so that what one highlighter tells apart the other does too.
"""

from pygments.token import (
    Comment,
    Error,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
    _TokenType,
)

from tierlang import quickattrs as attrs


@attrs.frozen
class Kind:
    """A kind of text. *scope* is written without the language's name, which all scopes end with."""

    token: _TokenType
    scope: str


BLANK = Kind(Whitespace, "")
COMMENT = Kind(Comment.Single, "comment.line.number-sign")
DOC = Kind(Comment.Special, "comment.line.documentation")
TEXT = Kind(String.Double, "string.quoted.double")
ANNOTATION = Kind(Name.Decorator, "entity.name.function.decorator")
ARGUMENT = Kind(Name.Attribute, "variable.parameter")
"""The key of an argument: of an annotation, or an option of a call."""
SYMBOL = Kind(String.Symbol, "constant.other.symbol")
"""The value of an option: ``exclude``."""

DECLARATION = Kind(Keyword.Declaration, "storage.type")
RULE = Kind(Keyword, "keyword.control")
CLAUSE = Kind(Keyword.Pseudo, "keyword.other.clause")
OPERATOR_WORD = Kind(Operator.Word, "keyword.operator.wordlike")
CONSTANT = Kind(Keyword.Constant, "constant.language")
TYPE = Kind(Keyword.Type, "support.type")
"""The name of a type, or a unit of the calendar."""
LATER = Kind(Keyword.Reserved, "keyword.other.reserved")

INTEGER = Kind(Number.Integer, "constant.numeric.integer")
DECIMAL = Kind(Number.Float, "constant.numeric.float")
SCALE = Kind(Number.Integer.Long, "constant.numeric.scale")
"""万 or 亿 behind digits."""
SIGN = Kind(Number, "constant.numeric.percent")
CURRENCY = Kind(Name.Entity, "keyword.other.unit.currency")
DATE = Kind(Literal.Date, "constant.other.date")
PERIOD = Kind(Literal, "constant.other.period")
HOLE = Kind(Name.Exception, "constant.other.placeholder")

BUILTIN = Kind(Name.Builtin, "support.function")
BUILTIN_NAME = Kind(Name.Builtin.Pseudo, "support.variable")
LEVEL = Kind(Name.Constant, "variable.other.enummember")
DECLARED = Kind(Name.Variable.Global, "variable.other.declared")
FUNCTION = Kind(Name.Function, "entity.name.function")
LABEL = Kind(Name.Label, "entity.name.label")
NOUN = Kind(Name.Class, "entity.name.type")
"""What a record, or a member of the cohort, is called."""
PATH = Kind(Name.Namespace, "entity.name.namespace")
PROPERTY = Kind(Name.Property, "variable.other.property")
"""A field, or the key of a value."""
NAME = Kind(Name, "variable.other.readwrite")
QUOTED = Kind(Name.Variable, "variable.other.quoted")

OPERATOR = Kind(Operator, "keyword.operator")
PUNCTUATION = Kind(Punctuation, "punctuation")
WRONG = Kind(Error, "invalid.illegal")
"""A character that the language has no use for."""

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Kind))
