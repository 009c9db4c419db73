"""Own servers: what one can do, how many carry the load, how often they are up, and how fast they answer."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Axis, Column, Field, Line, Rows, Sheet, Table
from llmcost_xl.workbook.sheets.capacity.inputs import CLAIMED, FIRST_TOKEN, SERVERS, WHOLE_ANSWER

QPS = "queries per second"
MOST_EXTRA = 12
EXTRA: Final = Axis("extra", tuple(Column(f"plus{number}", f"N+{number}") for number in range(MOST_EXTRA + 1)))

ONE_SERVER: Final = Sheet(
    "Calc_Servers",
    "What one server can do: the claim against the ceiling of its arithmetic, which no software passes.",
    (
        Rows(
            "Work of a query",
            (
                Line("computed_input", "={input_tokens}*(1-{cached_share})", "Input tokens computed",
                     "tokens per query", single=True),
                Line("query_tflop",
                     "={flops_per_weight}*{params_b}*({computed_input}+{output_tokens})/{giga_per_tera}",
                     "Trillions of operations per query", "any", single=True),
            ),
        ),
        Rows(
            "Claim and ceiling",
            (
                Line("server_used", "=({claimed_qps}>0)*({peak_tflops}>0)", "Line filled in (flag)", "flag"),
                Line("qps_ceiling", "={peak_tflops}*{mfu}/{query_tflop}*{server_used}", "Ceiling", QPS,
                     engine="hosting.qps_ceiling", renamed={"input_tokens": "computed_input"}, flag="server_used"),
                Line("claimed_of_peak", "=IF({server_used}=1,{claimed_qps}*{query_tflop}/{peak_tflops},0)",
                     "Claim as a share of the peak speed", "fraction", note="Above 100% it breaks the laws of nature"),
                Line("overclaimed", "=({claimed_qps}>{qps_ceiling})*1", "Claimed above the ceiling (flag)", "flag"),
                Line("server_kinds", "=SUM({server_used:all})", "Kinds of servers", "count", single=True),
                Line("overclaims", "=SUM({overclaimed:all})", "Servers claimed above their ceiling", "count",
                     single=True),
                Line("qps_per_server",
                     f'=IF({{capacity_basis}}="{CLAIMED}",{{claimed_qps}},MIN({{claimed_qps}},{{qps_ceiling}}))'),
                Line("capacity", "={qps_per_server}*{max_utilisation}*{hours}*{seconds_per_hour}/{peak_factor}",
                     engine="hosting.server_capacity", flag="server_used"),
            ),
        ),
    ),
    SERVERS,
)  # fmt: skip


def fleet_sheet(months: Axis) -> Sheet:
    """The sheet Calc_Fleet: how many servers of each kind carry each month."""
    return Sheet(
        "Calc_Fleet",
        "How many servers each month's peak needs, were all queries served by servers of one kind.",
        (
            Rows("Month by month", (
                Line("carrying", "=-INT(-IF({server_used}=1,{volume}/{capacity},0)*(1-{exact}))",
                     "Servers that carry the peak", "servers"),
                Line("servers", "=(MAX({minimum},{carrying})+{spare})*{server_used}", "Servers with spare ones",
                     "servers", engine="hosting.servers_required", renamed={"queries_per_month": "volume"},
                     flag="server_used"),
                Line("running", "=({servers}>0)*1", "Servers run (flag)", "flag"),
                Line("utilisation", "=IF({running}=1,{average_qps}/({servers}*{qps_per_server}),0)",
                     "Utilisation, average", "fraction", engine="hosting.utilisation",
                     renamed={"queries_per_month": "volume"}, flag="running"),
                Line("server_bill", "={servers}*{server_cost}", "Server cost", "USD per month"),
                Line("unserved", "=MAX(0,{volume}-MAX({minimum},{carrying})*{capacity}*(1+{exact}))*{server_used}",
                     "Queries beyond what they carry", "queries per month"),
            ), per=SERVERS),
            Rows("Over all months", (
                Line("needed", "=MAX(1,MAX({carrying:all}))", "Needed in the busiest month", "servers",
                     single=True),
                Line("most_unserved", "=MAX({unserved:all})", "Most queries left", "queries per month", single=True),
                Line("fleet_cost", "=SUM({server_bill:all})*{one_month}", "Server cost of all months", "USD",
                     single=True),
            ), per=SERVERS),
            Rows("For the checks", (
                Line("all_unserved", "=SUM({most_unserved:all})", "Queries beyond the servers", "queries per month",
                     single=True),)),
        ),
        months,
    )  # fmt: skip


UPTIME: Final = Sheet(
    "Calc_Uptime",
    "How often enough servers are up in the busiest month, with more and more spare ones; they fail independently.",
    (
        Rows("Spare servers", (
            Line("counted", "={counted:prev}+1", "Columns so far", "count"),
            Line("extra", "={counted}-1", "Spare servers", "servers"),
        )),
        Rows("With more and more spare servers", (
            Line("with_extra", "={needed}+{extra}", "Servers in all", "servers"),
            Line("countable", "=({needed}<={most_needed})*1", "Few enough to reckon with (flag)", "flag"),
            Line("availability_with",
                 "=IF({countable}=1,BINOMDIST({extra},{with_extra},1-{server_availability},1),0)",
                 "Enough servers up", "fraction", engine="hosting.availability", renamed={"servers": "with_extra"},
                 flag="countable"),
            Line("meets", "=({availability_with}>=1-(1-{target})*(1+{exact}))*1", "Meets the target (flag)", "flag"),
        ), per=SERVERS),
        Rows("For the target, and as planned", (
            Line("enough", "=(SUM({meets:all})>0)*1", "Target reached (flag)", "flag",
                 single=True),
            Line("extra_needed", "=(COLUMNS({meets:all})-SUM({meets:all}))*{enough}",
                 "Spare ones for it, 0 if not shown", "servers", single=True),
            Line("servers_for_target", "=({needed}+{extra_needed})*{enough}",
                 "For the target, 0 if not shown", "servers", single=True,
                 engine="hosting.servers_for_uptime", flag="enough"),
            Line("planned", "=MAX({needed},{minimum})+{spare}", "Servers as planned", "servers", single=True),
            Line("reckoned", "=({planned}<={most_needed})*{server_used}", "Few enough to reckon with (flag)", "flag",
                 single=True),
            Line("availability_planned",
                 "=IF({reckoned}=1,BINOMDIST({planned}-{needed},{planned},1-{server_availability},1),0)",
                 "Enough of these up", "fraction", single=True, engine="hosting.availability",
                 renamed={"servers": "planned"}, flag="reckoned"),
            Line("misses", "=({availability_planned}<1-(1-{target})*(1+{exact}))*{server_used}",
                 "Misses the target (flag)", "flag", single=True),
            Line("minutes_down", "=(1-{availability_planned})*{hours_per_month}*{minutes_per_hour}",
                 "Too few servers up", "minutes per month", single=True),
        ), per=SERVERS),
        Rows("For the reader and the checks", (
            Line("all_misses", "=SUM({misses:all})", "Kinds of servers that miss the target", "count", single=True),
            Line("minutes_allowed", "=(1-{target})*{hours_per_month}*{minutes_per_hour}", "Time down that is allowed",
                 "minutes per month", single=True),
        )),
    ),
    EXTRA,
)  # fmt: skip

LATENCY: Final = Sheet(
    "Calc_Latency",
    "Time to the first token is not time to the answer: every further token takes its own time.",
    (
        Table(
            "answers",
            "An answer of the length entered",
            (
                Field("latency_used", "=({claimed_from}>0)*({claimed_to}>0)", "Line filled in (flag)", "flag"),
                Field("whole_answer", "={first_token}+{output_tokens}*{token_time}", "End to end", "milliseconds"),
                Field("implied_slow", "=IF({latency_used}=1,{output_tokens}*{milliseconds_per_second}/{claimed_to},0)",
                      "Speed if the claim were end to end, from", "tokens per second"),
                Field("implied_fast",
                      "=IF({latency_used}=1,{output_tokens}*{milliseconds_per_second}/{claimed_from},0)",
                      "Speed if the claim were end to end, to", "tokens per second"),
                Field("assumed_speed", "=IF({token_time}>0,{milliseconds_per_second}/{token_time},0)",
                      "Speed assumed, 0 if no time per token", "tokens per second"),
                Field("judged",
                      f'=({{latency_measure}}="{FIRST_TOKEN}")*{{first_token}}'
                      f'+({{latency_measure}}="{WHOLE_ANSWER}")*{{whole_answer}}', "Latency that counts",
                      "milliseconds"),
                Field("too_slow", "=({judged}>{latency_limit})*{latency_used}", "Too slow", "count", total=True),
            ),
            like="latencies",
        ),
    ),
)  # fmt: skip
