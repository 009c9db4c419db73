"""The hidden-cost workbook against figures worked out by hand from "Economics of Custom Models" (S0)."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from workbooks import Cells, built

from llmcost_xl import workbook
from llmcost_xl.workbook.cells import entered_columns
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options
from llmcost_xl.workbook.plan import entries
from llmcost_xl.workbook.references import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

near = pytest.approx


CELLS = Cells("hidden-costs")
cell, record = CELLS.cell, CELLS.record


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built("hidden-costs").save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def entered(book: Book, **inputs: float | str) -> Book:
    """Enter inputs, in the base scenario where there are several."""
    book.set({base_cell(name): value for name, value in inputs.items()})
    book.recalculate()
    return book


def base_cell(name: str) -> str:
    sheet = built("hidden-costs").plan.sheet("Inputs")
    placed = next(placed for placed in entries(sheet) if placed.line.name == name)  # type: ignore[union-attr]
    return f"Inputs!{get_column_letter(entered_columns(sheet, placed)[0])}{placed.row}"


def column(name: str) -> list[str]:
    return [record(name, number) for number in range(built("hidden-costs").plan.homes[name].records)]


def sentence(book: Book, number: int) -> str:
    """One of the sentences on Outputs, counted from 0."""
    return str(book[f"Outputs!A{FIRST_ROW + 1 + number}"])


def status(statement: str) -> str:
    """The cell with the verdict of a check."""
    sheet = built("hidden-costs").plan.sheet("Checks")
    for name in ("check", "alert"):
        for number, record in enumerate(sheet.tables[name].block.records):
            if record[0] == statement:
                place = sheet.places[f"{name}_status"]
                return f"Checks!{chr(64 + place.column)}{place.row + number}"
    raise LookupError(statement)


@pytest.mark.parametrize(
    ("correlation", "budget"),
    # S0 L131-151: means 151.5 h; the lines' ranges 30, 15, 6, 20, 40, 3, 10, 10, 5, 5, 5 h over the root of 28 are the
    # deviations of a symmetric PERT, 11.0921 h together if independent and 28.1584 h if they move together;
    # 0.841621 deviations above the mean suffice four times in five
    [(0, 16_083.54), (0.3, 16_664.90), (1, 17_519.87)],
)
def test_budget_at_80_percent(book: Book, correlation: float, budget: float) -> None:
    entered(book, correlation=correlation)
    assert book["out_build_budget"] == near(budget, abs=0.005)
    assert book["out_build_mean"] == near(15_150)
    assert book["out_build_contingency"] == near(budget - 15_150, abs=0.005)
    assert (book["out_build_low"], book["out_build_high"]) == (7_700, 22_600)  # S0: 47+22+8 and 158+50+18 h at $100


def test_parts_are_the_printed_totals(book: Book) -> None:
    parts = ("data_low", "data_high", "evaluation_low", "evaluation_high", "setup_low", "setup_high")
    shown = book.read(cell(part) for part in parts)
    assert list(shown.values()) == [4_700, 15_800, 2_200, 5_000, 800, 1_800]  # S0 L136, L145, L150-151


def test_plan_of_prompt_3(book: Book) -> None:
    # S0 L256-264: 200 + 12*500 = 6,200; with the tables 6,200 + 7,700 + 12*400 and 6,200 + 22,600 + 12*1,900
    shown = book.read(cell(name) for name in ("planned_total", "real_low", "real_high"))
    assert list(shown.values()) == [6_200, 18_700, 51_600]
    assert book["out_times_plan_low_shown"] == near(18_700 / 6_200)
    assert book["out_times_plan_high_shown"] == near(51_600 / 6_200)


@pytest.mark.parametrize(
    ("scenario", "training", "data", "evaluation", "setup", "cycles", "operation", "complete"),
    # S0 L128-161 at 100 USD an hour. Cycles: 2, 5 and 10 times quality review and analysis (15, 27.5, 40 h), less one
    # time, less the allowance of 20, 40 and 60 h. Operation: 12 months of 4, 11.5 and 19 h. Servers: 12 x 500 USD.
    [
        ("Low", 100, 4_700, 2_200, 800, 1_500 - 2_000, 4_800, 18_100),
        ("Base", 200, 10_250, 3_600, 1_300, 4 * 2_750 - 4_000, 13_800, 42_150),
        ("High", 200, 15_800, 5_000, 1_800, 9 * 4_000 - 6_000, 22_800, 81_600),
    ],
)
def test_what_the_plan_becomes_and_why(
    book: Book, scenario: str, *, training: float, data: float, evaluation: float, setup: float, cycles: float,
    operation: float, complete: float,
) -> None:  # fmt: skip
    names = ("training", "data", "evaluation", "setup", "cycles", "work", "complete")
    column = scenario.lower()
    wanted = [training, data, evaluation, setup, cycles, operation, complete]
    assert list(book.read(cell(f"{name}_in_case@{column}") for name in names).values()) == near(wanted)
    entered(book, scenario=scenario)
    shown = list(book.read(record("change", number) for number in range(9)).values())
    assert shown == near([6_200, training - 200, data, evaluation, setup, 0, cycles, operation, 0])
    assert sum(shown) == near(complete)
    assert book[cell("bridge_end")] == book["out_shown_complete_in_case"] == near(complete)
    assert book["out_times_shown"] == near(complete / 6_200)
    assert book["chk_master"] == "OK"


def test_the_custom_scenario_takes_its_own_hours(book: Book) -> None:
    entered(book, scenario="Custom")
    book.set({record("hours_custom", 0): 125, record("monthly_custom", 3): 2, record("hours_custom", 11): 30})
    book.recalculate()
    # 100 h of data collection, 30 h of MLOps, 24 h of evaluation pipelines more than the base scenario
    assert book["out_shown_complete_in_case"] == near(42_150 + 100 * (100 + 30 + 24))
    assert book["out_build_mean"] == near(15_150)  # the budget weighs low, likely and high
    assert book["chk_master"] == "OK"


def test_months_of_operation(book: Book) -> None:
    entered(book, months=6)
    assert book["out_shown_complete_in_case"] == near(42_150 - 6 * (500 + 1_150))
    assert "over 6 months of operation" in sentence(book, 0)


# -- sensitivity: against the whole workbook, recomputed --------------------------------------------------------------


def effects(book: Book) -> dict[str, tuple[float, float]]:
    columns = (column("effect_driver"), column("effect_less"), column("effect_more"))
    rows = zip(*(book.read(cells).values() for cells in columns), strict=True)
    return {str(driver): (float(less), float(more)) for driver, less, more in rows}


def test_tornado_is_what_changing_the_inputs_does(book: Book) -> None:
    shown = effects(book)
    before = float(book["out_shown_complete_in_case"])

    def change(cells: dict[str, float]) -> float:
        old = book.read(cells)
        book.set(cells)
        book.recalculate()
        after = float(book["out_shown_complete_in_case"])
        book.set(old)
        book.recalculate()
        return after - before

    data = range(5)  # the first five activities
    for end, side in (("low", 0), ("high", 1)):
        hours = book.read(record(f"hours_{end}", number) for number in data)
        likely = dict(zip((record("hours_likely", number) for number in data), hours.values(), strict=True))
        assert change(likely) == near(shown["Data preparation: hours"][side])
    assert change({base_cell("build_rate"): 75}) == near(shown["Builders' rate"][0])
    assert change({base_cell("build_rate"): 150}) == near(shown["Builders' rate"][1])
    assert change({base_cell("planned_infrastructure"): 1_000}) == near(shown["Infrastructure"][1])
    assert shown["Cycles of the complexity"] == near((-2_750, 2_750))  # 4 and 6 cycles for 5
    assert shown["Training runs"] == near((-100, 200))


def test_grid_is_what_changing_both_inputs_does(book: Book) -> None:
    place = built("hidden-costs").plan.homes["grid_period"]
    shown = book[f"{place.sheet}!D{place.row}"]  # half the rate, a fifth of the cycles
    # 1 cycle: 84 + 27.5 h; 12 x 11.5 h; at 50 USD; 200 USD of training and 6,000 of servers
    assert shown == near(6_200 + 50 * (84 + 27.5 + 138))


@pytest.mark.parametrize(
    ("complexity", "case", "cycles"),
    [
        ("well-defined", "low", 2),
        ("well-defined", "high", 3),
        ("medium", "likely", 5),
        ("novel", "low", 8),
        ("novel", "high", 10),
    ],
)
def test_only_what_a_cycle_repeats_is_multiplied(book: Book, complexity: str, case: str, cycles: int) -> None:
    entered(book, complexity=complexity, estimate_case=case)
    # quality review 20 h and analysing results 7.5 h repeat; the source's allowance of 40 h for iteration is left out
    assert book["out_cycled_mean"] == near(100 * (151.5 - 20 - 7.5 - 40 + cycles * 27.5))
    assert book["out_build_mean"] == near(15_150)


def test_shares_of_the_effort_against_the_claims(book: Book) -> None:
    assert book["out_data_share"] == near(102.5 / 151.5)  # 68%, claimed 40-60%
    assert book["out_data_verdict"] == "outside the claim"
    assert book["out_evaluation_share"] == near(36 / 151.5)  # 24%, claimed 20-30%
    assert book["out_evaluation_verdict"] == "within the claim"


def test_iceberg_of_one_run(book: Book) -> None:
    entered(book, runs=1)
    assert book["out_visible_share"] == near(20 / 15_170)  # 0.1%, claimed 10%
    assert book["out_training_for_claim"] == near(15_150 / 9)


@pytest.mark.parametrize(
    ("statement", "inputs"),
    [
        ("Pitfall 1: enough data work", {"least_data_hours": 103}),
        ("Pitfall 2: evaluation is planned", {"least_evaluation_hours": 37}),
        ("Pitfall 3: enough training runs", {"runs": 4}),
        ("Pitfall 4: enough maintenance", {"least_maintenance_hours": 12}),
        ("Pitfall 5: cheaper hardware saves more than waiting costs", {"waiting_hours": 0.2}),
    ],
)
def test_each_pitfall_raises_its_alert(book: Book, statement: str, inputs: dict[str, float]) -> None:
    assert book[status(statement)] == ("not assessed" if "waiting_hours" in inputs else "OK")
    entered(book, **inputs)
    assert book[status(statement)] == "ALERT"
    assert book["chk_master"] == "OK"


def test_hours_out_of_order_fail(book: Book) -> None:
    plan = built("hidden-costs").plan
    low = plan.homes["hours_low"]
    book.set({f"Inputs!{chr(64 + low.column)}{low.row}": 41})
    book.recalculate()
    assert book[status("Hours before launch ascend: low, likely, high")] == "FAIL"
    assert book["chk_master"] == "FAIL"


def test_the_first_sentence_and_the_cover_name_the_budget_with_cycles(book: Book) -> None:
    # 84 h once, 5 cycles of 27.5 h, at $100: 22,150 expected; deviations 5 x (20, 5)/root 28 h for what is repeated
    once = math.sqrt(sum(span**2 for span in (30, 15, 6, 3, 10, 10, 5, 5)))
    budget = 22_150 + 0.8416212 * 100 * math.hypot(once, 5 * 20, 5 * 5) / math.sqrt(28)
    assert book["out_cycled_budget"] == near(budget, abs=0.005)
    first = sentence(book, 3)
    assert first.startswith("If every line is done once, a budget of 16,084 USD")
    assert "without training compute" in first
    assert first.endswith("934 USD of it is contingency.")
    assert "budget 23,896 USD before launch, without training compute" in sentence(book, 4)
    headlines = {headline.label: headline.value for headline in built("hidden-costs").template.headlines}
    assert headlines["Budget with cycles, without training compute"] == "{cycled_budget}"
    assert headlines["Budget if every line is done once, without training compute"] == "{build_budget}"


def test_nothing_to_do_before_launch_is_no_error(book: Book) -> None:
    entered(book, build_rate=0)
    assert book["chk_master"] == "OK"
    assert book["out_data_verdict"] == book["out_evaluation_verdict"] == "n/a"
    entered(book, build_rate=100)
    book.set(dict.fromkeys([cell for point in ("low", "likely", "high") for cell in column(f"hours_{point}")], 0))
    book.recalculate()
    assert book["out_build_mean"] == 0
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        # likely: 151.5 h once, 221.5 h with cycles; low: 77 and 72, as counting replaces the allowance of 20
        ("Base", "Counting 5.0 cycles adds 7,000 USD against the tables, every line once."),
        ("Low", "Counting 2.0 cycles saves 500 USD against the tables, every line once."),
    ],
)
def test_what_counting_cycles_changes_is_said_without_a_sign(book: Book, scenario: str, words: str) -> None:
    entered(book, scenario=scenario)
    assert sentence(book, 1).startswith("It leaves out ")
    assert sentence(book, 1).endswith(words)


def test_no_plan_has_no_multiples(book: Book) -> None:
    entered(book, planned_training=0, planned_infrastructure=0)
    # the base scenario without servers and with 200 USD of training
    assert sentence(book, 0) == (
        "No plan is entered; a complete one is 36,150 USD over 12 months of operation, scenario Base."
    )
    assert sentence(book, 1).startswith("It includes 22,150 USD of work before launch and 13,800 USD of work after it.")
    assert {book[f"out_times_plan_{case}_shown"] for case in ("low", "mean", "high")} == {"n/a"}
    assert book["chk_master"] == "OK"


def test_a_budget_above_all_lines_high_is_an_alert(book: Book) -> None:
    # certain hours but for low ones near the likely: wide below, narrow above, so that 2.3 deviations pass the high
    places = [column(f"hours_{point}") for point in ("low", "likely", "high")]
    for low, likely, high in zip(*places, strict=True):
        book.set({low: 0, likely: 20, high: 20})
    entered(book, confidence=0.99, correlation=1)
    assert float(book["out_build_budget"]) > float(book["out_build_high"])
    for repetition in ("every line once", "with cycles"):
        assert book[status(f"The budget at the confidence is at most all lines high, {repetition}")] == "ALERT"
    assert book["chk_master"] == "OK"


def test_waiting_that_is_not_entered_is_not_assessed(book: Book) -> None:
    shown, checked = (record("pitfall_status", 4), status("Pitfall 5: cheaper hardware saves more than waiting costs"))
    assert (book[shown], book[checked]) == ("not assessed", "not assessed")
    entered(book, waiting_hours=0.05)
    assert (book[shown], book[checked]) == ("OK", "OK")
    entered(book, waiting_hours=0.2)
    assert (book[shown], book[checked]) == ("ALERT", "ALERT")


def test_a_line_that_no_flag_counts_is_named(book: Book) -> None:
    dropped = status("Cost of lines neither done once nor repeated, beside the allowance for cycles")
    assert book[dropped] == "OK"
    assert book[cell("allowance_cost")] == near(4_000)
    book.set({record("once", 0): 0})
    book.recalculate()
    assert book[cell("dropped_cost")] == near(2_500)  # data collection, 25 h
    assert book[dropped] == "ALERT"
    book.set({record("once", 0): 1, record("once", 4): 1})  # the allowance kept, as work done once
    book.recalculate()
    assert book[dropped] == "OK"


def test_a_plan_for_less_training_than_the_runs_take_is_an_alert(book: Book) -> None:
    agreed = status("The plan covers the training compute of all runs")
    assert book[agreed] == "OK"
    entered(book, runs=11)
    assert book[agreed] == "ALERT"


def test_hours_outside_those_of_the_iceberg_are_an_alert(book: Book) -> None:
    # S0 L5-17: 20-100, 10-40 and 5-20 hours; the tables add up to 77, 151.5 and 226
    verdict = status("Hours before launch lie within those of the iceberg")
    assert book[verdict] == "OK"
    entered(book, scenario="High")
    assert book[verdict] == "ALERT"
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize(("name", "months"), [("hidden-costs", False), ("roi", True)])
def test_cover_speaks_of_months_only_where_there_are_some(name: str, months: bool) -> None:
    cover = load_workbook(io.BytesIO(built(name).content))["Cover"]
    said = [str(cell.value) for row in cover.iter_rows() for cell in row if cell.value]
    assert any("month 0; a month's saving" in text for text in said) is months


@pytest.mark.parametrize(
    "wrong",
    [
        {base_cell("confidence"): 0.49},
        {base_cell("confidence"): 0.995},
        {base_cell("data_share_from"): 0.61},
        {base_cell("evaluation_share_to"): 0.19},
        {base_cell("months"): 61},
        {base_cell("correlation"): 1.1},
        {record("cycles_low", 1): 5.5},
        {record("cycles_high", 1): 4.5},
        {record("cycles_low", 0): 0.9},
    ],
)
def test_what_makes_no_sense_fails(book: Book, wrong: dict[str, float]) -> None:
    book.set(wrong)
    book.recalculate()
    assert book["chk_master"] == "FAIL"


def test_even_chances_need_no_contingency(book: Book) -> None:
    entered(book, confidence=0.5)
    assert book["chk_master"] == "OK"
    assert book["out_build_contingency"] == near(0, abs=1e-6)


def test_curve_reaches_99_percent(book: Book) -> None:
    ends = [built("hidden-costs").plan.address(f"{{level@{key}}}") for key in ("p5", "p95", "p99")]
    assert list(book.read(ends).values()) == near([0.05, 0.95, 0.99])


# -- options -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        Options(months=1),
        Options(months=36, start=dt.date(2027, 7, 1)),
        Options(currency=Currency("EUR", 0.92, dt.date(2026, 11, 20))),
        Options(models=("openai/gpt-4o",), as_of=dt.date(2026, 6, 30)),
    ],
    ids=str,
)
def test_made_as_the_options_say(options: Options, libreoffice: LibreOffice, tmp_path: Path) -> None:
    made = workbook.build("hidden-costs", options)
    months, rate = options.months or 12, options.currency.rate
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as book:
        book.recalculate()
        assert book["chk_master"] == "OK"
        # 200 USD of training, 22,150 USD of work before launch, 500 USD of servers and 1,150 USD of work a month
        assert book["out_shown_complete_in_case"] == near((22_350 + months * 1_650) * rate)
