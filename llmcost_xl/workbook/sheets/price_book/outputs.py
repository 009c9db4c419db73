"""What the price book says, and the checks behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Chart, Charts, Check, Field, Headline, Line, Rows, Sheet, Table, Text, records_of
from llmcost_xl.workbook.sheets.price_book.inputs import VOLUMES
from llmcost_xl.workbook.sheets.price_book.query import STEPS
from llmcost_xl.workbook.sheets.price_book.sensitivity import GRID, TORNADO
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, RIGHT

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

PER_QUERY, PER_MONTH, PER_MILLION = "USD per query", "USD per month", "USD per 1M tokens"

IN_WORDS: Final = (
    ('="Cheapest on sale for this query: "&{cheapest_shown}&IF({has_candidate}=1,", "'
     '&FIXED({cheapest_cost}*{queries_per_block},2)&" USD per 1,000 requests with all steps, "'
     '&FIXED({cheapest_bill},0)&" USD over the months shown.",".")'),
    ('="The model examined, "&{shown_model}&": "&FIXED({shown_request_cost}*{queries_per_block},2)'
     '&" USD per 1,000 requests, "&FIXED({shown_spend},2)&" USD a month at the prices of the price date."'),
    ('="The source makes GPT-4o "&FIXED({times_rounded},1)&" times as dear as GPT-4o-mini, from rounded costs; exactly'
     ' it is "&FIXED({times_exact},2)&" times."'),
    ('="Printed prices that those first listed contradict: "&{misprint:total}&". The source prints Claude 3.5 Haiku at'
     ' the price of Claude 3 Haiku, and Gemini 1.5 Flash without its provider, Google."'),
)  # fmt: skip


def _priced(name: str, label: str, unit: str) -> Line:
    """A figure of every model; of a model that was cleared it is not known, rather than 0."""
    return Line(f"{name}_shown", f'=IF({{priced}}=1,{{{name}}},"n/a")', label, unit)


def _months(months: int) -> str:
    return "month costs" if months == 1 else "months cost"


def outputs(models: Axis, months: int) -> Sheet:
    """The page for the reader: models across."""
    return Sheet(
        "Outputs",
        "Prices, the cost of a query and of a month, model by model; source-2024 are the prices printed in 2024.",
        (
            Text("In words", IN_WORDS),
            Rows(
                "In short",
                (
                    Line("cheapest_shown", '=IF({has_candidate}=1,{cheapest_model},"none")',
                         "Cheapest model on sale", "text", single=True),
                    Line("cheapest_cost_shown", '=IF({has_candidate}=1,{cheapest_cost},"n/a")',
                         "Cheapest on sale: a request", PER_QUERY, single=True),
                    Line("cheapest_bill_shown", '=IF({has_candidate}=1,{cheapest_bill},"n/a")',
                         "Cheapest on sale: all months shown", "USD", single=True),
                    Line("shown_model"),
                    Line("shown_request_cost", label="Model examined: a request"),
                    Line("shown_spend", label="Model examined: a month, price date"),
                    Line("shown_bill", label="Model examined: all months shown"),
                ),
            ),
            Rows(
                "Prices in force on the price date",
                (
                    Line("model_status"),
                    _priced("input_price", "Input price", PER_MILLION),
                    _priced("output_price", "Output price", PER_MILLION),
                    Line("threshold_shown", '=IF({has_cliff}=1,{long_threshold},"none")', "Long context above",
                         "tokens per query"),
                ),
            ),
            Rows(
                "Cost of a query, step by step",
                (
                    *(_priced(step.name, step.label, PER_QUERY) for step in STEPS),
                    Line("times_cheapest_shown",
                         '=IF({priced}*{has_candidate}*{times_cheapest}>0,{times_cheapest},"n/a")',
                         "Times the cheapest on sale", "x"),
                    Line("breakeven_hit_rate_shown", '=IF({hit_rate_matters}=1,{breakeven_hit_rate},"n/a")',
                         "Hit rate from which caching pays", "fraction"),
                    Line("cliff_shown", '=IF({has_cliff}=1,{cliff},"none")',
                         "Extra cost of the first long-context token", "USD per query"),
                ),
            ),
            Rows("An agent's task at list prices", (
                _priced("agent_cost", "A task, without caching", "USD per task"),
                _priced("agent_cached_cost", "A task, with caching of the conversation", "USD per task"),
            )),
            Charts(
                (
                    Chart("What the query costs on each model", "bars", ("standard_cost", "request_cost"),
                          "priced_model", "", "USD per query",
                          alt="Bars: cost of the query on every model, at list prices and with all steps."),
                    Chart(f"What {months} {_months(months)} on each model", "bars", ("horizon_bill_shown",),
                          "priced_model", "", "USD over all months shown",
                          alt="Bars: the bill of all months shown, for every model."),
                )
            ),
            Charts(
                (
                    TORNADO.chart,
                    Chart("What an agent's task costs, by its steps", "lines",
                          ("growth_plain", "growth_cached"), "steps_name", "Steps of the task", "USD per task",
                          alt="Lines: cost of an agent's task against its number of steps, without and with caching."),
                )
            ),
            Rows("Monthly bill at list prices, exact", (_priced("exact_bill", "Exact", PER_MONTH),),
                 per=records_of(VOLUMES)),
            Rows("Monthly bill from the source's rounded cost per query",
                 (Line("rounded_bill_shown", '=IF({has_rounded}=1,{rounded_bill},"n/a")', "Rounded",
                       "USD per month"),), per=records_of(VOLUMES)),
            Rows("Monthly bill with all steps", (_priced("full_bill", "All steps", PER_MONTH),),
                 per=records_of(VOLUMES)),
            Rows("Bill of all months shown", (
                _priced("horizon_bill", "All months", "USD"),),
                 note="Growing volume, at the prices of each month"),
            Table(
                "print_today",
                "Printed in 2024, and listed",
                (
                    Field("input_change", '=IF({today_cost}>0,{today_input}-{printed_input},"n/a")', "Input, change",
                          "US$ per 1M tokens"),
                    Field("output_change", '=IF({today_cost}>0,{today_output}-{printed_output},"n/a")',
                          "Output, change", "US$ per 1M tokens"),
                    Field("launch_times", '=IF({launch_cost}>0,{launch_cost}/{printed_cost},"n/a")',
                          "First over printed", "x"),
                    Field("today_times", '=IF({today_cost}>0,{today_cost}/{printed_cost},"n/a")',
                          "In force over printed", "x"),
                ),
                like="comparison",
                note="Dollars, and the source's query of 500 and 200 tokens; remarks are on Prices",
            ),
        ),
        models,
    )  # fmt: skip


CHECKS = (
    Check("reconciles", "Figures that differ from the print of the source", "{differs:total}",
          advice="The first rows of provider source-2024 on Prices must stay as printed"),
    Check("priced", "Prices of the models that are missing on the price date", "{card_missing:total}"),
    Check("months_priced", "Prices of the models that are missing in a month", "{all_unpriced}"),
    Check("billed", "Step by step and in one go give the same cost, on every model", "{largest_billed_gap}",
          tolerance="{exact}"),
    Check("foots", "The bills add up to the same by model and by month", "{bills_by_month}", "=", "{bills_by_model}",
          "{cent}"),
    Check("not_negative", "No bill is negative", "{lowest_bill}", ">="),
    TORNADO.check,
    GRID.check,
    RIGHT,
    CURRENT_RATE,
    Check("misprint", "Every price the source prints is the model's own", "{misprint:total}", kind="alert",
          advice="Claude 3.5 Haiku: use the corrected row, 0.80 and 4.00 US$ per 1M tokens, not 0.25 and 1.25"),
    Check("found", "The model examined is one of the models side by side", "{model_found}", ">=", "1", kind="alert",
          advice="The first model is examined instead: choose one of those entered on Inputs"),
    Check("long_context", "The query is short enough for the usual price, on every model", "{models_long}",
          kind="alert", advice="The whole request is repriced above the threshold: shorten the prompt"),
    Check("agent_long", "Every step of the agent's task is short enough for the usual price", "{agents_long}",
          kind="alert", advice="The task's cost leaves the long-context price out: it is higher on these models"),
    Check("cacheable", "The prompt is long enough to be cached", "{input_tokens}", ">=", "{min_cached_prompt}",
          kind="alert", advice="Caching saves nothing on prompts this short"),
    Check("price_age", "The price date lies before the first month, and not too long", "{prices_stale}", kind="alert",
          advice="Move the price date on Inputs, and check the rows on Prices"),
)  # fmt: skip

HEADLINES = (
    Headline("Cheapest model for the query", "{cheapest_shown}", "text"),
    Headline("A request there, with all steps", "{cheapest_cost_shown}", PER_QUERY),
    Headline("All months there", "{cheapest_bill_shown}", "USD"),
    Headline("A request on the model examined, with all steps", "{shown_request_cost}", "USD per query"),
    Headline("A month there, at the prices of the price date", "{shown_spend}", "USD per month"),
    Headline("All months on the model examined", "{shown_bill}", "USD"),
)
