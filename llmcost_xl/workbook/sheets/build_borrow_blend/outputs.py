"""What the workbook reports: the decision in words, its reasons, the risks, the migration; and the checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Chart, Charts, Check, Field, Headline, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, FOUND, RIGHT

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Chart as ChartType

BREAKEVEN_WORDS = 'IF({pays}=1,"the break-even of "&FIXED({breakeven_volume},0),"a break-even that never comes")'
DECISION = (
    '="Recommendation: "&{recommendation}&". The build score is "&FIXED({build_score}*{percent},0)'
    '&"% (build from "&FIXED({high_threshold}*{percent},0)&"%, borrow up to "&FIXED({low_threshold}*{percent},0)'
    f'&"%), the volume "&FIXED({{queries_per_month}},0)&" queries a month against "&{BREAKEVEN_WORDS}&"."'
)
REASON = (
    '="Deciding rule: "&IF({rule_1}=1,"1, a requirement that the API does not meet rules it out.",'
    'IF({rule_2}=1,"2, the use case is not validated: an API is the fastest way to prove it.",'
    'IF({rule_3}=1,"3, the score is high and the volume at or above the break-even.",'
    'IF({rule_4}=1,"4, the score is low and the volume below the break-even.",'
    '"5, score and volume do not agree, or lie between: keep the API where it fits, own the rest."))))'
)
ONE_AXIS = (
    '="Neither axis decides alone: scale by itself would say "&IF({by_scale}=1,"Build","Borrow")'
    '&", the score by itself "&IF({by_score}=1,"Build","Borrow or Blend")'
    '&". The texts disagree: one calls scale the inflection (S1 L135), one capability (S0 L104-111)."'
)
MIGRATION = (
    '=IF({migrates}=0,"Everything stays with the API: there is no migration.",'
    '"Over "&FIXED({month_count},0)&" months, migrating costs "&FIXED(ABS({horizon_difference}),0)&" USD "'
    '&IF({horizon_difference}>0,"more","less")&" than staying with the API; it is ahead for good "'
    '&IF({ahead}=1,"from month "&FIXED({ahead_from},0),"in none of these months")&".")'
)
RISK = (
    '="Vendors: "&IF({has_vendors}=1,"concentration "&FIXED({hhi},2)&", as if there were "'
    '&FIXED({effective_vendors},2)&" equal ones","no shares are entered")&"; switching costs "'
    '&FIXED({switching_cost},0)&" USD, testing the vendor\'s updates "'
    '&FIXED({tests_year},0)&" USD a year."'
)

OUTPUTS_MISTAKES = (
    ("1. Overbuilt: use of the servers' capacity", "={own_utilisation}", "={least_utilisation}", "={moves}",
     "Rent by the hour, share servers, or move less", "S1 L144-152"),
    ("2. No one operates it: hours a month", "={ops_hours}", "={least_ops}", "={moves}",
     "Plan version control, monitoring, security and cost control", "S1 L144-152"),
    ("3. Built once: evaluation and retraining, USD a month", "={retrain_cost}", "={least_retraining}", "={moves}",
     "Plan evaluation, retraining and drift monitoring", "S1 L144-152"),
)  # fmt: skip


def outputs(tornado: ChartType) -> Sheet:
    """The page for the reader."""
    return Sheet(
        "Outputs",
        "Build, borrow or blend: the recommendation, why, what could change it, and what the migration costs.",
        (
            Text("In words", (DECISION, REASON, ONE_AXIS, MIGRATION, RISK)),
            Rows("Decision", (
                Line("recommendation"),
                Line("build_score"),
                Line("breakeven_shown", '=IF({pays}=1,{breakeven_volume},"never")', "Break-even volume",
                     "queries per month"),
                Line("queries_per_month"),
                Line("reaches"),
                Line("must_self_host"),
                Line("validated"),
            )),
            Table("rules_shown", "The rules in order: the first that applies decides", (
                Field("rule_said", label="Rule", unit="text"),
                Field("rule_decides", label="Decides (flag)", unit="flag", shows=True),
            ), (
                ("1. A requirement rules the API out: Build", "={rule_1}"),
                ("2. The use case is not validated: Borrow", "={rule_2}"),
                ("3. Score at or above the build threshold, volume at or above break-even: Build", "={rule_3}"),
                ("4. Score at or below the borrow threshold, volume below break-even: Borrow", "={rule_4}"),
                ("5. Otherwise: Blend", "={rule_5}"),
            )),
            Table("mistakes", "Three mistakes of switching too early, measured", (
                Field("mistake", label="Mistake", unit="text"),
                Field("mistake_has", label="Now", unit="any", shows=True),
                Field("mistake_least", label="At least", unit="any", shows=True),
                Field("mistake_assessed", label="Assessed (flag)", unit="flag", shows=True),
                Field("mistake_status",
                      '=IF({mistake_assessed}=0,"not assessed",IF({mistake_has}<{mistake_least},"ALERT","OK"))',
                      "Status", "status"),
                Field("mistake_advice", label="What to do", unit="text"),
                Field("mistake_source", label="Source", unit="text"),
            ), OUTPUTS_MISTAKES),
            Rows("Vendors", (
                Line("hhi_shown", '=IF({has_vendors}=1,{hhi},"n/a")', "Concentration (HHI), 0 to 1", "points"),
                Line("effective_shown", '=IF({has_vendors}=1,{effective_vendors},"n/a")', "Effective number of vendors",
                     "vendors"),
                Line("switching_cost"),
                Line("tests_year"),
                Line("headroom", label="Room below the rate limits, month 1"),
                Line("busiest_room"),
            )),
            Rows("Migration over all months", (
                Line("stay_total"),
                Line("ramp_total"),
                Line("horizon_difference"),
                Line("ahead_shown", '=IF({migrates}=0,"n/a",IF({ahead}=1,{ahead_from},"never"))',
                     "Migrating is ahead for good from month", "month number"),
                Line("end_share"),
                Line("steady_difference", label="Share moved, volume of month 1: our own models less API"),
            )),
            Charts((
                Chart("Which statements speak for building", "bars", ("contribution",), "criterion", "",
                      "Part of the build score",
                      alt="A bar for every statement of the scorecard: its weighted part of the build score."),
                Chart("Our own models take over month by month", "stacked", ("api_volume", "own_volume"), "",
                      "", "Queries per month",
                      alt="Stacked columns by month: queries on the API below, on our own models above."),
            )),
            Charts((
                Chart("Does migrating pay for itself within these months?", "lines", ("stay_so_far", "ramp_so_far"),
                      "", "", "USD, cumulative",
                      alt="Cumulative cost by month of staying with the API and of migrating."),
                tornado,
            )),
        ),
    )  # fmt: skip


def checks(tornado: Check, grid: Check) -> tuple[Check, ...]:
    """What must hold, and what to look at."""
    return (
        Check("weights", "The weights of the scorecard add up to 100%", "{used_weight:total}", target="1",
              tolerance="{exact}"),
        Check("evidence", "Scores without evidence", "{bare:total}", advice="Write down what each score rests on"),
        Check("scores", "Scores above the highest", "{too_high:total}"),
        Check("vendors", "The shares of the vendors add up to 100%", "{used_share:total}", target="1",
              tolerance="{exact}"),
        Check("thresholds", "The borrow threshold is not above the build threshold", "{thresholds_off}"),
        Check("one_rule", "Exactly one rule decides", "{rules_met}", target="1"),
        Check("volumes", "Queries on the API and on our own models are all queries, in every month",
              "{largest_volume_gap}", tolerance="{cent}"),
        Check("stay_end", "Staying: the cumulative cost ends at the sum of all months", "{stay_end}",
              target="{stay_total}", tolerance="{cent}"),
        Check("ramp_end", "Migrating: the cumulative cost ends at the sum of all months", "{ramp_end}",
              target="{ramp_total}", tolerance="{cent}"),
        FOUND,
        RIGHT,
        tornado,
        grid,
        Check("unevidenced", "Every answer has evidence", "{unevidenced}", kind="alert",
              advice="A gate without evidence is an opinion"),
        Check("unknown", "Requirements of which nobody knows whether the API meets them", "{not_known:total}",
              kind="alert", advice="Ask the vendor before you decide"),
        Check("intake", "Questions before anything is built that are open", "{open_question:total}", kind="alert",
              advice="Answer them before money is spent"),
        Check("options", "Options that nobody has looked at", "{not_considered:total}", kind="alert",
              advice="Custom seldom means a model of your own from scratch"),
        Check("framework", "The rule of the framework for this recommendation is said to apply", "{rule_agrees}", ">=",
              "1", kind="alert", advice="Gates, score and volume say otherwise than the rule: discuss why"),
        Check("utilisation", "Mistake 1: the servers are used", "{unused}", kind="alert", assessed="{moves}",
              advice="Rent by the hour, share servers, or move less"),
        Check("operated", "Mistake 2: operations are planned", "{unoperated}", kind="alert", assessed="{moves}",
              advice="Plan version control, monitoring, security and cost control"),
        Check("retrained", "Mistake 3: evaluation and retraining are planned", "{untrained}", kind="alert",
              assessed="{moves}", advice="A custom model is not built once"),
        Check("concentration", "Spend is spread over vendors", "{hhi}", "<=", "{largest_hhi}", kind="alert",
              assessed="{has_vendors}", advice="Test a second vendor; keep prompts and evaluation portable"),
        Check("limits", "There is room below the rate limits at peak, in every month", "{busiest_room}", ">=",
              kind="alert", advice="Ask for a higher tier or a batch agreement before growth stops"),
        Check("whole_servers", "Where the volume is at or above break-even, all queries on our own models cost no more",
              "{above_difference}", "<=", tolerance="{cent}", kind="alert", assessed="{enough}",
              advice="The last server is not full enough: own what fills the others, leave the rest to the API"),
        Check("complete", "The migration is complete within these months", "{share_moved}", ">=", "{migrates}",
              kind="alert", advice="Look further ahead, or migrate faster: the comparison stops half-way"),
        Check("worth_it", "Migrating costs no more than staying over these months", "{horizon_difference}", "<=",
              tolerance="{cent}", kind="alert", assessed="{migrates}",
              advice="Cost alone does not justify it: control or compliance must"),
        CURRENT_RATE,
    )  # fmt: skip


HEADLINES = (
    Headline("Recommendation", "{recommendation}", "text"),
    Headline("Build score", "{build_score}", "fraction"),
    Headline("Break-even volume", "{breakeven_shown}", "queries per month"),
    Headline("Migrating less staying, over all months", "{horizon_difference}", "USD"),
    Headline("Migrating is ahead for good from month", "{ahead_shown}", "month number"),
    Headline("Concentration of vendors (HHI)", "{hhi_shown}", "points"),
    Headline("Cost of switching", "{switching_cost}", "USD"),
)
