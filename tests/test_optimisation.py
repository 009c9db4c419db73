"""The optimisation roadmap against figures by hand from "LLM integration cost" (S2), and by brute force."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import get_column_letter
from workbooks import Cells, built, check_cells, random_inputs

from llmcost_xl import workbook
from llmcost_xl.engine import governance
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options
from llmcost_xl.workbook.references import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

NAME = "optimisation"
PROMPTS, ROUTING, CACHE, BATCH, SERVERS, RETRIEVAL, OTHER = LEVERS = range(7)
near = pytest.approx

# GPT-4 at 30 and 60 USD, 500 and 200 tokens: 0.015 + 0.012 USD; GPT-4o-mini at 0.15 and 0.60 USD
INPUT, OUTPUT = 119_600 * 15 / 27, 119_600 * 12 / 27
TO_MINI_INPUT, TO_MINI_OUTPUT = 1 - 0.15 / 30, 1 - 0.6 / 60
IDLE = 1 - 220 / 730


CELLS = Cells(NAME)
cell, record = CELLS.cell, CELLS.record


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built(NAME).save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def column(book: Book, name: str, count: int = len(LEVERS)) -> list[Any]:
    return [book[record(name, number)] for number in range(count)]


def month(book: Book, name: str, number: int) -> Any:
    return book[cell(f"{name}@{number}")]


def entered(book: Book, records: dict[tuple[str, int], Any] | None = None, **inputs: Any) -> Book:
    """Enter inputs in the base scenario, or where there is one value for all."""
    plan = built(NAME).plan
    cells = {record(name, number): value for (name, number), value in (records or {}).items()}
    for name, value in inputs.items():
        placed = plan.homes[name]
        (line,) = [one for block in plan.sheet("Inputs").blocks for one in getattr(block, "lines", ())
                   if one.row == placed.row and one.place.column == placed.column]  # fmt: skip
        base = placed.column if line.line.fixed else plan.sheet("Inputs").scenarios.start
        cells[f"Inputs!{get_column_letter(base)}{placed.row}"] = value
    book.set(cells)
    book.recalculate()
    return book


def words(book: Book) -> list[str]:
    """The sentences on Outputs."""
    return [str(text) for text in book.read([f"Outputs!A{FIRST_ROW + number}" for number in range(1, 7)]).values()]


def verdict(book: Book, statement: str) -> Any:
    (check,) = [check for check in check_cells(built(NAME)) if check.statement == statement]
    return book[check.status]


# -- the source's claims ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        # S2 L47-66: 40-60%, 70% and a half multiply to 91-94%, and add up to 160-180%
        ("claims_low", 1 - 0.6 * 0.3 * 0.5),
        ("claims_mid", 0.925),
        ("claims_high", 1 - 0.4 * 0.3 * 0.5),
        ("added_low", 1.6),
        ("added_high", 1.8),
        ("claims_left_low", 7_200),
        ("claims_left_high", 10_800),
        # S2 L10: 120,000 USD are 4.4 million reference queries on GPT-4 at 30 and 60 USD
        ("claim_query", 0.027),
        ("claim_queries", 120_000 / 0.027),
        # half a prompt on GPT-4o: input is 0.00125 of 0.00325 USD; 70% less by routing to GPT-4o-mini takes 74.5%
        ("large_in_part", 0.00125 / 0.00325),
        ("half_prompt", 0.00125 / 0.00325 / 2),
        ("route_needed", 0.7 / (1 - 0.000195 / 0.00325)),
        # a million GPT-4o queries: 30% cached, 70% of the rest routed, half the prompt: 3,250 to 628 USD, not -115%
        ("worked_before", 3_250),
        ("worked_after", 628.425),
        ("worked_together", 1 - 628.425 / 3_250),
        ("worked_routing", 0.658),
        ("worked_added", 0.3 + 0.658 + 0.00125 / 0.00325 / 2),
    ],
)
def test_claims_and_invoice(book: Book, figure: str, value: float) -> None:
    assert book[cell(figure)] == near(value)


def test_the_worked_case_is_that_of_the_engine(book: Book) -> None:
    prices = [2.5, 0.15], [10, 0.6]
    engine = governance.optimised_cost(1e6, 500, 200, *prices, [0.3, 0.7], response_hit_rate=0.3, trim_rate=0.5)
    assert book[cell("worked_after")] == near(engine)


# -- levers ----------------------------------------------------------------------------------------------------------


def test_every_lever_alone_by_hand(book: Book) -> None:
    tokens = INPUT + OUTPUT
    assert column(book, "alone_saving") == near([
        INPUT * 0.5,
        0.7 * (INPUT * TO_MINI_INPUT + OUTPUT * TO_MINI_OUTPUT),
        tokens * 0.5,
        tokens * 0.2 * 0.5,
        400 * IDLE,
        0,
        0,
    ])  # fmt: skip


def test_all_levers_by_hand(book: Book) -> None:
    left_input = 0.5 * (1 - 0.7 * TO_MINI_INPUT) * 0.5 * 0.9
    left_output = (1 - 0.7 * TO_MINI_OUTPUT) * 0.5 * 0.9
    after = INPUT * left_input + OUTPUT * left_output + 400 * (1 - IDLE)
    assert book["out_cost_before"] == near(120_000)
    assert book["out_cost_after"] == near(after)
    assert book["out_annual_saving"] == near(12 * (120_000 - after))
    assert book["out_overstated"] == near(sum(column(book, "alone_saving")) - (120_000 - after))


def test_no_order_changes_the_end_and_each_adds_what_it_takes_off_there(book: Book) -> None:
    together = book["out_combined_saving"]
    seen = set()
    for order in itertools.islice(itertools.permutations(range(1, 6)), 0, 120, 17):
        entered(book, {("sequence", lever): place for lever, place in enumerate(order)})
        added = column(book, "added")
        assert sum(added) == near(together)
        assert book["out_combined_saving"] == near(together)
        assert book[cell("waterfall_end")] == near(book["out_cost_after"])
        assert book["chk_master"] == "OK"
        seen.add(round(added[PROMPTS], 2))
    assert len(seen) > 3  # what one lever adds does depend on the order


def test_levers_at_the_same_place_follow_their_lines(book: Book) -> None:
    entered(book, {("sequence", lever): 1 for lever in LEVERS})
    assert column(book, "place") == [1, 2, 3, 4, 5, 6, 7]
    assert sum(column(book, "added")) == near(book["out_combined_saving"])


def test_a_lever_left_out_saves_and_costs_nothing(book: Book) -> None:
    before = book["out_cost_after"]
    entered(book, {("in_roadmap", CACHE): "no"})
    tokens = before - 400 * (1 - IDLE)
    assert book["out_cost_after"] == near(2 * tokens + 400 * (1 - IDLE))
    assert book[record("investment_line", CACHE)] == 0
    place = built(NAME).plan.homes["added_shown"]
    assert book[f"{place.sheet}!{get_column_letter(place.column + CACHE)}{place.row}"] == "left out"
    assert book["chk_master"] == "OK"


def test_retrieval_and_another_lever(book: Book) -> None:
    before = book[cell("base_input")] * book[cell("left_input")], book[cell("base_output")] * book[cell("left_output")]
    entered(book, {("in_roadmap", RETRIEVAL): "yes", ("in_roadmap", OTHER): "yes"}, retrieval_rate=0.25, other_rate=0.1)
    assert book[cell("lever_tokens")] == near(before[0] * 0.75 * 0.9 + before[1] * 0.9)
    assert book["chk_master"] == "OK"


def test_an_api_alone_has_no_idle_cost(book: Book) -> None:
    entered(book, server_spend=0)
    assert book[record("alone_saving", SERVERS)] == 0
    assert book[cell("base_input")] + book[cell("base_output")] == near(120_000)
    assert book[cell("queries_per_month")] == near(120_000 / 0.027)
    place = built(NAME).plan.homes["lever_payback_shown"]
    assert book[f"{place.sheet}!{get_column_letter(place.column + SERVERS)}{place.row}"] == "never"
    assert book["chk_master"] == "OK"


def test_nothing_spent_is_no_error(book: Book) -> None:
    entered(book, spend=0)
    assert (book["out_cost_after"], book["out_combined_share"]) == (0, 0)
    assert book["out_payback_shown"] == "never"
    assert book["chk_master"] == "OK"


def test_a_dearer_model_for_simple_tasks_is_an_alert(book: Book) -> None:
    entered(book, model="openai/gpt-4o-mini", small_model="openai/gpt-4")
    assert verdict(book, "The smaller model is cheaper") == "ALERT"
    assert book["chk_master"] == "OK"


def test_levers_that_make_it_dearer_are_said_to(book: Book) -> None:
    entered(book, {("in_roadmap", number): "no" for number in LEVERS if number != SERVERS}, cold_start_cost=1_000)
    more = 1_000 - 400 * IDLE  # of 120,000 USD
    after = f"{120_000 + more:,.0f}"
    assert words(book)[0].startswith(f"The levers take 120,000 USD a month to {after} USD: 0.6% more, 8,647 USD a year")
    assert [column(book, name, 9)[SERVERS + 1] for name in ("saved_bar", "dearer_bar")] == near([0, more])


def test_one_gap_is_one_item(book: Book) -> None:
    entered(book, {("score", number): 3 for number in range(9)} | {("score", 9): 0})
    assert words(book)[4] == "The checklist scores 90%; 1 item is not in place."


def test_a_checklist_without_weights_has_no_score(book: Book) -> None:
    entered(book, {("item_weight", number): 0 for number in range(10)})
    assert book["out_checklist_shown"] == "n/a"
    assert words(book)[4].startswith("No item of the checklist has a weight; 9 items")


@pytest.mark.parametrize(
    ("statement", "inputs"),
    [
        ("A query costs something, so that the invoice can be taken apart", {"input_tokens": 0, "output_tokens": 0}),
        ("The servers cost no more than the invoice", {"server_spend": 130_000}),
    ],
)
def test_an_invoice_that_cannot_be_taken_apart_is_an_alert(book: Book, statement: str, inputs: dict[str, Any]) -> None:
    assert verdict(book, statement) == "OK"
    entered(book, **inputs)
    assert verdict(book, statement) == "ALERT"
    assert book["chk_master"] == "OK"


@pytest.mark.parametrize(("scenario", "trim", "share", "hits"), [("Low", 0.4, 0.4, 0.25), ("High", 0.6, 0.7, 0.5)])
def test_scenarios_take_the_ends_of_the_claims(
    book: Book, scenario: str, trim: float, share: float, hits: float
) -> None:
    book.set({"in_scenario": scenario})
    book.recalculate()
    shown = [book[cell(name)] for name in ("effective_trim", "effective_share", "effective_hits")]
    assert shown == near([trim, share, hits])
    assert book["chk_master"] == "OK"


# -- the roadmap -----------------------------------------------------------------------------------------------------


def test_ramp_by_hand(book: Book) -> None:
    # smaller model: live from month 3, full in month 5
    place = built(NAME).plan.homes["live"]
    live = [
        book[f"{place.sheet}!{get_column_letter(place.column + number)}{place.row + ROUTING}"] for number in range(6)
    ]
    assert live == near([0, 0, 1 / 3, 2 / 3, 1, 1])
    assert month(book, "month_after", 1) == near(120_000 - INPUT * 0.25)  # shorter prompts alone, half of their effect
    assert month(book, "month_after", 6) == near(book["out_cost_after"])


def by_hand(book: Book, months: int) -> list[float]:
    """Cumulative net saving, from the levers' savings and dates, month by month."""
    base = [book[cell(f"base_{part}")] for part in ("input", "output", "servers")]
    cuts = [column(book, f"cut_{part}") for part in ("input", "output", "servers")]
    dates = list(zip(*(column(book, name) for name in ("live_month", "ramp_months", "investment_line")), strict=True))
    growth, total, path = book[cell("spend_growth")], 0.0, []
    for number in range(1, months + 1):
        for part, (amount, cut) in enumerate(zip(base, cuts, strict=True)):
            volume = (1 + growth) ** (number - 1) if part < 2 else 1
            left = 1.0
            for saving, (start, ramp, _) in zip(cut, dates, strict=True):
                left *= 1 - saving * max(0.0, min(1.0, (number - start + 1) / ramp))
            total += amount * volume * (1 - left)
        total -= sum(work for start, _, work in dates if start == number)
        path.append(total)
    return path


def test_the_plan_by_brute_force_under_random_inputs(book: Book) -> None:
    source = random.Random(NAME)  # noqa: S311  # the same inputs in every run
    for _ in range(10):
        book.set(random_inputs(built(NAME), source))
        book.set({record("live_month", lever): source.randint(1, 9) for lever in LEVERS})
        book.set({record("ramp_months", lever): source.randint(1, 5) for lever in LEVERS})
        book.set({record("sequence", lever): source.randint(1, 4) for lever in LEVERS})
        book.recalculate()
        path = by_hand(book, 12)
        assert [month(book, "cumulative_saving", number) for number in range(1, 13)] == near(path, abs=1e-6)
        late = [number for number, total in enumerate(path, 1) if total < 0]
        expected = "never" if late and late[-1] == 12 else (late[-1] if late else 0) + 1
        assert book["out_plan_payback_shown"] == expected


def test_payback_by_hand(book: Book) -> None:
    # 160 hours at 100 USD and 2,000 USD: 18,000 USD for what routing adds to shorter prompts
    added = 0.7 * (INPUT * 0.5 * TO_MINI_INPUT + OUTPUT * TO_MINI_OUTPUT)
    assert book[record("lever_payback", ROUTING)] == near(18_000 / added)
    assert book["out_investment"] == 8_000 + 18_000 + 13_000 + 4_000 + 4_000


def test_a_lever_after_the_plan_raises_an_alert(book: Book) -> None:
    entered(book, {("live_month", BATCH): 13})
    assert verdict(book, "Every lever of the roadmap goes live within the plan") == "ALERT"
    assert book[cell("plan_work")] == near(43_000)
    assert book["chk_master"] == "OK"


def test_work_that_never_comes_back(book: Book) -> None:
    entered(book, effort_factor=1_000)
    assert book["out_plan_payback_shown"] == "never"
    assert verdict(book, "The roadmap pays back within the plan") == "ALERT"


# -- the checklist ---------------------------------------------------------------------------------------------------


def test_the_checklist_has_the_ten_items_of_the_source(book: Book) -> None:
    assert len(column(book, "item", 10)) == built(NAME).plan.homes["item"].records == 10
    assert book["out_checklist_shown"] == near((2 + 1 + 1 + 3 + 1 + 2) / 30)
    assert book[cell("gaps")] == 9


def test_scores_need_evidence_and_stay_within_0_and_3(book: Book) -> None:
    entered(book, {("evidence", 3): None})
    assert verdict(book, "Items of the checklist without evidence") == "ALERT"
    assert book["chk_master"] == "OK"
    entered(book, {("score", 3): 4})
    assert book["chk_master"] == "FAIL"


def test_unverified_claims_are_called_so() -> None:
    statuses = {source.key: source.status for source in built(NAME).template.sources}
    claims = {key for key, status in statuses.items() if status == "unverified claim"}
    assert claims == {"S2 L47-52", "S2 L54-59", "S2 L95-97", "S2 L99"}


# -- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("months", [1, 36])
def test_plan_is_as_long_as_asked_for(libreoffice: LibreOffice, tmp_path: Path, months: int) -> None:
    made = workbook.build(NAME, Options(months=months))
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as book:
        book.recalculate()
        assert book[made.plan.address("{plan_before}")] == near(120_000 * months)
        assert book["chk_master"] == "OK"


def test_the_first_two_models_asked_for_are_the_large_and_the_small_one(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    made = workbook.build(NAME, Options(models=("openai/gpt-4o", "source-2024/gpt-4o-mini")))
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as book:
        book.recalculate()
        assert book[made.plan.address("{input_part}")] == near(0.00125 / 0.00325)
        assert book[made.plan.address("{cheaper_output}")] == near(1 - 0.6 / 10)
        assert book["chk_master"] == "OK"


def test_euro_workbook_is_the_dollar_workbook_converted() -> None:
    dollars, euros = (
        {figure.label: (figure.value, figure.unit) for figure in workbook.build(NAME, options).headlines()}
        for options in (Options(), Options(currency=Currency("EUR", 0.92)))
    )
    for label, (value, unit) in dollars.items():
        rate = 0.92 if unit.startswith("USD") else 1
        assert euros[label] == (near(value * rate), unit.replace("USD", "EUR"))
