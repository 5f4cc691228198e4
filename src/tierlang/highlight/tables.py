"""
The words and marks of the language, by the part they play.

Written by ``python grammar/generate.py`` from ``grammar/tier.lark`` and the tables of the checker: do not edit.
"""

# fmt: off

DECLARATIONS = (
    "applies", "assess", "bonus", "cohort", "deduct", "def", "edition", "end", "example", "expect", "fiscal",
    "given", "import", "input", "param", "ranking", "record", "rounding", "scheme", "state", "table", "version",
)
"""Words that begin a statement which declares or defines; and those of examples."""

RULES = (
    "band", "cap", "eligible", "exclusive", "floor", "match", "never", "otherwise", "override", "require", "tier",
    "tiers", "veto",
)
"""Words of the statements that lead to a level; and those that begin arms."""

OPERATORS = ("and", "else", "if", "in", "not", "or", "then")
"""Words inside expressions."""

CLAUSES = (
    "as", "by", "effective", "every", "external", "for", "from", "last", "max", "of", "over", "previous",
    "published", "starting", "step", "this", "to", "until",
)
"""Words inside statements, quieter than those that begin one."""

CONSTANTS = ("false", "missing", "true")
"""Words that are values."""

FREE = ("previous",)
"""Clause words that may be declared as names too."""

LATER = (
    "and_then", "case", "extends", "fn", "lambda", "let", "null", "return", "use", "when", "where", "while",
    "with", "yield",
)
"""Words that no name may be, kept for later editions."""

TYPES = ("bool", "count", "date", "days", "list", "money", "number", "share", "text", "tier")
"""Words that may stand where a type does; most are ordinary names elsewhere."""

UNITS = ("day", "week", "month", "quarter", "half", "year")
"""Words of the calendar, all with an optional plural; names outside of windows and series."""

CURRENCIES = (
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD", "BIF", "BMD",
    "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL",
    "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR",
    "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP",
    "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK",
    "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR",
    "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE",
    "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD",
    "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF",
    "YER", "ZAR", "ZMW", "ZWG",
)
"""Codes behind an amount."""

SCALES = "万亿萬億"
"""Characters behind digits that multiply."""

SIGNS = "%‰"
"""Characters behind digits that divide."""

PERIODS = (
    "[0-9]{4}-W[0-9]{2}", "[0-9]{4}-[0-9]{2}", "[0-9]{4}-Q[1-4]", "[0-9]{4}-H[12]", "FY[0-9]{4}",
)
"""Labels of periods that are not a day or a bare year, as regular expressions."""

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""A day of the calendar, as a regular expression."""

DAY_OF_YEAR = "[0-9]{2}-[0-9]{2}"
"""A day of any year."""

FUNCTIONS = (
    "above", "abs", "add_months", "add_years", "all", "any", "at_least", "below", "better_share", "clamp",
    "count", "cume_share", "days_between", "distinct", "exp", "full_months", "full_years", "in_a_row", "largest",
    "ln", "log", "longest_streak", "max", "mean", "median", "min", "minmax", "none", "normal_cdf", "percent_rank",
    "place", "power", "present", "quantile", "rank", "root", "round", "scaled_rank", "share_of", "smallest",
    "sqrt", "stddev", "streak", "sum", "top", "top_share", "variance", "weighted", "zscore",
)
"""Built-in functions; names where no bracket follows."""

NAMES = ("bonuses", "deductions", "period_end", "period_start")
"""Built-in names."""

OPTIONS = (
    "among", "at_tie", "best", "clamp", "count", "digits", "gap", "method", "missing", "mode", "of", "over",
    "then", "ties", "within",
)
"""What may stand before a colon in a call or among the settings of a ranking."""

OPTION_VALUES = (
    "all", "avg", "break", "ceil", "dense", "down", "eligible", "end", "error", "exclude", "floor", "half_even",
    "half_up", "high", "include", "last", "linear", "low", "max", "min", "nearest", "next_day", "population",
    "redistribute", "sample", "sas5", "skip", "undetermined", "unknown", "up",
)
"""Words that are values of an option, or a mode of rounding."""

MARKS = (
    "...", "..<", "!=", "..", "<=", "==", "=>", ">=", "??", "(", ")", "*", "+", ",", "-", ".", "/", ":", "<", "=",
    ">", "@", "[", "]", "{", "|", "}", "×", "÷", "≠", "≤", "≥",
)
"""Marks of one or more characters, the longest first."""

WIDE = {
    "%": "％",
    "(": "（",
    ")": "）",
    "*": "＊",
    "+": "＋",
    ",": "，",
    "-": "－",
    ".": "．",
    "/": "／",
    ":": "：",
    "<": "＜",
    "=": "＝",
    ">": "＞",
    "?": "？",
    "@": "＠",
    "[": "［",
    "]": "］",
    "{": "｛",
    "|": "｜",
    "}": "｝",
}
"""The full-width twin of a mark, where there is one."""

BEFORE = {
    "DOTTED": ("from", "scheme"),
    "INT": ("edition", "last", "max"),
    "MONTH_DAY": ("starting",),
    "declaration": ("input", "state"),
    "ident": (
        "as", "bonus", "by", "cap", "cohort", "deduct", "def", "eligible", "floor", "for", "from", "of", "override",
        "param", "record", "require", "rounding", "table", "tier", "tiers", "veto",
    ),
    "unit": ("by", "every", "previous", "this"),
}
"""By terminal or rule of the grammar: the reserved words directly behind which it may stand."""

STATUSES = (
    "ineligible", "rated", "undetermined", "unrated", "vetoed", "一票否决", "不具备参评资格", "已评级", "无法确定", "未获等级",
)
"""What the output says of a subject."""

HOLDS = ("holds", "成立")
"""What an explanation says of a condition that is true."""

HOLDS_NOT = ("does not hold", "不成立")
"""What it says of one that is false."""

OPEN = ("cannot be decided", "无法判断")
"""What it says of one that is neither."""
