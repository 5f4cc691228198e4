"""
Colours what people read of Tier: schemes, and what the command prints.

`TierLexer` and `TierOutputLexer` are lexers of Pygments. The rules of the first are data (`rules`), so that editors get the
same colours from ``grammar/tier.tmLanguage.json``; its words come from the grammar (`tables`). `styles` has a light and a
dark style.
"""

from tierlang.highlight.lexer import TierLexer
from tierlang.highlight.output import TierOutputLexer

__all__ = ["TierLexer", "TierOutputLexer"]
