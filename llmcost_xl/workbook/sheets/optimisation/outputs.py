"""What the roadmap says, and what must hold before anyone reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Axis, Chart, Charts, Check, Field, Headline, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.optimisation.source import FIGURES
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, RIGHT

if TYPE_CHECKING:
    from llmcost_xl.workbook.sheets.sensitivity import Tornado

IN_WORDS: Final = (
    ('="The levers take "&FIXED({cost_before},0)&" USD a month to "&FIXED({cost_after},0)&" USD: "'
     '&FIXED(ABS({combined_share})*{percent},1)&IF({combined_share}<0,"% more, ","% less, ")'
     '&FIXED(ABS({annual_saving}),0)&" USD a year at full effect."'),
    ('="Added up one by one they would seem to save "&FIXED({separate_saving},0)&" USD: "'
     '&FIXED(ABS({overstated}),0)&IF({overstated}<0," USD too little"," USD too much")'
     '&", since each works on what the others left."'),
    ('="Over the plan the net saving is "&FIXED({plan_net},0)&" USD after "&FIXED({plan_work},0)&" USD of work, "'
     '&IF({plan_pays_back}=1,"paid back in month "&{plan_payback}&".","not paid back within the plan.")'),
    ('="Cutting "&FIXED({trim_rate}*{percent},0)&"% of the prompt saves "&FIXED({trim_rate}*{input_part}*{percent},1)'
     '&"% of the token cost: answers cost as much as before."'),
    ('=IF({weighed}=1,"The checklist scores "&FIXED({checklist_score}*{percent},0)&"%; ","No item of the checklist '
     'has a weight; ")&{gaps}&IF({gaps}=1," item is not in place."," items are not in place.")'),
    ('="The source\'s claims, taken at their word, multiply to "&FIXED({claims_low}*{percent},0)&"-"'
     '&FIXED({claims_high}*{percent},0)&"%; added up they would pass 100%. None of them comes with evidence."'),
)  # fmt: skip


def _of_used(name: str, label: str, unit: str) -> Line:
    """A figure of every lever in the roadmap."""
    return Line(f"{name}_shown", f'=IF({{used}}=1,{{{name}}},"left out")', label, unit)


def outputs(levers: Axis, tornado: Tornado) -> Sheet:
    """The page for the decision."""
    return Sheet(
        "Outputs",
        "From the invoice of today to the bill with all levers: what each adds, when, and what it takes.",
        (
            Text("In words", IN_WORDS),
            Rows("At full effect", (
                Line("cost_before"),
                Line("cost_after"),
                Line("combined_saving"),
                Line("combined_share"),
                Line("annual_saving"),
                Line("separate_saving"),
                Line("overstated"),
                Line("investment"),
                Line("payback_shown", '=IF({saves}=1,{payback},"never")', "Payback at full effect", "months",
                     single=True),
            )),
            Rows("Over the plan", (
                Line("plan_before"),
                Line("plan_after"),
                Line("plan_work"),
                Line("plan_net"),
                Line("plan_payback_shown", '=IF({plan_pays_back}=1,{plan_payback},"never")',
                     "Paid back for good in month", "month number", single=True),
                Line("checklist_shown", '=IF({weighed}=1,{checklist_score},"n/a")', "Score of the checklist",
                     "fraction", single=True),
            )),
            Rows("Each lever", (
                _of_used("alone_saving", "Saved alone", "USD per month"),
                _of_used("added", "Adds to those before it", "USD per month"),
                _of_used("investment_line", "Effort and one-off cost", "USD"),
                Line("lever_payback_shown",
                     '=IF({used}=0,"left out",IF({lever_saves}=1,{lever_payback},"never"))', "Payback in sequence",
                     "months"),
                _of_used("live_month", "Live from month", "month number"),
            ), note="The order is chosen on Inputs; payback is on what a lever adds to those before it"),
            Charts((
                Chart("What each lever takes off the bill, in this order", "stacked",
                      ("gap", "amount", "saved_bar", "dearer_bar"), "bar_name", "", "USD per month", hidden=("gap",),
                      alt="Waterfall from the monthly bill before all levers, down by what each adds to those before "
                          "it, to the bill after."),
                Chart("The bill by month, before and with the levers", "columns", ("month_before", "month_after"), "",
                      "", "USD per month",
                      alt="Two columns for every month: the bill without and with the levers as they go live."),
            )),
            Charts((
                Chart("The shorter the bar, the larger the gap in the checklist", "bars", ("score",), "item", "",
                      "Score, 0 to 3", y_max=3,
                      alt="Bars of the ten items of the checklist, scored 0 to 3."),
                tornado.chart,
            )),
            Table(
                "source_figures",
                "The source's claims and its invoice, taken apart",
                (
                    Field("figure", label="Figure", unit="text", wide=True),
                    Field("figure_value", label="Value", unit="any", shows=True),
                ),
                tuple((words, f"={{{name}}}") for words, name in FIGURES),
            ),
        ),
        levers,
    )  # fmt: skip


CHECKS: Final = (
    Check("order", "The opposite order of levers saves the same", "{reverse_saving}", "=", "{combined_saving}",
          "{cent}"),
    Check("sequence", "What the levers add in sequence is what they save together", "{added:total}", "=",
          "{combined_saving}", "{cent}"),
    Check("whole", "Together the levers save at most everything", "{combined_share}", "<=", "1", "{exact}"),
    Check("structure", "Lever by lever and by the structure of the cost, tokens cost the same", "{lever_tokens}", "=",
          "{structural_tokens}", "{cent}"),
    Check("waterfall", "The waterfall ends at the cost after all levers", "{waterfall_end}", "=", "{cost_after}",
          "{cent}"),
    Check("parts", "Input, output and servers add up to the invoice, if queries are priced", "{parts_gap}",
          tolerance="{cent}"),
    Check("cumulative", "Cumulative net saving ends at the net saving over the plan", "{plan_end}", "=", "{plan_net}",
          "{cent}"),
    Check("invoice", "$120,000 buy 4.4 million GPT-4 queries", "{claim_queries}", "=", "{claim_queries_expected}",
          "{claim_queries_within}"),
    Check("claims", "The claims multiply to 92.5%", "{claims_mid}", "=", "{claims_expected}", "{exact}"),
    Check("prices_found", "Prices of the two models that are missing on the price date", "{prices_missing}"),
    RIGHT,
    CURRENT_RATE,
    Check("priced", "A query costs something, so that the invoice can be taken apart", "{is_priced}", ">=", "1",
          kind="alert", advice="Enter the tokens of a query: without its price, the invoice for tokens is left out"),
    Check("servers_within", "The servers cost no more than the invoice", "{server_spend}", "<=", "{spend}",
          kind="alert", advice="Only as much as the invoice is counted: correct the one or the other"),
    Check("subadditive", "Separate savings add up to at least what the levers save together", "{overstated}", ">=",
          tolerance="{cent}", kind="alert", advice="A lever makes something dearer: look for a negative saving"),
    Check("cheaper", "The smaller model is cheaper", "{small_query_cost}", "<=", "{query_cost}", kind="alert",
          advice="Routing to a dearer model costs money: choose another one"),
    Check("all_live", "Every lever of the roadmap goes live within the plan", "{work_later}", tolerance="{cent}",
          kind="alert", advice="Work of some levers falls after the last month: move them, or plan more months"),
    Check("pays_back", "The roadmap pays back within the plan", "{plan_pays_back}", ">=", "1", kind="alert",
          advice="Start with the levers that pay back soonest"),
    Check("evidence", "Items of the checklist without evidence", "{without_evidence}", kind="alert",
          advice="Write down what the score rests on"),
    Check("idle", "Servers that are switched off save money, if there are any", "{idle_rate}", ">=", kind="alert",
          advice="Starting up costs more than idling: leave them on"),
    Check("prices_fresh", "The price date lies before the start, and not too long", "{prices_stale}", kind="alert",
          advice="Move the price date on Inputs, and check the rows on Prices"),
)  # fmt: skip

HEADLINES: Final = (
    Headline("Cost before all levers", "{cost_before}", "USD per month"),
    Headline("Cost after all levers", "{cost_after}", "USD per month"),
    Headline("Saved together", "{combined_share}", "fraction"),
    Headline("Saved in a year at full effect", "{annual_saving}", "USD per year"),
    Headline("What adding the savings up overstates", "{overstated}", "USD per month"),
    Headline("Net saving over the plan", "{plan_net}", "USD"),
    Headline("Score of the checklist", "{checklist_shown}", "fraction"),
)
