"""The price book itself: dated rows, what they make of each model on the price date, and the print against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.layout import Axis, Field, Rows, Sheet, Table, records_of
from llmcost_xl.workbook.sheets.price_book.models import comparison, listed_models
from llmcost_xl.workbook.sheets.prices import price_dates, price_table

if TYPE_CHECKING:
    from llmcost_xl.workbook.options import Options

COMPONENTS: Final = ("input", "output", "cache_read", "cache_write")
ALIKE = '({{provider:all}}&"/"&{{price_model:all}}={{{0}}})'
DOLLARS = "US$ per 1M tokens"


def _rows(component: str) -> str:
    return f'({{price_key:all}}={{priced_model}}&" {component}")'


def _list_price(component: str, label: str) -> tuple[Field, Field]:
    """How many rows are in force, and the price; a model without one is an error, never 0."""
    return (
        Field(f"{component}_rows", f"=SUMPRODUCT({_rows(component)}*1)", f"{label}s found", "count"),
        Field(f"list_{component}",
              f"=IF({{priced}}=0,0,SUMPRODUCT({_rows(component)}*{{price:all}})/{{{component}_rows}})", label, DOLLARS),
    )  # fmt: skip


def _cache_price(component: str, label: str) -> tuple[Field, ...]:
    """A cache price over the input price; without one, cached tokens cost what all others do."""
    listed = f"({{{component}_rows}}>0)*({{list_input}}>0)"
    return (
        Field(f"{component}_rows", f"=SUMPRODUCT({_rows(component)}*1)", f"{label}s found", "count"),
        Field(f"{component}_list", f"=SUMPRODUCT({_rows(component)}*{{price:all}})", f"{label}, 0 if not listed",
              DOLLARS),
        Field(f"{component}_times", f"=IF({listed}=1,{{{component}_list}}/{{list_input}},1)", f"{label} over input",
              "x"),
    )  # fmt: skip


CARD: Final = Table(
    "card",
    "Prices in force, model by model",
    (
        Field("priced", "=({priced_model}<>0)*1", "Priced (flag)", "flag"),
        *_list_price("input", "Input price"),
        *_list_price("output", "Output price"),
        *_cache_price("cache_read", "Cache-read price"),
        *_cache_price("cache_write", "Cache-write price"),
        Field("model_status",
              '=IF({priced}=0,"",INDEX({price_status:all},MATCH({priced_model}&" input",{price_key:all},0))&"")',
              "Price status", "text"),
        Field("card_missing", "={priced}*(({input_rows}=0)+({output_rows}=0))", "Prices missing", "count", total=True),
    ),
    like="models",
    note="A cache price that is not listed counts as the input price: 1.00x",
)  # fmt: skip


def _since(name: str, label: str, model: str) -> Field:
    """The day of the first row of a model."""
    days = f"MAX({ALIKE.format(model)}*({{as_of}}-{{from_date:all}}))"
    return Field(name, f"={{as_of}}-SUMPRODUCT({days})", label, "date")


def _first(name: str, label: str, model: str, since: str, component: str) -> Field:
    rows = f'{ALIKE.format(model)}*({{component:all}}="{component}")*({{from_date:all}}={{{since}}})'
    return Field(name, f"=SUMPRODUCT({rows}*{{price:all}})", label, DOLLARS)


def _in_force(name: str, label: str, component: str) -> Field:
    return Field(name, f'=SUMPRODUCT(({{price_key:all}}={{today_model}}&" {component}")*{{price:all}})', label, DOLLARS)


COMPARED_FIELDS: Final = (
    Field("compared_name", label="Printed model", unit="text"),
    Field("compared_provider", label="Provider as printed", unit="text"),
    Field("printed_model", label="Row as printed", unit="text"),
    Field("today_model", label="Held against", unit="text"),
    _since("printed_since", "Printed row since", "printed_model"),
    _since("launch_since", "First row since", "today_model"),
    Field("compared_remark", label="Remark", unit="text"),  # below the sources of prices, which are as long
    _first("printed_input", "Input, printed", "printed_model", "printed_since", "input"),
    _first("printed_output", "Output, printed", "printed_model", "printed_since", "output"),
    _first("launch_input", "Input, first; 0 if none", "today_model", "launch_since", "input"),
    _first("launch_output", "Output, first; 0 if none", "today_model", "launch_since", "output"),
    _in_force("today_input", "Input, in force; 0 if none", "input"),
    _in_force("today_output", "Output, in force; 0 if none", "output"),
)


def _comparison_table(options: Options) -> Table:
    title = "The printed prices of 2024 beside the catalogue's"
    note = "The first price listed, and the one in force on the price date"
    return Table("comparison", title, COMPARED_FIELDS, comparison(options), note=note)


def comparison_axis(options: Options) -> Axis:
    """The printed models as columns."""
    return records_of(_comparison_table(options))


def price_book(options: Options) -> Sheet:
    """The sheet Prices."""
    return Sheet(
        "Prices",
        "Dated prices: add a row to change a price from its date on; figures with an earlier price date do not move.",
        (
            Rows("Price date and currency", price_dates()),
            price_table(options, listed_models(options), COMPONENTS, status=True),
            CARD,
            _comparison_table(options),
        ),
    )
