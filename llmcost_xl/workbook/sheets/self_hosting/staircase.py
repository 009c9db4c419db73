"""The case shown against volume: every range in which self-hosting wins, and the stepped cost beside the API's line."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Axis, Column, Field, Line, Rows, Sheet, Table

MONTHLY, VOLUME = "USD per month", "queries per month"
LISTED: Final = 12
POINTS: Final = Axis("point", tuple(Column(f"v{number}", f"Point {number}") for number in range(41)))

RANGES = Table(
    "ranges",
    "Ranges of volume in which self-hosting is not dearer, for the case shown",
    (
        Field("range_name", label="Range", unit="text"),
        Field("range_number", "=ROWS({range_name:to_here})", "Number", "count"),
        Field("range_servers", "={shown_first_servers}+{range_number}-1", "Servers, without spare", "servers"),
        Field("range_used", "={shown_wins}*({range_servers}<={shown_last_servers})", "Exists (flag)", "flag"),
        Field(
            "range_from",
            "={range_used}*({range_servers}*{shown_server_cost}+{shown_standing_cost})/{safe_saving}",
            "From, 0 if none",
            VOLUME,
        ),
        Field("range_endless", "={range_used}*({range_servers}={shown_last_servers})", "Without end (flag)", "flag"),
        Field("range_full", "={range_servers}*{shown_capacity_used}", "Servers are full at", VOLUME),
        Field("range_to", "=IF({range_endless}=1,{no_limit},{range_used}*{range_full})", "To, 0 if none", VOLUME),
    ),
    tuple((f"Range {number}",) for number in range(1, LISTED + 1)),
    note="With one server more than in the range before; the last range has no end",
)

STAIRCASE = Sheet(
    "Calc_Staircase",
    "Self-hosting costs a step more with every server; the ranges it wins are computed and then tried point by point.",
    (
        Rows("Guard of a division", (
            Line("safe_saving", "=IF({shown_wins}=1,{shown_query_saving},1)", "Saved by one more query, 1 if never",
                 "USD per query", single=True),
        )),
        RANGES,
        Rows("Points", (
            Line("point_number", "={point_number:prev}+1", "Point", "count"),
            Line("volume_at", "=({point_number}-1)/(COLUMNS({point:labels})-1)*{max_volume}", "Volume", VOLUME),
        )),
        Rows("Both costs", (
            Line("api_at", "={shown_api_cost}*{volume_at}", "API", MONTHLY),
            Line("servers_at",
                 "=MAX(1,-INT(-{volume_at}/{shown_capacity_used}*(1-{exact})))+{shown_spare_used}",
                 "Servers", "servers"),
            Line("selfhost_at",
                 "={servers_at}*{shown_server_cost}+{shown_ops_used}+{shown_marginal_cost}*{volume_at}",
                 "Self-hosting", MONTHLY),
            Line("saving_at", "={api_at}-{selfhost_at}", "Saving of self-hosting", MONTHLY,
                 engine="breakeven.selfhost_saving",
                 renamed={"queries_per_month": "volume_at", "api_cost": "shown_api_cost",
                          "server_cost": "shown_server_cost", "marginal_cost": "shown_marginal_cost",
                          "ops_cost": "shown_ops_used", "capacity": "shown_capacity_used",
                          "spare": "shown_spare_used"}),
            Line("wins_at", "=({saving_at}>=-{exact}*{selfhost_at})*1", "Self-hosting wins (flag)", "flag"),
            Line("top", "=MAX(MAX({api_at:all}),MAX({selfhost_at:all}))", "Top of the chart", MONTHLY, single=True),
            Line("won_at", "={wins_at}*{top}", "Self-hosting is not dearer here", MONTHLY),
        )),
        Rows("Ranges against points", (
            Line("listed_to", "=MAX({range_to:all})", "Last volume of the ranges listed", VOLUME, single=True),
            Line("in_range",
                 "=SUMPRODUCT({range_used:all}*({range_from:all}*(1-{exact})<={volume_at})"
                 "*({range_to:all}*(1+{exact})>={volume_at}))", "Ranges that hold the point", "count"),
            Line("known_at", "=({volume_at}<={listed_to})+(1-{shown_wins})*({volume_at}>{listed_to})",
                 "Ranges are listed that far (flag)", "flag"),
            Line("disagrees_at", "=ABS(({in_range}>0)-{wins_at})*{known_at}", "Range and point disagree (flag)",
                 "flag"),
            Line("range_faults", "=SUM({disagrees_at:all})", "Points that disagree", "count", single=True),
            Line("unlisted", "=MAX(0,{shown_last_servers}-{shown_first_servers}+1-ROWS({range_name:all}))*{shown_wins}",
                 "Ranges not listed", "count", single=True),
        )),
    ),
    POINTS,
)  # fmt: skip
