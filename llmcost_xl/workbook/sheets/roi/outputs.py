"""What the ROI workbook reports, and what must hold before anyone reads it."""

from __future__ import annotations

from llmcost_xl.workbook.layout import (
    Chart,
    Charts,
    Check,
    Headline,
    Line,
    Rows,
    Sheet,
    Text,
)
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, FOUND, RIGHT
from llmcost_xl.workbook.sheets.roi.calculations import EQUAL_COSTS
from llmcost_xl.workbook.sheets.roi.inputs import CASES, PRINTED, YOURS

OUTPUTS = Sheet(
    "Outputs",
    "The page for the board: every case side by side, the same formulas in every column.",
    (
        Text(
            "In words",
            (
                ('="Your project, base case: "&IF({monthly_savings@base}<0,"costs "'
                 '&FIXED(-{monthly_savings@base},0)&" USD a month more than it is worth, for ","saves "'
                 '&FIXED({monthly_savings@base},0)&" USD a month for ")'
                 '&FIXED({investment@base},0)&" USD, "&IF({pays_back@base}=1,"back after "'
                 '&FIXED({payback@base},1)&" months","never paid back")&"; NPV over "&{months}'
                 '&IF({months}=1," month "," months ")&FIXED({npv@base},0)&" USD."'),
                ('="Against the same tasks on "&{model}&", the custom model itself is worth "'
                 '&FIXED({extra_npv@base},0)&" USD: the value of automation is not the value of self-hosting."'),
                '="Case shown in the chart from cost to saving: "&{shown_case}&" (choose it on Inputs)."',
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
                Line("breakeven_volume_shown",
                     '=IF({api_priced}=1,{breakeven_volume},IF({standing_cost}>0,"never","n/a"))',
                     EQUAL_COSTS, "queries per month"),
            ),
            note="Volume where monthly costs are equal: the additional investment is not counted",
        ),
        Charts(
            (
                Chart(
                    "Your project: when the money is back", "scatter", ("cumulative_cash",), "month",
                    "Months after the investment, 24 shown; a marker shows payback", "Cumulative cash, USD", only=YOURS,
                    markers=(("payback_marker", "payback_level"),), x_max=24,
                    alt="Cumulative cash of your project's three cases over 24 months, and the payback of each.",
                ),
                Chart(
                    "The source's cases: as printed, realistic and worst", "scatter", ("cumulative_cash",), "month",
                    "Months after the investment, 24 shown; a marker shows payback", "Cumulative cash, USD",
                    only=PRINTED, markers=(("payback_marker", "payback_level"),), x_max=24,
                    alt="Cumulative cash of the source's cases over 24 months; the worst comes back after a year.",
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


CHECKS = (
    Check("reconciles", "Figures that differ from the print of the source", "{differs:total}",
          advice='The columns "Worked example" and "Task API, as printed" of Inputs must stay as they are'),
    Check("npv_twice", "NPV by month equals NPV as an annuity, in every case", "{largest_npv_gap}", tolerance="{cent}"),
    Check("cash_ends", "Cumulative cash ends at the sum of all cash, in every case", "{largest_cash_gap}",
          tolerance="{cent}"),
    Check("bridge_ends", "The cost bridge ends at the saving of the case shown", "{bridge_end}",
          target="{shown_saving}", tolerance="{cent}"),
    FOUND,
    RIGHT,
    CURRENT_RATE,
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
)  # fmt: skip

HEADLINES = (
    *(
        Headline(f"{case}: {label}", f"{{{name}@{key}}}", unit)
        for case, key in (("Worked example", "worked"), ("Task API", "task_api"), ("Your project, base", "base"))
        for label, name, unit in (
            ("saving", "monthly_savings", "USD per month"),
            ("payback", "payback_shown", "months"),
            ("return on investment", "roi_shown", "fraction"),
        )
    ),
    Headline("Your project, base: worth over an API model", "{extra_npv@base}", "USD"),
)
