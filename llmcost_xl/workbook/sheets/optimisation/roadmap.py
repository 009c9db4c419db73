"""Month by month: which levers are live, what the bill is, what the work costs, and when it has paid for itself."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Axis, Line, Rows, Sheet

PARTS = (("input", "Input"), ("output", "Output"), ("servers", "Servers"))


def roadmap(months: Axis, levers: Axis) -> Sheet:
    """The levers over the months of the plan."""
    return Sheet(
        "Calc_Roadmap",
        "Levers ramp up from the month they go live; work is paid in that month; the bill before grows by the volume.",
        (
            Rows("Months", (
                Line("volume_index", "=(1+{spend_growth})^({month}-1)", "Volume against month 1", "x"),
                Line("price_age", "={start_date}-{as_of}", "Age of the prices at the start", "days", single=True),
                Line("prices_stale", "=({price_age}<0)+({price_age}>{max_price_age})", "Prices late or old (flag)",
                     "flag", single=True),
            )),
            Rows("Share of the full effect", (
                Line("live", "=MAX(0,MIN(1,({month}-{live_month}+1)/MAX(1,{ramp_months})))", "Live", "fraction"),
            ), per=levers),
            *(
                Rows(f"{label} left by each lever", (
                    Line(f"keep_{part}", f"=1-{{live}}*{{cut_{part}}}", f"{label} left", "fraction"),
                ), per=levers)
                for part, label in PARTS
            ),
            Rows("The bill", (
                Line("month_before", "={volume_index}*({base_input}+{base_output})+{base_servers}",
                     "Before all levers", "USD"),
                Line("month_tokens",
                     "={volume_index}*({base_input}*PRODUCT({keep_input:lines})"
                     "+{base_output}*PRODUCT({keep_output:lines}))", "Tokens, with levers", "USD"),
                Line("month_servers", "={base_servers}*PRODUCT({keep_servers:lines})", "Servers, with levers",
                     "USD"),
                Line("month_after", "={month_tokens}+{month_servers}", "With levers", "USD"),
                Line("month_saving", "={month_before}-{month_after}", "Saving", "USD"),
            )),
            Rows("Work", (
                Line("goes_live", "=({month}>={live_month})*({month}<{live_month}+1)", "Goes live (flag)", "flag"),
                Line("work_paid", "={goes_live}*{investment_line}", "Effort and one-off cost", "USD"),
            ), per=levers),
            Rows("Cumulative net saving", (
                Line("month_work", "=SUM({work_paid:lines})", "Effort and one-off cost", "USD"),
                Line("net_saving", "={month_saving}-{month_work}", "Saving less work", "USD"),
                Line("cumulative_saving", "={cumulative_saving:prev}+{net_saving}", "Cumulative net saving", "USD"),
                Line("under_water", "=({cumulative_saving}<0)*1", "Not paid back yet (flag)", "flag"),
            )),
            Rows("Over the plan", (
                Line("plan_before", "=SUM({month_before:all})", "Cost before all levers", "USD", single=True),
                Line("plan_after", "=SUM({month_after:all})", "Cost with levers", "USD", single=True),
                Line("plan_work", "=SUM({month_work:all})", "Effort and one-off cost", "USD", single=True),
                Line("plan_net", "={plan_before}-{plan_after}-{plan_work}", "Net saving", "USD", single=True),
                Line("plan_end", "=INDEX({cumulative_saving:all},COLUMNS({cumulative_saving:all}))",
                     "Last cumulative net saving", "USD", single=True),
                Line("last_under_water", "=SUMPRODUCT(MAX({under_water:all}*{month:all}))",
                     "Last month not paid back", "month number", single=True),
                Line("plan_pays_back", "=({last_under_water}<COLUMNS({month:all}))*1",
                     "Paid back within the plan (flag)", "flag", single=True),
                Line("plan_payback", "={plan_pays_back}*({last_under_water}+1)", "Paid back in month, 0 if never",
                     "month number", single=True),
                Line("work_later", "={investment}-{plan_work}", "Work after the plan", "USD", single=True),
            )),
        ),
        months,
    )  # fmt: skip
