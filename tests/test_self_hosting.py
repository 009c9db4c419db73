"""API against self-hosting: figures of "Economics of Custom Models" (S0), hand calculations, and brute force."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import get_column_letter
from workbooks import Cells, built, check_cells

from llmcost_xl.engine import breakeven
from llmcost_xl.workbook import build
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options
from llmcost_xl.workbook.references import FIRST_ROW
from llmcost_xl.workbook.sheets.self_hosting.staircase import RANGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from libreoffice import Book, LibreOffice

NAME = "api-vs-self-hosting"
SECONDS = 2_628_000  # of a month of 730 hours
NEVER = "never"
near = pytest.approx


CELLS = Cells(NAME)
cell = CELLS.cell


@pytest.fixture
def book(libreoffice: LibreOffice, tmp_path: Path) -> Iterator[Book]:
    with libreoffice.open(built(NAME).save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        yield opened


def shown(book: Book, *references: str) -> list[Any]:
    return list(book.read([cell(reference) for reference in references]).values())


def entered(book: Book, **inputs: float | str) -> Book:
    """Enter figures into the base scenario of your case, or into the one cell of a setting."""
    homes = built(NAME).plan.homes
    book.set({cell(f"{name}@base" if homes[name].across else name): value for name, value in inputs.items()})
    book.recalculate()
    return book


def by_the_rounded_price(book: Book, **inputs: float | str) -> Book:
    """Your case at 0.0002 USD a query, with nothing but servers unless said."""
    plain = {"maintenance_hours": 0, "spare": 0, "peak_factor": 1, "max_utilisation": 1}
    entered(book, **plain | {"price_level": 0.2 / 0.195} | inputs)
    return book


def listed(book: Book) -> list[tuple[Any, Any]]:
    """The ranges on Calc_Ranges, as far as there are any."""
    ends = [shown(book, f"from_words@{column.key}", f"to_words@{column.key}") for column in RANGES.columns]
    return [(start, end) for start, end in ends if start != ""]


def statuses(book: Book) -> dict[str, Any]:
    """What every check says, by its statement."""
    checks = check_cells(built(NAME))
    return dict(zip([check.statement for check in checks], book.read([check.status for check in checks]).values(),
                    strict=True))  # fmt: skip


# -- as printed ------------------------------------------------------------------------------------------------------


AS_PRINTED = {
    "api_bill@p50": 10,  # S0 L76: 50,000 x 0.00020
    "selfhost_monthly@p50": 400,
    "unit_cost@p50": 0.008,  # S0 L83: 400 / 50,000
    "upfront@p50": 1_020,  # 20 + 10 h x 100
    "first_month@p50": 1_420,
    "monthly_savings@p50": -390,
    "api_bill@p500": 100,
    "monthly_savings@p500": -300,
    "api_bill@p5m": 1_000,
    "selfhost_monthly@p5m": 800,
    "monthly_savings@p5m": 200,
    "payback@p5m": 5.1,
    "breakeven_volume@p50": 2_000_000,  # S0 L250: 400 / 0.0002
    "for_good@p50": 2_000_000,
    "range_count@p50": 1,
}


def test_as_printed(book: Book) -> None:
    assert dict(zip(AS_PRINTED, shown(book, *AS_PRINTED), strict=True)) == near(AS_PRINTED)


def test_a_printed_column_that_is_overwritten_fails(book: Book) -> None:
    book.set({cell("server_cost@p5m"): 400})
    book.recalculate()
    assert book["chk_master"] == "FAIL"
    assert statuses(book)["Figures that differ from the print of the source"] == "FAIL"


# -- honest ----------------------------------------------------------------------------------------------------------


def test_honest_5_million_never_wins(book: Book) -> None:
    # 2 a second, 70% at a peak of 4 times: 919,800 a month and server; 6 servers and a spare one, 11.5 h x 100
    assert shown(book, "capacity@h5m", "servers@h5m") == [near(2 * 0.7 / 4 * SECONDS), 7]
    assert shown(book, "selfhost_monthly@h5m", "api_bill@h5m") == [near(7 * 400 + 1_150), near(975)]
    assert shown(book, "unit_cost@h5m", "token_price@h5m") == [near(3_950 / 5e6), near(3_950 / 5e6 / 700 * 1e6)]
    assert shown(book, "upfront@h5m") == [near(20 + (10 + 102.5 + 36) * 100)]
    outputs = ("breakeven_volume_shown", "for_good_shown", "payback_shown", "crossover_stepped_shown")
    assert shown(book, *(f"{name}@h5m" for name in outputs)) == [NEVER] * 4


def test_a_full_server_of_2_a_second_costs_more_than_the_api(book: Book) -> None:
    assert shown(book, "rented_unit_cost@h50") == [near(400 / 919_800)]  # 0.00043, above 0.0002


def test_the_switch_is_all_that_parts_printed_and_honest(book: Book) -> None:
    book.set({cell("simplified@h5m"): 1})
    book.recalculate()
    # the server of 400 instead of 800: saving 600, payback 1.7 months
    assert shown(book, "monthly_savings@h5m", "payback@h5m") == [near(600), near(1.7)]
    book.set({cell("simplified@p50"): 0})
    book.recalculate()
    figures = ("api_bill", "selfhost_monthly", "upfront", "range_count")
    assert shown(book, *(f"{name}@p50" for name in figures)) == shown(book, *(f"{name}@h50" for name in figures))


def test_ceilings_of_the_gpus(book: Book) -> None:
    # 2 x 8e9 weights x 700 tokens = 11.2 TFLOP a query, at 40% of the peak speed
    assert shown(book, "ceiling@yours", "ceiling@h50", "owned_ceiling") == near([124.8 / 11.2, 28 / 11.2, 66 / 11.2])
    entered(book, params_b=7)
    assert shown(book, "ceiling@yours") == [near(12.73, abs=0.005)]
    statement = "No case counts on more queries a second than the arithmetic of its GPU allows"
    assert statuses(book)[statement] == "OK"
    entered(book, qps_per_server=13)
    assert statuses(book)[statement] == "ALERT"
    assert book["chk_master"] == "OK"


# -- ranges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "ranges"),
    [
        ({"capacity": 3e6}, [(2e6, 3e6), (4e6, math.inf)]),
        ({"capacity": 2.5e6}, [(2e6, 2.5e6), (4e6, 5e6), (6e6, 7.5e6), (8e6, math.inf)]),
        ({"capacity": 3e6, "spare": 1}, [(6e6, 6e6), (8e6, 9e6), (10e6, math.inf)]),
        ({"capacity": 919_800}, []),
        ({"capacity": 7.726e6, "server_cost": 1_000}, [(5e6, 7.726e6), (10e6, math.inf)]),
        ({"capacity": 1e9, "maintenance_hours": 4}, [(4e6, math.inf)]),  # 400 of operations
    ],
    ids=str,
)
def test_ranges_in_which_self_hosting_wins(
    book: Book, inputs: dict[str, float], ranges: list[tuple[float, float]]
) -> None:
    changed = {"server_cost": 400, **inputs, "qps_per_server": inputs["capacity"] / SECONDS}
    del changed["capacity"]
    by_the_rounded_price(book, **changed)
    found = [(start, math.inf if end == "no limit" else end) for start, end in listed(book)]
    assert [pair[0] for pair in found] == near([pair[0] for pair in ranges])
    assert [pair[1] for pair in found] == near([pair[1] for pair in ranges])
    assert shown(book, "range_count@yours") == [len(ranges)]
    assert book["chk_master"] == "OK"


def test_ranges_against_brute_force_and_the_engine(book: Book) -> None:
    api, server, ops = 0.0002, 400, 130
    for capacity, spare in itertools.product((2.1e6, 2.6e6, 3.7e6, 6.132e6), (0, 1)):
        by_the_rounded_price(book, server_cost=server, qps_per_server=capacity / SECONDS, spare=spare,
                             maintenance_hours=ops / 100)  # fmt: skip
        found = [(start, math.inf if end == "no limit" else end) for start, end in listed(book)]
        expected = breakeven.breakeven_ranges(api, server, 0, ops, capacity, spare)
        assert found == [near(pair) for pair in expected[: len(RANGES.columns)]]
        for volume in range(50_000, min(30_000_000, int(min(found[-1][1], 1e9))), 50_000):
            saving = api * volume - (math.ceil(volume / capacity) + spare) * server - ops
            if abs(saving) > 0.001:
                assert any(start <= volume <= end for start, end in found) == (saving > 0), (capacity, spare, volume)


def test_more_ranges_than_are_listed_raise_an_alert(book: Book) -> None:
    by_the_rounded_price(book, server_cost=400, qps_per_server=2.1e6 / SECONDS)
    # a full server gains 20 and has to earn 420 before the next one pays: the 21st wins at once
    assert shown(book, "range_count@yours", "unlisted") == [20, 20 - len(RANGES.columns)]
    assert statuses(book)["All ranges of the case shown are listed"] == "ALERT"
    assert book["chk_master"] == "OK"


def test_never_is_said_in_words(book: Book) -> None:
    entered(book, server_cost=1_300)  # a full server, 6.132 million queries, saves 1,196
    assert listed(book) == []
    assert str(book[f"Outputs!A{FIRST_ROW + 2}"]).startswith("It is dearer at every volume")
    entered(book, shown_case="5 million, as printed")
    assert listed(book) == [(near(4e6), "no limit")]


def words(book: Book) -> list[str]:
    """The sentences on Outputs."""
    return [str(text) for text in book.read([f"Outputs!A{FIRST_ROW + number}" for number in range(1, 6)]).values()]


def test_sentences_follow_the_figures(book: Book) -> None:
    assert "with 3 servers; self-hosting saves 415 USD a month" in words(book)[0]
    assert "is back after 35.8 months at constant volume" in words(book)[2]
    assert words(book)[2].endswith("with growth, month 1 is the first in which self-hosting is no dearer.")
    assert words(book)[3].endswith("-2,975 USD a month, and no volume at which it wins.")
    entered(book, queries_per_month=100_000, growth=0)
    assert "with 1 server; self-hosting loses" in words(book)[0]
    assert words(book)[2].endswith("never repaid at constant volume; with growth, self-hosting is dearer in every "
                                   "month up to month 36.")  # fmt: skip
    book.set({cell("server_cost@h5m"): 10, cell("queries_per_month@h5m"): 20_000_000, cell("server_cost@p5m"): 1_100})
    book.recalculate()
    assert "-100 USD saved a month, payback never." in words(book)[3]
    assert words(book)[3].endswith("and it wins at this volume.")
    book.set({cell("queries_per_month@h5m"): 1_000_000})
    book.recalculate()
    assert words(book)[3].endswith("and it wins only at other volumes.")


def test_the_staircase_is_shaded_where_it_wins(book: Book) -> None:
    home = built(NAME).plan.homes["volume_at"]
    rows = range(home.row, home.row + home.records)
    columns = {name: get_column_letter(built(NAME).plan.homes[name].column) for name in ("volume_at", "won_at")}
    volumes, shaded = (
        [float(value) for value in book.read([f"{home.sheet}!{letter}{row}" for row in rows]).values()]
        for letter in columns.values()
    )
    assert (volumes[0], volumes[-1], len(volumes)) == (0, 25_000_000, 41)
    # 1,300 a month for one server, 800 for each further; at 0.000195 a query, full at 6.132 million
    wins = [0.000195 * volume >= max(1, math.ceil(volume / 6.132e6)) * 800 + 500 for volume in volumes]
    assert [height > 0 for height in shaded] == wins
    assert max(shaded) == near(25e6 * 0.000195)


# -- four questions --------------------------------------------------------------------------------------------------


def test_four_questions_of_the_second_prompt(book: Book) -> None:
    keys = ("as_is", "cheaper_api", "dearer", "redundant", "all_three")
    assert shown(book, *(f"q_volume@{key}" for key in keys)) == near([2e6, 4e6, 4e6, 4e6, 16e6])
    assert shown(book, "price_elasticity", "server_elasticity", "uptime_servers") == near([-1, 1, 2])


def test_questions_answer_live(book: Book) -> None:
    entered(book, price_cut=0.75, cost_factor=3, target=0.99995)  # three servers: 1 - 0.01^2 is less
    keys = ("cheaper_api", "dearer", "redundant", "all_three")
    assert shown(book, *(f"q_volume@{key}" for key in keys)) == near([8e6, 6e6, 6e6, 72e6])


def test_failure_rates_that_justify_the_cost(book: Book) -> None:
    # at 1 million (400/1e6 - 0.0002) / 0.01 = 2 points better than 40%; at 2 million equal; at 5 million 1.2 worse
    assert shown(book, "f_points@r1", "f_points@r2", "f_points@r3") == near([0.02, 0, -0.012], abs=1e-12)
    assert shown(book, "f_words@r1", "f_words@r2", "f_words@r3") == near([0.38, 0.40, 0.412])
    entered(book, failure_cost=0.0004)  # 0.0002 more a query is 50 points of failures
    assert shown(book, "f_words@r1") == [NEVER]


# -- months ----------------------------------------------------------------------------------------------------------


def test_crossover_months_of_500_000_a_month(book: Book) -> None:
    figures = ("crossover", "crossover_falling", "crossover_upfront", "crossover_stepped", "repaid_stepped")
    assert shown(book, *(f"{name}@p500" for name in figures)) == [11, 14, 19, 11, 19]


def test_servers_grow_with_the_volume(book: Book) -> None:
    # 500,000 at 15% a month: 0.92 million a server, so 2 from month 6 (1.006 million) and 3 from month 11 (2.02)
    assert shown(book, "growth@h500") == [0.15]
    home = built(NAME).plan.homes["month_servers"]
    row = home.cell(down="h500")[0]
    servers = list(book.read([f"{home.sheet}!{get_column_letter(home.column + month)}{row}" for month in range(1, 13)])
                   .values())  # fmt: skip
    assert servers == [math.ceil(500_000 * 1.15**month / 919_800) + 1 for month in range(12)]


# -- where the source contradicts itself -----------------------------------------------------------------------------


CONTRADICTIONS = {
    "source_query_cost": 0.000195,
    "average_at_5m": 0.00008,  # 400 / 5 million
    "average_at_50k": 0.008,
    "formula_result": 1_420 / (0.0002 - 0.008),  # -182,051
    "formula_other": 11_833_333.33,
    "formula_exact": 1_420 / 0.000115,  # 12,347,826
    "formula_months": 236.67,
    "payback_fixed": 7.1,
    "payback_large": 9.1,
    "payback_400": 1.7,
    "saving_ops_low": -200,
    "saving_ops_high": -1_700,
    "payback_built_low": 38.6,  # (20 + 77 h x 100) / 200
    "payback_built_high": 113.1,  # (20 + 226 h x 100) / 200
    "claims_above": 4,
    "owned_cost": 64.7825,  # 1,800 / 36 + 0.45 kW x 219 h x 0.15
    "power_cost_full": 49.275,  # 0.45 kW x 730 h x 0.15
    "speed_slow": 200 / 0.15,
    "speed_fast": 4_000,
}


def test_contradictions(book: Book) -> None:
    assert dict(zip(CONTRADICTIONS, shown(book, *CONTRADICTIONS), strict=True)) == near(CONTRADICTIONS, rel=1e-4)


def test_claims_and_rents_of_the_listed_servers(book: Book) -> None:
    plan = built(NAME).plan

    def column(name: str) -> list[Any]:
        home = plan.homes[name]
        rows = range(home.row, home.row + home.records)
        return list(book.read([f"{home.sheet}!{get_column_letter(home.column)}{row}" for row in rows]).values())

    # 4090, A10G, A100, T4: 20, 30, 50, 10 a second x 9.8 TFLOP over 165, 70, 312, 65; the last four rows are the user's
    shares = column("peak_share")
    assert shares[:4] == near([1.188, 4.2, 1.571, 1.508], abs=0.0005)
    assert shares[4:] == [""] * 4
    assert column("hourly_low")[1:4] == near([0.82, 1.10, 0.27], abs=0.005)
    assert column("hourly_high")[1:4] == near([1.10, 1.64, 0.41], abs=0.005)


def test_a_server_of_the_user_s_own(book: Book) -> None:
    table = built(NAME).plan.tables["hardware"]
    row = table.first + table.filled
    letters = [get_column_letter(column) for _, column in table.fields[:5]]
    book.set(dict(zip([f"Inputs!{letter}{row}" for letter in letters], ["H100", 1_500, 2_000, 30, 989], strict=True)))
    book.recalculate()
    home = built(NAME).plan.homes["list_ceiling"]
    assert book[f"{home.sheet}!{get_column_letter(home.column)}{home.row + table.filled}"] == near(989 * 0.4 / 11.2)
    assert shown(book, "claims_above") == [4]
    assert book["chk_master"] == "OK"


# -- alerts, scenarios, options --------------------------------------------------------------------------------------


ALERTS = {
    "Servers cost by the hour what GPUs rent for": {"server_cost": (800, 200)},  # 0.27 an hour, below 0.30
    "Your case saves money every month": {"queries_per_month": (17_000_000, 1_000_000)},
    "Your case repays its one-off cost within the months looked ahead": {"build_rate": (100, 150)},
    "Somebody operates the servers of your case": {"maintenance_hours": (5, 0)},
    "What owned hardware is worth at the end is at most its price": {"residual_value": (0, 2_000)},
}
"""What each alert is about: the figure as delivered, and one that raises it."""


def test_alerts(book: Book) -> None:
    for statement, inputs in ALERTS.items():
        for position, said in enumerate(("OK", "ALERT")):
            entered(book, **{name: values[position] for name, values in inputs.items()})
            assert statuses(book)[statement] == said, statement
            assert book["chk_master"] == "OK"
        entered(book, **{name: values[0] for name, values in inputs.items()})


def test_only_your_case_follows_the_scenario(book: Book) -> None:
    columns = ("p50", "h50", "p5m", "h5m")
    before = shown(book, *(f"monthly_savings@{key}" for key in columns), "monthly_savings@yours")
    entered(book, scenario="Low")
    after = shown(book, *(f"monthly_savings@{key}" for key in columns), "monthly_savings@yours")
    assert after[:-1] == before[:-1]
    # 5 million at half the price; 6 a second at a peak of 4 and 60%: 2.37 million, 3 servers and a spare one at 1,200,
    # 11.5 h at 120
    assert after[-1] == near(487.5 - (4 * 1_200 + 11.5 * 120))
    entered(book, scenario="High")
    assert float(shown(book, "monthly_savings@yours")[0]) > float(before[-1])


@pytest.mark.parametrize(
    "options",
    [
        Options(months=1),
        Options(months=12),
        Options(months=60, start=dt.date(2028, 7, 1)),
        Options(currency=Currency("EUR", 0.92, dt.date(2026, 11, 21))),
        Options(models=("anthropic/claude-haiku-4-5",)),
        Options(as_of=dt.date(2026, 10, 1)),
    ],
    ids=str,
)
def test_options(options: Options, libreoffice: LibreOffice, tmp_path: Path) -> None:
    made = build(NAME, options)
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        assert opened["chk_master"] == "OK"
        rate = options.currency.rate
        figures = [made.plan.address(f"{{{name}@p5m}}") for name in ("api_bill", "monthly_savings", "payback")]
        assert list(opened.read(figures).values()) == near([1_000 * rate, 200 * rate, 5.1])
        assert opened[made.plan.address("{horizon}")] == (options.months or 36)
        assert opened[made.plan.address("{average_at_50k}")] == near(0.008)  # in US dollars in every currency


def test_the_model_asked_for_prices_your_case(libreoffice: LibreOffice, tmp_path: Path) -> None:
    made = build(NAME, Options(models=("anthropic/claude-haiku-4-5",)))
    with libreoffice.open(made.save(tmp_path / "book.xlsx")) as opened:
        opened.recalculate()
        costs = [made.plan.address(f"{{api_cost@{key}}}") for key in ("yours", "h5m", "p5m")]
        assert list(opened.read(costs).values()) == near([0.0015, 0.000195, 0.0002])  # 500 x 1 + 200 x 5 per million
