"""Which options meet the requirements, which of those is the cheapest, and by how much."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Axis, Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.model_choice.inputs import FIRST_TOKEN, OWN, WHOLE_ANSWER, YES

_GATES: Final = (
    Field("try_time", "={first_token}+{output_tokens}*{token_time}", "One try, end to end", "milliseconds"),
    Field("fallback_first", "={falls_back}*INDEX({first_token:all},MAX(1,{falls_back}*{fallback}))",
          "Fallback, first token", "milliseconds"),
    Field("fallback_time", "={falls_back}*INDEX({try_time:all},MAX(1,{falls_back}*{fallback}))",
          "Fallback, end to end", "milliseconds"),
    Field("own_first", "={first_token}+({attempts}-1)*{try_time}+{escalated}*({try_time}-{first_token})",
          "Waiting before the token that counts", "milliseconds"),
    Field("latency_first",
          "={starts_here}*({own_first}+{escalated}*{fallback_first})+(1-{starts_here})*{fallback_first}",
          "Time to first token", "milliseconds"),
    Field("latency_whole",
          "={starts_here}*({attempts}*{try_time}+{escalated}*{fallback_time})+(1-{starts_here})*{fallback_time}",
          "End to end", "milliseconds"),
    Field("latency_judged",
          f'=({{latency_measure}}="{FIRST_TOKEN}")*{{latency_first}}'
          f'+({{latency_measure}}="{WHOLE_ANSWER}")*{{latency_whole}}', "Latency judged", "milliseconds"),
    Field("fast_enough", "=({latency_judged}<={latency_limit})*1", "Fast enough (flag)", "flag"),
    Field("stays_in", f'=({{hosting}}="{OWN}")*1', "Data stay in house (flag)", "flag"),
    Field("fallback_stays", "=IF({falls_back}=1,INDEX({stays_in:all},MAX(1,{fallback})),1)",
          "Fallback keeps them in house (flag)", "flag"),
    Field("private_enough", f'=1-({{private}}="{YES}")*(1-{{stays_in}}*{{fallback_stays}})', "Private enough (flag)",
          "flag"),
    Field("capable", f'=1-({{unique_needed}}="{YES}")*(1-({{unique}}="{YES}"))', "Capable (flag)", "flag"),
    Field("passes", "={used}*{fast_enough}*{private_enough}*{capable}", "Meets all requirements (flag)", "flag"),
)  # fmt: skip

_CHOICE: Final = (
    Field("ranked_total", "={monthly_total}+(1-{passes})*(1+MAX({monthly_total:all}))", "Cost, others put behind",
          "USD per month"),
    Field("cheapest", "={passes}*({ranked_total}=MIN({ranked_total:all}))", "Cheapest that passes (flag)", "flag"),
    Field("recommended", "={cheapest}*(SUM({cheapest:to_here})=1)", "Recommended (flag)", "flag"),
    Field("rival_total", "={ranked_total}+{recommended}*(1+MAX({ranked_total:all}))", "Cost, recommended put last",
          "USD per month"),
    Field("best_rival", "={passes}*(1-{recommended})*({rival_total}=MIN({rival_total:all}))",
          "Cheapest of the others (flag)", "flag"),
    Field("next_best", "={best_rival}*(SUM({best_rival:to_here})=1)", "Next best (flag)", "flag"),
    Field("on_envelope", "={used}*({passes}+(SUM({passes:all})=0)>0)", "In the envelope (flag)", "flag"),
    Field("envelope_total", "={monthly_total}+(1-{on_envelope})*(1+MAX({monthly_total:all}))",
          "Cost, those outside the envelope behind", "USD per month"),
)  # fmt: skip


GATES = Sheet(
    "Calc_Gates",
    "One row for each option: how long it takes, and which requirements it meets.",
    (Table("gates", "Requirements", _GATES, like="options", note="Latency is the average over tries and fallback"),),
)


def choice() -> Sheet:
    """The ranking, the recommendation, and what the options cost month by month."""
    return Sheet(
        "Calc_Choice",
        "The cheapest option of those that meet the requirements, and what it saves over the next best.",
        (
            Table("choice", "Ranking", _CHOICE, like="options"),
            Rows(
                "The choice",
                (
                    Line("considered_count", "=SUM({used:all})", "Options considered", "count", single=True),
                    Line(
                        "some_considered",
                        "=({considered_count}>0)*1",
                        "An option is considered (flag)",
                        "flag",
                        single=True,
                    ),
                    Line("passing", "=SUM({passes:all})", "Options that meet the requirements", "count", single=True),
                    Line("recommendations", "=SUM({recommended:all})", "Options recommended", "count", single=True),
                    Line("some_pass", "=({passing}>0)*1", "An option passes (flag)", "flag", single=True),
                    Line("has_rival", "=({passing}>1)*1", "There is a next best (flag)", "flag", single=True),
                    Line(
                        "recommended_no",
                        "=SUMPRODUCT({recommended:all}*{option_no:all})",
                        "Number of the recommended option",
                        "count",
                        single=True,
                    ),
                    Line(
                        "next_no",
                        "=SUMPRODUCT({next_best:all}*{option_no:all})",
                        "Number of the next best",
                        "count",
                        single=True,
                    ),
                    Line(
                        "recommended_name",
                        "=INDEX({option:all},MAX(1,{recommended_no}))",
                        "Recommended if one passes",
                        "text",
                        single=True,
                    ),
                    Line(
                        "next_name",
                        "=INDEX({option:all},MAX(1,{next_no}))",
                        "Next best if there is one",
                        "text",
                        single=True,
                    ),
                    Line(
                        "recommended_total",
                        "=SUMPRODUCT({recommended:all}*{monthly_total:all})",
                        "Cost of the recommended option",
                        "USD per month",
                        single=True,
                    ),
                    Line(
                        "next_total",
                        "=SUMPRODUCT({next_best:all}*{monthly_total:all})",
                        "Cost of the next best",
                        "USD per month",
                        single=True,
                    ),
                    Line(
                        "best_total",
                        "={some_considered}*MIN({envelope_total:all})",
                        "Cheapest in the envelope",
                        "USD per month",
                        single=True,
                    ),
                    Line(
                        "advantage",
                        "={has_rival}*({next_total}-{recommended_total})",
                        "Advantage over the next best",
                        "USD per month",
                        single=True,
                    ),
                    Line(
                        "lead",
                        "={advantage}/({recommended_total}+({recommended_total}=0))",
                        "Advantage over the recommended option's cost",
                        "fraction",
                        single=True,
                    ),
                    Line(
                        "advantage_horizon", "={advantage}*{months}", "Advantage over the horizon", "USD", single=True
                    ),
                ),
            ),
            Rows(
                "The unique capability: build or do without",
                (
                    Line(
                        "monthly_rate",
                        "=(1+{annual_rate})^(1/{months_per_year})-1",
                        "Monthly discount rate",
                        "fraction per month",
                        single=True,
                        engine="value.monthly_rate",
                    ),
                    Line(
                        "build_upfront",
                        "=SUMPRODUCT({recommended:all}*{upfront:all})",
                        "One-off cost",
                        "USD",
                        single=True,
                    ),
                    Line(
                        "build_saving",
                        "={some_pass}*({capability_value}-{recommended_total})+{build_upfront}/{months}",
                        "Value less running cost and failures",
                        "USD per month",
                        single=True,
                    ),
                    Line(
                        "build_npv",
                        "=-PV({monthly_rate},{months},{build_saving})-{build_upfront}",
                        "Worth today, against doing without",
                        "USD",
                        single=True,
                        engine="value.npv",
                        renamed={"investment": "build_upfront", "monthly_savings": "build_saving"},
                    ),
                ),
            ),
        ),
    )


def by_month(months: Axis, options: Axis) -> Sheet:
    """What the options have cost in all by every month."""
    return Sheet(
        "Calc_Months",
        "What every option has cost by each month: its one-off cost in month 0, then running cost and failures.",
        (
            Rows("Months", (
                Line("at_start", "=({month}=0)*1", "Day of the investment (flag)", "flag"),
                Line("in_horizon", "=({month}<={months})*(1-{at_start})", "Within the horizon (flag)", "flag"),
                Line("price_age", "={start_date}-{as_of}", "Age of the prices at the start", "days", single=True),
                Line("prices_stale", "=({price_age}<0)+({price_age}>{max_price_age})", "Prices late or old (flag)",
                     "flag", single=True),
            )),
            Rows("Paid in the month", (
                Line("one_off", "={used}*{upfront}", "One-off cost", "USD", single=True),
                Line("run_month", "={monthly_total}-{one_off}/{months}", "Running cost and failures", "USD per month",
                     single=True),
                Line("paid", "={one_off}*{at_start}+{run_month}*{in_horizon}", "Paid", "USD"),
            ), per=options),
            Rows("Paid so far", (Line("paid_so_far", "={paid_so_far:prev}+{paid}", "Paid so far", "USD"),),
                 per=options),
            Rows("For the checks", (
                Line("months_gap", "=SUM({paid:all})-{horizon_total}", "Sum of months less the horizon's cost", "USD",
                     single=True),
            ), per=options),
            Rows("Over all options", (
                Line("largest_months_gap", "=MAX(MAX({months_gap:all}),-MIN({months_gap:all}))", "Largest gap", "USD",
                     single=True),
            )),
        ),
        months,
    )  # fmt: skip
