"""Price tables as people leave them: rows and columns inserted, cells merged, headings gone, names written twice."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook.defined_name import DefinedName
from repricing import AUTUMN, DATED, LONG, NEW_YEAR, WIDE, cells, prices_of, repriced, told, workbook

from llmcost_xl.catalogue.bundled import bundled_book, company_book
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import Target, planned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook

    from llmcost_xl.reprice import Plan

GEMINI = "gemini-3.7-flash"
DAY = dt.date(2026, 1, 1)
IN, OUT = (GEMINI, "input"), (GEMINI, "output")
ROW, ROW_OUT = (*IN, DAY, 0.75, "genai"), (*OUT, DAY, 3.75, "genai")
BY_PROVIDER = ("Provider", "Model", "Component", "From date", "Price (USD per 1M tokens)")


def edited(book: BookFile, edit: Callable[[Workbook], object]) -> BookFile:
    """The workbook after somebody did this to it."""
    changed, content = load_workbook(io.BytesIO(book.content)), io.BytesIO()
    edit(changed)
    changed.save(content)
    return BookFile.read(content.getvalue())


def plan_of(*rows: Any, **how: Any) -> Plan:
    return planned(workbook(*rows, **how), prices_of(NEW_YEAR))


def kinds(plan: Plan) -> list[str]:
    return [row.kind for row in plan.rows]


@pytest.mark.parametrize("gap", [1, 2])
def test_prices_go_on_behind_an_empty_row(gap: int) -> None:
    after = cells(
        repriced(workbook(WIDE, (GEMINI, 0.75, 3.75), *[()] * gap, (GEMINI, 0.75, 3.75)), prices_of(NEW_YEAR))
    )
    assert (after["B2"], after[f"B{3 + gap}"], after[f"C{3 + gap}"]) == (1.5, 1.5, 7.5)


def test_a_dated_table_goes_on_behind_an_empty_row_and_grows_below_its_last() -> None:
    book = workbook(DATED, ROW, (), ROW_OUT)
    after = cells(repriced(book, prices_of(NEW_YEAR)))
    assert [after[f"{column}5"] for column in "ABD"] == [*IN, 1.5]
    assert [after[f"{column}6"] for column in "ABD"] == [*OUT, 7.5]


@pytest.mark.parametrize(
    "rows",
    [
        [("Feature", "Calls", "Share"), ("chat", 500, 0.2)],  # another list
        [("Approved by", "K.")],
        [("Total", None, None)],
    ],
)
def test_what_follows_an_empty_row_and_is_no_price_is_left_alone(rows: list[Any]) -> None:
    plan = plan_of(WIDE, (GEMINI, 1.5, 7.5), (), *rows)
    assert kinds(plan) == ["already so"] * 2


def test_an_inserted_column_without_a_heading_parts_no_table() -> None:
    head = ("Model", "Input price ($/1M tokens)", None, "Output price ($/1M tokens)")
    after = cells(repriced(workbook(head, (GEMINI, 0.75, None, 3.75)), prices_of(NEW_YEAR)))
    assert (after["B2"], after["D2"]) == (1.5, 7.5)


def test_nor_does_one_behind_the_provider() -> None:
    """Without its provider a new row would be found by no formula, and could be of another provider's price."""
    head = (BY_PROVIDER[0], None, *BY_PROVIDER[1:], None, "Source", "Remark")
    rows = [(provider, None, *IN, DAY, 0.75, None, "genai") for provider in ("google", "github-copilot")]
    after = cells(repriced(workbook(head, *rows), prices_of(NEW_YEAR)))
    assert [after[cell] for cell in ("A4", "C4", "D4", "F4")] == ["google", *IN, 1.5]
    assert after["H4"].startswith("genai-prices")
    assert "A5" not in after, "the other provider announced no change"


def test_a_table_beside_another_stays_apart() -> None:
    book = workbook((*WIDE, None, "From date", "EUR per US$"), (GEMINI, 0.75, 3.75, None, DAY, 0.9))
    assert kinds(planned(book, prices_of(NEW_YEAR))) == ["changed", "changed"], "rates of exchange date no prices"


def test_a_model_merged_over_its_rows_is_that_of_each() -> None:
    book = workbook(LONG, (*IN, 0.75), (None, "output", 3.75), ("gpt-4o", "input", 2.5), (None, "output", 10))
    book = edited(book, lambda made: [made["Rates"].merge_cells(area) for area in ("A2:A3", "A4:A5")])
    after = cells(repriced(book, prices_of(NEW_YEAR)))
    assert [after[f"C{row}"] for row in (2, 3, 4, 5)] == [1.5, 7.5, 2.5, 10]


def test_a_merged_source_is_written_once() -> None:
    book = workbook((*LONG, "Source"), (*IN, 0.75, "genai"), (*OUT, 3.75, None))
    book = edited(book, lambda made: made["Rates"].merge_cells("D2:D3"))
    after = cells(repriced(book, prices_of(NEW_YEAR)))
    assert (after["C2"], after["C3"], after["D2"]) == (1.5, 7.5, "genai-prices 0.2.3")


def test_a_price_without_a_model_is_told() -> None:
    plan = plan_of(LONG, (*IN, 0.75), (None, "output", 3.75))
    assert told(plan) == [("changed", "C2", 0.75, 1.5), ("unknown", "C3", 3.75, None)]
    assert "no model's name" in plan.rows[1].reason


def test_a_provider_left_out_is_not_guessed() -> None:
    head = ("Provider", *LONG)
    plan = plan_of(head, ("github-copilot", *IN, 0.75), (None, *IN, 0.75))
    assert kinds(plan) == ["already so", "not understood"]
    assert "no provider, which other rows have" in plan.rows[1].reason
    assert kinds(plan_of(head, (None, *IN, 0.75))) == ["changed"], "a column that nobody uses"


def test_rows_written_below_the_frame_of_an_excel_table_are_of_it() -> None:
    book = workbook(WIDE, (GEMINI, 0.75, 3.75), (GEMINI, 0.75, 3.75), table="A1:C2")
    after = cells(repriced(book, prices_of(NEW_YEAR)))
    assert (after["B3"], after["C3"]) == (1.5, 7.5)


def test_empty_rows_of_a_table_are_used_only_where_formulas_see_them() -> None:
    for formula, kind in (('=SUMIFS(Rates!D2:D2,Rates!B2:B2,"input")', "no room"), ("=SUM(Rates!D2:D9)", "appended")):
        book = workbook(DATED, ROW, table="A1:E6", formulas={"A1": formula})
        assert kinds(planned(book, prices_of(NEW_YEAR))) == ["already so", kind], formula


def test_a_list_that_shows_every_row_of_a_table_sees_the_new_one() -> None:
    lines = {f"A{row}": f"=Rates!D{row}" for row in range(2, 7)}
    book = workbook(DATED, ROW, table="A1:E6", formulas=lines)
    assert kinds(planned(book, prices_of(NEW_YEAR))) == ["already so", "appended"]


def test_names_of_one_model_are_prices_of_their_own() -> None:
    """Formulas find a price by the name that stands in the table."""
    rows = [("gpt-4o", "input", DAY, 2.5, "genai"), ("gpt-4o-2024-08-06", "input", DAY, 2.5, "genai")]
    plan = plan_of(DATED, *rows)
    assert {row.model for row in plan.rows} == {"openai/gpt-4o"}
    assert kinds(plan) == ["already so"] * 2


@pytest.mark.parametrize("replaced", [False, True])
def test_two_rows_of_one_price_and_day_are_named(replaced: bool) -> None:
    book = workbook(DATED, ROW, (*IN, DAY, 0.8, ""), ROW_OUT)
    plan = planned(book, prices_of(NEW_YEAR), replaced=replaced)
    assert kinds(plan)[:2] == ["not understood"] * 2
    assert "D2 and D3 are of one price and day" in plan.rows[0].reason
    assert plan.count("changed", "appended") == 1, "the other price is repriced"


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([("All figures in EUR",), ("Prices in US$ per 1M tokens",)], "changed"),  # the nearest title counts
        ([("US$ per 1K tokens until 2024",), ("US$ per 1M tokens",)], "changed"),
        ([("Model", "Input price (USD per 1K tokens)"), (GEMINI, 0.0015), ()], "not understood"),  # another table's
    ],
)
def test_a_unit_is_that_of_the_nearest_title(rows: list[Any], kind: str) -> None:
    assert kinds(plan_of(*rows, ("Model", "Input price"), (GEMINI, 0.75)))[-1] == kind


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([("Prices, US$ per 1M tokens",), ("Model", "Input", "Output")], ["changed"] * 2),
        ([("Model", "Prompt", "Completion"), (None, "$/1M tokens", "$/1M tokens")], ["changed"] * 2),
        ([("US$ per 1M tokens",), ("Model", "Input tokens", "Output tokens")], []),  # counts
        ([("Tokens per month",), ("Model", "Input", "Output")], []),
        ([("Model", "Input", "Output")], []),
    ],
)
def test_a_component_alone_heads_prices_where_their_unit_is_stated(rows: list[Any], wanted: list[str]) -> None:
    assert kinds(plan_of(*rows, (GEMINI, 0.75, 3.75))) == wanted


@pytest.mark.parametrize("unit", ["USD cents per 1K tokens", "¢ per 1K tokens"])
def test_cents_are_no_dollars(unit: str) -> None:
    assert kinds(plan_of(("Model", f"Input price ({unit})"), (GEMINI, 0.075))) == ["not understood"]


@pytest.mark.parametrize("unit", ["USD per 1M characters", "USD per 1k queries", "$/1M images", "USD per 1k pages"])
def test_a_price_of_something_else_than_tokens_is_not_taken_for_one(unit: str) -> None:
    assert kinds(plan_of(("Model", f"Input price ({unit})"), (GEMINI, 0.75))) == ["not understood"]


def test_an_announced_price_entered_early_is_told_and_set_back_on_request() -> None:
    book = workbook(LONG, (*IN, 1.5))
    assert told(planned(book, prices_of(AUTUMN))) == [("changed", "C2", 1.5, 0.75)]
    plan = planned(book, Target(bundled_book(), AUTUMN, "the newest"))
    assert kinds(plan) == ["left alone"]
    assert plan.rows[0].reason == "is the price from 2027-01-01; --as-of 2026-11-21 would set it back"


def test_a_sum_typed_as_a_price_is_somebodys_own_and_told() -> None:
    """=2.5*0.9 reads nothing: a table of such prices is no copy of another one, beside which it is left out."""
    book = workbook(LONG, (*IN, "=2.5*0.9"), (), (), (), LONG, (*IN, 0.75), (), (), (), LONG, (*IN, "=C7"))
    assert [(row.kind, row.cell) for row in planned(book, prices_of(NEW_YEAR)).rows] == [
        ("left alone", "C2"),
        ("changed", "C7"),
    ]


def test_a_list_price_at_an_earlier_rate_is_no_hand_of_somebody(tmp_path: Path) -> None:
    own = tmp_path / "rates.csv"
    own.write_text("provider,model,component,price,unit,from_date\nfx,EUR,rate,0.9,EUR per USD,2026-01-01\n"
                   "fx,EUR,rate,0.8,EUR per USD,2026-11-01\n")  # fmt: skip
    target = Target(company_book(own), NEW_YEAR, "rates of November")
    book = workbook(("Model", "Input price (EUR/1M tokens)"), ("gpt-4o", 2.25), ("gpt-4o", 2.3))
    assert told(planned(book, target)) == [("changed", "B2", 2.25, 2.0), ("left alone", "B3", 2.3, 2.0)]


# -- the price date must not run ahead of the prices -----------------------------------------------------------------


def with_price_date(book: BookFile) -> BookFile:
    """The workbook with a price date of its own, on the sheet Model."""

    def edit(made: Workbook) -> None:
        made["Model"]["H1"] = DAY
        made.defined_names["in_as_of"] = DefinedName("in_as_of", attr_text="Model!$H$1")

    return edited(book, edit)


def test_the_date_is_set_with_the_prices() -> None:
    plan = planned(with_price_date(workbook(DATED, ROW)), prices_of(NEW_YEAR))
    assert kinds(plan) == ["already so", "appended", "date set"]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([(), ("Approved by", "K.")], ["already so", "no room", "left alone"]),
        ([ROW], ["not understood", "not understood", "left alone"]),  # which of the two counts?
        ([("n/a", "input", DAY, "n/a", "")], ["already so", "not understood", "appended", "date set"]),
    ],
)
def test_where_a_price_is_missing_on_the_day_the_date_stays(rows: list[Any], wanted: list[str]) -> None:
    plan = planned(with_price_date(workbook(DATED, ROW, *rows)), prices_of(NEW_YEAR))
    assert kinds(plan) == wanted
    assert ("prices are missing" in plan.rows[-1].reason) == (wanted[-1] == "left alone")


def test_where_only_formulas_show_prices_the_date_stays_and_somebody_is_asked() -> None:
    """The headings of the table that they come from were translated."""
    rows = [LONG, (*IN, "=Tabelle!D2")]
    plan = planned(with_price_date(workbook(*rows)), prices_of(NEW_YEAR))
    assert kinds(plan) == ["not understood", "left alone"]
    assert plan.is_open
    assert not plan.changes_anything
