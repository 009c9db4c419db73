"""The file itself: the same bytes every time, figures for programs that do not calculate, harmless text."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from openpyxl import load_workbook
from workbooks import built

from llmcost_xl import workbook
from llmcost_xl.errors import NotAvailableError
from llmcost_xl.workbook import MODULES, available, build
from llmcost_xl.workbook.built import built as build_description
from llmcost_xl.workbook.layout import (
    DOLLARS,
    Axis,
    Column,
    Currency,
    Entry,
    Field,
    Headline,
    Line,
    Revision,
    Rows,
    Sheet,
    Source,
    Table,
    Template,
)

if TYPE_CHECKING:
    from llmcost_xl.workbook.built import Built

TEMPLATES = Path(__file__).parents[1] / "templates"


@pytest.fixture(params=MODULES)
def book(request: pytest.FixtureRequest) -> Built:
    return built(str(request.param))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_description_gives_the_same_bytes(book: Built) -> None:
    assert build(book.template.name).content == book.content


def test_the_copy_in_templates_is_up_to_date(book: Built) -> None:
    """If this fails: llmcost-xl new NAME -o templates/NAME.xlsx --force."""
    stored = parts((TEMPLATES / f"{book.template.name}.xlsx").read_bytes())
    fresh = parts(book.content)
    assert list(stored) == list(fresh)
    assert [name for name in fresh if stored[name] != fresh[name]] == []


def test_nothing_in_the_file_tells_the_time_of_building(book: Built) -> None:
    with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = load_workbook(io.BytesIO(book.content)).properties
    assert f"{properties.created:%Y-%m-%d}" == f"{properties.modified:%Y-%m-%d}" == book.template.log[-1].day
    assert properties.title == book.template.title
    assert properties.language
    assert properties.version


def test_charts_are_named_and_described_in_the_file(book: Built) -> None:
    drawings = b"".join(
        content for name, content in parts(book.content).items() if name.startswith("xl/drawings/drawing")
    )
    assert drawings.count(b" descr=") == drawings.count(b"<graphicFrame>")
    assert b'name="Chart 1"' not in drawings


def test_the_file_holds_no_macro_link_or_connection(book: Built) -> None:
    suspicious = ("vbaProject", "externalLink", "connections", "activeX", "embeddings", "customXml")
    assert not [name for name in parts(book.content) if any(word in name for word in suspicious)]


def test_pandas_reads_the_figures_of_the_roi_workbook() -> None:
    outputs = pd.read_excel(io.BytesIO(built("roi").content), "Outputs", header=4, index_col=0, engine="openpyxl")
    # "Economics of Custom Models", lines 174-185 and 222-227
    assert outputs.loc["Monthly saving", "Worked example"] == 18_800
    assert outputs.loc["Payback", "Worked example"] == pytest.approx(22_500 / 18_800)
    assert outputs.loc["Return on investment", "Task API, as printed"] == pytest.approx((24_400 * 12 - 7_100) / 7_100)
    # specification, I19: the source's own limits applied to its Task API case
    assert outputs.loc["Monthly saving", "Task API, realistic"] == 18_600
    assert outputs.loc["Return on investment", "Task API, realistic"] == pytest.approx(11.57, abs=0.005)
    assert outputs.loc["Payback", "Task API, worst"] == pytest.approx(12.9, abs=0.05)
    assert outputs.loc["Return on investment", "Task API, worst"] == pytest.approx(-0.068, abs=0.0005)
    assert outputs.loc["Payback", "Low"] == "never"


def test_headline_figures_are_the_cells_of_the_cover(book: Built) -> None:
    cover = load_workbook(io.BytesIO(book.content), data_only=True)["Cover"]
    shown = {row[0]: row[1] for row in cover.iter_rows(max_col=2, values_only=True)}
    figures = book.headlines()
    assert figures
    for figure in figures:
        assert shown[figure.label] == figure.value
        assert isinstance(figure.value, int | float | str)


def test_the_list_of_workbooks() -> None:
    assert available().keys() == MODULES.keys()
    assert all(available().values())


def test_an_unknown_workbook_is_refused_by_name() -> None:
    with pytest.raises(NotAvailableError, match=r"'rio'.*available: .*\broi\b"):
        workbook.build("rio")


def test_text_that_looks_like_a_formula_stays_text() -> None:
    injected = '=HYPERLINK("x","y")'
    sheet = load_workbook(
        io.BytesIO(small(Table("names", "Names", (Field("who", label="Who", unit="text"),), (("+1",), (injected,)))))
    )["Inputs"]
    texts = [cell for row in sheet.iter_rows() for cell in row if cell.value in ("+1", injected)]
    assert [cell.data_type for cell in texts] == ["s", "s"]
    assert all(cell.quotePrefix for cell in texts)


def test_money_is_labelled_in_the_currency_of_the_workbook() -> None:
    sheet = load_workbook(io.BytesIO(small(currency=Currency("EUR", 0.92))))["Inputs"]
    units = {cell.value for cell in sheet["B"]}
    assert "EUR per month" in units
    assert not [unit for unit in units if unit and "USD" in str(unit)]


def small(*blocks: Table, currency: Currency = DOLLARS) -> bytes:
    """A workbook of one input and one result."""
    axis = Axis("case", (Column("one", "One"), Column("two", "Two")))
    description = Template(
        name="small",
        title="Small",
        purpose="To be tested",
        audience="Tests",
        steps=("None",),
        limits=("All",),
        inputs=Sheet("Inputs", "In", (Rows("Cost", (Entry("server_cost", (1.0, 2.0), "T"),)), *blocks), axis),
        calculations=(
            Sheet(
                "Calc_One",
                "Calc",
                (Rows("Twice", (Line("twice", "={server_cost}+{server_cost}", "Twice", "USD per month"),)),),
                axis,
            ),
        ),
        outputs=Sheet("Outputs", "Out", (Rows("Result", (Line("twice"),)),), axis),
        checks=(),
        headlines=(Headline("Twice", "{twice@two}", "USD per month"),),
        sources=(Source("T", "A test"),),
        log=(Revision("1", "2026-01-01", "test", "made"),),
        currency=currency,
    )
    content = build_description(description)
    assert content.headlines()[0].value == 4
    return content.content
