"""What the capacity workbook says, and the checks behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Chart, Charts, Check, Field, Headline, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.capacity.inputs import SERVERS
from llmcost_xl.workbook.sheets.capacity.sensitivity import GRID, TORNADO

if TYPE_CHECKING:
    from llmcost_xl.workbook.layout import Axis

NEVER, NONE = "never within the months shown", "n/a"
IN_WORDS: Final = (
    ('="Month 1: "&FIXED({volume@1},0)&" queries, on average "&FIXED({average_qps@1},2)&" a second; at peak "'
     '&FIXED({peak_rpm@1},0)&" requests and "&FIXED({peak_tpm@1},0)&" tokens a minute."'),
    ('="Limits in force that are passed within the months shown: "&{limits_breached}&". The first limits have "'
     '&FIXED({first_headroom}*{percent},1)&"% headroom in the last month"&IF({first_headroom}<0,": they are passed.",'
     '".")'),
    ('="Claimed capacities above what the arithmetic of the server allows: "&{overclaims}&" of "&{server_kinds}&"."'),
    ('="Ways of serving that are too slow for "&FIXED({latency_limit},0)&" ms, "&{latency_measure}&": "'
     '&{too_slow:total}&"; see Calc_Latency."'),
)  # fmt: skip


def outputs(limits: Axis, months: Axis) -> Sheet:
    """The page for the reader: months across."""
    return Sheet(
        "Outputs",
        "When the limits are reached, what to ask for, and how many servers would carry the load instead.",
        (
            Text("In words", IN_WORDS),
            *_limits(limits),
            Rows("Load by month", tuple(Line(name) for name in ("volume", "peak_rpm", "peak_tpm"))),
            Rows(
                "Headroom by month",
                (Line("headroom_shown", f'=IF({{limit_used}}=1,{{headroom}},"{NONE}")', "Headroom", "fraction"),),
                note="Below 0: demand beyond the limit",
                per=limits,
            ),
            *_charts(),
            *_servers(),
            Table(
                "latency_shown",
                "Latency: the first token is not the answer",
                (
                    Field("rest_of_answer", "={whole_answer}-{first_token}", "After the first token", "milliseconds"),
                    Field(
                        "latency_verdict",
                        '=IF({too_slow}=1,"too slow","")&IF({latency_used}-{too_slow}=1,"fast enough","")',
                        "Against the limit",
                        "text",
                    ),
                ),
                like="latencies",
            ),
        ),
        months,
    )


def _limits(limits: Axis) -> tuple[Rows, ...]:
    shown = (
        Line("used_share_shown", f'=IF({{limit_used}}=1,{{used_share}},"{NONE}")', "Used in month 1", "fraction",
             single=True),
        Line("breach_shown", f'=IF({{breaches}}=1,{{breach_month}},"{NEVER}")', "First month over the limit",
             "month number", single=True),
        Line("breach_day_shown", f'=IF({{breaches}}=1,{{breach_day}},"{NEVER}")', "Last day of that month", "date",
             single=True),
        Line("months_left_shown", '=IF({reached}=1,{months_left},"never")', "Months to the limit", "months",
             single=True),
        *(
            Line(f"{name}_shown", f'=IF({{limit_used}}=1,{{{name}}},"{NONE}")', label, unit, single=True)
            for name, label, unit in (
                ("ask_rpm", "Request limit to ask for", "requests per minute"),
                ("ask_tpm", "Token limit to ask for", "tokens per minute"),
            )
        ),
    )  # fmt: skip
    return (Rows("When the limits are reached, and what to ask for", shown, per=limits),)


def _charts() -> tuple[Charts, ...]:
    return (
        Charts(
            (
                Chart("Requests at peak beside the limits", "lines", ("peak_rpm", "rpm_line"), "", "Month",
                      "Requests per minute",
                      alt="Lines by month: requests at peak, and each request limit as a level line."),
                Chart("Tokens at peak beside the limits", "lines", ("peak_tpm", "tpm_line"), "", "Month",
                      "Tokens per minute", alt="Lines by month: tokens at peak, and each token limit as a level line."),
            )
        ),
        Charts(
            (
                Chart("How many own servers each month takes", "columns", ("servers",), "", "Month",
                      "Servers, spare ones included",
                      alt="Columns by month: servers needed of each kind, spare ones included."),
                TORNADO.chart,
            )
        ),
    )  # fmt: skip


def _servers() -> tuple[Rows, ...]:
    return (
        Rows("Own servers: what one can do", (
            Line("claimed_of_peak_shown", f'=IF({{server_used}}=1,{{claimed_of_peak}},"{NONE}")',
                 "Claim over peak speed", "fraction", single=True),
            Line("qps_shown", f'=IF({{server_used}}=1,{{qps_per_server}},"{NONE}")', "Capacity counted on",
                 "queries per second", single=True),
        ), note="Above 100% of the peak speed a claim cannot be true", per=SERVERS),
        Rows("Own servers by month", (
            Line("servers"),
            Line("utilisation_shown", f'=IF({{running}}=1,{{utilisation}},"{NONE}")', "Utilisation, average",
                 "fraction"),
        ), per=SERVERS),
        Rows("Uptime wanted", (Line("target"), Line("minutes_allowed"))),
        Rows("Own servers: uptime in the busiest month, and cost", (
            Line("servers_for_target_shown", '=IF({enough}=1,{servers_for_target},"more than shown")',
                 "Servers for the target", "servers", single=True),
            Line("minutes_down_shown", '=IF({reckoned}=1,{minutes_down},"n/a")', "Too few up, as planned",
                 "minutes per month", single=True),
            Line("fleet_cost"),
        ), per=SERVERS),
    )  # fmt: skip


CHECKS = (
    Check("volume", "The volumes of the months add up to the closed form", "{volume_gap}", tolerance="{exact}"),
    Check("breach", "First month over a limit and months to the limit agree", "{wrong_breaches}"),
    Check("carried", "The servers carry every month's peak", "{all_unserved}", tolerance="{exact}"),
    TORNADO.check,
    GRID.check,
    Check("in_force", "The limits in force take all queries: their shares add up to 100%", "{all_in_force}", "=", "1",
          "{exact}", kind="alert", advice="Enter the share of the queries that goes under each limit in force"),
    Check("full", "No limit in force is passed in month 1", "{limits_full}", kind="alert",
          advice="Requests are refused at peak already: ask for a higher limit, or spread the load"),
    Check("demand", "Demand stays within the limits in force, in all months shown", "{limits_breached}", kind="alert",
          advice="See the first month over the limit on Outputs, and the limit to ask for"),
    Check("ceiling", "Claimed capacities keep below the ceiling of the server's arithmetic", "{overclaims}",
          kind="alert", advice="The claim is for shorter answers, a smaller model, or wrong: measure before you buy"),
    Check("uptime", "The spare servers entered reach the uptime wanted", "{all_misses}", kind="alert",
          advice="See the servers for the target on Outputs"),
    Check("latency", "Every way of serving is fast enough", "{too_slow:total}", kind="alert",
          advice="Say whether the first token or the whole answer counts; shorter answers are faster ones"),
)  # fmt: skip

HEADLINES = (
    Headline("Requests at peak in month 1", "{peak_rpm@1}", "requests per minute"),
    Headline("Tokens at peak in month 1", "{peak_tpm@1}", "tokens per minute"),
    Headline("First limits: used in month 1", "{used_share_shown@r1}", "fraction"),
    Headline("First limits: first month over the limit", "{breach_shown@r1}", "month number"),
    Headline("First limits: request limit to ask for", "{ask_rpm_shown@r1}", "requests per minute"),
    Headline("First limits: token limit to ask for", "{ask_tpm_shown@r1}", "tokens per minute"),
)
