"""What must hold before anyone reads the self-hosting workbook, and the figures for its cover."""

from __future__ import annotations

from llmcost_xl.workbook.layout import Check, Headline
from llmcost_xl.workbook.sheets.prices import CURRENT_RATE, FOUND, RIGHT
from llmcost_xl.workbook.sheets.self_hosting.sensitivity import GRID, TORNADO

CHECKS = (
    Check("reconciles", "Figures that differ from the print of the source", "{differs:total}",
          advice='The columns "as printed" of Inputs must stay as they are'),
    Check("ranges", "Points of the staircase at which range and cost disagree", "{range_faults}"),
    Check("capacity", "Cases whose demand exceeds the capacity of their servers", "{cases_short}"),
    Check("cash", "Cumulative saving ends at months times saving, less the one-off cost, in every case",
          "{cash_largest}", tolerance="{cent}"),
    Check("flat", "Cumulative saving ends at the sum of its bills, with the servers of month 1", "{flat_largest}",
          tolerance="{cent}"),
    Check("stepped", "Cumulative saving ends at the sum of its bills, with the servers that growth takes",
          "{step_largest}", tolerance="{cent}"),
    TORNADO.check,
    GRID.check,
    FOUND,
    RIGHT,
    CURRENT_RATE,
    Check("ceiling", "No case counts on more queries a second than the arithmetic of its GPU allows",
          "{cases_over_ceiling}", kind="alert", advice="Compare queries per second with the ceiling on Calc_Cost"),
    Check("claims", "No server listed claims more than the peak speed of its GPU", "{claims_above}", kind="alert",
          advice="The source's claims do (I8): trust the ceiling on Calc_Hardware, or measure"),
    Check("rents", "Servers cost by the hour what GPUs rent for", "{rents_outside}", kind="alert",
          advice="Compare the implied rent on Calc_Cost with the rents on Inputs"),
    Check("saves", "Your case saves money every month", "{monthly_savings@yours}", ">=", kind="alert",
          advice="At your volume the API is cheaper: see the ranges on Outputs"),
    Check("in_horizon", "Your case repays its one-off cost within the months looked ahead", "{late@yours}",
          kind="alert", advice="Payback is never, or beyond the last month on Timing"),
    Check("operated", "Somebody operates the servers of your case", "{no_ops@yours}", kind="alert",
          advice="The source's own table says 4 to 19 hours a month"),
    Check("life", "What owned hardware is worth at the end is at most its price", "{residual_value}", "<=",
          "{purchase_price}", kind="alert", advice="Enter the value left when it is sold"),
    Check("listed", "All ranges of the case shown are listed", "{unlisted}", kind="alert",
          advice="The list ends before the range without end; the last line of the break-evens names its start"),
    Check("prices_fresh", "The price date lies before the start, and not too long", "{prices_stale}", kind="alert",
          advice="Move the price date on Inputs, and check the rows on Prices"),
)  # fmt: skip

HEADLINES = (
    *(
        Headline(f"{case}: {label}", f"{{{name}@{key}}}", unit)
        for case, key in (("5 million, as printed", "p5m"), ("5 million, honest", "h5m"), ("Your case", "yours"))
        for label, name, unit in (
            ("saving", "monthly_savings", "USD per month"),
            ("payback", "payback_shown", "months"),
            ("break-even volume", "breakeven_volume_shown", "queries per month"),
            ("wins for good from", "for_good_shown", "queries per month"),
        )
    ),
)
