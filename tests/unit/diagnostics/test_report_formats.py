"""Reports for programs: the golden files to the letter, and what each format's readers rely on."""

import json
from typing import Any

import pytest
from diagnostic_samples import (
    ALL,
    BASE_URL,
    CELL,
    COMMA,
    GAP,
    GOLDEN,
    HOSTILE,
    IN_MEMORY,
    MULTILINE,
    NO_PLACE,
    WHOLE_FILE,
    report,
)

from tierlang._version import __version__
from tierlang.diagnostics import Diagnostic
from tierlang.diagnostics.formats import FORMATS, render
from tierlang.diagnostics.render import render_text
from tierlang.diagnostics.safe import is_invisible
from tierlang.diagnostics.sarif import artifact_uri
from tierlang.source import SourceText, Span


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("format", FORMATS)
def test_golden(format: str, lang: str) -> None:
    """Every sample in every format is what the golden file says, twice over."""
    expected = (GOLDEN / f"report.{lang}.{format}").read_text("utf-8")
    assert report(format, lang) == expected
    assert report(format, lang) == expected


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("format", FORMATS)
def test_report_is_safe_to_print(format: str, lang: str) -> None:
    """No control, bidi or invisible character in any format, and lines that end."""
    text = render(ALL, format, lang)
    assert not any(is_invisible(char) for char in text if char != "\n")
    assert text.endswith("\n")


def test_unknown_format() -> None:
    """The message names those that are known."""
    with pytest.raises(
        ValueError, match="unknown format 'xml'; known are text, concise, json, github, sarif"
    ):
        render([], "xml")


@pytest.mark.parametrize(
    ("format", "empty"), [("text", ""), ("concise", ""), ("github", ""), ("json", "[]\n")]
)
def test_nothing_found(format: str, empty: str) -> None:
    """An empty report is still a report."""
    assert render([], format) == empty


def test_text_passes_its_options_on() -> None:
    """Colour and links are those of render_text."""
    shown = render([GAP], "text", "zh", colour=True, base_url=BASE_URL)
    assert shown == render_text([GAP], lang="zh", colour=True, base_url=BASE_URL)


# ------------------------------------------------------------------ concise


@pytest.mark.parametrize(
    ("diagnostic", "line"),
    [
        (GAP, "schemes/gbt31526_2015.tier:9:30: warning[W-TIER-GAP]: no tier covers `79 < score < 80`"),
        (
            CELL,
            (
                'shops.xlsx, sheet "Q3", row 17, column "sales": '
                "error[E-DATA-CELL]: `九百万` is written in Chinese numerals"
            ),
        ),
        (NO_PLACE, "error[E-PARAM-MISSING]: the parameter `bar` has to be supplied"),
        (WHOLE_FILE, "方案/五星 100%.tier: warning[W-EXAMPLE-NONE]: the scheme has no example"),
    ],
    ids=lambda value: value.code if isinstance(value, Diagnostic) else "",
)
def test_concise(diagnostic: Diagnostic, line: str) -> None:
    """One line each: place, severity, code, message."""
    assert render([diagnostic], "concise") == f"{line}\n"


# ------------------------------------------------------------------ json


def as_json(diagnostic: Diagnostic, lang: str = "en") -> dict[str, Any]:
    """The one object of a JSON report."""
    (found,) = json.loads(render([diagnostic], "json", lang))
    assert isinstance(found, dict)
    return found


def test_json_object() -> None:
    """Facts that programs need, columns in code points from 1, ends exclusive."""
    assert as_json(GAP) == {
        "code": "W-TIER-GAP",
        "severity": "warning",
        "message": "no tier covers `79 < score < 80`",
        "file": "schemes/gbt31526_2015.tier",
        "line": 9,
        "column": 30,
        "end_line": 9,
        "end_column": 32,
        "label": "`TWO` ends here",
        "labels": [
            {
                "line": 10,
                "column": 15,
                "end_line": 10,
                "end_column": 17,
                "message": "`THREE` starts here",
            }
        ],
        "notes": ["for example `score` = 79.5", "such a subject would fall to `FAIL`"],
        "helps": [
            "let one range begin where the other ends, as in `70 <= score < 80`, or declare a `step`",
        ],
        "place": None,
        "fixes": [{"line": 9, "column": 27, "end_line": 9, "end_column": 32, "text": "< 80"}],
        "url": None,
    }


def test_json_of_data() -> None:
    """Data have a place of their own and no lines; the value is given as it is."""
    found = as_json(CELL, "zh")
    place = {"file": "shops.xlsx", "sheet": "Q3", "row": 17, "column": "sales", "value": "九百万", "id": None}
    assert (found["file"], found["line"], found["place"]) == ("shops.xlsx", None, place)
    assert found["severity"] == "error"
    assert as_json(IN_MEMORY)["file"] is None


def test_json_keeps_texts_exactly() -> None:
    """What is escaped for the terminal is the same text for a program."""
    assert HOSTILE.source is not None
    found = as_json(HOSTILE)
    assert found["file"] == HOSTILE.source.name
    assert found["fixes"][0]["text"] == HOSTILE.fixes[0].text


def test_json_shows_chinese_readably() -> None:
    """Only what is invisible is escaped."""
    assert "九百万" in render([CELL], "json")


def test_columns_count_code_points() -> None:
    """𠮷 is one, though it is two in UTF-16 and four in UTF-8; 五 is one, though it is two columns wide."""
    source = SourceText("a.tier", "𠮷五 = e\u0301 + b")
    diagnostic = Diagnostic("E-DATE", {"text": "b"}, source, Span(9, 10))
    assert source.text[9] == "b"
    assert as_json(diagnostic)["column"] == 10


# ------------------------------------------------------------------ github


def test_github_escapes() -> None:
    """``%`` and line ends everywhere, ``:`` and ``,`` in properties."""
    source = SourceText("a,b:100%.tier", "x")
    diagnostic = Diagnostic("E-UNKNOWN-NAME", {"name": "50%,a:b"}, source, Span(0, 1))
    assert render([diagnostic], "github") == (
        "::error file=a%2Cb%3A100%25.tier,line=1,col=1,endLine=1,endColumn=2,title=E-UNKNOWN-NAME"
        "::the name `50%25,a:b` is not declared\n"
    )


def test_github_adds_notes_and_helps_as_lines() -> None:
    """In one command, their line ends escaped."""
    assert render([COMMA], "github").endswith(
        "::`1,000` looks like one number, but a comma separates two"
        "%0Ahelp: write `1_000` for one number, or put a space after the comma for two\n"
    )


def test_github_has_columns_for_one_line_only() -> None:
    """GitHub refuses columns of a span over several lines."""
    assert render([MULTILINE], "github").startswith(
        "::error file=sales.tier,line=1,endLine=4,title=E-NOT-CONDITION::"
    )


def test_github_tells_rows_of_data_in_the_message() -> None:
    """A row of a workbook is no line of a file."""
    assert render([CELL], "github").startswith(
        '::error file=shops.xlsx,title=E-DATA-CELL::sheet "Q3", row 17, column "sales": `九百万` is'
    )


def test_github_gives_no_command_away() -> None:
    """Each diagnostic is one line that begins with its own command, whatever its texts hold."""
    lines = render([HOSTILE, HOSTILE], "github").splitlines()
    assert len(lines) == 2
    assert all(line.startswith("::error file=evil") for line in lines)


# ------------------------------------------------------------------ sarif


def sarif_run(*found: Diagnostic, lang: str = "en", base_url: str | None = None) -> dict[str, Any]:
    """The one run of a log."""
    log = json.loads(render(found, "sarif", lang, base_url=base_url))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_head() -> None:
    """Who wrote it, in which language, and how columns are counted; also when nothing was found."""
    run = sarif_run(lang="zh")
    assert run["tool"]["driver"] == {"name": "tierlang", "version": __version__, "rules": []}
    assert (run["language"], run["columnKind"], run["results"]) == ("zh-CN", "unicodeCodePoints", [])


def test_sarif_rules() -> None:
    """Each code that occurs is one rule, to which results point by id and index."""
    run = sarif_run(GAP, COMMA, GAP, CELL, base_url=BASE_URL)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["E-COMMA-NUMBER", "E-DATA-CELL", "W-TIER-GAP"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "error", "warning"]
    assert rules[0]["helpUri"] == f"{BASE_URL}E-COMMA-NUMBER.md"
    assert all(rule[key]["text"] for rule in rules for key in ("shortDescription", "fullDescription", "help"))
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_result() -> None:
    """Place, further places and fixes."""
    (result,) = sarif_run(GAP)["results"]
    uri = {"uri": "schemes/gbt31526_2015.tier"}
    region = {"startLine": 9, "startColumn": 30, "endLine": 9, "endColumn": 32}
    assert result["level"] == "warning"
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": uri, "region": region}}]
    assert result["relatedLocations"][0]["message"] == {"text": "`THREE` starts here"}
    deleted = {"startLine": 9, "startColumn": 27, "endLine": 9, "endColumn": 32}
    replacement = {"deletedRegion": deleted, "insertedContent": {"text": "< 80"}}
    assert result["fixes"] == [
        {"artifactChanges": [{"artifactLocation": uri, "replacements": [replacement]}]}
    ]


def test_sarif_of_data() -> None:
    """A cell is a logical location in a file; rows in memory have no file, other findings no place at all."""
    cell, row, nowhere = sarif_run(CELL, IN_MEMORY, NO_PLACE)["results"]
    assert cell["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "shops.xlsx"}},
            "logicalLocations": [{"fullyQualifiedName": 'sheet "Q3", row 17, column "sales"'}],
        }
    ]
    assert row["locations"] == [{"logicalLocations": [{"fullyQualifiedName": 'row 2, column "score"'}]}]
    assert nowhere["locations"] == []


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("schemes/a.tier", "schemes/a.tier"),
        ("方案/五星 100%.tier", "%E6%96%B9%E6%A1%88/%E4%BA%94%E6%98%9F%20100%25.tier"),
        ("schemes\\a.tier", "schemes/a.tier"),
        ("a:b#c?d.tier", "a%3Ab%23c%3Fd.tier"),
        ("/srv/a b.tier", "file:///srv/a%20b.tier"),
        ("C:\\schemes\\a.tier", "file:///C:/schemes/a.tier"),
        ("五:/a.tier", "%E4%BA%94%3A/a.tier"),
        ("bad\udcff.tier", "bad%ED%B3%BF.tier"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_artifact_uri(name: str, uri: str) -> None:
    """Relative names stay relative; what a URI may not hold is percent-encoded."""
    assert artifact_uri(name) == uri
