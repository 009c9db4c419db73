"""What the buttons of the ribbon do to a calling Excel: xlwings' own objects, over workbooks in memory."""

from __future__ import annotations

import re
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import memory_excel
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from llmcost_xl.hosts import helppage
from llmcost_xl.hosts.windows import commands
from llmcost_xl.reference import entries
from llmcost_xl.workbook import MODULES as WORKBOOKS

if TYPE_CHECKING:
    from collections.abc import Callable

RIBBON = Path(commands.__file__).parent / "vba" / "llmcost_ribbon.bas"


# -- new workbook ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_new_workbook_is_saved_among_the_documents_and_opened(app: memory_excel.App, name: str) -> None:
    commands.new_workbook(name)
    assert [book.name for book in app.opened] == ["Book1.xlsx", f"{name}.xlsx"]
    assert "Checks" in openpyxl.load_workbook(app.documents / f"{name}.xlsx").sheetnames
    assert app.messages == []
    assert app.status == [False, f"LLM Cost: building {name} ...", False]


def test_a_new_workbook_never_replaces_one_nor_takes_the_name_of_an_open_one(app: memory_excel.App) -> None:
    (app.documents / "roi.xlsx").write_text("mine")
    app.opened.add("ROI-2.xlsx", openpyxl.Workbook())
    commands.new_workbook("roi")
    commands.new_workbook("roi")
    assert [book.name for book in app.opened][2:] == ["roi-3.xlsx", "roi-4.xlsx"]
    assert (app.documents / "roi.xlsx").read_text() == "mine"


@pytest.mark.parametrize("folder", ["", "gone", None])
def test_without_a_folder_of_excels_the_users_documents_serve(
    app: memory_excel.App, folder: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.excel.DefaultFilePath = folder and str(app.documents / folder)
    (app.documents / "Documents").mkdir()
    monkeypatch.setenv("HOME", str(app.documents))
    monkeypatch.setenv("USERPROFILE", str(app.documents))
    commands.new_workbook("roi")
    assert (app.documents / "Documents" / "roi.xlsx").exists()


def test_a_workbook_that_does_not_exist_is_said(app: memory_excel.App) -> None:
    commands.new_workbook("rio")
    ((mode, said),) = app.messages
    assert mode == "critical"
    assert said == "there is no workbook 'rio'; available: " + ", ".join(WORKBOOKS)
    assert app.status[-1] is False


# -- explain ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def explained(app: memory_excel.App) -> Callable[..., str]:
    """What is said of a formula in F3 of a workbook with cells of every kind."""
    content = openpyxl.Workbook()
    sheet = content.active
    assert sheet is not None
    sheet.title = "Costs"
    for row in (["model", "input", "output"], ["gpt-4o", 500, 200], ["gpt4o", 1000, None]):
        sheet.append(row)
    sheet.add_table(Table(displayName="Calls", ref="A1:C3"))
    sheet["E1"], sheet["F1"], sheet["E3"] = "queries", "cost", 25
    sheet.add_table(Table(displayName="Sums", ref="E1:F3"))
    content.create_sheet("Ada's sheet")["B7"] = 200
    content.defined_names["queries"] = DefinedName("queries", attr_text="'Ada''s sheet'!$B$7")
    content.defined_names["share"] = DefinedName("share", attr_text="0.25")
    sheet.defined_names["queries"] = DefinedName("queries", attr_text="Costs!$B$2")
    other = openpyxl.Workbook()
    other.active["A1"] = 99  # type: ignore[index]
    app.opened.add("Other.xlsx", other)

    def explained(formula: Any, **shown: Any) -> str:
        sheet["F3"] = formula
        book = memory_excel.calling(app, "Costs.xlsx", content, shown)
        app.selected = book.sheets("Costs").range("F3:G9")
        commands.explain_cell()
        ((mode, said),) = app.messages
        assert mode == "info"
        return said

    return explained


@pytest.mark.parametrize(
    ("formula", "call"),
    [
        ("=QUERY_COST(A2,$B$2,C2)", 'QUERY_COST("gpt-4o", 500, 200)'),
        ("=QUERY_COST(A2,B3,C3)", 'QUERY_COST("gpt-4o", 1000, (blank))'),
        ("=QUERY_COST(A2,'Ada''s sheet'!B7,Costs!C2)", 'QUERY_COST("gpt-4o", 200, 200)'),
        ("=QUERY_COST(A2,[Other.xlsx]Sheet!A1,1)", 'QUERY_COST("gpt-4o", 99, 1)'),
        ("=QUERY_COST(A2,queries,1)", 'QUERY_COST("gpt-4o", 500, 1)'),
        ("=QUERY_COST(A2,1,1,0,0,,share)", 'QUERY_COST("gpt-4o", 1, 1, 0, 0, (blank), 0.25)'),
        ("=QUERY_COST(Calls[@model],Calls[[#This Row],[input]],1)", 'QUERY_COST("gpt4o", 1000, 1)'),
        ("=QUERY_COST(A2,[@queries],1)", 'QUERY_COST("gpt-4o", 25, 1)'),
        ("=QUERY_COST(Calls[model],1,1)", "QUERY_COST((range of 2 x 1 cells), 1, 1)"),
        ("=QUERY_COST(A2,SUM(B:B),1)", 'QUERY_COST("gpt-4o", 1500, 1)'),
        ("=LET(x,B2,QUERY_COST(A2,x,1))", 'QUERY_COST("gpt-4o", 500, 1)'),
    ],
)
def test_every_way_to_refer_to_cells_is_followed(explained: Callable[..., str], formula: str, call: str) -> None:
    said = explained(formula)
    assert said.startswith(f"F3\n{formula}\n\n{call}\n")


def test_a_cell_with_a_formula_is_read_as_it_shows(explained: Callable[..., str]) -> None:
    assert 'QUERY_COST("gpt-4o", 750, 200)\nThe call succeeds: 0.003875;' in explained("=QUERY_COST(A2,B2,C2)", B2=750)


def test_a_cell_with_an_error_is_read_as_that_error(explained: Callable[..., str]) -> None:
    assert "#DIV/0!: input_tokens (Input tokens) is the error #DIV/0!" in explained(
        "=QUERY_COST(A2,B2,1)", B2="#DIV/0!"
    )


def test_the_prices_behind_stand_below(explained: Callable[..., str]) -> None:
    assert "\n  input: 2.5 USD per 1M tokens (genai-prices" in explained("=QUERY_COST(A2,B2,C2)")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "F3 holds no formula"),
        (12, "F3 holds no formula"),
        ("text", "F3 holds no formula"),
        ("=SUM(B2:B3)", "uses none of the LLM Cost functions"),
        ("=QUERY_COST(A2,Missing!A1,1)", "the cells of Missing!A1 cannot be read"),
        ("=QUERY_COST(A2,nothing,1)", "#NAME?: nothing is not defined"),
    ],
)
def test_what_cannot_be_explained_gets_a_sentence(explained: Callable[..., str], content: Any, said: str) -> None:
    assert said in explained(content)


def test_a_range_too_large_to_read_is_said(explained: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmcost_xl.hosts.windows.references.CELLS_READ", 8)
    assert "Costs!A1:C3 has 9 cells; up to 8 can be explained" in explained("=QUERY_COST(Costs!A1:C3,1,1)")


def test_a_range_just_small_enough_is_read(explained: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmcost_xl.hosts.windows.references.CELLS_READ", 9)
    assert "(range of 3 x 3 cells)" in explained("=QUERY_COST(Costs!A1:C3,1,1)")


def test_a_selected_picture_is_said(app: memory_excel.App) -> None:
    commands.explain_cell()
    assert app.messages == [("info", "Select a cell first: what is selected is no cell.")]


# -- help, and the buttons themselves --------------------------------------------------------------------------------


def test_help_opens_a_page_with_every_function(
    app: memory_excel.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or True)
    commands.open_help()
    assert opened == [(tmp_path / helppage.FILE_NAME).as_uri()]
    page = (tmp_path / helppage.FILE_NAME).read_text(encoding="utf-8")
    for entry in entries():
        assert f'<h3 id="{entry.name}">' in page
        assert all(f'<a href="#{name}">' in page and f'<h3 id="{name}">' in page for name in entry.see_also)
    assert "`" not in page
    assert not re.search(r'(src|href)="http', page), "it needs no network"
    assert "$" not in re.sub(r"[^a-z]\$\d|\$/", "", page.partition("<h2>")[0])
    assert app.messages == []


def test_without_a_browser_the_file_is_named(
    app: memory_excel.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    commands.open_help()
    assert app.messages[0][1].endswith(helppage.FILE_NAME)


def test_every_button_of_the_ribbon_calls_a_command() -> None:
    called = re.findall(r'RunCommand "(\w+)\(', RIBBON.read_text(encoding="ascii"))
    assert sorted(called) == sorted(
        name for name, member in vars(commands).items() if hasattr(member, "__wrapped__") and not name.startswith("_")
    )
