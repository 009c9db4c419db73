"""The example that the workbook comes filled with: five lines of usage, and the export that bills them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.quantities import TOKENS_PER_PRICE_UNIT
from llmcost_xl.workbook.sheets.prices import price_table

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Value
    from llmcost_xl.workbook.options import Options

MODELS: Final = ("openai/gpt-5.6-terra", "openai/gpt-5.6-luna", "openai/gpt-4o-mini")
NEGOTIATED: Final = 0.05
"""Discount that the example's invoices give on list prices."""

MONTHS_RECORDED: Final = 4


class Usage(NamedTuple):
    """One feature on one model: a month's queries and the tokens of a query, budgeted and actual."""

    line: str
    feature: str
    model: str
    plan_queries: int
    plan_tokens: tuple[int, int]
    actual_queries: int
    actual_tokens: tuple[int, int]
    candidate_change: float


def usage(models: tuple[str, ...]) -> tuple[Usage, ...]:
    """The lines, on the first three models: the first two as in the two-model example, one new, one discontinued."""
    large, small, third = models[:3]
    return (
        Usage("Support chat, large model", "Support chat", large, 1_000_000, (500, 200), 1_500_000, (500, 220), -0.1),
        Usage("Search answers", "Search answers", small, 4_000_000, (500, 200), 4_500_000, (450, 200), 0),
        Usage("Support chat, small model", "Support chat", small, 2_000_000, (500, 200), 1_800_000, (520, 190), 0),
        Usage("Document summaries (new)", "Document summaries", third, 0, (0, 0), 120_000, (3_000, 400), 0.05),
        Usage("Ticket labels (ended)", "Ticket labels", third, 1_500_000, (400, 20), 0, (0, 0), 0),
    )


def recorded_months(months: int) -> int:
    """How many months of the example have actuals."""
    return min(MONTHS_RECORDED, months)


def records(models: tuple[str, ...], months: int) -> tuple[tuple[Value, ...], ...]:
    """The lines as the workbook's records."""
    return tuple(
        (one.line, one.feature, one.model, one.plan_queries, *one.plan_tokens,
         one.actual_queries * recorded_months(months), *one.actual_tokens, one.candidate_change)
        for one in usage(models)
    )  # fmt: skip


def export(options: Options, models: tuple[str, ...], months: int) -> tuple[tuple[Value, ...], ...]:
    """What the providers' invoices would export for it, in US dollars: a row per month, feature and model."""
    return tuple(
        _charge(options, one, month)
        for month in range(recorded_months(months))
        for one in usage(models)
        if one.actual_queries
    )


def budget_day(options: Options, models: tuple[str, ...]) -> dt.date:
    """1 January of the year of the actuals' prices, or the first later day on which all of the example has prices."""
    rows = [row for one in usage(models) for row in price_table(options, (one.model,)).records]
    first: dict[tuple[Value, ...], dt.date] = {}
    for row in rows:
        if isinstance(row[3], dt.date):
            first[row[:3]] = min(row[3], first.get(row[:3], row[3]))
    return max(dt.date(options.price_date.year, 1, 1), *first.values())


def _charge(options: Options, one: Usage, month: int) -> tuple[Value, ...]:
    """One row of the export; charges are billed in whole cents."""
    used = [one.actual_queries * tokens for tokens in one.actual_tokens]
    prices = (_price(options, one.model, component) for component in ("input", "output"))
    listed = sum(tokens * price for tokens, price in zip(used, prices, strict=True)) / TOKENS_PER_PRICE_UNIT
    billed = round(listed * (1 - NEGOTIATED), 2)
    provider = one.model.partition("/")[0]
    return (_month_after(options.start, month), provider, one.feature, one.model, sum(used), options.currency.code,
            round(listed, 2), billed, billed)  # fmt: skip


def _price(options: Options, model: str, component: str) -> float:
    """The list price that the Prices sheet will show for the date of the actuals."""
    rows = [row for row in price_table(options, (model,)).records if row[2] == component]
    in_force = [row for row in rows if isinstance(row[3], dt.date) and row[3] <= options.price_date]
    return float(str(in_force[-1][5]))


def _month_after(start: dt.date, months: int) -> dt.date:
    years, month = divmod(start.month - 1 + months, 12)
    return dt.date(start.year + years, month + 1, 1)
