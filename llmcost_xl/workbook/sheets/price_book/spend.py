"""From a query to a bill: compared volumes, the months ahead, an agent's task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table, records_of
from llmcost_xl.workbook.sheets.price_book.inputs import VOLUMES
from llmcost_xl.workbook.sheets.price_book.models import GPT_4O, GPT_4O_MINI

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

MONTHLY = "USD per month"


def volumes_sheet(models: Axis) -> Sheet:
    """The sheet Calc_Volumes: every model at every volume, exact and from the source's rounded price."""
    return Sheet(
        "Calc_Volumes",
        "What the compared volumes cost: exact list prices, the source's rounded price per query, and all steps.",
        (
            Rows(
                "Cost per query as the source rounds it",
                (
                    Line("rounded_cost",
                         f'=(({{priced_model}}="{GPT_4O}")*{{rounded_4o}}+({{priced_model}}="{GPT_4O_MINI}")'
                         "*{rounded_mini})*{fx_rate}", "As printed, 0 if not printed", "USD per query"),
                    Line("has_rounded", "=({rounded_cost}>0)*1", "Printed (flag)", "flag"),
                ),
            ),
            Rows("Exact, at list prices",
                 (Line("exact_bill", "={compared_volume}*{standard_cost}", "Exact", MONTHLY),),
                 per=records_of(VOLUMES)),
            Rows("From the rounded cost per query",
                 (Line("rounded_bill", "={compared_volume}*{rounded_cost}", "Rounded", MONTHLY),),
                 note="0 where the source prints none", per=records_of(VOLUMES)),
            Rows("Rounded less exact",
                 (Line("rounding", "=({rounded_bill}-{exact_bill})*{has_rounded}", "Rounding", MONTHLY),),
                 per=records_of(VOLUMES)),
            Rows("With all steps",
                 (Line("full_bill", "={compared_volume}*{request_cost}", "All steps", MONTHLY),),
                 per=records_of(VOLUMES)),
        ),
        models,
    )  # fmt: skip


def months_sheet(models: Axis, months: Axis) -> Sheet:
    """The sheet Calc_Months: the bill of every model, month by month, at the prices of the month."""
    return Sheet(
        "Calc_Months",
        "What each model would cost, month by month: growing volume, and prices that change on the dates on Prices.",
        (
            Rows(
                "Volume",
                (
                    Line("volume", "={queries_per_month}*(1+{growth})^({month}-1)", "Queries", "queries per month",
                         engine="spend.usage_forecast", renamed={"start_volume": "queries_per_month"}),
                ),
            ),
            Rows("What a request costs", (
                Line("month_cost",
                     "=({billed_input}*{month_input_price}+{billed_output}*{month_output_price})"
                     "/{tokens_per_price_unit}*{billed_rate}", "Request", "USD per query"),), per=models),
            Rows("The bill", (Line("bill", "={volume}*{month_cost}", "Bill", MONTHLY),), per=models),
            Rows("Over all months", (
                Line("horizon_bill", "=SUM({bill:all})*{one_month}", "All months", "USD", single=True),), per=models),
            Rows("All models, for the check", (Line("month_bills", "=SUM({bill:lines})", "Bills of all models",
                                                    MONTHLY),)),
            Rows(
                "For the reader and the checks",
                (
                    Line("cheapest_bill", "=INDEX({horizon_bill:all},{cheapest_position})",
                         "All months on the model cheapest now", "USD", single=True),
                    Line("shown_bill", "=INDEX({horizon_bill:all},{shown_position})",
                         "All months on the model examined", "USD", single=True),
                    Line("bills_by_month", "=SUM({month_bills:all})*{one_month}", "All bills, by month", "USD",
                         single=True),
                    Line("bills_by_model", "=SUM({horizon_bill:all})", "All bills, by model", "USD", single=True),
                    Line("lowest_bill", "=MIN({horizon_bill:all})", "Lowest bill of a model", "USD", single=True),
                    Line("all_unpriced", "=SUM({months_unpriced:all})", "Prices missing in a month", "count",
                         single=True),
                    Line("price_age", "={start_date}-{as_of}", "Age of the prices at the start", "days", single=True),
                    Line("prices_stale", "=({price_age}<0)+({price_age}>{max_price_age})",
                         "Prices late or old (flag)", "flag", single=True),
                ),
            ),
        ),
        months,
    )  # fmt: skip


def agent_sheet(models: Axis) -> Sheet:
    """The sheet Calc_Agent: a task on each model, and on the model examined for several numbers of steps."""
    tokens = {"output_tokens": "step_output_tokens"}
    return Sheet(
        "Calc_Agent",
        "An agent resends the whole conversation at every step: its input grows with the square of the steps.",
        (
            Rows(
                "Tokens of a task",
                (
                    Line("new_tokens", "={step_output_tokens}+{tool_tokens}", "Added at each step", "tokens per step",
                         single=True),
                    Line("last_input", "={base_tokens}+{user_tokens}+{new_tokens}*({steps}-1)",
                         "Input of the last step", "tokens per step", single=True),
                    Line("agent_input", "=({base_tokens}+{user_tokens}+{last_input})*{steps}*{half}",
                         "Input of all steps", "tokens per task", single=True),
                    Line("agent_output", "={steps}*{step_output_tokens}", "Output of all steps", "tokens per task",
                         single=True),
                ),
            ),
            Rows(
                "Cost of a task at list prices",
                (
                    Line("agent_cost",
                         "=({agent_input}*{input_price}+{agent_output}*{output_price})/{tokens_per_price_unit}",
                         "A task, without caching", "USD per task", engine="query.agent_cost",
                         renamed={**tokens, "cached_price": "", "write_price": ""}),
                    Line("list_cached_price", "={input_price}*{read_multiplier}", "Cache-read price at list",
                         "USD per 1M tokens"),
                    Line("list_write_price", "={input_price}*{write_multiplier}", "Cache-write price at list",
                         "USD per 1M tokens"),
                    Line("agent_cached_input",
                         "=({agent_input}-{last_input})*{list_cached_price}+{last_input}*{list_write_price}",
                         "Input with caching, tokens times price", "any"),
                    Line("agent_cached_cost",
                         "=({agent_cached_input}+{agent_output}*{output_price})/{tokens_per_price_unit}",
                         "A task, with caching of the conversation", "USD per task", engine="query.agent_cost",
                         renamed={**tokens, "cached_price": "list_cached_price", "write_price": "list_write_price"}),
                    Line("agent_long", "=({long_threshold}>0)*({last_input}>{long_threshold})",
                         "Last step is long context (flag)", "flag"),
                    Line("agents_long", "=SUM({agent_long:all})", "Models where the last step is long context",
                         "count", single=True),
                ),
            ),
            Table(
                "agent_growth",
                "The model examined, by the number of steps",
                (
                    Field("growth_last",
                          "=({base_tokens}+{user_tokens}+{new_tokens}*({compared_steps}-1))*({compared_steps}>0)",
                          "Input of the last step", "tokens per step"),
                    Field("growth_input", "=({base_tokens}+{user_tokens}+{growth_last})*{compared_steps}*{half}",
                          "Input of all steps", "tokens per task"),
                    Field("growth_output",
                          "={compared_steps}*{step_output_tokens}*{shown_output_price}/{tokens_per_price_unit}",
                          "Output", "USD per task"),
                    Field("growth_plain", "={growth_input}*{shown_input_price}/{tokens_per_price_unit}+{growth_output}",
                          "Without caching", "USD per task"),
                    Field("growth_read",
                          "=({growth_input}-{growth_last})*{shown_input_price}*{shown_read_multiplier}/{tokens_per_price_unit}",
                          "Cache reads", "USD per task"),
                    Field("growth_cached",
                          "={growth_read}+{growth_last}*{shown_input_price}*{shown_write_multiplier}/{tokens_per_price_unit}"
                          "+{growth_output}", "With caching", "USD per task"),
                ),
                like="agent_steps",
            ),
        ),
        models,
    )  # fmt: skip
