"""The case shown against volume: every range in which self-hosting wins, and the stepped cost beside the API's line."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Axis, Column, Field, Line, Rows, Sheet, Table

MONTHLY, VOLUME = "USD per month", "queries per month"
RANGES: Final = Axis("range", tuple(Column(f"r{number}", f"Range {number}") for number in range(1, 7)))
POINTS: Final = 41

FOUND = Sheet(
    "Calc_Ranges",
    "Every range of volume in which self-hosting is not dearer, for the case shown: one server more in each.",
    (
        Rows("Ranges", (
            Line("range_number", "={range_number:prev}+1", "Range", "count"),
            Line("range_servers", "={shown_first_servers}+{range_number}-1", "Servers, without spare", "servers"),
            Line("range_used", "={shown_wins}*({range_servers}<={shown_last_servers})", "Exists (flag)", "flag"),
            Line("safe_saving", "=IF({shown_wins}=1,{shown_query_saving},1)", "Saved by one more query, 1 if never",
                 "USD per query", single=True),
            Line("range_standing", "={range_servers}*{shown_server_cost}+{shown_standing_cost}",
                 "Cost to be earned", MONTHLY),
            Line("range_from", "={range_used}*{range_standing}/{safe_saving}", "From, 0 if none", VOLUME),
            Line("range_endless", "={range_used}*({range_servers}={shown_last_servers})", "Without end (flag)", "flag"),
            Line("range_full", "={range_servers}*{shown_capacity_used}", "Servers are full at", VOLUME),
            Line("range_to", "=IF({range_endless}=1,MAX({max_volume},{range_from}),{range_used}*{range_full})",
                 "To, on the chart; 0 if none", VOLUME),
        )),
        Rows("For Outputs", (
            Line("servers_words", '=IF({range_used}=1,{range_servers},"")', "Servers, without spare", "servers"),
            Line("from_words", '=IF({range_used}=1,{range_from},"")', "From", VOLUME),
            Line("end_words", '=IF({range_endless}=1,"no limit",{range_full})', "End, if it exists", VOLUME),
            Line("to_words", '=IF({range_used}=1,{end_words},"")', "To", VOLUME),
            Line("unlisted",
                 "=MAX(0,{shown_last_servers}-{shown_first_servers}+1-COLUMNS({range:labels}))*{shown_wins}",
                 "Ranges not listed", "count", single=True),
        )),
    ),
    RANGES,
)  # fmt: skip

STAIRCASE = Sheet(
    "Calc_Staircase",
    "Self-hosting costs a step more with every server. Every point is tried by its costs, and looked up in the ranges.",
    (
        Rows("Where the list of ranges ends", (
            Line("listed_to", "=MAX({range_to:all})", "Last volume of the ranges listed", VOLUME, single=True),
        )),
        Table("points", "Both costs over the volume", (
            Field("point", label="Point", unit="text"),
            Field("volume_at", "=(ROWS({point:to_here})-1)/(ROWS({point:all})-1)*{max_volume}", "Volume", VOLUME),
            Field("api_at", "={shown_api_cost}*{volume_at}", "API", MONTHLY),
            Field("servers_at", "=MAX(1,-INT(-{volume_at}/{shown_capacity_used}*(1-{exact})))+{shown_spare_used}",
                  "Servers", "servers"),
            Field("selfhost_at",
                  "={servers_at}*{shown_server_cost}+{shown_ops_used}+{shown_marginal_cost}*{volume_at}",
                  "Self-hosting", MONTHLY),
            Field("saving_at", "={api_at}-{selfhost_at}", "Saving", MONTHLY, engine="breakeven.selfhost_saving",
                  renamed={"queries_per_month": "volume_at", "api_cost": "shown_api_cost",
                           "server_cost": "shown_server_cost", "marginal_cost": "shown_marginal_cost",
                           "ops_cost": "shown_ops_used", "capacity": "shown_capacity_used",
                           "spare": "shown_spare_used"}),
            Field("wins_at", "=({saving_at}>=-{exact}*{selfhost_at})*1", "Not dearer (flag)", "flag"),
            Field("won_at", "={wins_at}*MAX(MAX({api_at:all}),MAX({selfhost_at:all}))",
                  "Self-hosting is not dearer here", MONTHLY),
            Field("in_range",
                  "=SUMPRODUCT({range_used:all}*({range_from:all}*(1-{exact})<={volume_at})"
                  "*({range_to:all}*(1+{exact})>={volume_at}))", "Ranges that hold it", "count"),
            Field("known_at", "=({volume_at}<={listed_to})+(1-{shown_wins})*({volume_at}>{listed_to})",
                  "Listed so far (flag)", "flag"),
            Field("disagrees_at", "=ABS(({in_range}>0)-{wins_at})*{known_at}", "They disagree (flag)", "flag"),
        ), tuple((f"Point {number}",) for number in range(POINTS))),
        Rows("Ranges against points", (
            Line("range_faults", "=SUM({disagrees_at:all})", "Points that disagree", "count", single=True),
        )),
    ),
)  # fmt: skip
