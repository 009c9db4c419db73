"""Finds the formulas in which Calc counts an empty cell as 0, and lists them in a new spreadsheet.

Where a formula refers to one empty cell, Calc tells an add-in 0, so no function can refuse it as in Excel. The document
still knows. Runs inside LibreOffice, from its menu.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from llmcost_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FORMULAS: Final = 16  # com.sun.star.sheet.CellFlags.FORMULA
_RELATIVE: Final = {"Sheet": 16, "Row": 4, "Column": 1}
"""The flags of the parts of a reference that count from the formula's cell (com.sun.star.sheet.ReferenceFlags)."""
_FUNCTION, _SPACE = "function", " "
NONE_FOUND: Final = "No formula of llmcost-xl counts an empty cell as 0"
FOUND: Final = "Formulas that count an empty cell as 0: fill the cell, or write it as a range, such as B2:B2"
MOST: Final = 1000
"""Findings that are listed; each takes some milliseconds."""
HEADER: Final = ("Formula in", "Function", "Argument", "Empty cell", "In Excel it is")


class Finding(NamedTuple):
    """An empty cell that counts as 0 here and would not in Excel."""

    formula: str
    function: str
    argument: str
    empty: str
    in_excel: str


def findings(document: Any) -> Iterator[Finding]:
    """Every argument of our functions that is a reference to one empty cell, or a name for it."""
    parser = document.createInstance("com.sun.star.sheet.FormulaParser")
    marks = _marks(document.createInstance("com.sun.star.sheet.FormulaOpCodeMapper"))
    contents = list(map(_contents, document.Sheets))
    for sheet in document.Sheets:
        for cell in sheet.queryContentCells(_FORMULAS).Cells:
            parts = [(marks.get(token.OpCode, ""), token) for token in cell.getTokens()]
            for function, argument, token in _single_references([part for part in parts if part[0] != _SPACE]):
                if _is_filled(token.Data, cell.CellAddress, contents):
                    continue
                empty = _cell(sheet, parser.printFormula((token,), cell.CellAddress))
                if empty is not None and empty.Type.value == "EMPTY":
                    in_excel = "#VALUE!" if argument.required else f"{argument.default or 'left out'}"
                    yield Finding(cell.AbsoluteName, function, argument.name, empty.AbsoluteName, in_excel)


def _marks(grammar: Any) -> dict[int, str]:
    """The codes of what separates the parts of a formula."""
    special = grammar.getAvailableMappings(0, 0)  # com.sun.star.sheet.FormulaMapGroup.SPECIAL
    named = {special[3].Token.OpCode: _FUNCTION, special[8].Token.OpCode: _SPACE}  # FormulaMapGroupSpecialOffset
    return named | {token.OpCode: mark for token, mark in zip(grammar.getMappings(("(", ")", ";"), 0), "();")}  # noqa: B905


def _single_references(parts: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Any, Any]]:
    """Our functions' arguments that are one reference or name, unless 0 is their blank: function, argument, token."""
    calls: list[tuple[str, int]] = []  # the functions around a part, and the place of the argument it is in
    for at, (mark, token) in enumerate(parts):
        if mark == "(":
            before = parts[at - 1]
            calls.append((before[1].Data.rpartition(".")[2] if before[0] == _FUNCTION else "", 0))
        elif mark == ")":
            calls.pop()
        elif mark == ";" and calls:
            calls[-1] = calls[-1][0], calls[-1][1] + 1
        elif calls and calls[-1][0] in FUNCTIONS and parts[at - 1][0] in ("(", ";") and parts[at + 1][0] in (";", ")"):
            function, place = calls[-1]
            arguments = FUNCTIONS[function].arguments
            argument = arguments[min(place, len(arguments) - 1)]
            refers = not isinstance(token.Data, str | float | tuple | None)
            is_range = hasattr(token.Data, "Reference1")  # whose empty cells arrive as such
            if refers and not is_range and not argument.zero_is_blank and argument.default != 0:
                yield function, argument, token


def _contents(sheet: Any) -> Any:
    """Rows of what a sheet's cells show."""
    used = sheet.createCursor()
    used.gotoEndOfUsedArea(True)
    return used.getDataArray()


def _is_filled(reference: Any, address: Any, contents: Sequence[Any]) -> bool:
    """Whether a cell shows something; False for a name, too. Asking the document for a cell takes milliseconds."""
    if not hasattr(reference, "Flags"):
        return False
    shown = contents
    for part, is_relative in _RELATIVE.items():
        at = getattr(reference, part)
        if reference.Flags & is_relative:
            at = getattr(address, part) + getattr(reference, f"Relative{part}")
        if not 0 <= at < len(shown):
            return False
        shown = shown[at]
    return shown != ""


def _cell(sheet: Any, text: str) -> Any:
    """The one cell that a reference or a name stands for, seen from a sheet; None if it stands for something else."""
    from com.sun.star.uno import RuntimeException  # type: ignore[import-not-found]  # noqa: PLC0415  # in LibreOffice only

    try:
        referred = sheet.getCellRangeByName(text)
    except RuntimeException:
        return None
    return referred if hasattr(referred, "Type") else None  # a range has none


def show_findings(desktop: Any) -> None:
    """List them for the document in front."""
    found = list(islice(findings(desktop.getCurrentComponent()), MOST))
    rows = [(FOUND, *[""] * 4), HEADER, *found] if found else [(NONE_FOUND,)]
    listed = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
    block = listed.Sheets.getByIndex(0).getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1)
    block.setDataArray(tuple(rows))
    listed.setModified(False)  # closing it asks no question
