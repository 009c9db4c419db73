"""The four questions of the source's second prompt, answered for its break-even of 2 million and for your case."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Axis, Column, Constant, Line, Rows, Sheet
from llmcost_xl.workbook.sheets.self_hosting.inputs import AT_VOLUMES

MONTHLY, PER_QUERY, VOLUME = "USD per month", "USD per query", "queries per month"
YES, NO = "yes", "no"
CHANGES: Final = Axis(
    "change",
    (
        Column("as_is", "As it is"),
        Column("cheaper_api", "API prices fall"),
        Column("dearer", "Servers dearer"),
        Column("redundant", "Uptime target"),
        Column("all_three", "All three"),
    ),
)

QUESTIONS = Sheet(
    "Calc_Questions",
    "Break-even volume when API prices fall, servers become dearer, uptime has to be higher, and all at once.",
    (
        Rows("What changes", (
            Constant("with_cut", (NO, YES, NO, NO, YES), "API prices fall", "text"),
            Constant("with_factor", (NO, NO, YES, NO, YES), "Servers become dearer", "text"),
            Constant("with_uptime", (NO, NO, NO, YES, YES), "The uptime target holds", "text"),
            Line("uptime_servers",
                 "=MAX(1,-INT(-LN((1-{target})*(1+{exact}))/LN(1-{server_availability})))",
                 "Servers for the uptime target, where one would do", "servers", single=True,
                 engine="hosting.servers_for_uptime", renamed={"needed": ""}),
            Line("price_now", f'=1-{{price_cut}}*({{with_cut}}="{YES}")', "API price, times", "x"),
            Line("server_now", f'=1+({{cost_factor}}-1)*({{with_factor}}="{YES}")', "Server cost, times", "x"),
            Line("more_servers", f'=({{uptime_servers}}-1)*({{with_uptime}}="{YES}")', "Further servers", "servers"),
        )),
        Rows("The source's break-even: one server without limit, rounded price", (
            Line("q_api", "={api_cost@p50}*{price_now}", "API cost", PER_QUERY),
            Line("q_servers", "={server_cost@p50}*{server_now}*(1+{more_servers})", "Servers", MONTHLY),
            Line("q_volume", "={q_servers}/{q_api}", "Break-even volume, source", VOLUME,
                 engine="breakeven.breakeven_volume",
                 renamed={"api_cost": "q_api", "server_cost": "q_servers", "marginal_cost": "", "ops_cost": "",
                          "capacity": "", "spare": ""}),
            Line("q_times", "={q_volume}/{q_volume@as_is}", "Times the base", "x"),
        )),
        Rows("Your case, everything counted", (
            Line("your_marginal", "={marginal_cost@yours}", "Marginal cost", PER_QUERY, single=True),
            Line("your_ops", "={ops_used@yours}", "Operations", MONTHLY, single=True),
            Line("your_capacity", "={capacity_used@yours}", "Capacity per server", VOLUME, single=True),
            Line("y_api", "={api_cost@yours}*{price_now}", "API cost", PER_QUERY),
            Line("y_server", "={server_cost@yours}*{server_now}", "Server", MONTHLY),
            Line("y_spare", "={spare_used@yours}+{more_servers}", "Spare servers", "servers"),
            Line("y_standing", "={y_spare}*{y_server}+{your_ops}", "Spare servers and operations", MONTHLY),
            Line("y_saving", "={y_api}-{your_marginal}", "Saved by one more query", PER_QUERY),
            Line("y_gain", "={your_capacity}*{y_saving}-{y_server}", "Gain of one more full server", MONTHLY),
            Line("y_wins", "=({y_gain}>0)*1", "Wins at some volume (flag)", "flag"),
            Line("y_first", "=IF({y_wins}=1,MAX(1,-INT(-{y_standing}/{y_gain}*(1-{exact}))),0)",
                 "Fewest servers, 0 if never", "servers"),
            Line("y_volume", "=IF({y_wins}=1,({y_first}*{y_server}+{y_standing})/{y_saving},0)",
                 "Break-even volume, your case, 0 if never", VOLUME, engine="breakeven.breakeven_volume",
                 renamed={"api_cost": "y_api", "server_cost": "y_server", "spare": "y_spare",
                          "marginal_cost": "your_marginal", "ops_cost": "your_ops", "capacity": "your_capacity"},
                 flag="y_wins"),
            Line("y_words", '=IF({y_wins}=1,{y_volume},"never")', "Break-even volume, your case", VOLUME),
        )),
        Rows("How strongly the source's break-even answers, arc elasticities", (
            Line("volume_arc", "=({q_volume}-{q_volume@as_is})/({q_volume}+{q_volume@as_is})", "Volume, arc",
                 "fraction"),
            Line("price_arc", "=({q_api}-{q_api@as_is})/({q_api}+{q_api@as_is})", "API price, arc", "fraction"),
            Line("server_arc", "=({q_servers}-{q_servers@as_is})/({q_servers}+{q_servers@as_is})", "Servers, arc",
                 "fraction"),
            Line("price_elasticity",
                 "=IF({price_cut}>0,{volume_arc@cheaper_api}/MIN(-{exact},{price_arc@cheaper_api}),0)",
                 "To the API price, 0 if nothing changes", "x", single=True),
            Line("server_elasticity", "=IF({cost_factor}>1,{volume_arc@dearer}/MAX({exact},{server_arc@dearer}),0)",
                 "To the cost of servers, 0 if nothing changes", "x", single=True),
        )),
    ),
    CHANGES,
)  # fmt: skip

FAILURES = Sheet(
    "Calc_Failure",
    "How many failures fewer the custom model must have, so that self-hosting is worth its higher cost per query.",
    (
        Rows("The source's break-even case", (
            Line("f_volume", "={threshold_volume}", "At a volume of", VOLUME),
            Line("f_api", "={api_cost@p50}", "API cost", PER_QUERY),
            Line("f_self", "={server_cost@p50}/{threshold_volume}", "Self-hosted query, fully loaded", PER_QUERY),
            Line("f_points", "=({f_self}-{f_api})/{failure_cost}", "Failure rate must be lower by", "fraction",
                 note="Negative: it may even be higher"),
            Line("f_possible", "=({f_points}<={failure_a})*1", "Any failure rate suffices (flag)", "flag"),
            Line("f_most", "=IF({f_possible}=1,MIN(1,{failure_a}-{f_points}),0)",
                 "Highest failure rate of the custom model, 0 if never", "fraction",
                 engine="quality.breakeven_failure_rate", renamed={"cost_a": "f_api", "cost_b": "f_self"},
                 flag="f_possible"),
            Line("f_words", '=IF({f_possible}=1,{f_most},"never")', "Highest failure rate", "fraction"),
        )),
        Rows("Your case, everything counted", (
            Line("g_api", "={api_cost@yours}", "API cost", PER_QUERY),
            Line("g_servers",
                 "=MAX(1,-INT(-{threshold_volume}/{capacity_used@yours}*(1-{exact})))+{spare_used@yours}",
                 "Servers", "servers"),
            Line("g_self", "=({g_servers}*{server_cost@yours}+{ops_used@yours})/{threshold_volume}"
                           "+{marginal_cost@yours}", "Self-hosted query, fully loaded", PER_QUERY),
            Line("g_points", "=({g_self}-{g_api})/{failure_cost}", "Failure rate must be lower by", "fraction"),
            Line("g_possible", "=({g_points}<={failure_a})*1", "Any failure rate suffices (flag)", "flag"),
            Line("g_most", "=IF({g_possible}=1,MIN(1,{failure_a}-{g_points}),0)",
                 "Highest failure rate of the custom model, 0 if never", "fraction",
                 engine="quality.breakeven_failure_rate", renamed={"cost_a": "g_api", "cost_b": "g_self"},
                 flag="g_possible"),
            Line("g_words", '=IF({g_possible}=1,{g_most},"never")', "Highest failure rate", "fraction"),
        )),
    ),
    AT_VOLUMES,
)  # fmt: skip
