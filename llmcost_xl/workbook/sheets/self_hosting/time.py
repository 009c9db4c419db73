"""Months: when the one-off cost is back at constant volume, and when the bills cross if the volume grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.workbook.layout import Line, Rows, Sheet, months
from llmcost_xl.workbook.sheets.self_hosting.inputs import CASES

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

DEFAULT_HORIZON = 36
MONTHLY = "USD per month"
FLAT = "with the servers of month 1"
STEPPED = "with the servers that growth takes"


def monthly(options: Options) -> Sheet:
    """The sheet of months, as far as the options look ahead."""
    return Sheet(
        "Calc_Months",
        "Month 0 is the day of the one-off cost. Volume is constant in the first block, and grows in all others.",
        (
            Rows("Months", (
                Line("at_start", "=({month}=0)*1", "Day of the one-off cost (flag)", "flag"),
                Line("running", "=1-{at_start}", "Runs (flag)", "flag"),
                Line("horizon", "=MAX({month:all})", "Months looked ahead", "months", single=True),
            )),
            *_payback(), *_bills(), *_first_months(), *_gaps(), *_shown(),
        ),
        months(options.horizon(DEFAULT_HORIZON)),
    )  # fmt: skip


def _block(title: str, *lines: Line, note: str = "") -> Rows:
    return Rows(title, lines, note, CASES)


def _payback() -> tuple[Rows, ...]:
    cash = Line("cash", "={monthly_savings}*{running}-{upfront}*{at_start}", "Cash", "USD")
    cumulative = Line("cumulative_cash", "={cumulative_cash:prev}+{cash}", "Cumulative", "USD")
    late = Line("late", "=1-{pays_back}*({payback}<={horizon})", "Not back by then (flag)", "flag", single=True)
    return (
        _block("Constant volume: saving after the one-off cost", cash),
        _block("Constant volume: cumulative", cumulative),
        _block("Payback beyond the last month", late),
    )


def _bills() -> tuple[Rows, ...]:
    volume = "={queries_per_month}*(1+{growth})^({month}-1)*{running}"
    falling = "={month_api}*(1+{api_price_change})^({month}-1)"
    servers = "=MAX(1,-INT(-{month_volume}/{capacity_used}*(1-{exact})))+{spare_used}"
    selfhost = "=({month_servers}*{server_cost}+{ops_used}+{marginal_cost}*{month_volume})*{running}"
    return (
        _block("Volume", Line("month_volume", volume, "Volume", "queries per month")),
        _block("API bill", Line("month_api", "={month_volume}*{api_cost}", "API", MONTHLY)),
        _block("API bill, prices falling", Line("month_api_falling", falling, "API", MONTHLY)),
        _block("Servers that growth takes", Line("month_servers", servers, "Servers", "servers")),
        _block(f"Self-hosting, {STEPPED}", Line("month_selfhost", selfhost, "Self-hosting", MONTHLY)),
    )


def _first_months() -> tuple[Rows, ...]:
    """Every crossover month: the first one in which a condition holds."""
    flat_cash = "={flat_cash:prev}+{month_api}-{selfhost_monthly}*{running}-{upfront}*{at_start}"
    step_cash = "={step_cash:prev}+{month_api}-{month_selfhost}-{upfront}*{at_start}"
    flat = {"start_volume": "queries_per_month", "max_months": "horizon"}
    constant = {"api_price_change": "", "upfront": ""}
    return (
        *_first("crossover", "{month_api}>={selfhost_monthly}*(1-{exact})",
                f"Crossover, {FLAT}", "Crossover", flat | constant),
        *_first("crossover_falling", "{month_api_falling}>={selfhost_monthly}*(1-{exact})",
                f"Crossover, API prices falling, {FLAT}", "Crossover, API falling", flat | {"upfront": ""}),
        _block(f"Cumulative saving less the one-off cost, {FLAT}",
               Line("flat_cash", flat_cash, "Cumulative", "USD")),
        *_first("crossover_upfront", "{flat_cash}>=-{exact}*{upfront}",
                f"One-off cost repaid, {FLAT}", "Repaid", flat | {"api_price_change": ""}),
        *_first("crossover_stepped", "{month_api}>={month_selfhost}*(1-{exact})",
                f"Crossover, {STEPPED}", "Crossover, more servers"),
        _block(f"Cumulative saving less the one-off cost, {STEPPED}",
               Line("step_cash", step_cash, "Cumulative", "USD")),
        *_first("repaid_stepped", "{step_cash}>=-{exact}*{upfront}",
                f"One-off cost repaid, {STEPPED}", "Repaid, more servers"),
    )  # fmt: skip


def _first(
    name: str, condition: str, title: str, label: str, renamed: dict[str, str] | None = None
) -> tuple[Rows, ...]:
    """The months in which a condition holds, and the first of them."""
    holds = Line(f"{name}_holds", f"=({condition})*{{running}}", "Holds (flag)", "flag")
    happens = Line(f"{name}_happens", f"=(SUM({{{name}_holds:all}})>0)*1", f"{label}, ever (flag)", "flag", single=True)
    position = f"MATCH(1,{{{name}_holds:all}},0)"
    first = Line(name, f"=IF({{{name}_happens}}=1,INDEX({{month:all}},{position}),0)", f"{label}, 0 if never",
                 "month number", single=True, engine="breakeven.crossover_month" if renamed else "",
                 renamed=renamed or {}, flag=f"{name}_happens" if renamed else "")  # fmt: skip
    return _block(f"{title}: months in which it holds", holds), _block(f"{title}: first month", happens, first)


def _gaps() -> tuple[Rows, ...]:
    """The last month of everything cumulative, reckoned again from the sums."""
    bills = "SUM({month_api:all})-{upfront}"
    again = {
        "cash": "={monthly_savings}*{horizon}-{upfront}",
        "flat": f"={bills}-{{selfhost_monthly}}*{{horizon}}",
        "step": f"={bills}-SUM({{month_selfhost:all}})",
    }
    last = {"cash": "cumulative_cash", "flat": "flat_cash", "step": "step_cash"}
    words = {"cash": "constant volume", "flat": FLAT, "step": STEPPED}
    sums = tuple(
        _block(
            f"Last month of the cumulative saving, from sums: {words[name]}",
            Line(f"{name}_sum", formula, "From sums", "USD", single=True),
        )
        for name, formula in again.items()
    )
    gaps = tuple(
        _block(
            f"Cumulative less sums: {words[name]}",
            Line(
                f"{name}_gap",
                f"=INDEX({{{line}:all}},COLUMNS({{{line}:all}}))-{{{name}_sum}}",
                "Gap",
                "USD",
                single=True,
            ),
        )
        for name, line in last.items()
    )
    largest = tuple(
        Line(
            f"{name}_largest",
            f"=MAX(MAX({{{name}_gap:all}}),-MIN({{{name}_gap:all}}))",
            f"Largest gap: {words[name]}",
            "USD",
            single=True,
        )
        for name in last
    )
    return *sums, *gaps, Rows("Over all cases", largest)


def _shown() -> tuple[Rows, ...]:
    def picked(name: str, of: str, label: str) -> Line:
        return Line(name, f"=INDEX({{{of}:lines}},{{shown_position}})", label, MONTHLY)

    top = Line("month_top", "=MAX(MAX({shown_month_api:all}),MAX({shown_month_selfhost:all}))", "Top of the chart",
               MONTHLY, single=True)  # fmt: skip
    won = "=INDEX({crossover_stepped_holds:lines},{shown_position})*{month_top}"
    return (
        Rows("Case shown on Outputs", (
            picked("shown_month_api", "month_api", "API"),
            picked("shown_month_selfhost", "month_selfhost", "Self-hosting"),
            top,
            Line("month_won", won, "Self-hosting is not dearer here", MONTHLY),
        )),
    )  # fmt: skip
