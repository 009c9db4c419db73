"""What the ROI workbook reports: the page for the board, and the figures on the cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import (
    Chart,
    Charts,
    Headline,
    Line,
    Rows,
    Sheet,
    Text,
)
from llmcost_xl.workbook.sheets.roi.alternative import EQUAL_COSTS
from llmcost_xl.workbook.sheets.roi.inputs import CASES, PRINTED, SCENARIOS
from llmcost_xl.workbook.sheets.roi.sensitivity import NPV_TORNADO
from llmcost_xl.workbook.sheets.waterfall import waterfall_chart

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

SENTENCES = (
    ('="Your project, scenario "&{scenario}&": "&IF({monthly_savings@yours}<0,"costs "'
     '&FIXED(-{monthly_savings@yours},0)&" USD a month more than it is worth, for ","saves "'
     '&FIXED({monthly_savings@yours},0)&" USD a month for ")'
     '&FIXED({investment@yours},0)&" USD, "&IF({pays_back@yours}=1,"back after "'
     '&FIXED({payback@yours},1)&" months","never paid back")&"; NPV over "&{months}'
     '&IF({months}=1," month "," months ")&FIXED({npv@yours},0)&" USD."'),
    ('="NPV in the scenarios: low "&FIXED({npv@low},0)&" USD, base "&FIXED({npv@base},0)&" USD, high "'
     '&FIXED({npv@high},0)&" USD, custom "&FIXED({npv@custom},0)&" USD."'),
    ('="Against the same tasks on "&{model}&", the custom model itself is worth "'
     '&FIXED({extra_npv@yours},0)&" USD: the value of automation is not the value of self-hosting."'),
    '="Case shown in the chart from cost to saving: "&{shown_case}&" (choose it on Inputs)."',
)  # fmt: skip


def outputs(months: Axis) -> Sheet:
    """The page for the board; its charts show as many months as are computed."""
    return Sheet(
        "Outputs",
        "The page for the board: every case side by side, the same formulas in every column.",
        (
            Text("In words", SENTENCES),
            Rows(
                "A month, once all tasks are automated",
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
                    Line("ramp_cost"),
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
            Charts((
                _cash_chart("Your project: when the money is back", SCENARIOS, months,
                            "Cumulative cash of your project's scenarios by month, and the payback of each."),
                _cash_chart("The source's cases: as printed, realistic and worst", PRINTED, months,
                            "Cumulative cash of the source's cases by month, and the payback of each; the worst comes "
                            "back after a year."),
            )),
            Charts((
                waterfall_chart(
                    "From the cost of today to the saving, case shown", "USD per month",
                    "Waterfall from the monthly cost of today through what is not realised and the future costs to the "
                    "monthly saving.",
                ),
                NPV_TORNADO.chart,
            )),
            Charts((
                Chart(
                    "How much of the saving an API model would bring as well", "columns",
                    ("monthly_savings", "alternative_saving"), "", "", "USD per month",
                    alt="Monthly saving of the custom model beside that of an API model, for every case.",
                ),
                Chart(
                    "What each case and each scenario is worth over the horizon", "columns", ("npv_annuity",), "", "",
                    "Net present value, USD",
                    alt="Net present value of the source's cases, of your project in the scenario chosen, and of each "
                        "of its scenarios.",
                ),
            )),
        ),
        CASES,
    )  # fmt: skip


def _cash_chart(title: str, cases: tuple[str, ...], months: Axis, alt: str) -> Chart:
    return Chart(
        title, "scatter", ("cumulative_cash",), "month", "Months after the investment; a marker shows payback",
        "Cumulative cash, USD", only=cases, markers=(("payback_marker", "payback_level"),),
        x_max=int(months.columns[-1].key), alt=alt,
    )  # fmt: skip


HEADLINES = (
    Headline("Your project: saving once all is automated", "{monthly_savings@yours}", "USD per month"),
    Headline("Your project: investment", "{investment@yours}", "USD"),
    Headline("Your project: payback", "{payback_shown@yours}", "months"),
    Headline("Your project: return on investment", "{roi_shown@yours}", "fraction"),
    *(
        Headline(f"Your project: net present value{case}", f"{{npv@{key}}}", "USD")
        for case, key in (("", "yours"), (", low", "low"), (", base", "base"), (", high", "high"))
    ),
    Headline("Your project: worth over an API model", "{extra_npv@yours}", "USD"),
    *(
        Headline(f"{case}: {label}", f"{{{name}@{key}}}", unit)
        for case, key in (("Worked example", "worked"), ("Task API", "task_api"))
        for label, name, unit in (
            ("saving", "monthly_savings", "USD per month"),
            ("payback", "payback_shown", "months"),
            ("return on investment", "roi_shown", "fraction"),
        )
    ),
)
