"""What the self-hosting workbook reports: cases side by side, ranges, months, four questions, contradictions."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Chart, Charts, Field, Line, Rows, Sheet, Table, Text
from llmcost_xl.workbook.sheets.self_hosting.inputs import AT_VOLUMES, CASES
from llmcost_xl.workbook.sheets.self_hosting.sensitivity import TORNADO
from llmcost_xl.workbook.sheets.self_hosting.staircase import RANGES

VOLUME, MONTH = "queries per month", "month number"


def _never(name: str, flag: str, label: str, unit: str) -> Line:
    """A figure, or the word never."""
    return Line(f"{name}_shown", f'=IF({{{flag}}}=1,{{{name}}},"never")', label, unit)


WORDS: Final = Text(
    "In words",
    (
        ('="Your case, "&FIXED({queries_per_month@yours},0)&" queries a month: the API costs "'
         '&FIXED({api_bill@yours},0)&" USD a month and self-hosting "&FIXED({selfhost_monthly@yours},0)'
         '&" USD, with "&{servers@yours}&IF({servers@yours}=1," server"," servers")&"; self-hosting "'
         '&IF({monthly_savings@yours}<0,"loses ","saves ")'
         '&FIXED(ABS({monthly_savings@yours}),0)&" USD a month."'),
        ('=IF({wins@yours}=1,"It is not dearer from "&FIXED({breakeven_volume@yours},0)&" queries a month on, in "'
         '&{range_count@yours}&IF({range_count@yours}=1," range"," ranges")&", and for good from "'
         '&FIXED({for_good@yours},0)&".","It is dearer at every volume: a full server costs more than the API would '
         'for its queries.")'),
        ('="The one-off cost of "&FIXED({upfront@yours},0)&" USD is "&IF({pays_back@yours}=1,"back after "'
         '&FIXED({payback@yours},1)&" months at constant volume","never repaid at constant volume")'
         '&IF({crossover_stepped_happens@yours}=1,"; with growth, month "&{crossover_stepped@yours}'
         '&" is the first in which self-hosting is no dearer",'
         '"; with growth, self-hosting is dearer in every month up to month "&{horizon})&"."'),
        ('="The source\'s 5 million queries a month, as printed: "&FIXED({monthly_savings@p5m},0)'
         '&" USD saved a month, payback "&IF({pays_back@p5m}=1,FIXED({payback@p5m},1)&" months","never")'
         '&". With operations, capacity and exact prices: "&FIXED({monthly_savings@h5m},0)&" USD a month, and "'
         '&IF({wins@h5m}=0,"no volume at which it wins.",IF({monthly_savings@h5m}<0,"it wins only at other volumes.",'
         '"it wins at this volume."))'),
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
        Field("range_shown", label="Range", unit="text"),
        Field("from_shown", label="From", unit=VOLUME, shows=True),
        Field("to_shown", label="To", unit=VOLUME, shows=True),
        Field("servers_shown", label="Servers, no spare", unit="servers", shows=True),
    ),
    tuple(
        (
            column.label,
            f"={{from_words@{column.key}}}",
            f"={{to_words@{column.key}}}",
            f"={{servers_words@{column.key}}}",
        )
        for column in RANGES.columns
    ),
    note="All empty: self-hosting is dearer at every volume. Between two ranges the next server is not yet earned.",
)


def _charts(horizon: int) -> tuple[Charts, ...]:
    """The staircase, payback, bills by month and the tornado."""
    return (
        Charts((
            Chart(
                "Each server is a step: shaded where self-hosting wins", "lines", ("api_at", "selfhost_at"),
                "volume_at", "Queries per month", "USD per month", shaded=("won_at",),
                alt="Monthly cost of the API as a straight line over the volume, that of self-hosting as a staircase; "
                    "the ranges of volume in which self-hosting is not dearer are shaded. Case shown.",
            ),
            Chart(
                "The one-off cost is back where the line crosses zero", "scatter", ("cumulative_cash",), "month",
                "Months after the one-off cost; a marker shows payback", "Cumulative saving, USD",
                only=("p5m", "yours"), markers=(("payback_marker", "payback_level"),), x_max=horizon,
                alt="Cumulative saving after the one-off cost at constant volume: the 5 million scenario as printed, "
                    "and your case; a marker where the cost is back.",
            ),
        )),
        Charts((
            Chart(
                "Both bills as the volume grows: shaded where self-hosting wins", "lines",
                ("shown_month_api", "shown_month_selfhost"),
                "month", "Month; 0 is the day of the one-off cost", "USD per month", shaded=("month_won",),
                alt="Bills by month with growing volume, API and self-hosting with the servers it takes; months in "
                    "which self-hosting is not dearer are shaded. Case shown.",
            ),
            TORNADO.chart,
        )),
    )  # fmt: skip


_QUESTIONS = Table(
    "four_questions",
    "The four questions of the source's second prompt: break-even volume",
    (
        Field("question", label="Question", unit="text"),
        Field("answer_source", label="By the source", unit=VOLUME, shows=True),
        Field("answer_times", label="Times the base", unit="x", shows=True),
        Field("answer_yours", label="Your case", unit=VOLUME, shows=True),
    ),
    tuple(
        (question, f"={{q_volume@{key}}}", f"={{q_times@{key}}}", f"={{y_words@{key}}}")
        for key, question in (
            ("as_is", "As it is"),
            ("cheaper_api", "1 API prices fall"),
            ("dearer", "2 Infrastructure is dearer"),
            ("redundant", "3 The uptime target takes further servers"),
            ("all_three", "All three at once"),
        )
    ),
    note="Changed as on Inputs; the source asks for half the price, twice the cost, 99.9%, from 400 and 0.0002",
)  # fmt: skip

_FAILURE_FIGURES = ("f_points", "f_words", "g_points", "g_words")
_FAILURES = Table(
    "failures_shown",
    "4 The failure rate up to which the custom model is worth its cost",
    (
        Field("failure_case", label="Volume as on Inputs", unit="text"),
        Field("volume_shown", label="Volume", unit=VOLUME, shows=True),
        Field("source_points", label="Source: lower by", unit="fraction", shows=True),
        Field("source_most", label="Source: at most", unit="fraction", shows=True),
        Field("your_points", label="Yours: lower by", unit="fraction", shows=True),
        Field("your_most", label="Yours: at most", unit="fraction", shows=True),
    ),
    tuple(
        (name, *(f"={{{figure}@{column.key}}}" for figure in ("f_volume", *_FAILURE_FIGURES)))
        for name, column in zip(("First volume", "Second volume", "Third volume"), AT_VOLUMES.columns, strict=True)
    ),
    note="Its failures must be rarer by the extra cost of a query over the cost of a failure; negative: may be more",
)  # fmt: skip

_CONTRADICTIONS = Text(
    "Where the source contradicts itself or physics, in US dollars (one by one on Calc_Source)",
    (
        ('="A query (S0 L61-67): 0.00020 is "&FIXED({source_query_cost},6)&"; self-hosted 0.00008 + infra is the '
         'server shared by 5 million queries ("&FIXED({average_at_5m},5)&"), 0.008 by 50,000: averages that '
         'hold the infra."'),
        ('="Break-even formula (S0 L71-73), never applied: with 0.008 "&FIXED({formula_result},0)&", so never; with '
         '0.00008 "&FIXED({formula_other},0)&" queries in all ("&FIXED({formula_months},0)&" months at 50,000)."'),
        ('="Payback of 5.1 months (S0 L95-101): "&FIXED({payback_fixed},1)&" or "&FIXED({payback_large},1)&" with the '
         'month of server of its formula; "&FIXED({payback_400},1)&" with the server of 400, which would do."'),
        ('="Left out: operations (S0 L147-154), with which the saving of 200 is "&FIXED({saving_ops_low},0)&" to "'
         '&FIXED({saving_ops_high},0)&", never back; all work, "&FIXED({payback_built_low},0)&" to "'
         '&FIXED({payback_built_high},0)&" months."'),
        ('="Servers (S0 L53-58): "&{claims_above}&" claim more than the peak speed of their GPU; the 4090\'s 15 a '
         'month is "&FIXED({owned_dollars},0)&" with wear, and "&FIXED({power_full_dollars},0)&" for electricity '
         'under full load."'),
        ('="Latency (S0 L112-117): 200 tokens in 50-150 ms are "&FIXED({speed_slow},0)&" to "&FIXED({speed_fast},0)'
         '&" tokens a second; one stream gives about 75: the source means the first token."'),
    ),
)  # fmt: skip


def outputs(horizon: int) -> Sheet:
    """The page for the board, with charts as long as the months looked ahead."""
    return Sheet(
        "Outputs",
        "The page for the board: when owning the servers beats renting the model, and when it never does.",
        (
            WORDS, _MONTH, _BREAK_EVENS, *_charts(horizon), _RANGES, _QUESTIONS, _FAILURES,
            Rows("Owned or rented, servers full", (
                Line("rented_unit_cost"), Line("ceiling"), Line("owned_cost"),
                Line("owned_unit_cost"), Line("owned_ceiling"),
            ), note="Rented and full, without operations: where this is above the API cost, no volume ever pays"),
            _CONTRADICTIONS,
        ),
        CASES,
    )  # fmt: skip
