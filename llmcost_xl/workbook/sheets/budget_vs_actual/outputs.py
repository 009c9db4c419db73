"""What the workbook reports, and what must hold before anyone reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Chart, Charts, Check, Field, Headline, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.budget_vs_actual.bridge import EFFECTS, METHODS
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, RIGHT

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Chart as ChartType

F_OR_U = '=IF({{{0}}}>{{cent}},"unfavourable",IF({{{0}}}<-{{cent}},"favourable","none"))'

IN_WORDS = (
    (
        '="To date, usage at list prices costs "&FIXED({cost_new_all},0)&" USD against a budget of "'
        '&FIXED({cost_old_all},0)&" USD: "&IF(ABS({cost_change_all})>{cent},FIXED(ABS({cost_change_all}),0)&" USD "'
        '&IF({cost_change_all}>0,"more (unfavourable)","less (favourable)"),"no difference")'
        '&IF({has_budget}=1,", "&FIXED({variance_size}*{percent},1)&"% of budget.",".")'
    ),
    (
        '="Of that, volume "&FIXED({volume_shown},0)&", mix "&FIXED({mix_shown},0)&", tokens per query "'
        '&FIXED({usage_shown},0)&", price "&FIXED({price_shown},0)&", exchange rate "&FIXED({fx_shown},0)'
        '&" USD ("&{bridge_method}&"; a plus costs more)."'
    ),
    (
        '=IF({has_charges}=1,"Billed on these lines: "&FIXED({billed_all},0)&" USD; discounts and credits "'
        '&FIXED({discounts},0)&", unexplained "&FIXED({unexplained},2)&" USD (tolerated: "&FIXED({tolerance},2)&").",'
        '"No export in this currency is entered: actuals are usage at list prices.")'
    ),
    (
        '="All months will come to "&FIXED({eac_outlook},0)&" USD if the rest goes as in the outlook, to "'
        '&FIXED({eac_budget},0)&" as budgeted, to "&IF({has_plan}=1,FIXED({eac_trend},0),"n/a")'
        '&" like the past; the budget is "&FIXED({budget_total},0)&" USD."'
    ),
)


def outputs(tornado: ChartType) -> Sheet:
    """The page for the reader."""
    return Sheet(
        "Outputs",
        "Budget against actual: how much, why, where, and what the whole will come to. A plus is unfavourable.",
        (
            Text("In words", IN_WORDS),
            Rows("To date", (
                Line("cost_old_all"),
                Line("cost_new_all"),
                Line("cost_change_all", label="Variance, a plus is unfavourable"),
                Line("variance_share_shown", '=IF({has_budget}=1,{variance_share},"n/a")', "Variance over budget",
                     "fraction"),
                Line("variance_word", F_OR_U.format("cost_change_all"), "Favourable or not", "text"),
            )),
            Rows("Three replays of the same usage", (
                Line("billed_all", label="As recorded: billed"),
                Line("estimate", label="At the prices of the actuals"),
                Line("candidate_cost_all", label="At the candidate price list"),
                Line("candidate_saving", "={estimate}-{candidate_cost_all}", "Candidate: saved on list prices", "USD"),
            )),
            Rows("From the estimate to the invoices", (
                Line("unexplained"),
                Line("discounts"),
                Line("commitments"),
                Line("invoice_residual"),
                Line("tolerance"),
                Line("tokens_off"),
            )),
            Rows("All months: estimates at completion", (
                Line("actual_to_date"),
                Line("budget_to_date"),
                Line("budget_total"),
                Line("eac_budget"),
                Line("eac_trend_shown", '=IF({has_plan}=1,{eac_trend},"n/a")',
                     "At completion, the rest like the past", "USD"),
                Line("eac_outlook"),
                Line("vac_budget"),
                Line("vac_trend_shown", '=IF({has_plan}=1,{vac_trend},"n/a")', "Variance at completion: like the past",
                     "USD"),
                Line("vac_outlook"),
            )),
            Charts((
                Chart("Why the cost moved from budget to actual", "stacked",
                      ("gap_above", "bar_total", "bar_more", "bar_less", "gap_below", "bar_below"), "step_signed", "",
                      "USD", hidden=("gap_above", "gap_below"),
                      alt="Waterfall from the budget to date through volume, mix, usage, price and exchange rate to "
                          "the actual cost at list prices, through unexplained and discounts to what was billed; "
                          "(+) costs more, (-) less."),
                Chart("Which features are over budget, which under", "bars", ("f_variance",), "feature", "",
                      "Variance, USD", alt="A bar for every feature: actual less budget, a plus is unfavourable."),
            )),
            Charts((
                Chart("Where budget, actual and outlook lead", "lines", ("cumulative_budget", "cumulative_forecast"),
                      "", "", "USD, cumulative",
                      alt="Cumulative budget by month against actual to date and outlook for the rest."),
                tornado,
            )),
            Table("bridge_shown", "The bridge by both methods", (
                Field("effect", label="Effect", unit="text"),
                *(
                    Field(f"effect_{method}", label=words.capitalize(), unit="USD", shows=True, total=True)
                    for method, words in METHODS.items()
                ),
            ), tuple(
                (label, *(f"={{{effect}_{method}_all}}" for method in METHODS)) for effect, label in EFFECTS.items()
            ), note="One after the other: in this order. Midpoint: the mean over all orders"),
            _by("f", "feature", "By feature, with what a call costs and brings", "by_feature", *CALLS),
            Table("latency_shown", "Latency by feature", (
                Field("latency_gap", '=IF({timed_feature}=0,"",{feature_latency}-{latency_target})',
                      "Longer than the target by", "milliseconds"),
                Field("latency_word", '=IF({timed_feature}=0,"",IF({latency_gap}>0,"ALERT","OK"))', "Status",
                      "status"),
            ), like="latencies", note="95th percentile; a minus is faster than the target"),
            _by("m", "used_model", "By model, with three replays: as recorded, at list, at candidate prices",
                "by_model", *REPLAYS),
        ),
    )  # fmt: skip


def _by(p: str, name: str, title: str, like: str, *more: Field) -> Table:
    """Variances by feature or by model; an empty record shows nothing."""
    return Table(
        f"{like}_shown",
        title,
        (
            Field(f"{p}_share", f'=IF({{{p}_budget}}>0,{{{p}_actual}}/{{{p}_budget}}-1,IF({{{name}}}=0,"","n/a"))',
                  "Variance over budget", "fraction"),
            Field(f"{p}_word", f'=IF({{{name}}}=0,"",IF({{{p}_variance}}>0,"U",IF({{{p}_variance}}<0,"F","-")))',
                  "F or U", "text"),
            *more,
        ),
        like=like,
        note="F: favourable, U: unfavourable; n/a: nothing was budgeted",
    )  # fmt: skip


CALLS = (
    Field("f_call", '=IF({f_queries}>0,{f_cost}/{f_queries},IF({feature}=0,"","n/a"))', "Cost of a call",
          "USD per query"),
    Field("f_roi", '=IF(({f_value}>0)*({f_cost}>0)=1,{f_value}/{f_cost}-1,IF({feature}=0,"","n/a"))',
          "Return on a call", "fraction"),
)  # fmt: skip
REPLAYS = (
    Field("m_replay", '=IF({used_model}=0,"",{m_candidate}-{m_actual})', "Candidate less list", "USD"),
    Field("m_off_list", '=IF({used_model}=0,"",{m_billed}-{m_actual})', "Billed less list", "USD"),
)


def checks(tornado: Check, grid: Check) -> tuple[Check, ...]:
    """What must hold, and what to look at."""
    look = "The rows are on Inputs; see the flags on Calc_Charges"
    return (
        *(
            Check(f"bridge_{method}", f"The bridge explains the whole variance: {words}", "{residual_" + method + "}",
                  tolerance="{nothing_" + method + "}")
            for method, words in METHODS.items()
        ),
        Check("reference", "Figures of the reference example that do not reproduce", "{not_reproduced:total}"),
        Check("by_feature", "By feature, all costs add up to those of all lines", "{f_gap}", tolerance="{cent}",
              advice="Every line's feature must be in the table of features, once"),
        Check("by_model", "By model, all costs add up to those of all lines", "{m_gap}", tolerance="{cent}",
              advice="Every line's model must be in the table of models, once"),
        Check("waterfall", "The waterfall ends at what was billed", "{waterfall_end}", target="{billed_or_list}",
              tolerance="{waterfall_nothing}"),
        Check("eac", "The estimate as budgeted is actual to date and the budget of the rest", "{eac_gap}",
              tolerance="{cent}"),
        Check("outlook", "The estimate of the outlook is actual to date and the outlook of the rest", "{outlook_gap}",
              tolerance="{cent}"),
        Check("budget_end", "The cumulative budget ends at the budget of all months", "{budget_end}",
              target="{budget_total}", tolerance="{cent}"),
        Check("forecast_end", "Actual and outlook, cumulative, end at the estimate of the outlook", "{forecast_end}",
              target="{eac_outlook}", tolerance="{cent}"),
        Check("budget", "Budget to date by month is budget to date by line", "{budget_gap}", tolerance="{cent}"),
        Check("priced", "Prices of lines with queries that are missing on their date", "{lines_unpriced}"),
        RIGHT,
        Check("lines_once", "Lines with the same feature and model", "{lines_double}",
              advice="Put them together: the export cannot tell them apart"),
        tornado,
        grid,
        Check("matched", "Every row of the export belongs to a line", "{charge_unmatched:total}", kind="alert",
              advice=look),
        Check("in_months", "Nothing was billed outside the months with actuals", "{billed_elsewhere}",
              tolerance="{cent}", kind="alert", advice=look),
        Check("one_currency", "Rows of the export in another currency", "{charge_foreign:total}", kind="alert",
              advice="They are left out: convert them before pasting, or put them into a workbook of their own"),
        Check("dated", "Rows of the export whose date is text", "{charge_undated:total}", kind="alert",
              advice="They are in no month: turn them into dates, for instance with Data, Text to Columns"),
        Check("once", "Rows of the export that occur twice", "{charge_twice:total}", kind="alert",
              advice="Delete the second one, unless these are two charges of the same amount"),
        Check("latency", "Features slower than their target", "{too_slow:total}", kind="alert", assessed="{any_timed}",
              advice="A dearer tier, a shorter answer or a smaller model: see the latency by feature on Outputs"),
        Check("unexplained", "List costs of the export are the estimate, within the tolerance", "{unexplained_size}",
              "<=", "{tolerance}", kind="alert", assessed="{has_charges}",
              advice="Look for caching, batch, other service tiers, tokens not counted, or a price that changed"),
        Check("invoiced", "The export is what was invoiced, within the tolerance", "{invoice_size}", "<=",
              "{tolerance}", kind="alert", assessed="{has_charges}",
              advice="Ask for the missing rows, credits or taxes before you book"),
        Check("material", "The variance is smaller than what matters", "{variance_size}", "<=", "{material_share}",
              kind="alert", advice="Explain it: see the bridge and the features on Outputs", assessed="{has_budget}"),
        Check("completion", "The outlook keeps within the budget of all months", "{eac_outlook}", "<=",
              "{budget_total}", "{cent}", kind="alert", advice="Ask for more, or act on the largest driver"),
        CURRENT_RATE,
        Check("dates", "The prices of the budget are no newer than those of the actuals", "{prices_disordered}",
              kind="alert", advice="Exchange the two price dates on Inputs"),
        Check("prices_fresh", "The prices of the actuals are recent", "{price_age}", "<=", "{max_price_age}",
              kind="alert", advice="Move the price date of the actuals, and check the rows on Prices"),
    )  # fmt: skip


HEADLINES = (
    Headline("Budget to date", "{cost_old_all}", "USD"),
    Headline("Actual to date at list prices", "{cost_new_all}", "USD"),
    Headline("Variance, a plus is unfavourable", "{cost_change_all}", "USD"),
    Headline("Variance over budget", "{variance_share_shown}", "fraction"),
    Headline("Billed to date", "{billed_all}", "USD"),
    Headline("Estimate at completion, the rest as in the outlook", "{eac_outlook}", "USD"),
    Headline("Budget of all months", "{budget_total}", "USD"),
)
