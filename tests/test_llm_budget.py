"""The budget workbook against sums done by hand, a model in Python, and "Economics of Custom Models" (S0)."""

from __future__ import annotations

import calendar
import datetime as dt
import io
import random
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from workbooks import built

from llmcost_xl import workbook
from llmcost_xl.catalogue.bundled import bundled_book
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options
from llmcost_xl.workbook.references import FIRST_ROW, address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

    from llmcost_xl.workbook.built import Built

near = pytest.approx
MINI = "source-2024/gpt-4o-mini"
GEMINI = "google/gemini-3.7-flash"
FEATURES = 4
SPARE = 4  # the first spare record of the features, counted from 0
NEUTRAL = {
    "growth": 0, "prompt_length": 1, "output_length": 1, "small_share": 1, "call_frequency": 1, "spike_factor": 1,
    "fx_rate": 1, "fx_drift": 0, "price_change": 0, "discount": 0, "min_commit": 0, "people_cost": 0, "tools_cost": 0,
    "contingency": 0,
}  # fmt: skip
"""Base values that leave volume times price of a call."""


@dataclass(frozen=True)
class Opened:
    """A workbook open in LibreOffice, with its inputs and figures by name."""

    file: Built
    book: Book

    def enter(self, scenario: str = "base", **values: float) -> None:
        """Fill the scenario's column of inputs."""
        homes = self.file.plan.homes
        cells = {address("Inputs", *homes[f"{name}:cases"].cell(scenario)): value for name, value in values.items()}
        self.put(cells)

    def put(self, cells: dict[str, Any]) -> None:
        self.book.set(cells)
        self.book.recalculate()

    def record(self, name: str, number: int) -> str:
        """The cell of one record of a column, counted from 0."""
        place = self.file.plan.homes[name]
        return address(place.sheet, place.row + number, place.column)

    def only_chatbot(self) -> None:
        """50,000 reference queries a month and nothing else."""
        self.put({self.record("interactions", number): 0 for number in range(1, FEATURES)})
        self.put({self.record("retry_calls", 0): 0})

    def __getitem__(self, reference: str) -> Any:
        return self.book[self.file.plan.address(f"{{{reference}}}")]

    def row(self, name: str, down: str = "") -> list[Any]:
        """A quantity in all months, or in all columns of its axis."""
        place = self.file.plan.homes[name]
        assert place.across is not None
        cells = [address(place.sheet, *place.cell(column.key, down)) for column in place.across.columns]
        return list(self.book.read(cells).values())

    def column(self, name: str) -> list[Any]:
        """A quantity for all records of its table, or all lines it is written in."""
        place = self.file.plan.homes[name]
        count = place.records or len(place.down.columns if place.down else ())
        return list(self.book.read([self.record(name, number) for number in range(count)]).values())

    def status(self, key: str) -> Any:
        """What the Checks sheet says of a check."""
        sheet = self.file.plan.sheet("Checks")
        for name in ("check", "alert", "sensitivity"):
            for number, cells in enumerate(sheet.tables[name].block.records):
                if cells[1] == key:
                    place = sheet.places[f"{name}_status"]
                    return self.book[f"Checks!{get_column_letter(place.column)}{place.row + number}"]
        raise LookupError(key)

    @property
    def master(self) -> Any:
        return self.book["chk_master"]


@contextmanager
def opened(libreoffice: LibreOffice, folder: Path, **options: Any) -> Iterator[Opened]:
    file = workbook.build("llm-budget", Options(**options)) if options else built("llm-budget")
    with libreoffice.open(file.save(folder / "budget.xlsx")) as book:
        book.recalculate()
        yield Opened(file, book)


@pytest.fixture
def plan(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Opened]:
    with opened(libreoffice, tmp_path) as found:
        yield found


# -- figures worked out by hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("growth", "months", "spend"),
    [
        (0, 12, 117.0),  # 12 x 9.75
        (0.1, 12, 208.50),  # 9.75 x (1.1^12 - 1)/0.1
        (0.1, 24, 862.85),  # 9.75 x (1.1^24 - 1)/0.1
        (-0.5, 3, 17.0625),  # 9.75 x (1 + 0.5 + 0.25)
    ],
)
def test_reference_queries_that_grow(
    libreoffice: LibreOffice, tmp_path: Path, growth: float, months: int, spend: float
) -> None:
    # S0 L61-67: 500 and 200 tokens at 0.15 and 0.60 US$ make 0.000195 US$; L74-88: 50,000 a month
    with opened(libreoffice, tmp_path, models=(MINI,), months=months) as plan:
        plan.only_chatbot()
        plan.enter(**{**NEUTRAL, "growth": growth})
        assert plan["plan_usage_spend"] == near(spend, abs=0.005)
        assert plan.row("feature_spend", "r1")[0] == near(9.75)
        assert plan.row("call_cost", "r1")[0] == near(0.000195)
        assert plan.master == "OK"


def test_growth_of_5_946_percent_a_month_doubles_in_a_year(plan: Opened) -> None:
    plan.enter(growth=0.0594630943592953)
    assert plan["annual_growth"] == near(1)
    assert plan.row("growth_index")[11] == near(2 / 1.0594630943592953)


@pytest.mark.parametrize(
    ("commitment", "discount", "billed", "months_short"),
    [(0, 0, 208.50, 0), (12, 0, 212.22, 3), (0, 0.1, 187.65, 0), (1_000, 0.1, 12_000, 12)],
)
def test_commitment_is_the_least_that_every_month_bills(
    libreoffice: LibreOffice, tmp_path: Path, commitment: float, discount: float, billed: float, months_short: int
) -> None:
    # 9.75, 10.725 and 11.7975 fall short of 12 by 2.25, 1.275 and 0.2025: 208.4967 + 3.7275 are billed
    with opened(libreoffice, tmp_path, models=(MINI,)) as plan:
        plan.only_chatbot()
        plan.enter(**{**NEUTRAL, "growth": 0.1, "min_commit": commitment, "discount": discount})
        usage = [9.75 * 1.1**month * (1 - discount) for month in range(12)]
        assert plan["plan_billed"] == near(billed, abs=0.005)
        assert plan["plan_billed"] == near(sum(max(month, commitment) for month in usage))
        assert plan["plan_shortfall"] == near(sum(max(0, commitment - month) for month in usage), abs=1e-9)
        assert plan["months_short"] == months_short
        assert plan.status("commitment_used") == ("ALERT" if months_short else "OK")
        assert plan.master == "OK"


def test_background_work_retries_and_automation_make_calls(plan: Opened) -> None:
    # S1 L28-32: 500,000 interactions x (1 + 0.2 + 0.1 + 1) calls, spikes lift them by 5% of the time x (2 - 1)
    assert plan.row("feature_calls", "r2")[0] == near(500_000 * 2.3 * 1.05)


def test_bills_of_the_source_reproduce_within_their_rounding(plan: Opened) -> None:
    assert plan.column("reference_bill") == near([9.75, 97.5, 975])
    assert plan.status("differs") == "OK"
    plan.put({plan.record("printed", 0): 11})
    assert (plan.status("differs"), plan.master) == ("FAIL", "FAIL")


# -- dated prices, seasons, exchange rate ------------------------------------------------------------------------------


def test_a_price_known_for_the_future_counts_from_its_month(libreoffice: LibreOffice, tmp_path: Path) -> None:
    # gemini-3.7-flash: 0.75 and 3.75 US$ until the end of 2026, 1.50 and 7.50 from 2027-01-01
    with opened(libreoffice, tmp_path, models=(GEMINI,), start=dt.date(2026, 11, 1), months=4) as plan:
        assert plan.row("month_input_price", "r1") == [0.75, 0.75, 1.5, 1.5]
        assert plan.row("month_output_price", "r1") == [3.75, 3.75, 7.5, 7.5]
        plan.enter(**NEUTRAL)
        spend = plan.row("feature_spend", "r1")
        assert spend[1] == near(52_500 * (500 * 0.75 + 200 * 3.75) / 1e6)
        assert spend[2] == near(2 * spend[1])
        assert plan.master == "OK"


def test_a_price_of_the_user_counts_from_the_month_that_ends_on_its_date(plan: Opened) -> None:
    table = plan.file.plan.tables["prices"]
    first = table.first + len(table.block.records)
    columns = [column for field, column in table.fields if not field.formula]
    day = (dt.date(2027, 4, 30) - dt.date(1899, 12, 30)).days
    row = ("openai", "gpt-5.6-luna", "input", day, "standard", 0.05, "our contract", day)
    plan.put({address("Prices", first, column): value for column, value in zip(columns, row, strict=True)})
    assert plan.row("month_input_price", "r1") == [0.2] * 3 + [0.05] * 9
    assert plan.master == "OK"


def test_a_month_without_a_price_is_an_error_and_never_0(plan: Opened) -> None:
    table = plan.file.plan.tables["prices"]
    from_date = next(column for field, column in table.fields if field.name == "from_date")
    late = (dt.date(2027, 3, 1) - dt.date(1899, 12, 30)).days
    plan.put({address("Prices", table.first + number, from_date): late + number for number in range(2)})
    assert plan.row("month_input_price", "r1")[:3] == ["#DIV/0!", "#DIV/0!", 0.2]
    assert plan["all_unpriced"] == 2
    assert (plan.status("priced"), plan.master) == ("FAIL", "FAIL")


def test_seasons_follow_the_calendar_whatever_the_start(libreoffice: LibreOffice, tmp_path: Path) -> None:
    weights = [1.4, 0.6, *[1] * 10]
    for start in (dt.date(2027, 1, 1), dt.date(2027, 11, 1)):
        folder = tmp_path / start.isoformat()
        folder.mkdir()
        with opened(libreoffice, folder, start=start) as plan:
            plan.put({plan.record("seasonality", number): weight for number, weight in enumerate(weights)})
            assert plan.row("season_index") == near([weights[(start.month - 1 + k) % 12] for k in range(12)])
            assert plan.master == "OK"
            plan.put({plan.record("seasonality", 5): 1.6})
            assert plan["season_gap"] == near(0.05)
            assert (plan.status("seasons"), plan.master) == ("FAIL", "FAIL")


def test_list_prices_are_converted_at_the_rate_of_the_month(libreoffice: LibreOffice, tmp_path: Path) -> None:
    euro = Currency("EUR", 0.92, dt.date(2026, 11, 20))
    with opened(libreoffice, tmp_path, models=(MINI,), currency=euro) as plan:
        plan.only_chatbot()
        plan.enter(**{**NEUTRAL, "fx_rate": 0.92, "fx_drift": 0.01})
        assert plan.row("month_rate") == near([0.92 * 1.01**month for month in range(12)])
        assert plan["plan_usage_spend"] == near(9.75 * 0.92 * (1.01**12 - 1) / 0.01)
        assert plan["people_cost"] == 0
        assert plan.master == "OK"


def test_euro_workbook_is_the_dollar_workbook_converted() -> None:
    euro = workbook.build("llm-budget", Options(currency=Currency("EUR", 0.92, dt.date(2026, 11, 20))))
    in_dollars, in_euros = ({f.label: f.value for f in book.headlines()} for book in (built("llm-budget"), euro))
    assert in_euros["Budget, Base"] == near(0.92 * in_dollars["Budget, Base"])
    assert in_euros["Models, share of revenue"] == near(in_dollars["Models, share of revenue"])


# -- the whole plan against a model of its own -------------------------------------------------------------------------


def drawn(source: random.Random) -> dict[str, float]:
    """Values of every driver, as unlike the prefilled ones as a user's might be."""
    return {
        "growth": source.uniform(-0.05, 0.2), "prompt_length": source.uniform(0.3, 2),
        "output_length": source.uniform(0.3, 2), "small_share": source.random(),
        "call_frequency": source.uniform(0.3, 2), "spike_factor": source.uniform(1, 5),
        "fx_rate": source.uniform(0.5, 2), "fx_drift": source.uniform(-0.02, 0.02),
        "price_change": source.uniform(-0.05, 0.02), "discount": source.uniform(0, 0.4),
        "min_commit": source.uniform(0, 20_000), "people_cost": source.uniform(0, 20_000),
        "tools_cost": source.uniform(0, 5_000), "contingency": source.uniform(0, 0.3),
        "revenue": source.uniform(1e5, 1e6), "revenue_growth": source.uniform(-0.05, 0.1),
        "variable_cost": source.random(),
    }  # fmt: skip


def by_hand(plan: Opened, drivers: dict[str, float], *, pilot: float = 1, months: int = 12) -> list[dict[str, float]]:
    """Usage, bill and budget of every month, reckoned feature by feature from the catalogue's prices."""
    block = plan.file.plan.tables["features"].block
    found = []
    for month in range(1, months + 1):
        year, number = divmod(plan.file.template.start.month - 1 + month - 1, 12)
        year += plan.file.template.start.year
        last = dt.date(year, number + 1, calendar.monthrange(year, number + 1)[1])
        usage = 0.0
        for _, small, large, users, background, retries, automation, prompt, answer, launch, _ in block.records:
            calls = users * (1 + drivers["growth"]) ** (month - 1) * drivers["call_frequency"]
            calls *= (1 + 0.05 * (drivers["spike_factor"] - 1)) * (1 + background + retries + automation)
            calls *= (month >= launch) * (pilot if month >= 4 else 1)  # production starts in month 4
            for model, share in ((small, drivers["small_share"]), (large, 1 - drivers["small_share"])):
                price = bundled_book().at(model, last)
                cost = prompt * drivers["prompt_length"] * price.price("input")
                cost += answer * drivers["output_length"] * price.price("output")
                usage += calls * share * cost / 1e6
        usage *= ((1 + drivers["price_change"]) * (1 + drivers["fx_drift"])) ** (month - 1) * drivers["fx_rate"]
        usage *= 1 - drivers["discount"]
        cost = max(usage, drivers["min_commit"]) + drivers["people_cost"] + drivers["tools_cost"]
        found.append({"usage_spend": usage, "cost": cost, "budget": cost * (1 + drivers["contingency"])})
    return found


def test_the_plan_is_what_a_model_of_its_own_gives_in_every_scenario(plan: Opened) -> None:
    source = random.Random("budget")  # noqa: S311  # the same inputs in every run
    for _ in range(3):
        values = {key: drawn(source) for key in ("base", "low", "high", "custom")}
        for scenario, drivers in values.items():
            plan.enter(scenario, **drivers)
        beside = plan.row("sc_budget")
        for position, (scenario, drivers) in enumerate(values.items()):
            plan.put({"in_scenario": scenario.capitalize()})
            expected = by_hand(plan, drivers)
            for name in ("usage_spend", "cost", "budget"):
                assert plan.row(name) == near([month[name] for month in expected])
            assert plan.row("sc_budget") == near(beside), "the scenarios side by side do not move with the choice"
            assert beside[position] == near(sum(month["budget"] for month in expected))
            revenue = [drivers["revenue"] * (1 + drivers["revenue_growth"]) ** month for month in range(12)]
            assert plan["plan_revenue_month"] == near(sum(revenue))
            billed = sum(max(month["usage_spend"], drivers["min_commit"]) for month in expected)
            assert plan["plan_contribution"] == near(sum(revenue) * (1 - drivers["variable_cost"]) - billed)
            assert plan["plan_share"] == near(billed / sum(revenue))
            assert plan.master == "OK"


@pytest.mark.parametrize(("case", "times"), [("off", 1), ("5x", 5), ("10x", 10)])
def test_pilot_to_production_multiplies_only_when_chosen(plan: Opened, case: str, times: float) -> None:
    names = {5: "sc_claimed_low_budget", 10: "sc_claimed_high_budget"}
    shown = {each: plan.row(name) for each, name in names.items()}
    plan.put({"in_pilot_case": case})
    base = {name: plan[name] for name in drawn(random.Random(1))}  # noqa: S311  # the names of the drivers
    expected = sum(month["budget"] for month in by_hand(plan, base, pilot=times))
    assert plan["plan_budget"] == near(expected)
    if times > 1:
        assert shown[int(times)] == near(plan.row("sc_budget")), "the board saw it before it was chosen"
    assert {each: plan.row(name) for each, name in names.items()} == {key: near(row) for key, row in shown.items()}
    assert plan.status("no_pilot") == ("OK" if case == "off" else "NOTE")
    assert plan.master == "OK"


# -- quarters, years, features, models ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "labels"),
    [
        (1, ["Y1 Q1", "Year 1"]),
        (12, ["Y1 Q1", "Y1 Q2", "Y1 Q3", "Y1 Q4", "Year 1"]),
        (14, ["Y1 Q1", "Y1 Q2", "Y1 Q3", "Y1 Q4", "Year 1", "Y2 Q1", "Year 2"]),
    ],
)
def test_quarters_and_years_add_up_their_months(
    libreoffice: LibreOffice, tmp_path: Path, months: int, labels: list[str]
) -> None:
    with opened(libreoffice, tmp_path, months=months) as plan:
        assert plan.column("plan_period") == labels
        budget = plan.row("budget")
        assert len(budget) == months
        spans = {label: _months_of(label) for label in labels}
        assert plan.column("period_budget") == near([sum(budget[first:last]) for first, last in spans.values()])
        assert plan.master == "OK"


def _months_of(label: str) -> tuple[int, int]:
    """The slice of months that a period takes in."""
    if label.startswith("Year"):
        year = int(label.removeprefix("Year ")) - 1
        return 12 * year, 12 * year + 12
    first = 12 * (int(label[1]) - 1) + 3 * (int(label[-1]) - 1)
    return first, first + 3


def test_spend_by_feature_and_by_model_is_the_same_money(plan: Opened) -> None:
    assert sum(plan.column("feature_plan")) == near(plan["plan_usage_spend"])
    assert sum(plan.column("model_plan")) == near(plan["plan_usage_spend"])
    assert plan.column("feature_unit")[0] == near(plan.column("feature_plan")[0] / plan.column("feature_volume")[0])


def test_an_empty_record_takes_a_feature_of_the_user(plan: Opened) -> None:
    before = plan["plan_usage_spend"]
    cells = {"feature": "Search", "standard_model": "openai/gpt-5.6-luna", "premium_model": "openai/gpt-5.6-luna",
             "interactions": 1_000_000, "background_calls": 0, "retry_calls": 0, "automation_calls": 0,
             "input_tokens": 100, "output_tokens": 10, "launch_month": 7}  # fmt: skip
    plan.put({plan.record(name, SPARE): value for name, value in cells.items()})
    # 100 tokens at 0.20 and 10 at 1.20 US$, 5% of growth and of spikes, 5% discount, months 7 to 12
    added = sum(1_000_000 * 1.05**month * 1.05 * 32e-6 * 0.95 for month in range(6, 12))
    assert plan["plan_usage_spend"] - before == near(added)
    assert plan.column("feature_label")[SPARE:] == ["Search", "(empty)", "(empty)"]
    assert plan.master == "OK"


@pytest.mark.parametrize("model", ["", "openai/gpt-unheard-of"])
def test_a_feature_without_a_known_model_is_an_error_and_never_free(plan: Opened, model: str) -> None:
    plan.put({plan.record("standard_model", 1): model or None})
    assert plan["plan_budget"] == "#N/A"
    assert plan["models_missing"] == 1
    assert (plan.status("models_known"), plan.master) == ("FAIL", "FAIL")


def test_drop_down_lists_of_models_follow_the_table_of_models(plan: Opened) -> None:
    plan.put({plan.record("budget_model", SPARE): "openai/gpt-own"})
    budgeted = [record[0] for record in plan.file.plan.tables["models"].block.records]
    assert plan.column("list_budget_model") == [*budgeted, "openai/gpt-own", ""]
    rules = load_workbook(io.BytesIO(plan.file.content))["Inputs"].data_validations.dataValidation
    cell = plan.record("premium_model", SPARE).partition("!")[2]
    found = [rule for rule in rules if cell in rule.sqref]
    place = plan.file.plan.homes["list_budget_model"]
    letter = get_column_letter(place.column)
    area = f"Lists!${letter}${place.row}:${letter}${place.row + place.records - 1}"
    assert [(rule.type, rule.formula1) for rule in found] == [("list", area)]


def test_charts_call_features_and_models_by_their_names(plan: Opened) -> None:
    sheet: Any = load_workbook(io.BytesIO(plan.file.content))["Outputs"]
    for chart, name in zip(sheet._charts, ("feature_label", "model_label"), strict=False):  # noqa: SLF001  # no public way
        cells = [series.tx.strRef.f.replace("'", "").replace("$", "") for series in chart.series]
        assert cells == [plan.record(name, number) for number in range(len(cells))]
        assert len(cells) == len(plan.column(name))


def test_columns_of_unit_costs_are_as_long_as_what_they_stand_for(plan: Opened) -> None:
    sheet: Any = load_workbook(io.BytesIO(plan.file.content))["Outputs"]
    chart = sheet._charts[-1]  # noqa: SLF001  # no public way
    assert "".join(run.t for run in chart.title.tx.rich.p[0].r) == "What an interaction costs"
    assert chart.y_axis.scaling.min == 0
    assert chart.legend is None  # the title says what the only series is


def test_a_model_named_twice_fails(plan: Opened) -> None:
    plan.put({plan.record("budget_model", SPARE): "openai/gpt-5.6-luna"})
    assert (plan.status("features_models"), plan.master) == ("FAIL", "FAIL")


# -- sensitivities -----------------------------------------------------------------------------------------------------


def test_tornado_is_what_changing_the_input_gives(plan: Opened) -> None:
    plan.enter(min_commit=9_500)  # binds in some months only
    base = plan["plan_cost"]
    swings = {"growth": (0.5, 0.5), "prompt_length": (0.4, 0.5), "output_length": (0.3, 0.5),
              "small_share": (0.15, 0.1), "call_frequency": (0.2, 0.3), "spike_factor": (0.5, 1), "discount": (1, 1),
              "people_cost": (0.2, 0.2)}  # fmt: skip
    shown = dict(zip([column.key for column in _axis(plan, "run_effect")], plan.row("run_effect"), strict=True))
    for driver, (less, more) in swings.items():
        as_is = plan[driver]
        for side, value in (("less", as_is * (1 - less)), ("more", as_is * (1 + more))):
            plan.enter(**{driver: value})
            assert plan["plan_cost"] - base == near(shown[f"{driver}_{side}"], abs=1e-6), f"{driver} {side}"
        plan.enter(**{driver: as_is})
    ranked = [abs(more - less) for less, more in zip(
        plan.column("effect_less_ranked"), plan.column("effect_more_ranked"), strict=True)]  # fmt: skip
    assert ranked == sorted(ranked, reverse=True)


def _axis(plan: Opened, name: str) -> Any:
    across = plan.file.plan.homes[name].across
    assert across is not None
    return across.columns


def test_two_way_table_is_what_changing_both_inputs_gives(plan: Opened) -> None:
    changes = plan.column("across_change"), plan.column("down_change")
    table = [plan.row("grid_usage", f"r{number}") for number in range(1, len(changes[1]) + 1)]
    growth, length = plan["growth"], plan["prompt_length"]
    for across, down in ((0, 0), (5, 0), (0, 5), (3, 4), (5, 5)):
        plan.enter(growth=growth * (1 + changes[0][across]), prompt_length=length * (1 + changes[1][down]))
        assert plan["plan_usage_spend"] == near(table[down][across])


# -- what the page says ------------------------------------------------------------------------------------------------


def sentence(plan: Opened, number: int) -> str:
    return str(plan.book[f"Outputs!A{FIRST_ROW + 1 + number}"])


def test_sentences_quote_the_figures(plan: Opened) -> None:
    assert sentence(plan, 0).startswith(f"Scenario Base: a budget of {plan['plan_budget']:,.0f} USD over 12 months")
    assert "falls short of the High scenario's cost" in sentence(plan, 1)
    assert sentence(plan, 2) == "Usage reaches the commitment in every month."
    plan.put({"in_scenario": "Low", "in_pilot_case": "10x"})
    assert sentence(plan, 0).startswith("Scenario Low: ")
    assert sentence(plan, 2).startswith("Usage stays below the commitment in 3 of 12 months")
    assert "10x, a claim that could not be verified" in sentence(plan, 3)
    plan.put({"in_pilot_case": "off"})
    plan.enter("base", contingency=1)
    assert "covers the High scenario's cost" in sentence(plan, 1)


def test_no_revenue_and_no_use_are_said_in_words(plan: Opened) -> None:
    plan.enter(revenue=0)
    assert plan["share_shown"] == "n/a"
    assert plan.status("share_of_revenue") == plan.status("contributes") == "not assessed"
    plan.enter(call_frequency=0, revenue=100)
    assert (plan["unit_cost_shown"], plan["unit_contribution_shown"]) == ("n/a", "n/a")
    # the commitment is paid all the same
    assert plan.status("share_of_revenue") == plan.status("contributes") == "ALERT"
    assert plan.master == "OK"


def test_old_prices_raise_an_alert(libreoffice: LibreOffice, tmp_path: Path) -> None:
    with opened(libreoffice, tmp_path, start=dt.date(2028, 1, 1)) as plan:
        assert plan.status("prices_fresh") == "ALERT"
        assert plan.master == "OK"


@pytest.mark.parametrize(
    "options",
    [
        {"months": 1},
        {"months": 36},
        {"months": 60},
        {"start": dt.date(2026, 10, 1)},
        {"currency": Currency("EUR", 0.92, dt.date(2026, 11, 20))},
        {"models": ("gpt-4o", "claude-haiku-4-5", "o3")},
        {"models": ("gpt-4o", "gpt-4o-mini", "o3", "claude-haiku-4-5", "claude-sonnet-5", "gemini-3.7-flash")},
        {"as_of": dt.date(2026, 8, 1)},
        {"functions": "addin"},
    ],
    ids=str,
)
def test_every_option_makes_a_workbook_whose_checks_hold(options: dict[str, Any]) -> None:
    book = workbook.build("llm-budget", Options(**options))
    stored = load_workbook(io.BytesIO(book.content), data_only=True)
    assert stored["Cover"]["B3"].value == "OK"
    months = options.get("months", 12)
    assert len(book.plan.homes["budget"].across.columns) == months  # type: ignore[union-attr]  # it runs over months


def test_models_asked_for_answer_all_features() -> None:
    book = workbook.build("llm-budget", Options(models=("gpt-4o-mini", "gpt-4o")))
    features = book.plan.tables["features"].block.records
    assert {(record[1], record[2]) for record in features} == {("openai/gpt-4o-mini", "openai/gpt-4o")}
