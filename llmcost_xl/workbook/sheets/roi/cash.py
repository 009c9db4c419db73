"""Cash month by month, from the ramp-up of the automation to what the money is worth today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Line, Rows, Sheet
from llmcost_xl.workbook.sheets.roi.inputs import CASES

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis


def cash(months: Axis) -> Sheet:
    """The investment in month 0, the savings after it, and what Calc_Return needs to know of them."""
    return Sheet(
        "Calc_Cash",
        "Cash month by month: the investment in month 0, the savings after it, and what they are worth today.",
        (
            Rows(
                "Months",
                (
                    Line("at_start", "=({month}=0)*1", "Day of the investment (flag)", "flag"),
                    Line("in_horizon", "=({month}<={months})*1", "Within the horizon (flag)", "flag"),
                    Line("monthly_rate", "=(1+{annual_rate})^(1/{months_per_year})-1", "Monthly discount rate",
                         "fraction per month", single=True, engine="value.monthly_rate"),
                    Line("discount_factor", "=1/(1+{monthly_rate})^{month}", "Discount factor", "x"),
                    Line("annuity_factor", "=PV({monthly_rate},{months},-1)", "Present value of 1 a month",
                         "months",
                         single=True),
                ),
            ),
            _per_case("Share of the tasks automated", Line(
                "adoption", "=MIN(1,{month}/MAX(1,{ramp_months}))", "Automated", "fraction")),
            _per_case("Saving, net of all costs of the month", Line(
                "month_saving", "={realised_value}*{adoption}-{future_cost}*(1-{at_start})", "Saving", "USD")),
            _per_case("Saving within the horizon", Line(
                "horizon_saving", "={month_saving}*{in_horizon}", "Saving", "USD")),
            _per_case("Cash flow", Line("cash", "={month_saving}-{investment}*{at_start}", "Cash", "USD")),
            _per_case("Cumulative cash", Line(
                "cumulative_cash", "={cumulative_cash:prev}+{cash}", "Cumulative", "USD")),
            _per_case("Cash flow within the horizon", Line("horizon_cash", "={cash}*{in_horizon}", "Cash", "USD")),
            _per_case("Present value of the cash flow", Line(
                "present_value", "={cash}*{discount_factor}", "Present value", "USD")),
            _per_case("Cumulative present value", Line(
                "cumulative_value", "={cumulative_value:prev}+{present_value}", "Cumulative", "USD")),
            _per_case(
                "Over the horizon",
                Line("total_benefit", "=SUM({horizon_saving:all})", single=True, engine="value.benefit",
                     renamed={"monthly_savings": "horizon_saving", "months": ""}),
                Line("npv", "=SUMPRODUCT({present_value:all},{in_horizon:all})", "NPV", "USD", single=True,
                     engine="value.npv", renamed={"monthly_savings": "horizon_saving", "months": ""}),
                Line("ramped_annuity", "=SUMPRODUCT({adoption:all},{discount_factor:all},{in_horizon:all})",
                     "Value of 1 a month, ramped up", "months", single=True),
            ),
            _per_case(
                "The month in which the money is back",
                *_last_in_debt("debt", "cumulative_cash", "Cash", "{owed}"),
                note="The last month in debt, what is owed then, and the saving of the month after it",
            ),
            _per_case(
                "The month in which it is back with interest",
                *_last_in_debt("value_debt", "cumulative_value", "With interest", "{owed}/{factor}"),
                note="The same with interest; what is owed is stated in money of its month",
            ),
            _per_case(
                "Payback within the months shown",
                Line("back_in_time", "=({debt_end}>=0)*1", "Back in time (flag)", "flag", single=True),
                Line("early_payback", "=IF({back_in_time}*({debt_owed}>0)=1,{debt_month}+{debt_owed}/{debt_next},0)",
                     "Payback in time, else 0", "months", single=True, engine="value.payback_months",
                     renamed={"monthly_savings": "month_saving", "annual_rate": ""}, flag="back_in_time"),
                Line("valued_in_time", "=({value_debt_end}>=0)*1", "Back with interest (flag)", "flag",
                     single=True),
                Line("early_discounted",
                     "=IF({valued_in_time}*({value_debt_owed}>0)=1,"
                     "{value_debt_month}+NPER({monthly_rate},{value_debt_next},-{value_debt_owed}),0)",
                     "Discounted payback, else 0", "months", single=True,
                     engine="value.payback_months", renamed={"monthly_savings": "month_saving"},
                     flag="valued_in_time"),
            ),
            _per_case(
                "For the checks",
                Line("cash_gap", "=SUM({cash:all})-{debt_end}", "Sum of cash less cumulative", "USD", single=True),
                Line("value_gap",
                     "=SUM({present_value:all})-INDEX({cumulative_value:all},COLUMNS({cumulative_value:all}))",
                     "Present values less cumulative", "USD", single=True),
            ),
            Rows(
                "Over all cases",
                (
                    Line("largest_cash_gap", "=MAX(MAX({cash_gap:all}),-MIN({cash_gap:all}))", "Largest gap", "USD",
                         single=True),
                    Line("largest_value_gap", "=MAX(MAX({value_gap:all}),-MIN({value_gap:all}))",
                         "Largest gap of present values", "USD", single=True),
                    Line("last_month", "=MAX({month:all})", "Last month shown", "month number", single=True),
                ),
            ),
        ),
        months,
    )  # fmt: skip


def rate_of_return(months: Axis) -> Sheet:
    """The internal rate of return, where it means something."""
    return Sheet(
        "Calc_IRR",
        "The rate at which the cash within the horizon is worth nothing: shown only where it means something.",
        (
            _per_case("Cash flow within the horizon", Line("horizon_cash")),
            _per_case(
                "Internal rate of return",
                Line("irr_monthly", "=IF({irr_shown}=1,IRR({horizon_cash:all},{irr_guess}),0)", "IRR a month",
                     "fraction per month", single=True),
                Line("irr", "=(1+{irr_monthly})^{months_per_year}-1", "IRR, 0 if not shown", "fraction per year",
                     single=True, engine="value.irr", flag="irr_shown",
                     renamed={"monthly_savings": "horizon_saving", "months": ""}),
                note="From a payback of some months on, and where the investment comes back within the horizon",
            ),
        ),
        months,
    )  # fmt: skip


def _per_case(title: str, *lines: Line, note: str = "") -> Rows:
    return Rows(title, lines, per=CASES, note=note)


def _last_in_debt(name: str, balance: str, what: str, stated: str) -> tuple[Line, ...]:
    """The last month with a balance below 0, 0 if there is none, and the sums around it."""
    there = f"{{{name}_month}}+1"
    owed = stated.format(owed=f"INDEX({{{balance}:all}},{there})", factor=f"INDEX({{discount_factor:all}},{there})")
    end = stated.format(
        owed=f"INDEX({{{balance}:all}},COLUMNS({{{balance}:all}}))",
        factor="INDEX({discount_factor:all},COLUMNS({discount_factor:all}))",
    )
    return (
        Line(f"{name}_month", f"=SUMPRODUCT(MAX(({{{balance}:all}}<0)*{{month:all}}))", f"{what}: last month in debt",
             "month number", single=True),
        Line(f"{name}_owed", f"=-{owed}", f"{what}: owed then", "USD", single=True),
        Line(f"{name}_next", f"=INDEX({{month_saving:all}},MIN({there}+1,COLUMNS({{month_saving:all}})))",
             f"{what}: next saving", "USD", single=True),
        Line(f"{name}_end", f"={end}", f"{what}: final balance", "USD", single=True),
    )  # fmt: skip
