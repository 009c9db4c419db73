"""A bridge on the sheet: its waterfall, its tables by model and by feature, and the check that nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.utils import get_column_letter as letter

from llmcost_xl.reprice.report.bridge import EFFECTS, EXACT, METHODS, short
from llmcost_xl.reprice.report.wording import digits_of
from llmcost_xl.reprice.sheet import waterfall
from llmcost_xl.reprice.sheet.waterfall import Written

if TYPE_CHECKING:
    from llmcost_xl.reprice.report.bridge import Bridge, Row
    from llmcost_xl.reprice.sheet.canvas import Canvas

SHARE: Final = "+0.0%;-0.0%;0.0%;@"
SMALL: Final = "0.0E+00"


def write(canvas: Canvas, bridge: Bridge, *, is_first: bool) -> Written:
    """Write the tables of a bridge, below room for its chart."""
    if not is_first:
        canvas.new_page()
    canvas.heading(f"{bridge.title}, in {bridge.currency}, {METHODS[bridge.method]}")
    chart = canvas.row + 1
    canvas.row = chart + waterfall.rows(bridge) + 1
    models = _table(canvas, "Model", bridge.by_model, bridge)
    canvas.keep_together(len(bridge.by_feature) + 3)  # with an empty row, the header and the total
    canvas.row += 1
    features = _table(canvas, "Feature", bridge.by_feature, bridge)
    return Written(bridge, models, features, chart)


def money_of(bridge: Bridge) -> str:
    """Cents, or more decimals where cents are much."""
    digits = digits_of(bridge)
    return f"#,##0.{'0' * digits}" if digits else "#,##0"


def _table(canvas: Canvas, what: str, rows: list[Row], bridge: Bridge) -> int:
    """A row for each feature or model, which says what is not explained; the row of the totals."""
    titles = (what, "Before", *map(_effect, EFFECTS), "After", "Change", "Change, %", "Not explained", "State")
    canvas.header(titles, in_words=("State",))
    money, first = money_of(bridge), canvas.row
    for row in rows:
        canvas.text(1, row.name)
        for column, value in enumerate((row.before, *row.effects[: len(EFFECTS)], row.after), start=2):
            canvas.put(column, value, "constant", money)
        _changes(canvas, money)
        canvas.text(12, row.state)
        canvas.row += 1
    canvas.text(1, "All", "total_label")
    for column in range(2, 9):
        area = f"{letter(column)}{first}:{letter(column)}{canvas.row - 1}"
        canvas.formula(column, f"SUM({area})", "output", money)
    _changes(canvas, money, "output")
    canvas.row += 1
    return canvas.row - 1


def _effect(cause: str) -> str:
    """The title of a cause's column; one called "Price" beside models would pass for a table of prices."""
    return "Price effect" if cause == "price" else short(cause)


def _absolute(area: str) -> str:
    """What the cells of an area come to, whatever their signs."""
    return f'SUMIF({area},">0")-SUMIF({area},"<0")'


def _changes(canvas: Canvas, money: str, role: str = "calc") -> None:
    """What follows from spend before and after: the change, and what of it no cause explains."""
    row = canvas.row
    canvas.formula(9, f"H{row}-B{row}", role, money)
    canvas.formula(10, f'IF(B{row}=0,"n/a",I{row}/B{row})', role, SHARE)
    canvas.formula(11, f"I{row}-SUM(C{row}:G{row})", role, money)


def check(canvas: Canvas, written: Written) -> str:
    """Whether everything is explained, row by row, and whether models and features come to the same; the cell of it."""
    bridge, models, features, _ = written
    top = models - len(bridge.by_model)
    left_of_models, left_of_features = f"K{top}:K{models - 1}", f"K{features - len(bridge.by_feature)}:K{features - 1}"
    canvas.line(f"{bridge.title}, {bridge.currency}", "total_label")
    first = canvas.row
    for label, formula, role in (
        ("Rounding tolerated, as a fraction of the amounts", EXACT, "constant"),
        ("Rounding tolerated", f"=({_absolute(f'B{top}:H{models - 1}')})*B{first}", "calc"),
        ("Not explained, models added up", f"={_absolute(left_of_models)}", "calc"),
        ("Not explained, features added up", f"={_absolute(left_of_features)}", "calc"),
        ("By model less by feature", f"=ABS(B{models}-B{features})+ABS(H{models}-H{features})", "calc"),
    ):
        canvas.text(1, label, "label")
        canvas.put(2, formula, role, SMALL)
        canvas.row += 1
    canvas.text(1, "Residual check", "total_label")
    canvas.formula(2, f'IF(MAX(B{first + 2}:B{first + 4})<=B{first + 1},"OK","FAIL")', "status")
    canvas.row += 2
    return f"B{canvas.row - 2}"
