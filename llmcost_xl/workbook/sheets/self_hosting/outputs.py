"""What the self-hosting workbook reports: cases side by side, ranges, months, four questions, contradictions."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Chart, Charts, Field, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.self_hosting.inputs import CASES
from llmcost_xl.workbook.sheets.self_hosting.sensitivity import TORNADO

VOLUME, MONTH = "queries per month", "month number"


def _never(name: str, flag: str, label: str, unit: str) -> Line:
    """A figure, or the word never."""
    return Line(f"{name}_shown", f'=IF({{{flag}}}=1,{{{name}}},"never")', label, unit)


WORDS: Final = Text(
    "In words",
    (
        ('="Your case, "&FIXED({queries_per_month@yours},0)&" queries a month: the API costs "'
         '&FIXED({api_bill@yours},0)&" USD a month and self-hosting "&FIXED({selfhost_monthly@yours},0)'
         '&" USD, with "&{servers@yours}&" servers; self-hosting "&IF({monthly_savings@yours}<0,"loses ","saves ")'
         '&FIXED(ABS({monthly_savings@yours}),0)&" USD a month."'),
        ('=IF({wins@yours}=1,"It is not dearer from "&FIXED({breakeven_volume@yours},0)&" queries a month on, in "'
         '&{range_count@yours}&IF({range_count@yours}=1," range"," ranges")&", and for good from "'
         '&FIXED({for_good@yours},0)&".","It is dearer at every volume: a full server costs more than the API would '
         'for its queries.")'),
        ('="The one-off cost of "&FIXED({upfront@yours},0)&" USD is "&IF({pays_back@yours}=1,"back after "'
         '&FIXED({payback@yours},1)&" months at constant volume","never repaid at constant volume")'
         '&IF({crossover_stepped_happens@yours}=1,"; with growth, the bills cross in month "&{crossover_stepped@yours},'
         '"; with growth, the bills do not cross in "&{horizon}&" months")&"."'),
        ('="The source\'s 5 million queries a month, as printed: "&FIXED({monthly_savings@p5m},0)'
         '&" USD saved, payback "'
         '&FIXED({payback@p5m},1)&" months. With operations, capacity and exact prices: "'
         '&FIXED({monthly_savings@h5m},0)&" USD, "&IF({wins@h5m}=1,"and it wins only at other volumes.",'
         '"and no volume at which it wins.")'),
        '="Case shown in the staircase, the ranges and the bills by month: "&{shown_case}&" (choose it on Inputs)."',
    ),
)  # fmt: skip

_MONTH = Rows("A month", tuple(Line(name) for name in (
    "simplified", "queries_per_month", "api_cost", "api_bill", "servers", "utilisation", "selfhost_monthly",
    "monthly_savings", "unit_cost", "token_price", "api_token_price",
)))  # fmt: skip

_BREAK_EVENS = Rows(
    "Four break-evens, which answer four questions",
    (
        Line("upfront"),
        _never("queries_to_repay", "saves_by_query", "1 Queries in all that repay the one-off cost", "queries"),
        _never("breakeven_volume", "wins", "2 Monthly volume from which it wins", VOLUME),
        _never("for_good", "wins", "2 Monthly volume from which it wins for good", VOLUME),
        Line("range_count"),
        _never("payback", "pays_back", "3 Payback, constant volume", "months"),
        _never("crossover", "crossover_happens", "4 Crossover month, servers of month 1", MONTH),
        _never("crossover_falling", "crossover_falling_happens", "4 Crossover month, API prices falling", MONTH),
        _never("crossover_upfront", "crossover_upfront_happens", "4 Month in which the one-off cost is repaid", MONTH),
        _never("crossover_stepped", "crossover_stepped_happens", "4 Crossover month, servers growing", MONTH),
        _never("repaid_stepped", "repaid_stepped_happens", "4 One-off cost repaid, servers growing", MONTH),
    ),
    note="1 ignores the server; 2 and 3 hold at a constant volume; 4 grows it, and looks as far as Timing goes",
)  # fmt: skip

_RANGES = Table(
    "ranges_shown",
    "Ranges of volume in which self-hosting is not dearer, case shown",
    (
        Field("from_shown", '=IF({range_used}=1,{range_from},"")', "From", VOLUME),
        Field("to_shown", '=IF({range_used}=1,IF({range_endless}=1,"no limit",{range_to}),"")', "To", VOLUME),
        Field("servers_shown", '=IF({range_used}=1,{range_servers},"")', "Servers, without spare", "servers"),
    ),
    like="ranges",
)

_CHARTS = (
    Charts((
        Chart(
            "Each server is a step: shaded where self-hosting wins", "lines", ("api_at", "selfhost_at"), "volume_at",
            "Queries per month", "USD per month", shaded=("won_at",),
            alt="Monthly cost of the API as a straight line over the volume, that of self-hosting as a staircase; the "
                "ranges of volume in which self-hosting is not dearer are shaded. Case shown.",
        ),
        Chart(
            "When the one-off cost is back", "scatter", ("cumulative_cash",), "month",
            "Months after the one-off cost; a marker shows payback", "Cumulative saving, USD",
            only=("p5m", "h5m", "yours"), markers=(("payback_marker", "payback_level"),),
            alt="Cumulative saving after the one-off cost at constant volume: the 5 million scenario as printed and "
                "honest, and your case; a marker where the cost is back.",
        ),
    )),
    Charts((
        Chart(
            "Growth crosses the bills, and adds servers", "lines", ("shown_month_api", "shown_month_selfhost"),
            "month", "Month", "USD per month", shaded=("month_won",),
            alt="Bills by month with growing volume, API and self-hosting with the servers it takes; months in which "
                "self-hosting is not dearer are shaded. Case shown.",
        ),
        TORNADO.chart,
    )),
)  # fmt: skip

_QUESTIONS = Table(
    "four_questions",
    "The four questions of the source's second prompt",
    (
        Field("question", label="Question", unit="text"),
        Field("answer_source", label="Break-even, source", unit=VOLUME, shows=True),
        Field("answer_times", label="Times the base", unit="x", shows=True),
        Field("answer_yours", label="Break-even, your case", unit=VOLUME, shows=True),
        Field("answer_note", label="Why", unit="text"),
    ),
    tuple(
        (question, f"={{q_volume@{key}}}", f"={{q_times@{key}}}", f'=IF({{y_wins@{key}}}=1,{{y_volume@{key}}},"never")',
         why)
        for key, question, why in (
            ("as_is", "As it is", "The source's: 400 a month over 0.0002 a query, one server without limit"),
            ("cheaper_api", "1 API prices fall", "Half the price, twice the volume: elasticity -1"),
            ("dearer", "2 Infrastructure is dearer", "In proportion: elasticity 1"),
            ("redundant", "3 Uptime needs redundancy", "A second server for one that is up 99%"),
            ("all_three", "All three", "They multiply: 2 x 2 x 2 = 8 times"),
        )
    ),
)  # fmt: skip

_FAILURES = Table(
    "failures_shown",
    "4 The failure rate up to which the custom model is worth its cost",
    (
        Field("failure_case", label="Volume and case", unit="text"),
        Field("most_shown", label="Failure rate, at most", unit="fraction", shows=True),
        Field("points_shown", label="Lower than the API's by", unit="fraction", shows=True),
        Field("failure_note", label="Why", unit="text"),
    ),
    tuple(
        (f"{words}: {whose}", f'=IF({{{letter}_possible@{key}}}=1,{{{letter}_most@{key}}},"never")',
         f"={{{letter}_points@{key}}}", why)
        for letter, whose, why in (
            ("f", "source", "The higher cost of a query over the cost of a failure"),
            ("g", "your case", "The same, with everything counted"),
        )
        for key, words in (("r1", "First volume"), ("r2", "Second volume"), ("r3", "Third volume"))
    ),
    note="Volumes and the cost of a failure are on Inputs; a negative difference: it may fail more often",
)  # fmt: skip

_CONTRADICTIONS = Table(
    "contradictions",
    "Where the source contradicts itself or physics, in US dollars",
    (
        Field("finding", label="Finding", unit="text"),
        Field("finding_says", label="The source says", unit="text"),
        Field("finding_here", label="Here", unit="any", shows=True),
        Field("finding_why", label="Why", unit="text"),
        Field("finding_source", label="Source", unit="text"),
    ),
    (
        ("I3 Rounded price of a query", "0.00020", "={source_query_cost}",
         "500 and 200 tokens at 0.15 and 0.60 per 1M", "S0 L61-67"),
        ("I4 Self-hosted query (cloud)", "0.00008", "={average_at_5m}",
         "The server of 400 shared by 5 million: an average, and + infra counts it twice", "S0 L61-67"),
        ("I4 Self-hosted query, scenario", "0.008", "={average_at_50k}",
         "The same server shared by 50,000: an average again", "S0 L74-86"),
        ("I5 Break-even formula at 0.008", "not applied", '=IF({formula_result}<0,"never",{formula_result})',
         "1,420 / (0.0002 - 0.008) is negative: no number of queries repays it", "S0 L71-73"),
        ("I5 Break-even formula at 0.00008", "not applied", "={formula_other}",
         "Queries in all, not a month: 237 months at 50,000", "S0 L71-73"),
        ("I6 Payback with a month of server", "in the formula", "={payback_fixed}",
         "The source pays back 1,020, not 1,420: the saving is net of the server already", "S0 L71-73"),
        ("I6 The same with its server of 800", "in the formula", "={payback_large}", "1,820 / 200", "S0 L71-73"),
        ("I7 Payback with the server of 400", "5.1 months", "={payback_400}",
         "5 million a month are 1.9 a second; by its own capacities no larger server is needed", "S0 L95-101"),
        ("I7 Saving after 4 h of operations", "200 a month", "={saving_ops_low}",
         "Its own table of operations is left out: payback never", "S0 L147-154"),
        ("I7 Saving after 19 h of operations", "200 a month", "={saving_ops_high}", "The same, high", "S0 L147-154"),
        ("I7 Payback with the work, low", "5.1 months", "={payback_built_low}",
         "Data, evaluation and set-up by its own tables", "S0 L95-101"),
        ("I7 Payback with the work, high", "5.1 months", "={payback_built_high}", "The same, high", "S0 L95-101"),
        ("I8 Servers that claim above their peak", "4 servers, 10-50", "={impossible:total}",
         "Queries a second x operations per query exceed the GPU's peak speed: see Calc_Hardware", "S0 L53-58"),
        ("I9 RTX 4090 at home, a month", "15", "={owned_dollars}",
         "Wear and electricity at your hours; 15 is electricity for 100 kWh", "S0 L53-58"),
        ("I14 Speed of an answer in 150 ms", "50-150 ms", "={speed_slow}",
         "Tokens a second; one stream gives about 75: the source means the first token", "S0 L112-117"),
        ("I14 Speed of an answer in 50 ms", "50-150 ms", "={speed_fast}", "The same, fast end", "S0 L112-117"),
    ),
)  # fmt: skip

OUTPUTS = Sheet(
    "Outputs",
    "The page for the board: when owning the servers beats renting the model, and when it never does.",
    (
        WORDS, _MONTH, _BREAK_EVENS, _RANGES, *_CHARTS, _QUESTIONS, _FAILURES,
        Rows("Owned or rented, servers full", (
            Line("owned_cost"), Line("owned_unit_cost"), Line("rented_unit_cost"), Line("ceiling"),
        )),
        _CONTRADICTIONS,
    ),
    CASES,
)  # fmt: skip
