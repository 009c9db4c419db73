"""From names in braces to cells: what a formula becomes, which links appear, and which descriptions are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from llmcost_xl.workbook.cells import cells
from llmcost_xl.workbook.layout import Axis, Column, Entry, Field, Line, Rows, Sheet, Table, months
from llmcost_xl.workbook.plan import PlacedTable, SheetPlan, plan_sheet
from llmcost_xl.workbook.references import address

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Block
    from llmcost_xl.workbook.places import Place

CASES = Axis("case", (Column("a", "A"), Column("b", "B")))
USD = "USD per month"


class Draft:
    """Sheets planned one after another."""

    def __init__(self) -> None:
        self.homes: dict[str, Place] = {}
        self.tables: dict[str, PlacedTable] = {}

    def sheet(self, name: str, *blocks: Block, axis: Axis = CASES) -> SheetPlan:
        kind = "Calculation" if name.startswith("Calc") else name
        return plan_sheet(Sheet(name, "To be tested", blocks, axis), kind, self.homes, self.tables)

    def written(self, plan: SheetPlan) -> dict[str, object]:
        """Every cell with something in it; references to other sheets need no book here."""
        return {address("", cell.row, cell.column)[1:]: cell.value for cell in cells(self, plan)}  # type: ignore[arg-type]


@pytest.fixture
def draft() -> Draft:
    started = Draft()
    started.sheet(
        "Inputs",
        Rows("Costs", (Entry("server_cost", (1.0, 2.0)), Entry("annual_rate", 0.1))),
        Table("lines", "Lines", (Field("line", label="Line", unit="text"), Field("hours")), (("x", 5.0), ("y", 6.0))),
    )
    return started


def line(name: str, formula: str, *, single: bool = False) -> Line:
    return Line(name, formula, name.title(), USD, single=single)


def formulas(draft: Draft, plan: SheetPlan) -> list[str]:
    return [str(value) for value in draft.written(plan).values() if str(value).startswith("=")]


def test_a_quantity_of_another_sheet_gets_one_link_row(draft: Draft) -> None:
    plan = draft.sheet(
        "Calc_1", Rows("R", (line("one", "={server_cost}*{annual_rate}"), line("two", "={server_cost}")))
    )
    assert formulas(draft, plan) == [
        "=Inputs!D7", "=Inputs!E7",  # server_cost, once
        "=Inputs!C8",  # annual_rate
        "=D7*$C$8", "=E7*$C$8",
        "=D7", "=E7",
    ]  # fmt: skip


def test_a_line_without_a_formula_shows_where_its_quantity_lives(draft: Draft) -> None:
    draft.sheet("Calc_1", Rows("R", (line("one", "={server_cost}"),)))
    plan = draft.sheet("Calc_2", Rows("R", (Line("one"),)))
    assert formulas(draft, plan) == ["=Calc_1!D10", "=Calc_1!E10"]


def test_one_column_all_columns_and_the_headings(draft: Draft) -> None:
    plan = draft.sheet(
        "Calc_1",
        Rows("R", (
            line("pick", "={server_cost@b}", single=True),
            line("sum", "=SUM({server_cost:all})", single=True),
            line("where", '=MATCH("A",{case:labels},0)', single=True),
        )),
    )  # fmt: skip
    assert formulas(draft, plan)[2:] == ["=$E$7", "=SUM($D$7:$E$7)", '=MATCH("A",$D$5:$E$5,0)']


def test_cases_run_down_and_months_across(draft: Draft) -> None:
    draft.sheet("Timing", Rows("M", (line("step", "={step:prev}+1"),)), axis=months(1))
    plan = draft.sheet(
        "Calc_1",
        Rows("Cash", (line("cash", "={cash:prev}+{server_cost}*{step}"),), per=CASES),
        Rows("Sum", (line("total", "=SUM({cash:all})", single=True),), per=CASES),
        Rows("Both", (line("grand", "=SUM({total:all})", single=True),)),
        axis=months(1),
    )
    assert formulas(draft, plan) == [
        "=Timing!D7", "=Timing!E7",
        "=Inputs!D7", "=Inputs!E7",  # one row per case, in the value column
        "=C12+$C$8*D7", "=D12+$C$8*E7",
        "=C13+$C$9*D7", "=D13+$C$9*E7",
        "=SUM($D$12:$E$12)", "=SUM($D$13:$E$13)",
        "=SUM($C$16:$C$17)",
    ]  # fmt: skip
    back = draft.sheet("Calc_2", Rows("R", (Line("total"),)))
    assert formulas(draft, back) == ["=Calc_1!C16", "=Calc_1!C17"]  # turned into a row again


def test_a_table_continues_the_records_of_another_sheet(draft: Draft) -> None:
    plan = draft.sheet(
        "Calc_1",
        Table("costs", "Costs", (
            Field("cost", "={hours}*{annual_rate}", "Cost", "USD", total=True),
            Field("so_far", "=SUM({cost:to_here})", "So far", "USD"),
        ), like="lines"),
        Rows("R", (line("all", "={cost:total}+SUM({cost:all})", single=True),)),
    )  # fmt: skip
    assert formulas(draft, plan) == [
        "=Inputs!C8",
        "=Inputs!A13", "=Inputs!A14", "=Inputs!B13", "=Inputs!B14",  # name and hours, record by record
        "=B12*$C$7", "=SUM(C$12:C12)",
        "=B13*$C$7", "=SUM(C$12:C13)",
        "=SUM(C12:C13)",
        "=$C$14+SUM($C$12:$C$13)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (Rows("R", (line("x", "={unheard_of}"),)), "nothing before this sheet"),
        (Rows("R", (line("x", "={later}"), line("later", "=1"))), "further down"),
        (Rows("R", (line("x", "={Tasks}"),)), "cannot read the names"),
        (Rows("R", (line("x", "={server_cost}", single=True),)), "say which"),
        (Rows("R", (line("x", "={hours}"),)), "link its total"),
        (Rows("R", (Line("x", "=1"),)), "label and a unit"),
        (Rows("R", (Line("server_cost", "=1"),)), "has a home on Inputs already"),
        (Rows("R", (line("x", "=SUM({month:labels})"),)), "no axis called 'month'"),
        (Table("t", "T", (Field("f", "={server_cost}", "F", "USD"),), ((),)), "say which"),
        (Table("t", "T", (Field("f", "", "F", "USD", shows=True),), ((3.0,),)), "shows a formula"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(draft: Draft, block: Block, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        draft.written(draft.sheet("Calc_1", block))


def test_one_value_per_case_is_not_shown_where_nothing_tells_the_cases_apart(draft: Draft) -> None:
    with pytest.raises(ValueError, match="say which"):
        draft.sheet("Calc_1", Rows("R", (line("x", "={server_cost}"),)), axis=months(2))
