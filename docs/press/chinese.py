"""
Search that finds Chinese words.

Sphinx cuts Chinese text into words with jieba when the index is written. Two things are missing for a reader who looks for
季度 or 服务商等级: words of the trade that jieba does not know, and a browser that cuts what is typed like the index. So the
names and labels of the published schemes and a list of our own are given to jieba, and what is typed is cut
by the words that the index has, the longest first.
"""

import logging
import re
from functools import cache

import jieba
from sphinx.search.zh import SearchChinese

import tierlang
from press.contents import DOCS
from tierlang.cli.schemefiles import shipped_schemes

WORDS = DOCS / "words.txt"
"""Words of the trade, one on a line; `#` starts a comment."""

jieba.setLogLevel(logging.WARNING)  # it tells of its cache otherwise, which looks like a warning of the build

_HAN = re.compile(r"[\u3400-\u9fff]{2,}")

_SPLITTER = """
var splitQuery = (query) => {
  const known = (word) => Object.hasOwn(Search._index.terms, word) || Object.hasOwn(Search._index.titleterms, word);
  const cut = (text) => {
    const found = [];
    const chars = [...text];
    for (let start = 0; start < chars.length; ) {
      let end = Math.min(chars.length, start + 12);
      while (end > start + 1 && !known(chars.slice(start, end).join(""))) end -= 1;
      if (end > start + 1) found.push(chars.slice(start, end).join(""));
      start = end;
    }
    return found.length ? found : [text];
  };
  return query
    .split(/[^\\p{Letter}\\p{Number}_\\p{Emoji_Presentation}]+/gu)
    .flatMap((part) => part.split(/([\\u3400-\\u9fff]+)/u))
    .filter((part) => part)
    .flatMap((part) => (/[\\u3400-\\u9fff]/u.test(part) ? cut(part) : [part]));
};
"""


class ChineseSearch(SearchChinese):
    """Sphinx' Chinese search, with our words, and queries that are cut by the words of the index."""

    js_splitter_code = _SPLITTER

    def init(self, options: dict[str, str]) -> None:
        """Teach jieba the words."""
        super().init(options)
        for word in words():
            jieba.add_word(word, 1000)


@cache
def words() -> tuple[str, ...]:
    """Every word that jieba is told: those of words.txt, and the Chinese names and labels of the published schemes."""
    lines = WORDS.read_text("utf-8").split("\n")
    found = {line.partition("#")[0].strip() for line in lines} - {""}
    for path in shipped_schemes().values():
        checked = tierlang.load(path).checked
        origins = [checked.origin, *(level.origin for level in checked.ladder)]
        origins += [declared.origin for declared in checked.inputs.values()]
        origins += [definition.origin for definition in checked.definitions.values()]
        for origin in origins:
            found.update(_HAN.findall(origin.labels.get("zh", "")))
    return tuple(sorted(word for word in found if len(word) <= 12))
