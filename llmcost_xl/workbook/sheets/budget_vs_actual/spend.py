"""What was billed, and what the year will come to: the export by line and by month, budget, actual and outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Field, Line, Rows, Sheet, Table

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

BILLED: Final = {
    "listed": ("list_cost", "At list prices, as exported"),
    "effective": ("effective_cost", "Effective cost"),
    "billed": ("billed_cost", "Billed"),
}
MONTHLY: Final = "USD"
"""Amounts of a month stand in its column; their sum is an amount, too."""


def charges(by_line: Axis, by_month: Axis) -> Sheet:
    """The export, matched to lines and months, and what stands between it and the estimate from usage."""
    match = "{charge_counts:all}*({charge_feature:all}={line_feature})*({charge_model:all}={line_model})"
    return Sheet(
        "Calc_Charges",
        "What the providers billed, by line and by month, and what the estimate from usage leaves unexplained.",
        (
            Table("matched", "Rows of the export", (
                Field("charge_used", "=({charge_period}>0)*1", "Rows in use", "count", total=True),
                Field("charge_unmatched", "={charge_used}*(SUMPRODUCT(({line_feature:all}={charge_feature})"
                                          "*({line_model:all}={charge_model}))=0)",
                      "Rows on no line", "count", total=True),
                Field("charge_counts", "={charge_used}*({charge_currency}={currency_code})",
                      "Rows that count, in this currency", "count", total=True),
                Field("charge_foreign", "={charge_used}-{charge_counts}", "Rows in another currency", "count",
                      total=True),
                Field("charge_undated", "={charge_used}*(1-ISNUMBER({charge_period}))", "Rows dated by text", "count",
                      total=True),
                Field("charge_same", "=SUMPRODUCT(({charge_period:all}={charge_period})"
                                     "*({charge_feature:all}={charge_feature})*({billed_cost:all}={billed_cost}))",
                      "Rows of this date, feature and amount", "count"),
                Field("charge_twice", "={charge_used}*({charge_same}>1)*({billed_cost}<>0)", "Rows that occur twice",
                      "count", total=True),
                Field("charge_billed", "={billed_cost}*{charge_counts}", "Billed", "USD", total=True),
            ), like="charges"),
            Rows("By line", (
                *(
                    Line(name, f"=SUMPRODUCT({match}*{{{column}:all}})", label, "USD")
                    for name, (column, label) in BILLED.items()
                ),
                Line("metered", f"=SUMPRODUCT({match}*{{consumed:all}})", "Tokens billed", "tokens"),
                Line("line_double", "=({line_feature}<>0)*(SUMPRODUCT(({line_feature:all}={line_feature})"
                                    "*({line_model:all}={line_model}))>1)",
                     "Feature and model on two lines", "count"),
            )),
            Rows("By month", (
                Line("month_start", "=EDATE({start_date},{month}-1)", "First day", "date", single=True),
                Line("in_actuals", "=({month}<={months})*1", "Month with actuals (flag)", "flag", single=True),
                Line("billed_in_month", "=SUMPRODUCT(({charge_period:all}>={month_start})"
                                        "*({charge_period:all}<{month_end}+1)*{charge_billed:all})*{in_actuals}",
                     "Billed", MONTHLY, single=True),
            ), per=by_month),
            Rows("From the estimate to the invoice", _reconciliation()),
        ),
        by_line,
    )  # fmt: skip


def _reconciliation() -> tuple[Line, ...]:
    def line(name: str, formula: str, label: str, unit: str = "USD") -> Line:
        return Line(name, f"={formula}", label, unit, single=True)

    return (
        line("has_charges", "({charge_counts:total}>0)*1", "There is an export (flag)", "flag"),
        line("lines_double", "SUM({line_double:all})", "Lines with the same feature and model", "count"),
        *(line(f"{name}_all", f"SUM({{{name}:all}})", f"{label}, all lines") for name, (_, label) in BILLED.items()),
        line("billed_to_date", "SUM({billed_in_month:all})", "Billed in the months with actuals"),
        line("billed_elsewhere", "{charge_billed:total}-{billed_to_date}", "Billed outside those months"),
        line("billed_unmatched", "{charge_billed:total}-{billed_all}", "Billed, but on no line"),
        line("estimate", "SUM({cost_new:all})", "Estimate: actual usage at list prices"),
        line("unexplained", "({listed_all}-{estimate})*{has_charges}", "Unexplained residual"),
        line("discounts", "({billed_all}-{listed_all})*{has_charges}", "Discounts and credits"),
        line("commitments", "({effective_all}-{billed_all})*{has_charges}", "Commitments: effective less billed"),
        line("invoice_residual", "({charge_billed:total}-{invoice_total})*{has_charges}", "Export less invoices"),
        line("rounding", "SQRT({charge_counts:total})*{half}*{subunit}", "Rounding of so many rows"),
        line("tolerance", "MAX({tolerated_units}*{subunit},{rounding})", "Tolerated"),
        line("unexplained_size", "ABS({unexplained})", "Unexplained residual, size"),
        line("invoice_size", "ABS({invoice_residual})", "Export less invoices, size"),
        line("used_tokens", "SUMPRODUCT({queries_new:all}*({actual_input:all}+{actual_output:all}))",
             "Tokens of the actual usage", "tokens"),
        line("tokens_off", "(SUM({metered:all})-{used_tokens})*{has_charges}", "Tokens billed less tokens used",
             "tokens"),
    )  # fmt: skip


def months(by_month: Axis) -> Sheet:
    """Budget, actual and outlook month by month, and three estimates at completion."""
    return Sheet(
        "Calc_Months",
        "Budget, actual to date and outlook by month, and what the whole comes to.",
        (
            Rows("Budget", (
                Line("growth_factor", "=(1+{growth})^({month}-1)", "Growth since month 1", "x"),
                Line("budget_input", "={month1_input_all}*{growth_factor}", "Budget: input", MONTHLY),
                Line("budget_output", "={month1_output_all}*{growth_factor}", "Budget: output", MONTHLY),
                Line("month_budget", "={budget_input}+{budget_output}", "Budget", MONTHLY),
            )),
            Rows("Actual, and outlook for the rest", (
                Line("usage_in_month", "={cost_new_all}/{months}*{in_actuals}", "Usage in equal parts", MONTHLY,
                     note="Counts only while no export is entered"),
                Line("month_actual", "=IF({has_charges}=1,{billed_in_month},{usage_in_month})", "Actual", MONTHLY),
                Line("rest_input", "={budget_input}*(1-{in_actuals})", "Budget of the rest: input", MONTHLY),
                Line("rest_output", "={budget_output}*(1-{in_actuals})", "Budget of the rest: output", MONTHLY),
                Line("outlook_factor", "={outlook_volume}*{outlook_price}*{outlook_rate}/{budget_rate}",
                     "Queries, prices and rate against the budget", "x", single=True),
                Line("month_outlook", "=({rest_input}*{outlook_input}+{rest_output}*{outlook_output})"
                                      "*{outlook_factor}", "Outlook", MONTHLY),
                Line("month_forecast", "={month_actual}+{month_outlook}", "Actual and outlook", MONTHLY),
            )),
            Rows("Cumulative", (
                Line("cumulative_budget", "={cumulative_budget:prev}+{month_budget}", "Budget, cumulative", "USD"),
                Line("cumulative_forecast", "={cumulative_forecast:prev}+{month_forecast}",
                     "Actual and outlook, cumulative", "USD"),
            )),
            Rows("Estimates at completion", _completion()),
        ),
        by_month,
    )  # fmt: skip


def _completion() -> tuple[Line, ...]:
    def line(name: str, formula: str, label: str, unit: str = "USD") -> Line:
        return Line(name, f"={formula}", label, unit, single=True)

    return (
        line("actual_to_date", "SUM({month_actual:all})", "Actual to date"),
        line("budget_to_date", "SUMPRODUCT({month_budget:all}*{in_actuals:all})", "Budget to date"),
        line("budget_total", "SUM({month_budget:all})", "Budget, all months"),
        line("rest_input_all", "SUM({rest_input:all})", "Budget of the rest: input"),
        line("rest_output_all", "SUM({rest_output:all})", "Budget of the rest: output"),
        line("rest_budget", "{rest_input_all}+{rest_output_all}", "Budget of the rest"),
        line("rest_tokens", "{rest_input_all}*{outlook_input}+{rest_output_all}*{outlook_output}",
             "Budget of the rest, with the tokens of the outlook"),
        line("has_plan", "({budget_to_date}>0)*1", "Something was budgeted to date (flag)", "flag"),
        Line("eac_budget", "={actual_to_date}+{budget_total}-{budget_to_date}", "At completion, the rest as budgeted",
             "USD", single=True, engine="spend.estimate_at_completion"),
        line("trend_method", '"trend"', "Method of the next line", "text"),
        Line("eac_trend", "=IF({has_plan}=1,{budget_total}*{actual_to_date}/{budget_to_date},0)",
             "At completion, the rest like the past, 0 if not known", "USD", single=True,
             engine="spend.estimate_at_completion", renamed={"eac_method": "trend_method"}, flag="has_plan"),
        line("eac_outlook", "SUM({month_forecast:all})", "At completion, the rest as in the outlook"),
        line("budget_end", "INDEX({cumulative_budget:all},COLUMNS({cumulative_budget:all}))",
             "Budget, cumulative, after the last month"),
        line("forecast_end", "INDEX({cumulative_forecast:all},COLUMNS({cumulative_forecast:all}))",
             "Actual and outlook, cumulative, after the last month"),
        line("eac_gap", "{eac_budget}-{actual_to_date}-{rest_budget}", "As budgeted, less its parts"),
        line("outlook_gap", "{eac_outlook}-{actual_to_date}-{rest_tokens}*{outlook_factor}",
             "As in the outlook, less its parts"),
        line("budget_gap", "{budget_to_date}-{cost_old_all}", "Budget to date by month, less that by line"),
        *(
            Line(f"vac_{name}", f"={{eac_{name}}}-{{budget_total}}", f"Variance at completion: {words}", "USD",
                 single=True, engine="variance.variance",
                 renamed={"actual": f"eac_{name}", "budget": "budget_total", "relative": ""})
            for name, words in (("budget", "as budgeted"), ("outlook", "as in the outlook"))
        ),
        line("vac_trend", "({eac_trend}-{budget_total})*{has_plan}", "Variance at completion: like the past"),
    )  # fmt: skip
