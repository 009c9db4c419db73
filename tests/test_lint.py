"""The linter as a whole: its rules, its order, its severities, long lists made short, and its command."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from linting import broken, clean
from openpyxl import Workbook

from llmcost_xl.lint import RULES, lint
from llmcost_xl.lint.findings import GROUPS, Finding, Place
from llmcost_xl.lint.grouping import MOST, grouped
from llmcost_xl.workbook import MODULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commandline import Run

TESTS = Path(__file__).parent
LONGEST = 5.0  # seconds for one of our workbooks on a busy machine; 1 on an idle one


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A foreign workbook: one volatile formula, and a hundred merged pairs of cells."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Model"
    sheet["A1"] = "=NOW()"
    for row in range(2, 102):
        sheet.merge_cells(f"A{row}:B{row}")
    path = tmp_path / "theirs.xlsx"
    book.save(path)
    return path


# -- the rules -------------------------------------------------------------------------------------------------------


def test_rules_stand_in_the_order_of_their_ids() -> None:
    assert list(RULES) == sorted(RULES, key=lambda key: (list(GROUPS).index(key[0]), key))


@pytest.mark.parametrize("key", RULES)
def test_a_rule_says_why_and_how_to_mend_it(key: str) -> None:
    rule = RULES[key]
    assert key == rule.key
    assert len(rule.title) < 90
    assert not rule.title.endswith(".")
    for text in (rule.why, rule.mend):
        assert text[0].isupper() or not text[0].isalpha()
        assert text.endswith(".")
        assert "  " not in text
    assert rule.broken.__doc__


@pytest.mark.parametrize("key", RULES)
def test_a_rule_has_a_workbook_that_breaks_it(key: str) -> None:
    """Some test asks for the findings of this rule by its id."""
    assert key in {constant for path in TESTS.glob("test_lint_*.py") for constant in _arguments(path)}


def _arguments(path: Path) -> Iterator[str]:
    """The text constants that calls and tables of a test module hold; a list of all ids does not count."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            for constant in ast.walk(node):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    yield constant.value


# -- the findings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODULES)
def test_our_workbooks_have_no_errors_and_no_warnings(tmp_path: Path, name: str) -> None:
    path = clean(tmp_path, name)
    begun = time.process_time()
    found = [(finding.rule.key, finding.place) for finding in lint(path)]
    assert found == []
    assert time.process_time() - begun < LONGEST


def test_findings_stand_in_the_order_of_sheets_and_cells(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book.properties.title = None
        book["Log"]["J9"] = book["Inputs"]["Z10"] = book["Inputs"]["Z9"] = book["Inputs"]["Y10"] = "=TODAY()"

    found = [one.place for one in lint(broken(tmp_path, change), ["W04", "W08"])]
    assert [(place.sheet, place.cell) for place in found] == [
        ("", ""), ("Inputs", "Z9"), ("Inputs", "Y10"), ("Inputs", "Z10"), ("Log", "J9"),
    ]  # fmt: skip


def test_what_others_break_is_advice(theirs: Path) -> None:
    assert {finding.severity for finding in lint(theirs)} == {"advice"}


def test_a_workbook_of_ours_stays_ours_under_another_name(tmp_path: Path) -> None:
    path = broken(tmp_path, lambda book: book.__delitem__("Lists")).rename(tmp_path / "mine.xlsx")
    assert {finding.severity for finding in lint(path, ["W01"])} == {"error"}


# -- long lists ------------------------------------------------------------------------------------------------------


def findings(*places: tuple[str, str, str]) -> list[Finding]:
    return [Finding(RULES["W02"], "error", Place(*place)) for place in places]


def test_equal_findings_on_a_sheet_are_one_line() -> None:
    short = grouped(findings(*(("Model", f"A{row}", "the row is hidden") for row in range(1, 1_501))))
    [place] = [one.place for one in short]
    assert place == Place("Model", "A1", "the row is hidden (1,500 places: A1, A2, A3, A4, A5 ...)")


def test_equal_findings_on_many_sheets_are_one_line() -> None:
    short = grouped(findings(*((f"S{number}", "", "hidden") for number in range(9))))
    assert [one.place for one in short] == [Place("", "", "hidden (on 9 sheets: S0, S1, S2, S3, S4 ...)")]


def test_different_findings_stay_apart_until_there_are_too_many() -> None:
    few = findings(("A", "A1", "this"), ("A", "A2", "that"), ("B", "A1", "this"))
    assert grouped(few) == few
    many = grouped(findings(*(("A", f"A{row}", f"fault {row}") for row in range(1, 101))))
    assert len(many) == MOST + 1
    assert many[-1].place == Place("", "", "and 70 more")


# -- the command -----------------------------------------------------------------------------------------------------


def test_a_clean_workbook_is_a_line_and_no_error(run: Run, tmp_path: Path) -> None:
    path = clean(tmp_path)
    assert run("lint", str(path)) == (0, f"{path}: 0 errors, 0 warnings, 0 pieces of advice\n", "")


def test_errors_are_listed_explained_once_and_counted(run: Run, tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["Lists"].sheet_state = book["Log"].sheet_state = "hidden"

    path = broken(tmp_path, change)
    code, out, err = run("lint", str(path), "--rule", "W02")
    assert (code, err) == (4, "")
    lines = out.splitlines()
    assert lines[0] == "file\tseverity\trule\tplace\twhat"
    assert lines[1] == f"{path}\terror\tW02\tLists\tthe sheet is hidden"
    assert lines[3] == f"{path}: 2 errors, 0 warnings, 0 pieces of advice"
    assert out.count(RULES["W02"].why) == out.count(RULES["W02"].mend) == 1


def test_advice_is_no_error_and_is_short_unless_all_is_asked_for(run: Run, theirs: Path) -> None:
    code, out, _ = run("lint", str(theirs), "--rule", "P07")
    assert code == 0
    assert "merged cells (100 places: A2, A3, A4, A5, A6 ...)" in out
    assert out.count("\tP07\t") == 1
    assert run("lint", str(theirs), "--rule", "P07", "--all")[1].count("\tP07\t") == 100


def test_a_group_is_asked_for_by_its_letter(run: Run, theirs: Path) -> None:
    answer = json.loads(run("lint", str(theirs), "--rule", "w", "--json")[1])
    assert {finding["rule"][0] for finding in answer[0]["findings"]} == {"W"}


def test_one_bad_file_does_not_stop_the_others(run: Run, tmp_path: Path, theirs: Path) -> None:
    (tmp_path / "bad.xlsx").write_text("a;b", encoding="utf-8")
    code, out, err = run("lint", str(tmp_path / "bad.xlsx"), str(theirs))
    assert code == 3
    assert f"{theirs}: 0 errors" in out
    assert err == f"llmcost-xl: {tmp_path / 'bad.xlsx'}: no .xlsx or .xlsm workbook, or a piece of one\n"
    assert run("lint", str(tmp_path / "bad.xlsx"), str(tmp_path / "none.xlsx"), str(theirs))[0] == 5


def test_json_holds_every_place_of_every_file(run: Run, tmp_path: Path, theirs: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"")
    code, out, _ = run("lint", str(theirs), str(tmp_path / "bad.xlsx"), "--json", "--rule", "P07", "--rule", "W04")
    first, second = json.loads(out)
    assert (code, first["errors"], first["warnings"], first["advice"]) == (3, 0, 0, 101)
    assert first["findings"][0] == {
        "rule": "W04", "severity": "advice", "title": RULES["W04"].title, "why": RULES["W04"].why,
        "mend": RULES["W04"].mend, "sheet": "Model", "cell": "A1", "what": "the formula uses NOW",
    }  # fmt: skip
    assert (second["findings"], second["refused"]) == ([], f"{tmp_path / 'bad.xlsx'}: empty")


def test_the_rules_can_be_listed(run: Run) -> None:
    out = run("lint", "--rules")[1]
    assert [line.split("\t")[0] for line in out.splitlines()[1:]] == list(RULES)
    assert [one["rule"] for one in json.loads(run("lint", "--rules", "--json", "--rule", "D")[1])] == [
        key for key in RULES if key[0] == "D"
    ]


@pytest.mark.parametrize(
    ("words", "hint"), [(["--rule", "W99", "x.xlsx"], "no rule 'W99'; the nearest: W0"), ([], "which workbooks?")]
)
def test_a_wrong_command_is_one_clear_line(run: Run, words: list[str], hint: str) -> None:
    code, out, err = run("lint", *words)
    assert (code, out) == (2, "")
    assert hint in err
    assert err.count("\n") == 1
