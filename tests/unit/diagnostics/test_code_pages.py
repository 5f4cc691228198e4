"""The page of each code, and the pages that are checked in."""

from pathlib import Path

import pytest

from tierlang.diagnostics.catalogue import catalogue
from tierlang.diagnostics.pages import code_pages, explain_code, main

CHECKED_IN = Path(__file__).parents[3] / "docs" / "codes"


def test_explain_in_english() -> None:
    """What, why, wrong, right, under fixed headings."""
    assert (
        explain_code("E-EQUALS-COMPARE")
        == """\
E-EQUALS-COMPARE (error, syntax)

What
  `=` gives a name its value and cannot compare
  help: write `==` to ask whether both sides are equal

Why
  One sign for defining and for asking would make a slip of the pen a different rule.

Wrong
  input complaints : count
  require complaints = 0

Right
  input complaints : count
  require complaints == 0
"""
    )


def test_explain_in_chinese() -> None:
    """The same page in Chinese; facts of a case are …, and prose stands where no scheme can show it."""
    assert (
        explain_code("W-VERSION-GAP", "zh")
        == """\
W-VERSION-GAP (警告，考核期)

含义
  … 与 … 之间没有适用的方案版本
  说明：`…` 在此之前终止，`…` 在此之后开始
  建议：请补充当时有效的版本，或延长相邻版本的适用期

原因
  空档内的考核期无法评级。

错误写法
  同一方案的两个文件分别写 `applies from 2016-Q1 to 2016-Q4` 和 `applies from 2017-Q3`。

正确写法
  分别写 `applies from 2016-Q1 to 2017-Q2` 和 `applies from 2017-Q3`。
"""
    )


def test_other_languages_read_english() -> None:
    """As everywhere."""
    assert explain_code("E-CHAIN", "vi") == explain_code("E-CHAIN", "en")


def test_unknown_code() -> None:
    """The caller decides what to tell the user."""
    with pytest.raises(LookupError, match="E-NO-SUCH"):
        explain_code("E-NO-SUCH")


def test_page_is_safe_to_print() -> None:
    """The sample of E-BIDI holds a bidi control; its page does not."""
    assert catalogue()["E-BIDI"].wrong == "bar = 90 # at most \u202e09"
    for page in (explain_code("E-BIDI"), code_pages()["E-BIDI.md"]):
        assert "bar = 90 # at most \\u202e09" in page
        assert "\u202e" not in page


def test_markdown_page() -> None:
    """English, then Chinese, with the same samples."""
    assert (
        code_pages()["E-EMPTY.md"]
        == """\
# E-EMPTY

*error, syntax*

## What

the file has no statement

- help: check that this is the file you meant; a scheme begins with `edition 1` and `scheme name`

## Why

An empty file would rate everybody without any rule.

## Wrong

```tier wrong
# only a comment
```

## Right

```tier right
a = 1
```

---

*错误，语法*

## 含义

文件中没有任何语句

- 建议：请确认文件是否正确；方案以 `edition 1` 和 `scheme 名称` 开头

## 原因

空文件没有任何规则，却会让所有对象都得到结果。

## 错误写法

```tier wrong
# only a comment
```

## 正确写法

```tier right
a = 1
```
"""
    )


def test_index_lists_every_code_once() -> None:
    """In the order of the catalogue, each with a link to its page."""
    index = code_pages()["index.md"]
    linked = [line.split("]")[0].removeprefix("| [") for line in index.splitlines() if line.startswith("| [")]
    assert linked == list(catalogue())
    assert set(code_pages()) == {"index.md", *(f"{code}.md" for code in linked)}


def test_every_page_has_the_fixed_headings() -> None:
    """What, why, wrong, right, once in each language."""
    headings = [
        "## What",
        "## Why",
        "## Wrong",
        "## Right",
        "## 含义",
        "## 原因",
        "## 错误写法",
        "## 正确写法",
    ]
    for name, page in code_pages().items():
        if name != "index.md":
            assert [line for line in page.splitlines() if line.startswith("## ")] == headings, name


def test_main_writes_the_same_bytes_each_time(tmp_path: Path) -> None:
    """UTF-8 with plain line ends, on every system."""
    for _ in range(2):
        assert main([str(tmp_path / "codes")]) == 0
        written = {path.name: path.read_bytes().decode() for path in (tmp_path / "codes").iterdir()}
        assert written == code_pages()


def test_main_wants_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong arguments end with 2, as everywhere."""
    assert main([]) == 2
    assert capsys.readouterr().err == "usage: python -m tierlang.diagnostics.pages OUTDIR\n"


def test_checked_in_pages_are_current() -> None:
    """
    If not, run ``python -m tierlang.diagnostics.pages docs/codes``.

    Pages of codes that are gone are deleted by hand.
    """
    written = {path.name: path.read_text("utf-8") for path in CHECKED_IN.iterdir()}
    assert written == code_pages()
