"""`llmcost-xl new` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from llmcost_xl.workbook import MODULES

if TYPE_CHECKING:
    from commandline import Run


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_writes_a_filled_workbook_and_tells_figures_and_place(run: Run) -> None:
    code, out, err = run("new", "roi", "-o", "mine.xlsx")
    assert (code, err) == (0, "")
    lines = [line.split("\t") for line in out.splitlines()]
    values = [line[1] for line in lines if len(line) == 3]
    # the two worked cases of S0: L176, L182 (1.2), L185 (903%), L225-227 (0.3 months, 4,000%+)
    for worked in ("18,800.00", "1.2", "902.7%", "24,400.00", "0.29", "4,023.9%"):
        assert worked in values
    assert lines[-1] == [f"Written to {Path.cwd() / 'mine.xlsx'}"]
    assert load_workbook("mine.xlsx").sheetnames[0] == "Cover"


def test_the_name_of_the_workbook_is_the_usual_name_of_the_file(run: Run) -> None:
    assert run("new", "hidden-costs")[0] == 0
    assert [path.name for path in Path.cwd().iterdir()] == ["hidden-costs.xlsx"]


def test_an_existing_file_is_replaced_only_with_force(run: Run) -> None:
    path = Path("roi.xlsx")
    path.write_text("mine", encoding="utf-8")
    code, out, err = run("new", "roi")
    assert (code, out) == (5, "")
    assert "--force" in err
    assert err.count("\n") == 1
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("new", "roi", "--force")[0] == 0
    assert load_workbook(path).sheetnames


def test_a_workbook_that_is_open_or_has_no_folder_is_not_written(run: Run) -> None:
    Path("~$roi.xlsx").touch()
    assert run("new", "roi", "--force")[0] == 5
    assert run("new", "roi", "-o", "nowhere/roi.xlsx")[0] == 5
    assert [path.name for path in Path.cwd().iterdir()] == ["~$roi.xlsx"]


@pytest.mark.parametrize(("typed", "meant"), [("rio", "roi"), ("hidden", "hidden-costs"), ("", "roi")])
def test_an_unknown_workbook_is_a_usage_error_with_the_nearest(run: Run, typed: str, meant: str) -> None:
    code, _, err = run("new", typed)
    assert code == 2
    assert meant in err
    assert list(Path.cwd().iterdir()) == []


def test_the_list_names_every_workbook(run: Run) -> None:
    assert set(json.loads(run("new", "--list", "--json")[1])) == set(MODULES)
    assert "roi\t" in run("new", "--list")[1]


def test_json_has_the_figures_unrounded(run: Run) -> None:
    answer = json.loads(run("new", "roi", "--json")[1])
    assert answer["file"] == str(Path.cwd() / "roi.xlsx")
    assert 22_500 / 18_800 in [pytest.approx(figure["value"], rel=1e-12) for figure in answer["figures"]]


def test_a_small_figure_keeps_its_decimals_in_another_currency(run: Run) -> None:
    code, out, _ = run("new", "price-book", "--currency", "EUR", "--rate", "0.92", "--rate-date", "2026-11-20")
    assert code == 0
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in out.splitlines()}
    # 340 USD per 1M queries at list prices, a tenth off for the batch share, 1.0525 attempts
    assert lines["A request there, with all steps"] == [f"{340e-6 * 0.9 * 1.0525 * 0.92:.6f}", "EUR per query"]
