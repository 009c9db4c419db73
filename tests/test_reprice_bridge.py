"""The bridge of a repricing: every cent has a cause, by feature and by model, and workbooks come to the same."""

from __future__ import annotations

import datetime as dt
import io
import math
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from workbooks import built

from llmcost_xl import workbook
from llmcost_xl.engine.variance import FACTORS, Factors, price_bridge
from llmcost_xl.ooxml import BookFile
from llmcost_xl.reprice import Move, applied, newest, planned, report
from llmcost_xl.reprice.report.bridge import ENDED, NEW, Bridge, Item
from llmcost_xl.reprice.report.choice import of_choice
from llmcost_xl.reprice.report.layouts import LAYOUTS
from llmcost_xl.reprice.report.recorded import recorded
from llmcost_xl.reprice.report.state import State
from llmcost_xl.workbook.cells import linked
from llmcost_xl.workbook.layout import Currency
from llmcost_xl.workbook.options import Options

METHODS = ("sequential", "midpoint")

# the reference example: two models, 500 and 200 tokens; a cheaper large model, used more and more wordily
LARGE = [
    Item("Chat", "large", "input", Factors(10_000, 0.0005, 2.5), Factors(15_000, 0.0005, 2)),
    Item("Chat", "large", "output", Factors(10_000, 0.0002, 10), Factors(15_000, 0.00022, 8)),
]
SMALL = [
    Item("Search", "small", "input", Factors(40_000, 0.0005, 0.15), Factors(45_000, 0.00045, 0.15)),
    Item("Search", "small", "output", Factors(40_000, 0.0002, 0.6), Factors(45_000, 0.0002, 0.6)),
]
EXAMPLE = (*LARGE, *SMALL)


def of(items: Any, method: str = "sequential") -> Bridge:
    return Bridge("Example", tuple(items), "USD", method)


# -- the reference example ---------------------------------------------------------------------------------------------


def test_the_reference_example() -> None:
    total = of(EXAMPLE).total
    assert (round(total.before, 9), round(total.after, 9)) == (40.3, 49.8375)
    assert [round(effect, 9) for effect in total.effects[:5]] == [8.06, 9.165, 2.6625, -10.35, 0]


@pytest.mark.parametrize(
    ("model", "volume", "mix", "usage", "price"),
    [
        # 10,000 more of 50,000 queries at the old shares; the share of the large model rises from 1/5 to 1/4
        ("large", 32.5 / 5, 60_000 * (1 / 4 - 1 / 5) * 0.00325, 15_000 * 0.00002 * 10, 15_000 * (0.0042 - 0.00276)),
        ("small", 7.8 / 5, 60_000 * (3 / 4 - 4 / 5) * 0.000195, -45_000 * 0.00005 * 0.15, 0.0),
    ],
)
def test_the_effects_by_model_worked_out_by_hand(
    model: str, volume: float, mix: float, usage: float, price: float
) -> None:
    row = next(row for row in of(EXAMPLE).by_model if row.name == model)
    if model == "large":
        price = 15_000 * (0.0005 * (2 - 2.5) + 0.00022 * (8 - 10))
    assert row.effects[:4] == pytest.approx((volume, mix, usage, price))


def test_the_midpoint_of_the_reference_example() -> None:
    effects = of(EXAMPLE, "midpoint").total.effects
    assert [round(one, 3) for one in (effects.volume + effects.mix, effects.usage, effects.price)] == [
        16.015,
        1.915,
        -8.392,
    ]


def test_the_largest_change_stands_first_and_features_are_those_of_their_lines() -> None:
    bridge = of(EXAMPLE)
    assert [row.name for row in bridge.by_model] == ["large", "small"]
    assert [(row.name, round(row.change, 4)) for row in bridge.by_feature] == [("Chat", 8.9), ("Search", 0.6375)]


def test_a_kind_of_tokens_that_nobody_uses_changes_nothing() -> None:
    unused = Item("Chat", "large", "cache_read", Factors(10_000, 0, 1.25), Factors(15_000, 0, 1))
    assert of((*EXAMPLE, unused)).total.effects == pytest.approx(of(EXAMPLE).total.effects)


def test_a_pure_price_change_is_all_price() -> None:
    same = [item._replace(new=item.old._replace(price=item.new.price)) for item in EXAMPLE]
    bridge = of(same)
    assert bridge.is_same_usage
    assert bridge.total.effects[:5] == pytest.approx((0, 0, 0, bridge.total.change, 0))


def test_new_and_discontinued_models_are_volume_and_mix() -> None:
    none = Factors(0, 0, 0)
    items = [
        *SMALL,
        *(item._replace(model="new", new=item.old, old=none) for item in LARGE),
        *(item._replace(model="old", new=none) for item in LARGE),
    ]
    rows = {row.name: row for row in of(items).by_model}
    assert (rows["new"].state, rows["old"].state, rows["small"].state) == (NEW, ENDED, "")
    for name in ("new", "old"):
        assert rows[name].effects[2:5] == pytest.approx((0, 0, 0))
        assert rows[name].effects.volume + rows[name].effects.mix == pytest.approx(rows[name].change)


def test_without_queries_before_all_of_the_spend_is_volume() -> None:
    total = of([item._replace(old=Factors(0, 0, 0)) for item in LARGE]).total
    assert (total.before, total.after, total.residual) == (0, pytest.approx(41.4), 0)
    assert total.effects == pytest.approx((41.4, 0, 0, 0, 0, 41.4))


def test_usage_that_cancels_out_between_models_is_a_change_of_usage() -> None:
    wordier, shorter = (
        Item("Chat", model, "output", Factors(1000, tokens, 10), Factors(1000, other, 10))
        for model, tokens, other in (("a", 0.0002, 0.0003), ("b", 0.0003, 0.0002))
    )
    bridge = of([wordier, shorter])
    assert bridge.total.effects.usage == 0
    assert not bridge.is_same_usage


# -- any data ----------------------------------------------------------------------------------------------------------

amounts = st.one_of(st.just(0.0), st.floats(0.01, 1e8))
positive = st.floats(0.001, 1e3)


@st.composite
def lines(draw: st.DrawFn) -> list[Item]:
    """Lines of a few features and models; input and output tokens share a line's queries and exchange rate."""
    items = []
    for feature in ("A", "B"):
        for model in draw(st.lists(st.sampled_from("xyz"), unique=True, max_size=3)):
            q0, q1, x0, x1 = draw(amounts), draw(amounts), draw(positive), draw(positive)
            for kind in ("input", "output"):
                old, new = (Factors(q, draw(positive), draw(positive), x) for q, x in ((q0, x0), (q1, x1)))
                items.append(Item(feature, model, kind, old, new))
    assume(any(item.old.queries for item in items))
    return items


@pytest.mark.parametrize("method", METHODS)
@given(items=lines())
def test_nothing_is_left_unexplained(method: str, items: list[Item]) -> None:
    bridge = of(items, method)
    exact = sum(math.prod(map(Fraction, item.new)) - math.prod(map(Fraction, item.old)) for item in items)
    assert abs(Fraction(bridge.total.change) - exact) <= bridge.nothing
    scale = max(1.0, *(abs(effect) for row in bridge.by_model for effect in row.effects))
    for row in (bridge.total, *bridge.by_feature, *bridge.by_model):
        assert abs(row.residual) <= 1e-9 * scale


@pytest.mark.parametrize("method", METHODS)
@given(items=lines())
def test_features_and_models_add_up_to_the_whole_cause_by_cause(method: str, items: list[Item]) -> None:
    bridge = of(items, method)
    scale = max(abs(effect) for row in (*bridge.by_model, *bridge.by_feature) for effect in row.effects)
    for rows in (bridge.by_feature, bridge.by_model):
        for cause in range(len(FACTORS)):
            parts = math.fsum(row.effects[cause] for row in rows)
            assert parts == pytest.approx(bridge.total.effects[cause], abs=1e-9 * max(scale, 1))


@pytest.mark.parametrize("method", METHODS)
@given(items=lines())
def test_it_is_the_bridge_of_the_engine(method: str, items: list[Item]) -> None:
    """Which counts each row's queries: with input and output of every line, twice on both sides."""
    columns = [[getattr(side, name) for side in sides] for name in ("queries", "usage", "price", "fx")
               for sides in ([item.old for item in items], [item.new for item in items])]  # fmt: skip
    engine = price_bridge(*columns, bridge_method=method)
    scale = max(1.0, *map(abs, engine))
    assert of(items, method).total.effects == pytest.approx(engine, rel=1e-9, abs=1e-9 * scale)


# -- usage that our workbooks record ---------------------------------------------------------------------------------


@cache
def state(name: str) -> State:
    return State(built(name).content)


def test_layouts_are_of_workbooks_that_there_are() -> None:
    titles = {workbook.template(name).title for name in workbook.MODULES}
    assert {layout.title for layout in LAYOUTS} <= titles


RECORDING = {
    "llm-budget": ("over the plan", 2),
    "budget-vs-actual": ("to date", 2),
    "api-vs-self-hosting": ("a month", 1),
    "roi": ("a month", 1),
    "price-book": ("over the plan", 1),
    "build-borrow-blend": ("a month", 1),
}


@pytest.mark.parametrize("name", RECORDING)
def test_recorded_usage_costs_what_the_workbook_says(name: str) -> None:
    found = recorded(state(name))
    when, count = RECORDING[name]
    assert ([one.when for one in found], len(found)) == ([when] * count, count)
    for one in found:
        assert not one.unknown
        assert one.cost > 0
        assert one.cost == pytest.approx(one.spend, rel=1e-12)


@pytest.mark.parametrize("name", sorted(set(workbook.MODULES) - set(RECORDING)))
def test_other_workbooks_record_no_usage_line_by_line(name: str) -> None:
    assert recorded(state(name)) == []


@pytest.mark.parametrize("options", [Options(), Options(currency=Currency("EUR", 0.9, dt.date(2026, 11, 21)))],
                         ids=["in dollars", "in euros"])  # fmt: skip
def test_the_choice_of_a_model_uses_the_tries_of_the_recommended_option(options: Options) -> None:
    found = of_choice(State(workbook.build("model-choice", options).content))
    assert found is not None
    # 50,000 queries; 1, 0.4, 0.16 and 0.064 tries; 500 and 200 tokens at 0.15 and 0.60
    cost = 50_000 * 1.624 * (500 * 0.15 + 200 * 0.6) / 1e6 * options.currency.rate
    assert (found.cost, found.spend) == (pytest.approx(cost), pytest.approx(cost))
    assert [key.feature for key in found.lines] == ["gpt-4o-mini, 4 tries"]


def test_where_prices_change_the_choice_the_options_are_new_and_discontinued() -> None:
    content = built("model-choice").content
    target = replace(newest(), moves=(Move.read("source-2024/gpt-4o=-99%"),))
    book = BookFile.read(content)
    plan = planned(book, target)
    told = report.of(content, applied(book, plan).content, plan)
    (bridge,) = told.bridges
    assert bridge.title == "From the usage and prices before to those after"
    assert {(row.name, row.state): round(row.change, 6) for row in bridge.by_feature} == {
        ("gpt-4o-mini, 4 tries", ENDED): -15.834,
        ("gpt-4o-mini, then gpt-4o", NEW): 9.75,  # 50,000 queries of 0.000195 dollars
        ("gpt-4o", NEW): 0.65,  # 4 in 10 of them once more, at 0.025 and 0.1 dollars a million tokens
    }
    assert all(tie.holds for tie in told.ties)


def test_the_budget_by_month_is_the_one_on_its_cover() -> None:
    cover = load_workbook(io.BytesIO(built("llm-budget").content), data_only=True)["Cover"]
    stated = next(row[1].value for row in cover.iter_rows() if row[0].value == "Usage of models, scenario chosen")
    assert math.fsum(one.cost for one in recorded(state("llm-budget"))) == pytest.approx(stated)


@pytest.mark.parametrize(
    "options",
    [
        Options(months=24),
        Options(months=3, models=("openai/gpt-4o", "anthropic/claude-haiku-4-5")),
        Options(currency=Currency("EUR", 0.9, dt.date(2026, 11, 21))),
    ],
    ids=["two years", "other models", "in euros"],
)
def test_months_models_and_currency_may_be_others(options: Options) -> None:
    found = recorded(State(workbook.build("llm-budget", options).content))
    assert all(one.cost == pytest.approx(one.spend) for one in found)
    assert len({key.period for one in found for key in one.lines}) == (options.months or 12)
    assert {one.currency for one in found} == {options.currency.code}


@pytest.mark.parametrize(("method", "short"), [("sequential", "seq"), ("midpoint", "mid")])
def test_from_budget_to_actual_is_the_bridge_that_the_workbook_draws(method: str, short: str) -> None:
    book = built("budget-vs-actual")
    content = book.content
    plan = planned(BookFile.read(content), newest())
    found = report.of(content, content, plan, method=method).bridges[1]
    cells = load_workbook(io.BytesIO(content), data_only=True)
    for name in FACTORS:
        sheet, row, column = book.plan.locate(linked(f"{{{name}_{short}_all}}"))
        stated = cells[sheet].cell(row, column).value
        assert getattr(found.total.effects, name) == pytest.approx(stated, abs=1e-6)


def test_actual_usage_is_replayed_as_billed_and_at_two_price_lists() -> None:
    content = built("budget-vs-actual").content
    replays = report.of(content, content, planned(BookFile.read(content), newest())).replays
    cover = load_workbook(io.BytesIO(content), data_only=True)["Cover"]
    stated = {row[0].value: row[1].value for row in cover.iter_rows()}
    assert math.fsum(one.recorded for one in replays) == pytest.approx(stated["Billed to date"])
    assert math.fsum(one.current for one in replays) == pytest.approx(stated["Actual to date at list prices"])
    assert [one.current for one in replays] == [one.candidate for one in replays]  # the same prices
