"""What moves the bill of the model examined: a tornado and a two-way table."""

from __future__ import annotations

from typing import Final

from llmcost_xl.workbook.layout import Line
from llmcost_xl.workbook.sheets.sensitivity import grid, tornado

MONTHLY = "USD per month"
DRIVERS: Final = (
    "queries_per_month",
    "input_tokens",
    "output_tokens",
    "price_level",
    "success_rate",
    "batch_share",
    "hit_rate",
)


def _short_form(prefix: str, drivers: tuple[str, ...]) -> tuple[Line, ...]:
    """The month's bill of the model examined, in a few lines; the drivers carry the prefix."""
    own = {name: f"{{{prefix}_{name}}}" if name in drivers else f"{{{name}}}" for name in DRIVERS}
    at = f"{{{prefix}_"
    own |= {name: f"MIN(1,{own[name]})" for name in ("success_rate", "batch_share", "hit_rate") if name in drivers}

    def line(name: str, formula: str, label: str, unit: str) -> Line:
        return Line(f"{prefix}_{name}", formula, label, unit)

    dearer = {part: f"(1+{at}long}}*({{shown_{part}}}-1))" for part in ("long_input", "long_output")}
    return (
        line("long", f"=({{shown_long_threshold}}>0)*({own['input_tokens']}>{{shown_long_threshold}})",
             "Long context (flag)", "flag"),
        line("hit", f"={own['hit_rate']}", "Hit rate", "fraction"),
        line("success", f"={own['success_rate']}", "Success rate", "fraction"),
        line("prefix_factor", f"={at}hit}}*{{shown_read_multiplier}}+(1-{at}hit}})*{{shown_write_multiplier}}",
             "Cached prefix over its plain price", "x"),
        line("prefix", f"={own['input_tokens']}*{{cacheable_share}}*({own['input_tokens']}>={{min_cached_prompt}})",
             "Cacheable prefix", "tokens per query"),
        line("input_cost", f"=({own['input_tokens']}+{at}prefix}}*({at}prefix_factor}}-1))*{{shown_input_price}}"
             f"*{dearer['long_input']}", "Input, tokens times price", "any"),
        line("output_cost", f"=({own['output_tokens']}+{{reasoning_tokens}})*{{shown_output_price}}"
             f"*{dearer['long_output']}", "Output, tokens times price", "any"),
        line("off", f"=(1-{own['batch_share']}*{{batch_discount}})*(1-{{discount}})", "After discounts", "x"),
        line("tries", f"=IF({at}success}}>0,(1-(1-{at}success}})^{{max_attempts}})/{at}success}},{{max_attempts}})",
             "Attempts per request", "x"),
        line("request", f"=({at}input_cost}}+{at}output_cost}})/{{tokens_per_price_unit}}*{own['price_level']}"
             f"*{at}off}}*{at}tries}}", "What a request costs", "USD per query"),
        line("spend", f"={own['queries_per_month']}*{at}request}}", "Spend a month", MONTHLY),
    )  # fmt: skip


TORNADO: Final = tornado(
    drivers=DRIVERS,
    short_form=_short_form("run", DRIVERS),
    result="run_spend",
    same_as="shown_spend",
    unit=MONTHLY,
    noun="monthly spend",
)

GRID: Final = grid(
    across="input_tokens",
    down="output_tokens",
    short_form=_short_form("grid", ("input_tokens", "output_tokens")),
    result="grid_spend",
    same_as="shown_spend",
    unit=MONTHLY,
    noun="monthly spend",
)
