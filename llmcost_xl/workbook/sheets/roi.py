"""The ROI workbook: does replacing manual work by a custom model pay, and does it beat calling an API?

Two worked cases as the source prints them, the second one again with the source's own warnings taken seriously, and
three columns for the user's project. Every case is a column; every column has the same formulas.
"""

from __future__ import annotations

from llmcost_xl.workbook.layout import (
    Axis,
    Chart,
    Charts,
    Check,
    Column,
    Entry,
    Field,
    Headline,
    Line,
    Revision,
    Rows,
    Sheet,
    Table,
    Template,
    Text,
    months,
)
from llmcost_xl.workbook.sheets.prices import as_of_entry, price_sheet
from llmcost_xl.workbook.sheets.sources import assumption, economics

CASES = Axis(
    "case",
    (
        Column("worked", "Worked example"),
        Column("task_api", "Task API, as printed"),
        Column("realistic", "Task API, realistic"),
        Column("worst", "Task API, worst"),
        Column("downside", "Your project, downside"),
        Column("base", "Your project, base"),
        Column("upside", "Your project, upside"),
    ),
)
MODELS = (
    "source-2024/gpt-4o-mini",
    "source-2024/gpt-4o",
    "openai/gpt-4o-mini",
    "openai/gpt-4o",
    "openai/gpt-5.6-luna",
    "anthropic/claude-haiku-4-5",
    "google/gemini-3.7-flash",
)
PRINTED = ("worked", "task_api", "realistic", "worst")
YOURS = ("downside", "base", "upside")
MONTHS = months(24)

INPUTS = Sheet(
    "Inputs",
    "Everything you can change is here, on Prices and on Timing. Overwrite the three columns of your project; "
    "the worked cases stay as printed.",
    (
        Rows(
            "The task today",
            (
                Entry("hours_per_task", (0.5, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05), "S0 L164-168"),
                Entry("hourly_rate", (50, 50, 50, 50, 50, 50, 50), "S0 L164-168"),
                Entry("tasks", (1_000, 10_000, 10_000, 10_000, 8_000, 10_000, 12_000), "S0 L217-221"),
                Entry("realisation", (1, 1, 1, 1, 0.4, 0.6, 0.8), "A1",
                      "The source counts every freed hour as money; finance counts those that leave the payroll"),
            ),
        ),
        Rows(
            "After automation, every month",
            (
                Entry("infrastructure_cost", (800, 400, 400, 400, 800, 400, 400), "S0 L169-173"),
                Entry("maintenance_hours", (4, 2, 10, 19, 19, 8, 5), "S0 L197-199",
                      "All monthly work: 4-19 h by the source's table, 5-10 h by its pitfall 4", 4, 19),
                Entry("oversight_cost", (5_000, 0, 5_000, 5_000, 7_500, 5_000, 2_500), "S0 L169-173",
                      "The Task API case leaves out the people who check the answers"),
            ),
        ),
        Rows(
            "Investment",
            (
                Entry("build_rate", (100, 100, 100, 100, 120, 100, 100), "S0 L205-212"),
                Entry("data_hours", (0, 40, 40, 158, 158, 90, 50), "S0 L128-137",
                      "The worked example gives its development as one amount", 47, 158),
                Entry("evaluation_hours", (0, 20, 20, 50, 50, 36, 22), "S0 L138-146", "", 22, 50),
                Entry("other_development", (20_000, 0, 0, 0, 0, 0, 0), "S0 L178-180"),
                Entry("runs", (1, 10, 10, 10, 10, 7, 5), "S0 L194-196", "", 5, 10),
                Entry("cost_per_run", (500, 10, 10, 20, 20, 20, 10), "S0 L194-196",
                      "The source says 5, 10 and 20 USD in different places", 5, 20),
                Entry("setup_hours", (20, 10, 10, 18, 18, 12, 8), "S0 L147-154", "", 8, 18),
                Entry("multiplier", (1, 1, 2.5, 10, 5, 2.5, 2), "S0 L155-161",
                      "Well-defined task 2-3, medium 4-6, novel 8-10; the worked cases leave it out", 2, 10),
            ),
        ),
        Rows(
            "Next best alternative: the same tasks on an API model",
            (
                Entry("queries_per_task", (1, 1, 1, 1, 2, 1, 1), "A2"),
                Entry("alternative_hours", (30, 30, 30, 68, 68, 48, 30), "A3",
                      "Evaluation and set-up are needed either way; training data is not"),
                Entry("alternative_maintenance_hours", (2, 2, 5, 9, 9, 4, 2), "A3"),
                Entry("model", "source-2024/gpt-4o-mini", "S0 L44-50",
                      "As on the Prices sheet; source-2024 are the prices the source prints", choices=MODELS),
                as_of_entry("A7"),
                Entry("input_tokens", 500, "S0 L61-67"),
                Entry("output_tokens", 200, "S0 L61-67"),
            ),
        ),
        Rows(
            "Evaluation",
            (
                Entry("months", 12, "S0 L183-185", "Of ROI, NPV and IRR; the source looks at the first year", at_most=24,
                      label="Horizon"),
                Entry("annual_rate", 0.1, "A4"),
                Entry("irr_min_payback", 3, "A5"),
                Entry("max_price_age", 365, "A7"),
                Entry("shown_case", "Your project, base", "A6", choices=tuple(c.label for c in CASES.columns)),
            ),
        ),
        Table(
            "printed",
            "Figures as the source prints them, for the reconciliation",
            (
                Field("statement", label="Statement", unit="text", wide=True),
                Field("printed", label="Printed", unit="any"),
                Field("printed_within", label="Printed to within", unit="any"),
                Field("printed_source", label="Source", unit="text"),
            ),
            (
                ("Worked example: cost today, USD a month", 25_000, 0, "S0 L164-168"),
                ("Worked example: cost after, USD a month", 6_200, 0, "S0 L169-173"),
                ("Worked example: saving, USD a month", 18_800, 0, "S0 L174-177"),
                ("Worked example: saving, USD a year", 225_600, 0, "S0 L174-177"),
                ("Worked example: investment, USD", 22_500, 0, "S0 L178-180"),
                ("Worked example: payback, months", 1.2, 0.05, "S0 L181-182"),
                ("Worked example: first-year ROI", 9.03, 0.005, "S0 L183-185"),
                ("Task API: investment, USD", 7_100, 0, "S0 L205-212"),
                ("Task API: cost after, USD a month", 600, 0, "S0 L213-216"),
                ("Task API: hours saved a month", 500, 0, "S0 L217-221"),
                ("Task API: value, USD a month", 25_000, 0, "S0 L217-221"),
                ("Task API: saving, USD a month", 24_400, 0, "S0 L222-227"),
                ("Task API: payback, months", 0.3, 0.05, "S0 L222-227"),
                ("Task API: payback, days", 9, 0.5, "S0 L222-227"),
                ("Task API: first-year ROI, 4,000%+", 40, 0.5, "S0 L222-227"),
                ("10,000 queries on GPT-4o-mini, USD", 2, 0.5, "S0 L61-67"),
            ),
        ),
    ),
    CASES,
)  # fmt: skip

VALUE = Sheet(
    "Calc_Value",
    "What a month is worth, what it takes to get there, and how long that takes to come back.",
    (
        Rows(
            "The task today",
            (
                Line("hours_saved", "={hours_per_task}*{tasks}", "Hours of work a month", "hours per month"),
                Line("current_cost", "={hours_saved}*{hourly_rate}", "Cost today", "USD per month",
                     engine="value.current_cost"),
                Line("realised_value", "={current_cost}*{realisation}", "Value realised", "USD per month"),
            ),
        ),
        Rows(
            "After automation",
            (
                Line("maintenance_cost", "={maintenance_hours}*{build_rate}"),
                Line("future_cost", "={infrastructure_cost}+{maintenance_cost}+{oversight_cost}",
                     engine="value.cost_after_automation"),
                Line("monthly_savings", "={realised_value}-{future_cost}", engine="value.automation_saving"),
                Line("annual_saving", "={monthly_savings}*{months_per_year}", "Saving in a year", "USD per year"),
            ),
        ),
        Rows(
            "Investment",
            (
                Line("build_hours", "={data_hours}+{evaluation_hours}", "Data and evaluation work", "hours"),
                Line("development_cost", "={build_hours}*{build_rate}+{other_development}"),
                Line("training_cost", "={runs}*{cost_per_run}"),
                Line("setup_cost", "={setup_hours}*{build_rate}"),
                Line("base_estimate", "={development_cost}+{training_cost}+{setup_cost}", "Base estimate", "USD",
                     engine="value.total_investment"),
                Line("investment", "={base_estimate}*{multiplier}", note="The source multiplies the whole estimate"),
            ),
        ),
        Rows(
            "Payback",
            (
                Line("monthly_rate", "=(1+{annual_rate})^(1/{months_per_year})-1", "Monthly discount rate",
                     "fraction per month", single=True, engine="value.monthly_rate"),
                Line("saves", "=({monthly_savings}>0)*1", "Saves money every month (flag)", "flag"),
                Line("free", "=({investment}=0)*({monthly_savings}=0)", "Costs and saves nothing (flag)", "flag"),
                Line("pays_back", "={saves}+{free}", "Pays back (flag)", "flag"),
                Line("payback", "=IF({saves}=1,{investment}/{monthly_savings},0)", "Payback, 0 if never", "months",
                     engine="value.payback_months", renamed={"annual_rate": ""}, flag="pays_back"),
                Line("payback_days", "={payback}*{days_per_month}", "Payback in days, 0 if never", "days"),
                Line("interest", "={investment}*{monthly_rate}", "A month's interest on the investment",
                     "USD per month"),
                Line("outruns", "={saves}*({monthly_savings}>{interest})", "Saving exceeds that interest (flag)", "flag"),
                Line("pays_back_discounted", "={outruns}+{free}", "Pays back with interest (flag)", "flag"),
                Line("discounted_payback",
                     "=IF({outruns}=1,NPER({monthly_rate},{monthly_savings},-{investment}),0)",
                     "Discounted payback, 0 if never", "months",
                     engine="value.payback_months", flag="pays_back_discounted"),
            ),
        ),
        Rows(
            "Return on investment",
            (
                Line("total_benefit", "={monthly_savings}*{months}", engine="value.benefit"),
                Line("invested", "=({investment}>0)*1", "Something is invested (flag)", "flag"),
                Line("roi", "=IF({invested}=1,({total_benefit}-{investment})/{investment},0)",
                     "Return on investment", "fraction", engine="value.roi", flag="invested"),
                Line("irr_guess", "=IF({invested}=1,{monthly_savings}/{investment},0)", "First guess of the monthly IRR",
                     "fraction per month"),
                Line("irr_shown", "={saves}*{invested}*({payback}>={irr_min_payback})*({total_benefit}>={investment})",
                     "IRR means something (flag)", "flag"),
                Line("payback_marker", "={payback}*{pays_back}-(1-{pays_back})", "Marker on the chart, -1 if never", "months"),
                Line("payback_level", "=0", "Level of the marker", "USD"),
            ),
        ),
        Rows(
            "Case shown on Outputs",
            (
                Line("shown_position", "=MATCH({shown_case},{case:labels},0)", "Its position", "count", single=True),
                *(
                    Line(f"shown_{name}", f"=INDEX({{{name}:all}},{{shown_position}})", label, "USD per month", single=True)
                    for name, label in (
                        ("current_cost", "Cost today"),
                        ("realised_value", "Value realised"),
                        ("infrastructure_cost", "Infrastructure"),
                        ("maintenance_cost", "Maintenance"),
                        ("oversight_cost", "Human oversight"),
                    )
                ),
            ),
        ),
        Table(
            "bridge",
            "From the cost of today to the saving, for the case shown on Outputs",
            (
                Field("step", label="Step", unit="text"),
                Field("change", label="Change", unit="USD per month", shows=True),
                Field("stands_on_zero", label="Bar from zero (flag)", unit="flag", shows=True),
                Field("level_after", "=SUM({change:to_here})", label="Level after", unit="USD per month"),
                Field("level_before", "=({level_after}-{change})*(1-{stands_on_zero})", label="Level before",
                      unit="USD per month"),
                Field("gap_above", "=MAX(0,MIN({level_before},{level_after}))", label="Gap above zero",
                      unit="USD per month"),
                Field("gap_below", "=MIN(0,MAX({level_before},{level_after}))", label="Gap below zero",
                      unit="USD per month"),
                Field("bar_above", "=MAX(0,MAX({level_before},{level_after}))-{gap_above}", label="Bar above zero",
                      unit="USD per month"),
                Field("bar_below", "=MIN(0,MIN({level_before},{level_after}))-{gap_below}", label="Bar below zero",
                      unit="USD per month"),
                Field("amount", "={bar_above}*{stands_on_zero}", label="What it costs, what is saved",
                      unit="USD per month"),
                Field("lost", "={bar_above}*(1-{stands_on_zero})", label="What is taken away", unit="USD per month"),
            ),
            (
                ("Cost today", "={shown_current_cost}", "=1"),
                ("Not realised", "={shown_realised_value}-{shown_current_cost}", "=0"),
                ("Infrastructure", "=-{shown_infrastructure_cost}", "=0"),
                ("Maintenance", "=-{shown_maintenance_cost}", "=0"),
                ("Oversight", "=-{shown_oversight_cost}", "=0"),
                ("Saving", "=0", "=1"),
            ),
        ),
        Rows(
            "For the checks",
            (
                Line("bridge_end", "=INDEX({level_after:all},ROWS({level_after:all}))", "Last level of the bridge",
                     "USD per month", single=True),
                Line("shown_saving", "=INDEX({monthly_savings:all},{shown_position})", "Saving of the case shown",
                     "USD per month", single=True),
                Line("disordered",
                     "=({monthly_savings@downside}>{monthly_savings@base})+({monthly_savings@base}>{monthly_savings@upside})",
                     "Your cases out of order", "count", single=True),
                Line("pays_back_late", "=1-{pays_back}*({payback}<={months})", "Not back within the horizon (flag)", "flag"),
                Line("no_oversight", "=({oversight_cost}=0)*1", "No oversight planned (flag)", "flag"),
            ),
        ),
    ),
    CASES,
)  # fmt: skip

CASH = Sheet(
    "Calc_Cash",
    "Cash month by month: the investment in month 0, the savings after it, and what they are worth today.",
    (
        Rows(
            "Months",
            (
                Line("at_start", "=({month}=0)*1", "Day of the investment (flag)", "flag"),
                Line("in_horizon", "=({month}<={months})*1", "Within the horizon (flag)", "flag"),
                Line("discount_factor", "=1/(1+{monthly_rate})^{month}", "Discount factor", "x"),
            ),
        ),
        Rows("Cash flow", (Line("cash", "={monthly_savings}*(1-{at_start})-{investment}*{at_start}", "Cash", "USD"),),
             per=CASES),
        Rows("Cumulative cash", (Line("cumulative_cash", "={cumulative_cash:prev}+{cash}", "Cumulative", "USD"),),
             per=CASES),
        Rows("Cash flow within the horizon", (Line("horizon_cash", "={cash}*{in_horizon}", "Cash", "USD"),), per=CASES),
        Rows("Present value of that cash flow",
             (Line("present_value", "={horizon_cash}*{discount_factor}", "Present value", "USD"),), per=CASES),
        Rows("Net present value", (Line("npv", "=SUM({present_value:all})", "NPV", "USD", single=True,
                                        engine="value.npv"),), per=CASES),
        Rows(
            "Internal rate of return",
            (
                Line("irr_monthly", "=IF({irr_shown}=1,IRR({horizon_cash:all},{irr_guess}),0)", "IRR a month",
                     "fraction per month", single=True),
                Line("irr", "=(1+{irr_monthly})^{months_per_year}-1", "IRR, 0 if not shown", "fraction per year",
                     single=True, engine="value.irr", flag="irr_shown"),
            ),
            note="Shown only from a payback of some months on, and where the investment comes back within the horizon",
            per=CASES,
        ),
        Rows(
            "For the checks",
            (
                Line("cumulative_end", "=INDEX({cumulative_cash:all},COLUMNS({cumulative_cash:all}))",
                     "Cumulative after the last month", "USD", single=True),
                Line("cash_gap", "=SUM({cash:all})-{cumulative_end}", "Sum of cash less cumulative", "USD", single=True),
            ),
            per=CASES,
        ),
        Rows(
            "Over all cases",
            (Line("largest_cash_gap", "=MAX(MAX({cash_gap:all}),-MIN({cash_gap:all}))", "Largest gap", "USD", single=True),),
        ),
    ),
    MONTHS,
)  # fmt: skip

ALTERNATIVE = Sheet(
    "Calc_Alternative",
    "The same tasks on an API model: what of the value is automation's, and what the custom model's own?",
    (
        Rows(
            "Cost of the alternative",
            (
                Line("cost_per_query",
                     "=({input_tokens}*{input_price}+{output_tokens}*{output_price})/{tokens_per_price_unit}",
                     single=True, engine="query.token_cost"),
                Line("queries_per_month", "={tasks}*{queries_per_task}"),
                Line("api_charges", "={queries_per_month}*{cost_per_query}", "API charges", "USD per month",
                     engine="spend.monthly_cost", renamed={"queries": "queries_per_month"}),
                Line("alternative_upkeep", "={alternative_maintenance_hours}*{build_rate}", "Maintenance",
                     "USD per month"),
                Line("alternative_cost", "={api_charges}+{alternative_upkeep}+{oversight_cost}",
                     "Future cost with the API", "USD per month",
                     note="The same oversight: the answers are assumed equally good"),
                Line("alternative_saving", "={realised_value}-{alternative_cost}", "Saving with the API",
                     "USD per month"),
                Line("alternative_investment", "={alternative_hours}*{build_rate}", "Investment with the API", "USD"),
            ),
        ),
        Rows(
            "What the custom model adds",
            (
                Line("extra_investment", "={investment}-{alternative_investment}", "Additional investment", "USD"),
                Line("extra_saving", "={monthly_savings}-{alternative_saving}", "Additional saving", "USD per month"),
                Line("annuity_factor", "=PV({monthly_rate},{months},-1)", "Present value of 1 a month", "x", single=True),
                Line("extra_npv", "={extra_saving}*{annuity_factor}-{extra_investment}", "Additional NPV", "USD"),
                Line("extra_saves", "=({extra_saving}>0)*1", "Saves more than the API (flag)", "flag"),
                Line("no_extra_cost", "=({extra_investment}<=0)*({extra_saving}=0)", "Costs no more up front (flag)",
                     "flag"),
                Line("extra_pays_back", "={extra_saves}+{no_extra_cost}", "Repays what it costs more (flag)", "flag"),
                Line("extra_payback", "=IF({extra_saves}=1,MAX(0,{extra_investment})/{extra_saving},0)",
                     "Payback of the additional investment, 0 if never", "months"),
            ),
        ),
        Rows(
            "Volume at which the custom model costs no more than the API",
            (
                Line("standing_cost", "=MAX(0,{infrastructure_cost}+{maintenance_cost}-{alternative_upkeep})",
                     "Server and additional upkeep", "USD per month"),
                Line("breakeven_volume", "={standing_cost}/{cost_per_query}",
                     engine="breakeven.breakeven_volume",
                     renamed={"api_cost": "cost_per_query", "server_cost": "standing_cost"}),
            ),
        ),
        Rows(
            "For the checks",
            (
                Line("npv_annuity", "={monthly_savings}*{annuity_factor}-{investment}", "NPV as an annuity", "USD"),
                Line("npv_gap", "={npv}-{npv_annuity}", "NPV by month less that", "USD"),
                Line("largest_npv_gap", "=MAX(MAX({npv_gap:all}),-MIN({npv_gap:all}))", "Largest gap", "USD", single=True),
                Line("price_age", "={start_date}-{as_of}", "Age of the prices at the start", "days", single=True),
                Line("prices_stale", "=({price_age}<0)+({price_age}>{max_price_age})", "Prices late or old (flag)", "flag",
                     single=True),
            ),
        ),
    ),
    CASES,
)  # fmt: skip

RECONCILIATION = Sheet(
    "Calc_Source",
    "Exact figures beside those the source prints; a figure agrees if it rounds to the printed one.",
    (
        Table(
            "reconciliation",
            "Exact and printed",
            (
                Field("exact_value", label="Exact", unit="any", shows=True),
                Field("difference", "={exact_value}-{printed}", label="Difference", unit="any"),
                Field("differs", "=(ABS({difference})>{printed_within}+{exact})*1", label="Differs (flag)",
                      unit="flag", total=True),
            ),
            tuple((f"={{{name}}}",) for name in (
                "current_cost@worked", "future_cost@worked", "monthly_savings@worked", "annual_saving@worked",
                "investment@worked", "payback@worked", "roi@worked", "investment@task_api", "future_cost@task_api",
                "hours_saved@task_api", "current_cost@task_api", "monthly_savings@task_api", "payback@task_api",
                "payback_days@task_api", "roi@task_api", "api_charges@task_api",
            )),
            like="printed",
        ),
    ),
)  # fmt: skip

OUTPUTS = Sheet(
    "Outputs",
    "The page for the board: every case side by side, the same formulas in every column.",
    (
        Text(
            "In one sentence",
            (
                '="Your project, base case: saves "&TEXT({monthly_savings@base},"#,##0")&" USD a month for "'
                '&TEXT({investment@base},"#,##0")&" USD, "&IF({pays_back@base}=1,"back after "'
                '&TEXT({payback@base},"0.0")&" months","never paid back")&"; NPV over "&{months}&" months "'
                '&TEXT({npv@base},"#,##0")&" USD."',
                '="Against the same tasks on "&{model}&", the custom model itself is worth "'
                '&TEXT({extra_npv@base},"#,##0")&" USD: the value of automation is not the value of self-hosting."',
            ),
        ),
        Rows(
            "A month",
            (
                Line("current_cost"),
                Line("realised_value"),
                Line("future_cost"),
                Line("monthly_savings"),
            ),
        ),
        Rows(
            "Investment and return over the horizon",
            (
                Line("investment"),
                Line("payback_shown", '=IF({pays_back}=1,{payback},"never")', "Payback", "months"),
                Line("discounted_payback_shown", '=IF({pays_back_discounted}=1,{discounted_payback},"never")',
                     "Discounted payback", "months"),
                Line("npv", label="Net present value"),
                Line("roi_shown", '=IF({invested}=1,{roi},"n/a")', "Return on investment", "fraction"),
                Line("irr_text", '=IF({irr_shown}=1,{irr},"n/a")', "Internal rate of return", "fraction per year"),
            ),
        ),
        Rows(
            "Against the next best alternative, an API model",
            (
                Line("api_charges"),
                Line("alternative_saving"),
                Line("extra_saving"),
                Line("extra_npv"),
                Line("extra_payback_shown", '=IF({extra_pays_back}=1,{extra_payback},"never")',
                     "Payback of the additional investment", "months"),
                Line("breakeven_volume"),
            ),
        ),
        Charts(
            (
                Chart(
                    "Your project: when the money is back", "scatter", ("cumulative_cash",), "month",
                    "Months after the investment; a marker shows payback", "Cumulative cash, USD", only=YOURS,
                    markers=(("payback_marker", "payback_level"),), x_max=24,
                    alt="Cumulative cash of your project's three cases over 24 months; a marker shows the payback of each.",
                ),
                Chart(
                    "The source's cases: as printed, and with its own warnings heeded", "scatter", ("cumulative_cash",),
                    "month", "Months after the investment; a marker shows payback", "Cumulative cash, USD", only=PRINTED,
                    markers=(("payback_marker", "payback_level"),), x_max=24,
                    alt="Cumulative cash of the source's worked cases over 24 months; the worst case barely comes back.",
                ),
            )
        ),
        Charts(
            (
                Chart(
                    "From the cost of today to the saving, case shown", "stacked",
                    ("gap_above", "amount", "lost", "gap_below", "bar_below"), "step", "", "USD per month",
                    hidden=("gap_above", "gap_below"),
                    alt="Waterfall from the monthly cost of today through what is not realised and the future costs "
                        "to the monthly saving.",
                ),
                Chart(
                    "How much of the saving an API model would bring as well", "columns",
                    ("monthly_savings", "alternative_saving"), "", "", "USD per month",
                    alt="Monthly saving of the custom model beside that of an API model, for every case.",
                ),
            )
        ),
    ),
    CASES,
)  # fmt: skip

SOURCES = (
    economics("44-50", "API prices of 2024"),
    economics("61-67", "the reference query of 500 and 200 tokens, and what it costs"),
    economics("128-137", "hours of data preparation, 47-158 in all"),
    economics("138-146", "hours of evaluation, 22-50 in all"),
    economics("147-154", "hours of set-up, 8-18 once, and of operations, 4-19 a month"),
    economics("155-161", "iteration multiplier, 2-10"),
    economics("164-168", "cost today: formula and example"),
    economics("169-173", "cost after automation: formula and example"),
    economics("174-177", "savings"),
    economics("178-180", "investment"),
    economics("181-182", "payback, printed 1.2 months; exactly 1.197"),
    economics("183-185", "first-year ROI, printed 903%; exactly 902.7%"),
    economics("194-196", "5-10 training runs for 100-200 USD"),
    economics("197-199", "5-10 hours of maintenance a month"),
    economics("205-212", "Task API: investment"),
    economics("213-216", "Task API: operating cost; human oversight is missing"),
    economics("217-221", "Task API: value of 500 hours"),
    economics("222-227", "Task API: payback printed 0.3 months and 9 days, exactly 0.291 and 8.9; ROI 4,000%+, exactly 4,024%"),
    assumption(1, "Share of the freed hours that becomes money; the source takes all of it"),
    assumption(2, "One model call per task"),
    assumption(3, "An API solution needs integration, evaluation and upkeep too, but no training data and no server"),
    assumption(4, "Cost of capital of 10% a year, effective"),
    assumption(5, "Below three months of payback an internal rate of return is a number without meaning"),
    assumption(6, "Any case can be shown"),
    assumption(7, "The day of the bundled price catalogue; prices older than a year are worth a look"),
)  # fmt: skip

TEMPLATE = Template(
    name="roi",
    title="Return on investment of a custom model",
    purpose="Does replacing manual work by a custom model pay, how soon, and does it beat calling an API?",
    audience="Finance partners and product owners preparing a decision; the board reads Outputs.",
    steps=(
        "On Inputs, overwrite the three columns of your project: downside, base and upside.",
        "On Inputs, choose the API model it competes with and the price date; on Prices, add what you really pay.",
        "On Timing, set the day of the investment.",
        "On Checks, the master check must say OK; read the alerts and note why your figures differ.",
        "Read Outputs, print it, and write into the Log what you changed.",
    ),
    limits=(
        "Savings are the same every month and start in the first: no ramp-up, no growth, no tax, no inflation.",
        "Freed time counts as money only as far as the realisation rate says; the source counts all of it.",
        "The alternative is assumed to answer as well as the custom model; where it does not, see the model-choice question.",
        "The iteration multiplier applies to the whole estimate, as in the source; the hidden-costs workbook splits it.",
        "Prices of provider source-2024 are those printed in 2024, not current ones.",
    ),
    inputs=INPUTS,
    prices=price_sheet(MODELS),
    own=YOURS,
    calculations=(VALUE, CASH, ALTERNATIVE, RECONCILIATION),
    outputs=OUTPUTS,
    checks=(
        Check("reconciles", "Figures that differ from the print of the source", "{differs:total}",
              advice="The four printed columns of Inputs must stay as they are"),
        Check("npv_twice", "NPV by month equals NPV as an annuity, in every case", "{largest_npv_gap}", tolerance="{cent}"),
        Check("cash_ends", "Cumulative cash ends at the sum of all cash, in every case", "{largest_cash_gap}", tolerance="{cent}"),
        Check("bridge_ends", "The cost bridge ends at the saving of the case shown", "{bridge_end}",
              target="{shown_saving}", tolerance="{cent}"),
        Check("prices_found", "Prices of the chosen model that are missing on the price date", "{prices_missing}"),
        Check("cases_ordered", "Your downside saves no more than your base, and that no more than your upside",
              "{disordered}"),
        Check("back_in_horizon", "Your base case pays back within the horizon", "{pays_back_late@base}", kind="alert",
              advice="Payback is longer than the horizon of ROI and NPV"),
        Check("beats_api", "Your base case is worth no less than the API model", "{extra_npv@base}", ">=", kind="alert",
              advice="Automating may pay, owning the model does not: start with the API"),
        Check("oversight_planned", "Your base case plans for human oversight", "{no_oversight@base}", kind="alert",
              advice="Who checks the answers? The source's first example spends 5,000 USD a month on it"),
        Check("prices_fresh", "The price date lies before the start, and not too long", "{prices_stale}", kind="alert",
              advice="Move the price date on Inputs, and check the rows on Prices"),
    ),
    headlines=(
        *(
            Headline(f"{case}: {label}", f"{{{name}@{key}}}", unit)
            for case, key in (("Worked example", "worked"), ("Task API", "task_api"), ("Your project, base", "base"))
            for label, name, unit in (
                ("saving", "monthly_savings", "USD per month"),
                ("payback", "payback_shown", "months"),
                ("return on investment", "roi_shown", "fraction"),
            )
        ),
        Headline("Your project, base: worth more than an API model by", "{extra_npv@base}", "USD"),
    ),
    sources=SOURCES,
    log=(Revision("0.1.0", "2026-11-21", "llmcost-xl", "First version"),),
)  # fmt: skip
