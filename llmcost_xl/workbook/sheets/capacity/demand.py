"""Demand by month, and how much of the provider's limits it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Line, Rows, Sheet

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

RPM, TPM = "requests per minute", "tokens per minute"

LOAD: Final = (
    Line("tokens_per_query", "={input_tokens}+{output_tokens}", single=True),
    Line("volume", "={queries_per_month}*(1+{growth})^({month}-1)", "Queries", "queries per month",
         engine="spend.usage_forecast", renamed={"start_volume": "queries_per_month"}),
    Line("average_rpm", "={volume}/({hours}*{minutes_per_hour})", "Requests, average", RPM),
    Line("peak_rpm", "={average_rpm}*{peak_factor}", "Requests at peak", RPM),
    Line("peak_tpm", "={peak_rpm}*{tokens_per_query}", "Tokens at peak", TPM),
    Line("average_qps", "={volume}/({hours}*{seconds_per_hour})", "Queries a second, average", "queries per second",
         engine="hosting.average_qps", renamed={"queries_per_month": "volume"}),
    Line("peak_qps", "={average_qps}*{peak_factor}", "Queries a second at peak", "queries per second"),
)  # fmt: skip

TOTALS: Final = (
    Line("months_shown", "=MAX({month:all})", "Months shown", "months", single=True),
    Line("all_queries", "=SUM({volume:all})*{one_month}", "Queries of all months", "queries", single=True),
    Line("grows_at_all", "=({growth}<>0)*1", "Volume changes (flag)", "flag", single=True),
    Line("growth_factor", "=IF({grows_at_all}=1,((1+{growth})^{months_shown}-1)/{growth},{months_shown})",
         "The same in closed form, months of month 1", "x", single=True),
    Line("volume_gap", "=({all_queries}-{queries_per_month}*{growth_factor}*{one_month})/MAX(1,{all_queries})",
         "Difference, as a share", "fraction", single=True),
    Line("last_tpm", "=INDEX({peak_tpm:all},{months_shown})", "Tokens at peak, last month", TPM, single=True),
)  # fmt: skip

DEMAND: Final = (
    Rows("Load on average and at peak", LOAD),
    Rows("For the reader and the checks", TOTALS),
)

BY_MONTH: Final = (
    Line("limit_used", "=({traffic_share}>0)*({rpm_limit}>0)*({tpm_limit}>0)", "Line filled in (flag)", "flag",
         single=True),
    Line("limit_requests", "={peak_rpm}*{traffic_share}", "Requests at peak", RPM),
    Line("limit_tokens", "={peak_tpm}*{traffic_share}", "Tokens at peak", TPM),
    Line("requests_used", "=IF({limit_used}=1,{limit_requests}/{rpm_limit},0)", "Requests used", "fraction"),
    Line("tokens_used", "=IF({limit_used}=1,{limit_tokens}/{tpm_limit},0)", "Tokens used", "fraction"),
    Line("carried_volume", "={volume}*{traffic_share}", "Queries", "queries per month"),
    Line("headroom", "=(1-MAX({requests_used},{tokens_used}))*{limit_used}", "Headroom", "fraction",
         engine="spend.rate_limit_headroom", renamed={"queries_per_month": "carried_volume"}, flag="limit_used"),
    Line("over", "=({headroom}<0)*1", "Over the limit (flag)", "flag"),
    Line("rpm_line", "=IF({limit_used}=1,{rpm_limit}/{traffic_share},0)", "Request limit", RPM,
         note="For the whole load"),
    Line("tpm_line", "=IF({limit_used}=1,{tpm_limit}/{traffic_share},0)", "Token limit", TPM,
         note="For the whole load"),
)  # fmt: skip

BREACH: Final = (
    Line("used_share", "={limit_used}-INDEX({headroom:all},1)", "Used in month 1", "fraction", single=True),
    Line("headroom_last", "=INDEX({headroom:all},{months_shown})", "Headroom, last month", "fraction", single=True),
    Line("months_over", "=SUM({over:all})", "Months over the limit", "months", single=True),
    Line("breaches", "=({months_over}>0)*1", "Breached (flag)", "flag", single=True),
    Line("breach_month",
         "=({months_shown}+1-SUMPRODUCT(MAX({over:all}*({months_shown}+1-{month:all}))))*{breaches}",
         "First month over, 0 if none", "month number", single=True),
    Line("breach_day", "=INDEX({month_end:all},MAX(1,{breach_month}))",
         "Its last day", "date", single=True),
    Line("fills_up", "=({growth}>0)*({used_share}<1)*({used_share}>0)", "Fills up (flag)", "flag", single=True),
    Line("full", "=({used_share}>=1)*1", "Full already (flag)", "flag", single=True),
    Line("reached", "={fills_up}+{full}", "Reached one day (flag)", "flag", single=True),
    Line("months_left", "=IF({fills_up}=1,LN(1/{used_share})/LN(1+{growth}),0)",
         "Months left, 0 if full or never", "months", single=True,
         engine="spend.months_to_limit", flag="reached"),
    Line("breach_wrong",
         "={breaches}*(1-({breach_month}-1>={months_left}-{exact})*({breach_month}-1<={months_left}+1+{exact}))",
         "Disagrees with that month (flag)", "flag", single=True),
    Line("breach_in_force", "={breaches}*{limit_in_force}", "In force, breached (flag)", "flag", single=True),
    Line("full_in_force", "={full}*{limit_in_force}", "In force, full in month 1 (flag)", "flag", single=True),
)  # fmt: skip

ASK: Final = (
    Line("ask_rpm", "=MAX({limit_requests:all})/(1-{target_headroom})", "Request limit to ask for", RPM, single=True),
    Line("ask_tpm", "=MAX({limit_tokens:all})/(1-{target_headroom})", "Token limit to ask for", TPM, single=True),
)

PART: Final = (
    Line("limit_share", "={traffic_share}", "Share of the queries", "fraction", single=True),
    Line("share_in_force", "={limit_share}*{limit_in_force}", "Share, if in force", "fraction",
         single=True),
    Line("limit_rpm", "={rpm_limit}", "Request limit", RPM, single=True),
    Line("limit_tpm", "={tpm_limit}", "Token limit", TPM, single=True),
)  # fmt: skip


def demand_sheet(months: Axis) -> Sheet:
    """The sheet Calc_Demand."""
    return Sheet("Calc_Demand", "Queries, requests and tokens by month, on average and at peak.", DEMAND, months)


def limits_sheet(limits: Axis, months: Axis) -> Sheet:
    """The sheet Calc_Limits: what each limit has left, month by month, and when it is reached."""
    return Sheet(
        "Calc_Limits",
        "How much of each limit is left at peak, month by month; the tighter of requests and tokens counts.",
        (
            Rows("Used and left, month by month", BY_MONTH, per=limits),
            Rows("When it is reached", BREACH, per=limits),
            Rows("What to ask for", ASK, note="The largest load of the months shown, and the headroom to keep",
                 per=limits),
            Rows("Shares and limits", PART, per=limits),
            Rows(
                "For the sensitivities and the checks",
                (
                    Line("first_share", "={limit_share@r1}", "Share of the queries, first limits", "fraction",
                         single=True),
                    Line("first_rpm", "={limit_rpm@r1}", "Request limit, first limits", RPM, single=True),
                    Line("first_tpm", "={limit_tpm@r1}", "Token limit, first limits", TPM, single=True),
                    Line("first_headroom", "={headroom_last@r1}", "Headroom in the last month, first limits",
                         "fraction", single=True),
                    Line("all_in_force", "=SUM({share_in_force:all})", "Queries under limits in force", "fraction",
                         single=True),
                    Line("wrong_breaches", "=SUM({breach_wrong:all})", "Limits whose first month disagrees", "count",
                         single=True),
                    Line("limits_breached", "=SUM({breach_in_force:all})", "Limits in force that are breached",
                         "count", single=True),
                    Line("limits_full", "=SUM({full_in_force:all})", "Limits in force that are full in month 1",
                         "count", single=True),
                ),
            ),
        ),
        months,
    )  # fmt: skip
