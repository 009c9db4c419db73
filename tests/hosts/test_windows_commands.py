"""What the buttons of the ribbon do to a calling Excel: xlwings' own objects, over workbooks in memory."""

from __future__ import annotations

import copy
import re
import shutil
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import memory_excel
import openpyxl
import pytest
import xlwings
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from llmcost_xl.catalogue import bundled
from llmcost_xl.catalogue import refresh as refreshing
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts import helppage
from llmcost_xl.hosts.windows import commands
from llmcost_xl.reference import entries
from llmcost_xl.workbook import MODULES as WORKBOOKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RIBBON = Path(commands.__file__).parent / "vba" / "llmcost_ribbon.bas"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> memory_excel.App:
    monkeypatch.setattr(xlwings.Book, "_mock_caller", None, raising=False)  # is gone again after the test
    excel = memory_excel.App(tmp_path)
    memory_excel.calling(excel, "Book1.xlsx", openpyxl.Workbook())
    return excel


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


def test_without_a_folder_of_excels_the_users_documents_serve(
    app: memory_excel.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.excel.DefaultFilePath = str(app.documents / "gone")
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


# -- refresh prices --------------------------------------------------------------------------------------------------


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the catalogue, in use for a test; the feed is what genai-prices has installed, one price doubled."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for path in bundled.FOLDER.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    monkeypatch.setattr(bundled, "FOLDER", folder)
    real = refreshing.refresh
    monkeypatch.setattr(refreshing, "refresh", lambda: real(feed, folder))
    bundled.forget()
    yield folder
    monkeypatch.undo()
    bundled.forget()


def feed() -> list[Any]:
    from genai_prices.data import providers  # noqa: PLC0415  # half a second

    changed = copy.deepcopy(providers)
    (openai,) = (provider for provider in changed if provider.id == "openai")
    (model,) = (model for model in openai.models if model.id == "gpt-4o")
    model.prices.input_mtok = 5
    return changed


def cost() -> Any:
    return FUNCTIONS["QUERY_COST"]("gpt-4o", 1_000_000, 0)


def in_this_process(formula: str) -> Any:
    """As the worksheet functions answer that run in the process of the buttons."""
    assert formula == commands.ASK_THE_FUNCTIONS
    return dict(FUNCTIONS["LLM_CATALOGUE"]())["content hash"]


@pytest.mark.usefixtures("catalogue")
def test_refreshing_reaches_the_functions_and_calculates_everything(app: memory_excel.App) -> None:
    app.excel.evaluate = in_this_process
    assert cost() == 2.5
    commands.refresh_prices()
    assert cost() == 5
    assert app.excel.calculated == 1
    ((mode, said),) = app.messages
    assert mode == "info"
    assert re.match(r"Prices as of \d{4}-\d\d-\d\d from genai-prices data as published: ", said)
    assert "old prices" not in said
    assert app.status[0] == app.status[-1] is False
    assert [text.partition(":")[2][:9] for text in app.status[1:-1]] == [" fetching", " calculat"]
    commands.refresh_prices()
    assert "No price has changed." not in said
    assert app.messages[1][1].endswith("No price has changed.")


def test_the_question_to_the_functions_is_a_formula_that_gives_the_content_hash() -> None:
    from llmcost_xl.calc import evaluate  # noqa: PLC0415

    assert evaluate(commands.ASK_THE_FUNCTIONS).value == bundled.default_book().content_hash


@pytest.fixture
def nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh that has nothing to do."""
    done = refreshing.Refreshed(bundled.default_book().as_of, refreshing.FETCHED, 0, 0, ())
    monkeypatch.setattr(refreshing, "refresh", lambda: done)


@pytest.mark.usefixtures("nothing_new")
def test_functions_in_another_process_are_noticed(app: memory_excel.App) -> None:
    """Which answer from prices they read before."""
    app.excel.evaluate = lambda _: "the hash of other prices"
    commands.refresh_prices()
    assert app.messages[0][1].endswith("The formulas still show the old prices. Close Excel and open it again.")


@pytest.mark.usefixtures("nothing_new")
def test_an_excel_that_fails_gets_its_status_bar_back_and_the_user_a_sentence(app: memory_excel.App) -> None:
    app.broken = True
    commands.refresh_prices()
    ((mode, said),) = app.messages
    assert mode == "critical"
    assert "Excel or LLM Cost could not do this (RuntimeError)" in said
    assert "Traceback" not in said
    log = Path(said.rpartition(" with ")[2])
    assert "0x800ac472" in log.read_text()
    log.unlink()
    assert app.status[-1] is False


def test_a_catalogue_that_cannot_be_written_is_said(app: memory_excel.App, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise PermissionError(13, "Permission denied", "prices.csv")

    monkeypatch.setattr(refreshing, "refresh", refused)
    commands.refresh_prices()
    assert app.messages == [("critical", "Permission denied: prices.csv")]


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
    monkeypatch.setattr("llmcost_xl.hosts.windows.references.CELLS_READ", 5)
    assert "Costs!A1:C3 has 9 cells; up to 5 can be explained" in explained("=QUERY_COST(Costs!A1:C3,1,1)")


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
        assert f"<h3>{entry.name}</h3>" in page
    assert not re.search(r'(src|href)="http', page), "it needs no network"
    assert "$" not in re.sub(r"[^a-z]\$\d|\$/", "", page.partition("<h2>")[0])
    assert app.messages == []


def test_without_a_browser_the_file_is_named(app: memory_excel.App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    commands.open_help()
    assert app.messages[0][1].endswith(helppage.FILE_NAME)


def test_every_button_of_the_ribbon_calls_a_command() -> None:
    called = re.findall(r'RunCommand "(\w+)\(', RIBBON.read_text(encoding="ascii"))
    assert sorted(called) == sorted(
        name for name, member in vars(commands).items() if hasattr(member, "__wrapped__") and not name.startswith("_")
    )
