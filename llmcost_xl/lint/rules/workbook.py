"""Rules of the workbook as a whole: its sheets, what it reaches out to, how it calculates, its names and properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import get_column_letter

from llmcost_xl.lint.cycles import cycles
from llmcost_xl.lint.findings import Place, rule
from llmcost_xl.lint.formulas import formulas_of
from llmcost_xl.lint.outside import formula_texts, is_external, reaches_out
from llmcost_xl.lint.parts import child, tree
from llmcost_xl.ooxml import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from llmcost_xl.lint.reading import Book

FRONT: Final = ("Cover", "Inputs", "Prices", "Lists", "Timing")
BACK: Final = ("Outputs", "Checks", "Sources", "Log")
CALCULATION: Final = "Calc_"
LONGEST_NAME: Final = 31
DEFAULT_NAME: Final = re.compile(r"(Sheet|Tabelle|Feuil|Hoja|Foglio|Blad|Planilha|Ark)\d+", re.IGNORECASE)

VOLATILE: Final = frozenset({"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO"})
OPAQUE: Final = frozenset({"NPV", "CHOOSE"})
NAME_PREFIXES: Final = ("in_", "out_", "list_", "chk_")
BUILT_IN: Final = "_xlnm."
WORD: Final = re.compile(r"[^\W\d][\w.\\]*")
ERROR_ALLOWED: Final = "can be "
EXCEL_VERSION: Final = re.compile(rb"<AppVersion>1[2-9]\.")
PROPERTIES: Final = ("title", "subject", "creator", "language", "version")
MANY: Final = 5
LEAST_SIZE: Final = 1  # of a row in points, or a column in characters, that can be seen


@rule(
    "W01",
    "error",
    "The sheets follow the standard order",
    why="A reader who knows one workbook finds the inputs, the steps and the results of every other at the same place. "
    "Cells of different purpose on one sheet are the commonest way for a figure to be overwritten.",
    mend="Name the sheets Cover, Inputs, Prices, Lists, Timing, Calc_..., Outputs, Checks, Sources, Log, keep this "
    "order, and state the class of each (Inputs, Calculation, Outputs ...) in its cell C3. Give other sheets a name "
    "that says what they hold, of at most 31 characters.",
)
def sheet_order(book: Book) -> Iterator[Place]:
    """Which sheets there are, in which order; the cover has no class, it is the one sheet of its kind."""
    names = book.formulas.sheetnames
    missing = [name for name in (*FRONT, *BACK) if name not in names]
    if not any(name.startswith(CALCULATION) for name in names):
        missing.insert(len([name for name in missing if name in FRONT]), f"{CALCULATION}...")
    if missing:
        yield Place("", "", f"no sheet {', '.join(missing)}")
    standard = [name for name in names if _rank(name) is not None]
    if standard != sorted(standard, key=lambda name: _rank(name) or 0):
        yield Place("", "", f"the sheets stand in the order {', '.join(standard)}")
    for sheet in book.sheets():
        yield from _named(book, sheet)


def _rank(name: str) -> int | None:
    """The position of a sheet in the standard order; None for a sheet that the standard does not know."""
    order = (*FRONT, CALCULATION, *BACK)
    name = CALCULATION if name.startswith(CALCULATION) else name
    return order.index(name) if name in order else None


def _named(book: Book, sheet: Worksheet) -> Iterator[Place]:
    name = sheet.title
    if DEFAULT_NAME.fullmatch(name):
        yield Place(name, "", "a default name that says nothing")
    if len(name) > LONGEST_NAME or name != name.strip():
        yield Place(
            name, "", f"a name of {len(name)} characters" if name == name.strip() else "a name with blanks around"
        )
    if book.ours and _rank(name) is None:
        yield Place(name, "", "a sheet that the standard order does not know")
    elif book.ours and name != "Cover":
        expected = "Calculation" if name.startswith(CALCULATION) else name
        if book.kind(sheet) != expected:
            yield Place(name, "C3", f"the class is {book.kind(sheet) or 'missing'}, not {expected}")


@rule(
    "W02",
    "error",
    "Nothing is hidden",
    why="A reviewer signs what can be seen. Hidden sheets, rows and columns are where forgotten and deliberate errors "
    "survive, and they are printed and sent along all the same.",
    mend="Unhide it, or delete it. To fold detail away use grouping, which shows that there is something to unfold.",
)
def hidden(book: Book) -> Iterator[Place]:
    """Sheets, rows and columns out of sight; what is folded into a group shows its plus sign and is allowed."""
    tabs: list[Any] = [*book.formulas.worksheets, *book.formulas.chartsheets]
    for tab in tabs:
        if tab.sheet_state != "visible":
            yield Place(tab.title, "", f"the sheet is {'hidden' if tab.sheet_state == 'hidden' else 'very hidden'}")
    for sheet in book.sheets():
        for number, row in sorted(sheet.row_dimensions.items()):
            if _out_of_sight(row, row.height):
                yield Place(sheet.title, f"A{number}", "the row is hidden")
        for letter, column in sheet.column_dimensions.items():
            if _out_of_sight(column, column.width):
                last = get_column_letter(min(column.max, sheet.max_column)) if column.max else letter
                what = "the column is hidden" if last <= letter else f"the columns {letter} to {last} are hidden"
                yield Place(sheet.title, f"{letter}1", what)


def _out_of_sight(dimension: Any, size: float | None) -> bool:
    return (bool(dimension.hidden) and not dimension.outlineLevel) or (size is not None and size < LEAST_SIZE)


@rule(
    "W03",
    "error",
    "The workbook stands alone",
    why="A link to another workbook shows yesterday's figure or #REF! on every other computer, a data connection asks "
    "for rights that the reader lacks, and a macro can do anything.",
    mend="Copy what is needed into the workbook, with its source and date; turn macros into formulas; cut what is left "
    "under Data, Queries & Connections and Edit Links.",
)
def stands_alone(book: Book) -> Iterator[Place]:
    """Parts of the file that reach out or run, and references to other files wherever a formula can stand."""
    for part, what in reaches_out(book):
        yield Place("", "", f"{what} ({part})")
    for cells in formulas_of(book).values():
        for found in cells:
            if is_external(found.formula.text):
                yield Place(found.sheet, found.address, "the formula reads another file")
    for sheet, cell, where, text in formula_texts(book):
        if is_external(text):
            yield Place(sheet, cell, f"{where} reads another file")


@rule(
    "W04",
    "error",
    "No formula is volatile or opaque",
    why="OFFSET and INDIRECT hide what they read from anybody who traces a figure; TODAY and RAND change a figure that "
    "was reported yesterday. NPV silently skips empty cells and discounts the first flow, and CHOOSE buries a table "
    "in a formula.",
    mend="INDEX for OFFSET, INDIRECT and CHOOSE; an input with a date for TODAY and NOW; a row of discount factors and "
    "SUMPRODUCT for NPV.",
)
def volatile(book: Book) -> Iterator[Place]:
    """NPV and CHOOSE are banned in calculations only: a check may compare with them."""
    for name, cells in formulas_of(book).items():
        sheet = book.formulas[name]
        banned = VOLATILE | OPAQUE if book.kind(sheet) == "Calculation" else VOLATILE
        for found in cells:
            for function in sorted(banned.intersection(found.formula.functions)):
                yield Place(name, found.address, f"the formula uses {function}")
    for sheet_name, cell, where, text in formula_texts(book):
        for function in sorted(VOLATILE.intersection(re.findall(r"([A-Z]+)\(", text.upper()))):
            yield Place(sheet_name, cell, f"{where} uses {function}")


@rule(
    "W05",
    "error",
    "It calculates completely, exactly and without circles",
    why="With iteration on, a circle of references settles on a figure that depends on history. With precision as "
    "displayed, Excel rounds every intermediate result. With manual calculation the sheet shows old figures. A "
    "workbook written by a program must be recalculated when it is opened, or shows whatever the program knew.",
    mend="Break the circle, for instance by working from the opening instead of the average balance. Under File, "
    "Options, Formulas: automatic, no iterative calculation; under Advanced: no precision as displayed.",
)
def calculates(book: Book) -> Iterator[Place]:
    """Circles and settings; a file that Excel itself has saved holds Excel's values and need not be recalculated."""
    settings = child(tree(book, book.file.structure.part_name), "calcPr")
    state = settings.attrib if settings is not None else {}
    if state.get("calcMode", "auto") != "auto":
        yield Place(
            "", "", f"calculation is {'manual' if state['calcMode'] == 'manual' else 'automatic except tables'}"
        )
    if state.get("iterate") in ("1", "true"):
        yield Place("", "", "iterative calculation is on")
    if state.get("fullPrecision") in ("0", "false"):
        yield Place("", "", "precision as displayed is on")
    by_excel = EXCEL_VERSION.search(book.parts.get("docProps/app.xml", b""))
    if book.ours and state.get("fullCalcOnLoad") not in ("1", "true") and not by_excel:
        yield Place("", "", "is not recalculated when opened, though another program than Excel has saved it")
    for circle in cycles(book):
        sheet, row, column = circle[0]
        path = [f"{name}!{get_column_letter(at)}{down}" for name, down, at in circle]
        shown = [*path[:MANY], "..."] if len(path) > MANY + 1 else path
        yield Place(sheet, f"{get_column_letter(column)}{row}", f"a circle: {' reads '.join([*shown, path[0]])}")


@rule(
    "W06",
    "error",
    "No cell shows an error",
    why="An error spreads to every figure that depends on it, and a reader cannot tell an expected one from a fault.",
    mend="Trace it to its first cell and mend that. Where an error is the right answer, let the label say so, for "
    'instance "IRR (can be #NUM!)", and show words on Outputs.',
)
def errors_shown(book: Book) -> Iterator[Place]:
    """Errors stored as values; a label in the row or above the column may announce one as "can be #NUM!"."""
    for sheet in book.sheets():
        for cell in book.cells(sheet):
            value = book.value(cell) if cell.data_type == "f" else None
            if (cell.data_type == "e" or isinstance(value, ErrorCode)) and not _announced(sheet, cell, value):
                yield Place(sheet.title, cell.coordinate, f"shows {value or cell.value}")


def _announced(sheet: Worksheet, cell: Cell, value: object) -> bool:
    words = f"{ERROR_ALLOWED}{value or cell.value}"
    filled: Any = sheet._cells  # noqa: SLF001  # reading a cell that is not there would make it
    beside = (filled.get((cell.row, column)) for column in range(1, cell.column))
    above = (filled.get((row, cell.column)) for row in range(max(1, cell.row - 200), cell.row))
    return any(one is not None and words in str(one.value) for one in (*beside, *above))


@rule(
    "W07",
    "warning",
    "Names are few, sound and not used in calculations",
    why="Tests with readers found that names slow the search for errors: whoever reads a formula looks each one up. "
    "They serve programs, which must find an input though a row moves. A name that leads to #REF!, or that two places "
    "share, gives wrong figures silently.",
    mend="Keep names to inputs (in_), outputs (out_), lists (list_) and checks (chk_), refer to cells in formulas, and "
    "delete under Formulas, Name Manager what is broken or used nowhere.",
)
def names(book: Book) -> Iterator[Place]:
    """Names with our prefixes need no formula that uses them: programs do. Excel's own names are left alone."""
    everywhere = dict(book.formulas.defined_names)
    own = [(name, defined, "") for name, defined in everywhere.items()]
    own += [(name, one, sheet.title) for sheet in book.sheets() for name, one in sheet.defined_names.items()]
    used = _words_used(book)
    seen: dict[str, str] = {}
    for name, defined, sheet_name in own:
        if name.startswith(BUILT_IN) or name.lower() in ("print_area", "print_titles"):
            continue
        if "#REF!" in str(defined.value):
            yield Place(sheet_name, "", f"the name {name} leads to #REF!")
        twin = seen.setdefault(name.lower(), name)
        if twin is not name:
            yield Place(sheet_name, "", f"the name {name} exists twice" + (f", as {twin} too" if twin != name else ""))
        programs = name.startswith(NAME_PREFIXES)
        if book.ours and not programs:
            yield Place(sheet_name, "", f"the name {name} starts with none of {', '.join(NAME_PREFIXES)}")
        elif not programs and name.lower() not in used:
            yield Place(sheet_name, "", f"the name {name} is used nowhere")
    known = {name.lower() for name, _, _ in own}
    for sheet in book.sheets("Calculation"):
        for found in formulas_of(book)[sheet.title]:
            for word in sorted(known.intersection(WORD.findall(found.formula.text.lower()))):
                yield Place(sheet.title, found.address, f"the formula uses the name {word}")


def _words_used(book: Book) -> set[str]:
    """Every word of every formula, wherever formulas stand."""
    words = {word for cells in formulas_of(book).values() for one in cells for word in WORD.findall(one.formula.text)}
    words |= {word for _, _, _, text in formula_texts(book) for word in WORD.findall(text)}
    return {word.lower() for word in words}


@rule(
    "W08",
    "warning",
    "The file says what it is",
    why="Properties are what a search, a document system and a reader of the folder see before the file is opened.",
    mend="Fill in title, subject, author, language and version under File, Info, Properties.",
)
def properties(book: Book) -> Iterator[Place]:
    """The properties of the file that are empty, in one line."""
    stated: Any = book.formulas.properties
    missing = [name for name in PROPERTIES if not str(getattr(stated, name) or "").strip()]
    if missing:
        yield Place("", "", f"no {', '.join(missing)} in the file's properties")
