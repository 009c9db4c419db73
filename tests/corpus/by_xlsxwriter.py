"""Workbooks made with XlsxWriter, each with something that openpyxl would lose or that is easily broken."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from corpus.case import DATED, FIRST, LAST, LEFT, RECORDS, TOP, UNDATED, Case, figures, list_cells, price_cell, results
from llmcost_xl.hosts.windows.project import Module, vba_project

if TYPE_CHECKING:
    from collections.abc import Callable

Decorate = "Callable[[Any, Any, Any], None]"


def book(
    decorate: Callable[[Any, Any, Any], None] = lambda *_: None,
    columns: tuple[str, ...] = DATED,
    *,
    table: str = "",
    **options: object,
) -> bytes:
    """The corpus' workbook; `decorate` gets the workbook and its two sheets."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, options)
    prices, model = made.add_worksheet("Prices"), made.add_worksheet("Model")
    day, money, bold = (made.add_format(look) for look in ({"num_format": "yyyy-mm-dd"}, {"num_format": "#,##0.00##"},
                                                          {"bold": True}))  # fmt: skip
    prices.write("B2", "List prices, US$ per 1M tokens", bold)
    for row, column, content in list_cells(columns):
        if isinstance(content, dt.date):
            prices.write_datetime(row - 1, column - 1, content, day)
        elif isinstance(content, float):
            prices.write_number(row - 1, column - 1, content, money)
        else:
            prices.write(row - 1, column - 1, content, bold if row == TOP else None)
    if table:
        headers = [{"header": header} for header in columns]
        area = TOP - 1, LEFT - 1, LAST - 1, LEFT + len(columns) - 2
        prices.add_table(*area, {"name": table, "columns": headers})
    given = results()
    for cell, content in figures(columns).items():
        if isinstance(content, str) and content.startswith("="):
            model.write_formula(cell, content, money, given[cell])
        else:
            model.write(cell, content)
    decorate(made, prices, model)
    made.close()
    return stream.getvalue()


def picture() -> bytes:
    """A small red PNG."""
    rows = b"".join(b"\0" + b"\xc0\x20\x20" * 8 for _ in range(8))
    parts = ((b"IHDR", struct.pack(">2L5B", 8, 8, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data)) for kind, data in parts
    )


def charts(made: Any, _: Any, model: Any) -> None:
    for kind, anchor in (("column", "D2"), ("line", "D18"), ("pie", "L2")):
        chart = made.add_chart({"type": kind})
        chart.add_series({"name": "Cost", "categories": "=Model!$A$5:$A$7", "values": "=Model!$B$5:$B$7"})
        chart.set_title({"name": "=Model!$A$1"})
        model.insert_chart(anchor, chart)
    alone = made.add_chartsheet("Chart")
    chart = made.add_chart({"type": "bar"})
    chart.add_series({"values": "=Prices!$G$5:$G$10"})
    alone.set_chart(chart)


def images(_: Any, prices: Any, model: Any) -> None:
    model.insert_image("D2", "logo.png", {"image_data": io.BytesIO(picture()), "description": "logo"})
    model.embed_image("D12", "cell.png", {"image_data": io.BytesIO(picture())})
    prices.set_header("&L&G", {"image_left": "logo.png", "image_data_left": io.BytesIO(picture())})
    prices.set_background(io.BytesIO(picture()))


def comments(_: Any, prices: Any, model: Any) -> None:
    prices.write_comment("G5", "Negotiated in May", {"author": "Ann", "visible": True})
    model.write_comment("B7", "Watch this one")


def validations(_: Any, prices: Any, model: Any) -> None:
    prices.data_validation("D5:D40", {"validate": "list", "source": ["input", "output", "cache_read"]})
    prices.data_validation("G5:G40", {"validate": "decimal", "criteria": ">=", "value": 0})
    model.data_validation("B3", {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 10**6})


def conditions(made: Any, prices: Any, _: Any) -> None:
    prices.conditional_format("G5:G10", {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
    prices.conditional_format("G5:G10", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    red = made.add_format({"font_color": "#C00000"})
    prices.conditional_format("G5:G10", {"type": "formula", "criteria": "=$G5>10", "format": red})


def sparklines(_: Any, prices: Any, model: Any) -> None:
    model.add_sparkline("C9", {"range": "Prices!G5:G10", "type": "column"})
    prices.add_sparkline("K5", {"range": "Prices!G5:G10"})


def macros(made: Any, prices: Any, model: Any) -> None:
    head = 'Attribute VB_Name = "{}"\nAttribute VB_Base = "0{{{}}}"\n'
    modules = [
        Module("ThisWorkbook", head.format("ThisWorkbook", "00020819-0000-0000-C000-000000000046"), document=True),
        *(Module(name, head.format(name, "00020820-0000-0000-C000-000000000046"), document=True)
          for name in ("Prices", "Model")),
        Module("Tools", 'Attribute VB_Name = "Tools"\nSub Hello()\n  MsgBox "Hello"\nEnd Sub\n'),
    ]  # fmt: skip
    made.add_vba_project(io.BytesIO(vba_project("Book", modules)), is_stream=True)
    made.set_vba_name("ThisWorkbook")
    prices.set_vba_name("Prices")
    model.set_vba_name("Model")
    model.insert_button("D2", {"macro": "Hello", "caption": "Hello"})


def arrays(_: Any, __: Any, model: Any) -> None:
    model.write_array_formula("D5:D6", "{=B5:B6*2}", None, 4000)
    model.write_number("D6", 3000)
    model.write_array_formula("D2", "{=SUM(Prices!G5:G10*2)}", None, 77.5)
    model.write_dynamic_array_formula("F5:F10", "=Prices!G5:G10*1", None, 5)
    for row, price in enumerate((15, 0.15, 0.6, 3, 15), 5):
        model.write_number(row, 5, price)


def rich_texts(made: Any, prices: Any, _: Any) -> None:
    bold, red = made.add_format({"bold": True}), made.add_format({"font_color": "red"})
    prices.write_rich_string("K4", "Only ", bold, "list", " prices, ", red, "no discounts")
    prices.write_rich_string("B5", bold, "open", red, "ai")
    prices.write("K5", " leading and trailing ")
    prices.write("K6", 'line\nbreak & <angle> "quotes" _x0041_ 日本語 😀')


def names_and_hidden(made: Any, prices: Any, model: Any) -> None:
    made.define_name("first_price", "=Prices!$G$5")
    made.define_name("Model!local_price", "=Prices!$G$6")
    made.define_name("VAT", "=0.19")
    model.write_formula("B12", "=first_price*(1+VAT)", None, 5.95)
    model.write_formula("B13", "=local_price*2", None, 30)
    hidden = made.add_worksheet("Notes & 'more' of it")
    hidden.write_formula("A1", "=Model!B7+1", None, 3501)
    hidden.very_hidden()
    model.write_formula("B14", "='Notes & ''more'' of it'!A1*1", None, 3501)
    prices.set_column("K:M", None, None, {"hidden": True, "level": 1})


def printing(made: Any, prices: Any, model: Any) -> None:
    prices.set_landscape()
    prices.print_area("B2:I20")
    prices.repeat_rows(3)
    prices.set_footer("&CPage &P of &N")
    prices.freeze_panes(4, 2)
    prices.write_url("B13", "https://example.org/prices", string="Where from")
    prices.write_url("B14", "internal:Model!A1", string="Where used")
    model.set_h_pagebreaks([20])
    model.protect("", {"format_cells": True})
    prices.protect()
    made.read_only_recommended()
    made.set_custom_property("Owner", "FP&A")
    made.set_properties({"title": "Plan", "author": "Ann"})


def shapes(_: Any, prices: Any, model: Any) -> None:
    prices.insert_textbox("K8", "Prices as of today", {"width": 200, "height": 60})
    model.insert_checkbox("C3", True)
    model.merge_range("D14:F15", "merged")
    model.ignore_errors({"number_stored_as_text": "A1:A20"})


def filtered(_: Any, prices: Any, __: Any) -> None:
    prices.autofilter(TOP - 1, LEFT - 1, LAST - 1, LEFT + len(DATED) - 2)
    prices.set_row(FIRST, 30)
    prices.set_row(FIRST + 1, None, None, {"level": 1})


def table_formulas(_: Any, __: Any, model: Any) -> None:
    model.write_formula("B12", "=SUM(PriceList[Price])", None, sum(record[-1] for record in RECORDS))
    model.write_formula(
        "B13", '=SUMIFS(PriceList[Price],PriceList[Model],"gpt-4o",PriceList[Component],"input")', None, 5
    )


def table_rows(made: Any, prices: Any, model: Any) -> None:
    """A column of formulas in the table, and one that the engine of the tests cannot work out."""
    del made
    model.write_formula("B12", "=INDEX(PriceList[Price],2)", None, RECORDS[1][-1])
    for number, entry in enumerate(RECORDS):
        prices.write_formula(
            FIRST + number - 1, LEFT + len(DATED) - 1, "=PriceList[[#This Row],[Price]]*2", None, entry[-1] * 2
        )


def lookups(_: Any, __: Any, model: Any) -> None:
    first = price_cell(DATED, 0)
    model.write_formula("B12", f'=INDEX(Prices!$G${FIRST}:$G${LAST},MATCH("gpt-4o",Prices!$C${FIRST}:$C${LAST},0))',
                        None, 5)  # fmt: skip
    model.write_formula("B13", f'=INDIRECT("Prices!{first}")*2', None, 10)
    model.write_formula("B14", "=SUM(OFFSET(Prices!$G$4,1,0,2,1))", None, 20)
    model.write_formula("B15", '=SUMIF(Prices!C5:C10,"gpt-4o",Prices!G5)', None, 20)
    model.write_formula("B16", "=SUM(Prices!G:G)", None, sum(record[-1] for record in RECORDS))


MAKERS: Final[dict[str, Callable[[], bytes]]] = {
    "plain": book,
    "charts": lambda: book(charts),
    "images": lambda: book(images),
    "comments": lambda: book(comments),
    "validations": lambda: book(validations),
    "conditional formats": lambda: book(conditions),
    "sparklines": lambda: book(sparklines),
    "arrays": lambda: book(arrays, use_future_functions=True),
    "rich texts": lambda: book(rich_texts),
    "names and hidden sheets": lambda: book(names_and_hidden),
    "printing and protection": lambda: book(printing),
    "shapes": lambda: book(shapes),
    "filter": lambda: book(filtered),
    "lookups": lambda: book(lookups),
    "1904": lambda: book(date_1904=True),
    "inline texts": lambda: book(constant_memory=True),
    "zip64": lambda: book(use_zip64=True),
}  # fmt: skip

CASES: Final = (
    *(Case(f"xlsxwriter, {name}", "XlsxWriter", make) for name, make in MAKERS.items()),
    Case("xlsxwriter, table", "XlsxWriter", lambda: book(table_formulas, table="PriceList"), table="PriceList"),
    Case("xlsxwriter, table with formulas", "XlsxWriter",
         lambda: book(table_rows, (*DATED, "Twice"), table="PriceList"), columns=(*DATED, "Twice"), table="PriceList"),
    Case("xlsxwriter, undated", "XlsxWriter", lambda: book(columns=UNDATED), columns=UNDATED),
    Case("xlsxwriter, undated table", "XlsxWriter", lambda: book(columns=UNDATED, table="PriceList"), columns=UNDATED,
         table="PriceList"),
    Case("xlsxwriter, macros and charts", "XlsxWriter",
         lambda: book(lambda *parts: (macros(*parts), charts(*parts))[0]), suffix=".xlsm"),
)  # fmt: skip
