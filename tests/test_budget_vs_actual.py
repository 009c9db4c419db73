"""The workbook of budget against actual: its bridge against the engine and by hand, its export, its estimates."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import get_column_letter
from workbooks import Cells, built

from llmcost_xl import workbook
from llmcost_xl.catalogue.bundled import book_with
from llmcost_xl.engine.variance import price_bridge
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

NAME = "budget-vs-actual"
EFFECTS = ("volume", "mix", "usage", "price", "fx")
METHODS = {"sequential": "seq", "midpoint": "mid"}
EPOCH = dt.date(1899, 12, 30)
near = pytest.approx


CELLS = Cells(NAME)
cell, record, status = CELLS.cell, CELLS.record, CELLS.status


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built(NAME).save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def row(name: str) -> list[str]:
    """The cells of a line that runs over an axis."""
    place = built(NAME).plan.homes[name]
    assert place.across is not None
    return [f"{place.sheet}!{get_column_letter(place.column + n)}{place.row}" for n in range(len(place.across.columns))]


def by_line(book: Book, name: str) -> list[float]:
    """A quantity of every line, entered or computed."""
    cells = [record(name, n) for n in range(8)] if built(NAME).plan.homes[name].records else row(name)
    return [float(value) for value in book.read(cells).values()]


def entered(book: Book, values: dict[str, Any]) -> Book:
    book.set(values)
    book.recalculate()
    return book


def serial(year: int, month: int, day: int) -> int:
    return (dt.date(year, month, day) - EPOCH).days


# -- the two-model example --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "by_hand"),
    # 10,000 and 40,000 queries become 15,000 and 45,000; 500/200 tokens become 500/220 and 450/200; 2.50/10 become 2/8
    [
        ("ref_cost_old_all", 10_000 * 0.00325 + 40_000 * 0.000195),
        ("ref_cost_new_all", 15_000 * (500 * 2 + 220 * 8) / 1e6 + 45_000 * (450 * 0.15 + 200 * 0.6) / 1e6),
        ("ref_volume_seq_all", 8.06),
        ("ref_mix_seq_all", 9.165),
        ("ref_usage_seq_all", 2.6625),
        ("ref_price_seq_all", -10.35),
        ("ref_fx_seq_all", 0),
    ],
)
def test_the_reference_example_by_hand(book: Book, figure: str, by_hand: float) -> None:
    assert book[cell(figure)] == near(by_hand, abs=1e-12)


def test_the_midpoint_of_the_reference_example(book: Book) -> None:
    shown = [round(float(book[cell(name)]), 3) for name in
             ("ref_quantity_mid", "ref_usage_mid_all", "ref_price_mid_all")]  # fmt: skip
    assert shown == [16.015, 1.915, -8.392]
    assert (book[cell("ref_eac_budget")], book[cell("ref_eac_trend")]) == (125_000, 135_000)


# -- the bridge against the engine ------------------------------------------------------------------------------------


def usage(source: random.Random) -> list[dict[str, float]]:
    """Eight lines: everyday ones, a new one, one that ended, one that is empty of queries on both sides."""
    lines = []
    for number in range(8):
        tokens: dict[str, float] = {f"{side}_{kind}": source.randint(1, 5_000)
                  for side in ("plan", "actual") for kind in ("input", "output")}  # fmt: skip
        queries: dict[str, float] = {"plan_queries": source.randint(1, 10**6), "queries_new": source.randint(1, 10**7)}
        if number in (5, 7):
            queries["plan_queries"] = 0
        if number in (6, 7):
            queries["queries_new"] = 0
        lines.append({**queries, **tokens})
    return lines


@pytest.mark.parametrize("seed", range(4))
def test_the_bridge_is_the_engine_s_whatever_the_usage(book: Book, seed: int) -> None:
    source = random.Random(seed)  # noqa: S311  # the same inputs in every run
    models = [str(value) for value in book.read([record("used_model", n) for n in range(3)]).values()]
    values: dict[str, Any] = {cell("budget_rate"): source.uniform(0.5, 2), "in_fx_rate": source.uniform(0.5, 2)}
    for number, line in enumerate(usage(source)):
        feature = f"feature {number}"
        values |= {record("line", number): f"line {number}", record("line_feature", number): feature,
                   record("line_model", number): models[number % 3], record("candidate_change", number): 0}  # fmt: skip
        values |= {record(name, number): value for name, value in line.items()}
        if number < 7:
            values |= {record("feature", number): feature, record("value_per_query", number): 0.01}
    values[record("line_feature", 7)] = "feature 6"
    entered(book, values)
    names = ("queries_old", "queries_new", *(f"{side}_{kind}{what}" for side in ("plan", "actual")
             for kind in ("input", "output") for what in ("", "_price")))  # fmt: skip
    read = {name: by_line(book, name) for name in names}
    both = ("input", "output")
    parts = {
        "queries_old": read["queries_old"] * 2,
        "queries_new": read["queries_new"] * 2,
        **{
            f"usage_{when}": [tokens / 1e6 for kind in both for tokens in read[f"{side}_{kind}"]]
            for when, side in (("old", "plan"), ("new", "actual"))
        },
        **{
            f"price_{when}": [price for kind in both for price in read[f"{side}_{kind}_price"]]
            for when, side in (("old", "plan"), ("new", "actual"))
        },
    }
    before, after = float(values[cell("budget_rate")]), float(values["in_fx_rate"])
    for method, short in METHODS.items():
        bridge = price_bridge(**parts, fx_old=before, fx_new=after, bridge_method=method)
        shown = [float(book[cell(f"{effect}_{short}_all")]) for effect in EFFECTS]
        assert shown == near(list(bridge[:-1]), rel=1e-9)
        assert sum(shown) == near(float(book[cell("cost_change_all")]), abs=1e-6)
    assert book["chk_master"] == "OK"


def test_a_new_line_has_no_price_effect_and_an_ended_one_neither(book: Book) -> None:
    for name, number in (("new", 3), ("ended", 4)):
        for effect in ("usage_seq", "price_seq", "usage_mid", "price_mid"):
            assert book[row(effect)[number]] == 0, name
    assert book[row("cost_old")[3]] == 0
    assert book[row("mix_seq")[3]] == near(float(book[row("cost_new")[3]]))


# -- prices on two dates ----------------------------------------------------------------------------------------------


def test_the_two_dates_price_the_same_usage_by_the_same_rows(book: Book) -> None:
    # terra costs 2.50/15 US$ until 2026-07-29 and 2/12 from the 30th on: 500 and 200 tokens, 1 M queries, grown by 2%
    months = (1.02**4 - 1) / 0.02
    assert book[row("cost_old")[0]] == near(1e6 * months * (500 * 2.5 + 200 * 15) / 1e6)
    assert book[row("cost_new")[0]] == near(6e6 * (500 * 2 + 220 * 12) / 1e6)
    entered(book, {cell("budget_prices_of"): serial(2026, 7, 30)})
    assert book[row("cost_old")[0]] == near(1e6 * months * (500 * 2 + 200 * 12) / 1e6)
    assert book[cell("price_seq_all")] == 0
    entered(book, {cell("budget_prices_of"): serial(2026, 7, 29)})
    assert float(book[cell("price_seq_all")]) < 0


def test_the_candidate_list_changes_the_replay_only(book: Book) -> None:
    assert book["out_candidate_cost_all"] == near(
        float(book["out_estimate"]) - 0.1 * float(book[row("cost_new")[0]]) + 0.05 * float(book[row("cost_new")[3]])
    )
    before = book["out_cost_new_all"]
    entered(book, {record("candidate_change", 0): 0.5})
    assert book["out_cost_new_all"] == before
    assert float(book["out_candidate_cost_all"]) > float(before)


# -- the export -------------------------------------------------------------------------------------------------------


def test_discounts_have_a_name_and_rounding_is_tolerated(book: Book) -> None:
    assert book["out_unexplained"] == near(0, abs=0.05)  # 16 rows in whole cents
    assert book["out_discounts"] == near(-0.05 * float(book["out_estimate"]), abs=0.2)
    assert book["out_tolerance"] == 1  # 100 cents; 16 rows round to 4 x half a cent
    entered(book, {cell("tolerated_units"): 0})
    assert book["out_tolerance"] == near(math.sqrt(16) * 0.5 * 0.01)


@pytest.mark.parametrize(
    ("check", "spoilt"),
    [
        ("unexplained", {"list_cost": 6_000}),
        ("invoiced", {"billed_cost": 5_000}),
        ("matched", {"charge_model": "openai/unheard-of"}),
        ("one_currency", {"charge_currency": "CHF"}),
        ("dated", {"charge_period": "2027-01-01"}),
        ("in_months", {"charge_period": serial(2027, 5, 1)}),
        ("in_months", {"charge_period": serial(2026, 12, 31)}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_with_a_row_raises_its_alert(book: Book, check: str, spoilt: dict[str, Any]) -> None:
    assert book[status(check)] == "OK"
    entered(book, {record(name, 0): value for name, value in spoilt.items()})
    assert book[status(check)] == "ALERT"
    assert book["chk_master"] == "OK"


def test_another_currency_is_never_added(book: Book) -> None:
    before, row_amount = float(book["out_billed_all"]), float(book[record("billed_cost", 0)])
    entered(book, {record("charge_currency", 0): "CHF"})
    assert book["out_billed_all"] == near(before - row_amount)
    assert book["out_actual_to_date"] == near(before - row_amount)
    entered(book, {record("charge_currency", n): "CHF" for n in range(16)})
    assert book["out_actual_to_date"] == near(float(book["out_cost_new_all"]))
    assert "No export in this currency" in str(book["Outputs!A9"])
    assert book["chk_master"] == "OK"


def test_a_row_pasted_twice_raises_an_alert(book: Book) -> None:
    names = [field.name for field, _ in built(NAME).plan.tables["charges"].fields]
    entered(book, {record(name, 16): book[record(name, 0)] for name in names})
    assert (book[status("once")], book["chk_master"]) == ("ALERT", "OK")
    entered(book, {record("billed_cost", 16): -5_000})
    assert book[status("once")] == "OK"


def test_a_feature_slower_than_its_target_raises_an_alert(book: Book) -> None:
    assert book[status("latency")] == "ALERT"  # summaries take 9.5 s, 8 s were asked for
    entered(book, {record("feature_latency", 2): 8_000})
    assert book[status("latency")] == "OK"
    fields = ("timed_feature", "feature_latency", "latency_target")
    entered(book, {record(name, n): None for name in fields for n in range(3)})
    assert (book[status("latency")], book["chk_master"]) == ("not assessed", "OK")


def test_no_variance_is_neither_more_nor_less(book: Book) -> None:
    entered(book, {record(name, n): 0 for name in ("plan_queries", "queries_new") for n in range(5)})
    assert "against a budget of 0 USD: no difference" in str(book["Outputs!A7"])


def test_a_credit_lowers_what_was_billed(book: Book) -> None:
    before = float(book["out_billed_all"])
    first = len(built(NAME).plan.tables["charges"].block.records)
    credit = {"charge_period": serial(2027, 4, 30) + 0.9, "charge_provider": "openai",
              "charge_feature": "Search answers",
              "charge_model": "openai/gpt-5.6-luna", "consumed": 0, "charge_currency": "USD", "list_cost": 0,
              "effective_cost": -100, "billed_cost": -100}  # fmt: skip
    entered(book, {record(name, first): value for name, value in credit.items()})
    assert book["out_billed_all"] == near(before - 100)
    assert book["out_actual_to_date"] == near(before - 100)  # the last hours of April are April
    assert book["chk_master"] == "OK"


def test_without_an_export_actuals_are_usage_at_list_prices(book: Book) -> None:
    table = built(NAME).plan.tables["charges"]
    names = [field.name for field, _ in table.fields]
    entered(book, {record(name, n): None for name in names for n in range(len(table.block.records))})
    assert book["out_actual_to_date"] == near(float(book["out_cost_new_all"]))
    assert (book[status("unexplained")], book[status("invoiced")]) == ("not assessed", "not assessed")
    assert book["chk_master"] == "OK"


# -- lines that cannot be right ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        ("by_feature", {"line_feature": "Sup chat"}),
        ("lines_once", {"line_feature": "Search answers", "line_model": "openai/gpt-5.6-luna"}),
        ("by_feature", {"feature": "Support"}),
        ("by_model", {"used_model": "openai/gpt-5.6-luna"}),
    ],
)
def test_lines_that_belong_nowhere_fail(book: Book, check: str, wrong: dict[str, str]) -> None:
    entered(book, {record(name, 0): value for name, value in wrong.items()})
    assert book[status(check)] == "FAIL"
    assert book["chk_master"] == "FAIL"


def test_a_model_without_a_price_is_an_error_and_never_free(book: Book) -> None:
    entered(book, {record("line_model", 0): "openai/unheard-of"})
    assert str(book[row("cost_new")[0]]).startswith("#")
    assert book["chk_master"] == "FAIL"


@pytest.mark.parametrize(
    ("values", "master"),
    [
        ({("queries_new", 7): 5}, "FAIL"),  # numbers without a name
        ({("value_per_query", 6): "5.00"}, "FAIL"),
        ({("line", 7): "half filled"}, "FAIL"),  # a name without numbers
        ({("line", 4): None}, "FAIL"),
        ({(name, 4): None for name in ("line", "line_feature", "line_model", "plan_queries", "plan_input",
                                       "plan_output", "queries_new", "actual_input", "actual_output",
                                       "candidate_change")}, "OK"),
        ({("plan_queries", 0): -1}, "FAIL"),
    ],
    ids=["no name", "text without a name", "no numbers", "name deleted", "record deleted", "negative"],
)  # fmt: skip
def test_a_record_is_whole_or_not_there(book: Book, values: dict[tuple[str, int], Any], master: str) -> None:
    entered(book, {record(*where): value for where, value in values.items()})
    assert book["chk_master"] == master


def test_nothing_budgeted_is_not_a_share(book: Book) -> None:
    entered(book, {record("plan_queries", n): 0 for n in range(5)})
    assert (book["out_variance_share_shown"], book["out_eac_trend_shown"]) == ("n/a", "n/a")
    assert book["out_variance_word"] == "unfavourable"
    assert book[status("material")] == "not assessed"
    assert book["chk_master"] == "OK"


# -- estimates at completion ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "factor"),
    # queries x prices x (input and output tokens by their shares of the budget)
    [("Base", lambda i, o: i + o), ("Low", lambda i, o: 1.3 * 1.1 * (i + o)),
     ("High", lambda i, o: 0.9 * 0.5 * (0.8 * i + 0.9 * o))],
)  # fmt: skip
def test_the_outlook_follows_the_scenario(book: Book, scenario: str, factor: Any) -> None:
    entered(book, {"in_scenario": scenario})
    rest = [float(book[cell(f"rest_{kind}_all")]) for kind in ("input", "output")]
    expected = float(book["out_actual_to_date"]) + factor(*rest)
    assert book["out_eac_outlook"] == near(expected)
    assert book["out_eac_budget"] == near(float(book["out_actual_to_date"]) + sum(rest))
    assert book["chk_master"] == "OK"


def test_the_trend_follows_the_past(book: Book) -> None:
    spent, planned, total = (
        float(book[f"out_{name}"]) for name in ("actual_to_date", "budget_to_date", "budget_total")
    )
    assert planned / total == near((1.02**4 - 1) / (1.02**12 - 1))
    assert book["out_eac_trend_shown"] == near(total * spent / planned)
    assert book["out_vac_trend_shown"] == near(total * spent / planned - total)


def test_the_return_on_a_call(book: Book) -> None:
    # search answers: 18 M calls worth 0.0015 each, billed with 5% off 0.2 and 1.2 US$ per M tokens of 450 and 200
    cost = round(0.95 * 4.5 * (450 * 0.2 + 200 * 1.2), 2) * 4
    place = built(NAME).plan.homes["f_roi"]
    shown = book[f"Outputs!{get_column_letter(place.column)}{place.row + 1}"]
    assert shown == near(18e6 * 0.0015 / cost - 1)


@pytest.mark.parametrize("options", [
    Options(months=1), Options(months=36), Options(currency=Currency("EUR", 0.92, dt.date(2026, 11, 21))),
    Options(start=dt.date(2026, 7, 1)), Options(models=("gpt-4o", "claude-haiku-4-5")),
    Options(as_of=dt.date(2026, 3, 1)),
], ids=["1 month", "36 months", "EUR", "July", "models", "as of"])  # fmt: skip
def test_every_way_to_make_it_passes_its_own_checks(libreoffice: LibreOffice, tmp_path: Path, options: Options) -> None:
    made = workbook.build(NAME, options)
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        assert opened["chk_master"] == "OK"
        assert opened["out_unexplained"] == near(0, abs=0.5)
        rate = options.currency.rate
        months = (1.02 ** min(4, options.months or 12) - 1) / 0.02
        if not options.models and not options.as_of:
            budget = opened[made.plan.address("{cost_old_all}")]
            first = 1e6 * (500 * 2.5 + 200 * 15) + 6e6 * (500 * 1 + 200 * 6) + 1.5e6 * (400 * 0.15 + 20 * 0.6)
            assert budget == near(rate * months * first / 1e6)


def test_the_example_s_budget_is_dated_to_when_all_its_models_had_prices(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    rows: list[list[Any]] = [
        ["provider", "model", "component", "price", "from_date"],
        ["openai", "late", "input", 1.0, "2026-09-01"],
        ["openai", "late", "output", 2.0, "2026-09-15"],
    ]
    made = workbook.build(NAME, Options(book=book_with(rows), models=("openai/late",)))
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        assert opened["in_budget_prices_of"] == serial(2026, 9, 15)
        assert opened["chk_master"] == "OK"
        opened.set({"in_budget_prices_of": serial(2026, 9, 14)})
        opened.recalculate()
        assert opened["chk_master"] == "FAIL"
