"""What the workbook says, and what must hold before anyone reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Axis, Chart, Charts, Check, Field, Headline, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.model_choice.envelope import as_rows, ranges_of
from llmcost_xl.workbook.sheets.model_choice.inputs import YES
from llmcost_xl.workbook.sheets.model_choice.source import FIGURES, LABELS
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, RIGHT

if TYPE_CHECKING:
    from llmcost_xl.workbook.sheets.sensitivity import Tornado

IN_WORDS: Final = (
    ('="Recommended: "&IF({some_pass}=1,{recommended_name}&", "&FIXED({recommended_total},0)&" USD a month with '
     'failures"&IF({has_rival}=1,"; next best is "&{next_name}&", dearer by "&FIXED({advantage},0)&" USD a month.",'
     '"; no other option meets the requirements."),"none: no option meets the requirements.")'),
    ('="A failure is taken to cost "&FIXED({failure_cost},4)&" USD, "&FIXED({queries_per_month},0)&" queries a month, '
     'one-off cost spread over "&{months}&IF({months}=1," month."," months.")'),
    (f'=IF({{unique_needed}}="{YES}","The cost comparison is beside the point where no general model can do it: build '
     'or do without. "&IF({some_pass}=1,"Building is worth "&FIXED({build_npv},0)&" USD today at the value entered.",'
     '"No option meets the requirements, so there is nothing to value."),'
     '"No unique capability is needed: cost, failures, latency and privacy decide.")'),
    ('="The source says that fine-tuning wins if failure costs exceed "&FIXED({rounded_premium},0)&" US$ a month: that '
     'is GPT-4o less GPT-4o-mini, and says nothing of fine-tuning."'),
    ('="By its own figures fine-tuning beats GPT-4o only if a failure costs "&FIXED({rounded_tuned_from},3)&" US$ or '
     'more: failures of "&FIXED({rounded_small_failures},0)&" US$ a month with GPT-4o-mini."'),
)  # fmt: skip

DRAWN: Final = 5
"""Options on the charts: those that come filled in."""

RANGE_FROM: Final = '=IF({{range_used@{0}}}=1,{{range_from@{0}}},"")'
RANGE_TO: Final = '=IF({{range_used@{0}}}=0,"",IF({{range_open@{0}}}=1,"no limit",{{range_to@{0}}}))'


def _shown(name: str, label: str, unit: str, *, where: str = "{used}") -> Line:
    """A figure of every option that is considered; nothing for the others."""
    return Line(f"{name}_shown", f'=IF({where}=1,{{{name}}},"")', label, unit)


def _verdict(name: str, label: str) -> Line:
    return Line(f"{name}_shown", f'=IF({{used}}=1,IF({{{name}}}=1,"yes","no"),"")', label, "text")


_PER_OPTION: Final = (
    Rows("What each option costs a month", (
        _shown("monthly_cost", "Cost without failures", "USD per month"),
        _shown("monthly_failures", "Cost of failures", "USD per month"),
        _shown("monthly_total", "Cost with failures", "USD per month"),
        _shown("horizon_total", "Over the horizon, with one-off cost", "USD"),
    )),
    Rows("What a request costs", (
        _shown("option_cost", "Without failures", "USD per query"),
        _shown("option_failure", "Requests that fail in the end", "fraction"),
        _shown("request_total", "With failures", "USD per query"),
        Line("success_cost_shown", '=IF({used}=1,IF({succeeds}=1,{success_cost},"never"),"")', "Cost of a success",
             "USD per successful task"),
    )),
    Rows("Requirements", (
        _shown("latency_first", "Time to first token", "milliseconds"),
        _shown("latency_whole", "End to end", "milliseconds"),
        _verdict("fast_enough", "Fast enough"),
        _verdict("private_enough", "Private enough"),
        _verdict("capable", "Capable enough"),
        Line("recommended_shown", '=IF({recommended}=1,"recommended",IF({used}*(1-{passes})=1,"ruled out",""))',
             "Verdict", "text"),
    )),
)  # fmt: skip


def _breakevens(options: Axis) -> Rows:
    """Text where there is no number; nothing where there is no pair."""
    cheaper = '"up to "&FIXED(({cost_a}-{cost_b})/({failure_b}-{failure_a}),4)'
    otherwise = f'IF({{cost_b}}<{{cost_a}},{cheaper},"never")'
    found = 'IF({breakeven_cost}=0,"always",{breakeven_cost})'
    return Rows(
        "Failure cost from which the option across is no dearer than the option down",
        (
            Line("breakeven_shown", f'=IF({{is_pair}}=0,"",IF({{has_breakeven}}=1,{found},{otherwise}))',
                 "Against", "USD per failure"),
        ),
        note="always: cheaper and no less reliable; never: dearer and no more reliable; up to: cheaper, less reliable",
        per=as_rows(options),
    )  # fmt: skip


def outputs(options: Axis, tornado: Tornado, horizon: int) -> Sheet:
    """The page for the decision."""
    keys = tuple(column.key for column in options.columns)
    return Sheet(
        "Outputs",
        "The cheapest option that meets the requirements, once failures are paid for.",
        (
            Text("In words", IN_WORDS),
            Rows("The choice", (
                Line("recommended_option", '=IF({some_pass}=1,{recommended_name},"none")', "Recommended option", "text",
                     single=True),
                Line("recommended_total_shown", '=IF({some_pass}=1,{recommended_total},"n/a")',
                     "Cost of the recommended option", "USD per month", single=True),
                Line("next_option", '=IF({has_rival}=1,{next_name},"none")', "Next best", "text", single=True),
                Line("advantage_shown", '=IF({has_rival}=1,{advantage},"n/a")', "Advantage over the next best",
                     "USD per month", single=True),
                Line("advantage_horizon_shown", '=IF({has_rival}=1,{advantage_horizon},"n/a")',
                     "Advantage over the horizon", "USD", single=True),
            )),
            *_PER_OPTION,
            Charts((
                Chart("The dearer a failure, the more reliability pays", "scatter", ("drawn", "envelope"),
                      "point_failure_cost", "Cost of a failure, USD (each line ten times the last)",
                      "Cost of a request with failures, USD", only=keys[:DRAWN], logarithmic=True,
                      alt="Expected cost of a request with every option against the cost of a failure, and the lower "
                          "envelope, which is the cheapest option at each."),
                Chart("The first three options alone, as in the source's comparison", "scatter", ("drawn",),
                      "point_failure_cost", "Cost of a failure, USD (each line ten times the last)",
                      "Cost of a request with failures, USD", only=keys[:3], logarithmic=True,
                      alt="Expected cost of a request with the first three options against the cost of a failure: "
                          "they cross where the next one becomes cheaper."),
            )),
            Charts((
                Chart("What the options have cost in all", "scatter", ("paid_so_far",), "month",
                      "Months after the start", "Paid so far with failures, USD", only=keys[:DRAWN], x_max=horizon,
                      alt="Cumulative cost of the first five options over the months, one-off cost in month 0."),
                tornado.chart,
            )),
            _breakevens(options),
            Table(
                "ranges",
                "Which option is the cheapest, by cost of a failure",
                (
                    Field("range_name_shown", label="Cheapest option", unit="text", shows=True),
                    Field("range_from_shown", label="From", unit="USD per failure", shows=True),
                    Field("range_to_shown", label="To", unit="USD per failure", shows=True),
                ),
                tuple(
                    (f"={{range_name@{column.key}}}", RANGE_FROM.format(column.key), RANGE_TO.format(column.key))
                    for column in ranges_of(options).columns
                ),
            ),
            Table(
                "source_figures",
                "The source's three options: from its rounded query costs, and exact, in US$",
                (
                    Field("figure", label="Figure", unit="text"),
                    Field("figure_rounded", label="As printed", unit="any", shows=True),
                    Field("figure_exact", label="Exact", unit="any", shows=True),
                ),
                tuple((LABELS[name], f"={{rounded_{name}}}", f"={{exact_{name}}}") for name in FIGURES),
            ),
        ),
        options,
    )  # fmt: skip


CHECKS: Final = (
    Check("reconciles", "Figures that differ from the print of the source", "{differs:total}",
          advice="Computed from its printed query costs; fixed, whatever you enter"),
    Check("fallbacks", "Fallbacks that are no other option of the table", "{fallback_wrong:total}"),
    Check("described", "Options considered without hosting, or with an API but no model", "{undescribed:total}",
          advice="Without a model an answer would cost nothing: choose one, or say that it is self-hosted"),
    Check("prices_found", "Prices of the options that are missing on the price date", "{prices_missing}"),
    RIGHT,
    CURRENT_RATE,
    Check("corners", "At every break-even on the envelope no option is cheaper than the one that takes over",
          "{largest_corner_gap}", tolerance="{exact}"),
    Check("envelope_now", "The envelope at the failure cost entered is the cost of the recommended option",
          "{now_gap}", tolerance="{cent}"),
    Check("one_choice", "Exactly one option is recommended, if any passes", "{recommendations}", "=",
          "{some_pass}"),
    Check("months_add_up", "The months add up to the cost over the horizon, for every option",
          "{largest_months_gap}", tolerance="{cent}"),
    Check("some_pass", "An option meets the requirements", "{some_pass}", ">=", "1", kind="alert",
          advice="None does: relax a requirement, or add an option"),
    Check("clear_lead", "The recommended option is cheaper by the lead that counts, or more", "{lead}", ">=",
          "{least_lead}", kind="alert", advice="Too close to call: measure the failure rates again",
          assessed="{has_rival}"),
    Check("prices_fresh", "The price date lies before the start, and not too long", "{prices_stale}", kind="alert",
          advice="Move the price date on Inputs, and check the rows on Prices"),
)  # fmt: skip

HEADLINES: Final = (
    Headline("Recommended option", "{recommended_option}", ""),
    Headline("Its cost with failures", "{recommended_total_shown}", "USD per month"),
    Headline("Advantage over the next best", "{advantage_shown}", "USD per month"),
    Headline("Source's figures: fine-tuned beats GPT-4o from", "{rounded_tuned_from}", "US$ per failure"),
)
