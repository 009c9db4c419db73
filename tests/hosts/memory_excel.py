"""A small engine for xlwings over workbooks in memory, with what the commands of the ribbon touch and nothing else.

xlwings' own objects (Book, Sheet, Range, App) run on it, as they run on Excel. Cells hold openpyxl's constants and
formulas; a formula's value is what the test says it shows.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
from openpyxl.cell import MergedCell
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.worksheet.formula import DataTableFormula
from xlwings import base_classes, main


class Engine:
    """What xlwings asks of an engine."""

    name = "memory"
    type = "desktop"

    @staticmethod
    def clean_value_data(rows: Any, _dates: Any, _empty: Any, _numbers: Any, err_to_str: bool) -> Any:
        """An error is as good as nothing to xlwings, unless its text is asked for."""
        return [[None if str(cell).startswith("#") and not err_to_str else cell for cell in row] for row in rows]

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        """What is written goes to Excel as it is."""
        return value


class Api:
    """Excel's own object behind `app.api`."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.DefaultFilePath = str(app.documents)
        if app.has_box:
            self.InputBox = self._ask
        self.calculated = 0
        self.evaluate: Any = lambda _: None

    def CalculateFull(self) -> None:
        if self.app.broken:
            raise RuntimeError("0x800ac472")
        self.calculated += 1

    def Evaluate(self, formula: str) -> Any:
        return self.evaluate(formula)

    def _ask(self, question: str, title: str, default: str) -> Any:
        """Application.InputBox: what is typed, False where it is cancelled."""
        assert title == "LLM Cost"
        assert len(question) <= 255, "Excel shows no more"
        self.app.touch("InputBox")
        self.app.defaults.append(default)
        typed = self.app.typed.pop(0) if self.app.typed else default
        return typed if typed is False else str(typed)


class RefusalError(Exception):
    """pywintypes.com_error."""


def setting(name: str) -> property:
    """A setting of Excel's, which can be read and set."""

    def read(app: App) -> Any:
        app.touch(f"read {name}")
        return app.settings[name]

    def set_to(app: App, value: Any) -> None:
        app.touch(f"set {name}")
        app.settings[name] = value

    return property(read, set_to)


class App(base_classes.App):
    def __init__(self, documents: Path, *, has_box: bool = True) -> None:
        self.engine = Engine
        self.has_box = has_box
        self.touched: list[str] = []  # everything that was asked of Excel
        self.fails: Any = lambda _number: False  # which of these, by their number from 1, Excel refuses
        self.settings = {"screen_updating": True, "enable_events": True, "calculation": "automatic"}
        self.typed: list[Any] = []  # into the input box; what it offers is taken once these are used up
        self.defaults: list[str] = []  # what it has offered
        self.documents = documents
        self.broken = False
        self.messages: list[tuple[str, str]] = []
        self.status: list[Any] = [False]  # as Excel says that the status bar is its own
        self.selected: Any = None
        self.opened = Books(self)
        self.excel = Api(self)
        self.asked: list[tuple[str, str]] = []  # messages with a choice
        self.answer = "ok"
        self.writes: list[str] = []
        self.reads = 0
        self.refused: Any = lambda _address: False  # which writes Excel refuses

    pid = 1
    screen_updating, enable_events, calculation = map(setting, ("screen_updating", "enable_events", "calculation"))
    api = property(lambda self: self.excel)
    books = property(lambda self: self.opened)
    selection = property(lambda self: self.selected)

    @property
    def status_bar(self) -> Any:
        self.touch("read status_bar")
        return self.status[-1]

    @status_bar.setter
    def status_bar(self, text: Any) -> None:
        self.touch("set status_bar")
        self.status.append(text)

    def touch(self, what: str) -> None:
        """Excel is asked for something: it may refuse."""
        self.touched.append(what)
        if self.fails(len(self.touched)):
            raise RefusalError("0x800ac472")

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: Any) -> str:
        assert (title, callback) == ("LLM Cost", None)
        if buttons == "ok_cancel":
            self.asked.append((mode, prompt))
            return self.answer
        assert buttons == "ok"
        self.messages.append((mode, prompt))
        return "ok"


class Books(base_classes.Books):
    def __init__(self, app: App) -> None:
        self.app = app
        self.books: list[Book] = []

    def __call__(self, name: Any) -> Book:
        found = [book for book in self.books if book.name == name]
        if not found:
            raise KeyError(name)
        return found[0]

    def __iter__(self) -> Any:
        return iter(self.books)

    def __len__(self) -> int:
        return len(self.books)

    @property
    def active(self) -> Book:
        return self.books[-1]

    def open(self, fullname: str, *_: Any) -> Book:
        return self.add(Path(fullname).name, openpyxl.load_workbook(fullname))

    def add(
        self, name: str, content: openpyxl.Workbook, shown: dict[str, Any] | None = None, stored: Any = None
    ) -> Book:
        book = Book(self.app, name, content, shown or {})
        book.stored = stored
        self.books.append(book)
        return book


class Book(base_classes.Book):
    stored: Any = None  # the same workbook with the values that its formulas gave

    def __init__(self, app: App, name: str, content: openpyxl.Workbook, shown: dict[str, Any]) -> None:
        self._app, self._name, self.content, self.shown = app, name, content, shown

    app = property(lambda self: self._app)
    name = property(lambda self: self._name)
    fullname = property(lambda self: str(self._app.documents / self._name))
    names = property(lambda self: Names(self, self.content.defined_names))

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self.book = book

    def __call__(self, name: str | int) -> Sheet:
        self.book.app.touch(f"sheet {name}")
        names = self.book.content.sheetnames
        return Sheet(self.book, self.book.content[names[name - 1] if isinstance(name, int) else name])

    def __len__(self) -> int:
        return len(self.book.content.sheetnames)

    def __iter__(self) -> Any:
        return (Sheet(self.book, cells) for cells in self.book.content.worksheets)


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, cells: Any) -> None:
        self._book, self.cells_of = book, cells

    spilled: frozenset[str] = frozenset()  # cells that a formula of another cell fills

    book = property(lambda self: self._book)
    name = property(lambda self: self.cells_of.title)
    names = property(lambda self: Names(self._book, self.cells_of.defined_names))
    tables = property(lambda self: Tables(self))  # noqa: PLW0108  # the class stands further down

    @property
    def used_range(self) -> Range:
        self._book.app.touch(f"used range of {self.name}")
        return self.range(self.cells_of.dimensions)

    @property
    def api(self) -> Any:
        self._book.app.touch(f"protection of {self.name}")
        return SimpleNamespace(ProtectContents=bool(self.cells_of.protection.sheet))

    def range(self, first: Any, last: Any = None) -> Range:
        if isinstance(first, Range):
            row, column = first.at[:2]
            return Range(self, (row, column, *(last or first).at[2:]))
        if isinstance(first, tuple) and len(first) == 4:  # first cell, then height and width
            row, column, height, width = first
            return Range(self, (row, column, row + height - 1, column + width - 1))
        if isinstance(first, tuple):
            return Range(self, (*first, *(last or first)))
        table, _, field = first.rstrip("]").partition("[")
        if field:
            return self._column(self.cells_of.tables[table], field)
        if first.isalpha():
            raise ValueError(first)
        left, top, right, bottom = range_boundaries(first)
        return Range(self, (top or 1, left or 1, bottom or 1_048_576, right or 16_384))

    def _column(self, table: Any, field: str) -> Range:
        left, top, right, bottom = range_boundaries(table.ref)
        (column,) = (at for at in range(left, right + 1) if self.cells_of.cell(top, at).value == field)
        return Range(self, (top + 1, column, bottom, column))


class Range(base_classes.Range):
    def __init__(self, sheet: Sheet, at: tuple[int, int, int, int]) -> None:
        self._sheet, self.at, self.options = sheet, at, {}

    sheet = property(lambda self: self._sheet)
    row = property(lambda self: self.at[0])
    column = property(lambda self: self.at[1])
    shape = property(lambda self: (self.at[2] - self.at[0] + 1, self.at[3] - self.at[1] + 1))
    max_cells_per_read = None

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int) -> Range:
        return self._sheet.range((self.at[0] + row - 1, self.at[1] + column - 1))

    def get_address(self, row_absolute: bool, column_absolute: bool, external: bool) -> str:
        assert (row_absolute, column_absolute, external) == (False, False, False)
        return self.place

    @property
    def place(self) -> str:
        top, left, bottom, right = self.at
        corners = [f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"]
        return ":".join(dict.fromkeys(corners))

    @property
    def api(self) -> Any:
        self._sheet.book.app.touch(f"locks of {self.place}")
        locked = {cell.protection.locked for row in self.cells for cell in row}
        filled = {cell.coordinate in self._sheet.spilled for row in self.cells for cell in row}
        only = [found.pop() if len(found) == 1 else None for found in (locked, filled)]
        return SimpleNamespace(Locked=only[0], HasSpill=only[1])

    @property
    def merge_cells(self) -> bool | None:
        """Whether all of the cells are merged ones; None where some are."""
        self._sheet.book.app.touch(f"merged cells of {self.place}")
        merged = self._sheet.cells_of.merged_cells.ranges
        top, left, bottom, right = self.at
        if not any(one.min_row <= bottom and one.max_row >= top and one.min_col <= right and one.max_col >= left
                   for one in merged):  # fmt: skip
            return False
        return True if len(self) == 1 else None

    @property
    def merge_area(self) -> Range:
        row, column = self.at[:2]
        found = (one for one in self._sheet.cells_of.merged_cells.ranges
                 if one.min_row <= row <= one.max_row and one.min_col <= column <= one.max_col)  # fmt: skip
        one = next(found)
        return Range(self._sheet, (one.min_row, one.min_col, one.max_row, one.max_col))

    @property
    def cells(self) -> Any:
        top, left, bottom, right = self.at
        return self._sheet.cells_of.iter_rows(top, bottom, left, right)

    @property
    def formula(self) -> Any:
        """As Excel gives it: text for one cell, rows of texts for several; a day as its number."""
        self._sheet.book.app.touch(f"formulas of {self.place}")
        rows = tuple(tuple(_written(cell.value) for cell in row) for row in self.cells)
        return rows[0][0] if len(self) == 1 else rows

    @property
    def table(self) -> Table | None:
        for table in self._sheet.cells_of.tables.values():
            left, top, right, bottom = range_boundaries(table.ref)
            if top <= self.row <= bottom and left <= self.column <= right:
                return Table(table.displayName)
        return None

    @property
    def raw_value(self) -> list[list[Any]]:
        self._sheet.book.app.touch(f"values of {self.place}")
        self._sheet.book.app.reads += 1
        return [[self._shown(cell) for cell in row] for row in self.cells]

    def _shown(self, cell: Any) -> Any:
        stored = self._sheet.book.stored
        if stored is not None and cell.data_type == "f":
            cell = stored[self._sheet.name][cell.coordinate]
        return self._sheet.book.shown.get(cell.coordinate, _shown(cell))

    @raw_value.setter
    def raw_value(self, rows: list[list[Any]]) -> None:
        """Write as Excel does: what is typed like a number or a day becomes one; one refused part is half written."""
        app = self._sheet.book.app
        app.touch(f"write {self.place}")
        app.writes.append(f"{self._sheet.name}!{self.place}")
        for cells, row in zip(self.cells, rows, strict=True):
            if self._sheet.cells_of.row_dimensions[cells[0].row].hidden and len(rows) > 1:
                continue  # as where a filter hides rows, at worst
            for cell, value in zip(cells, row, strict=True):
                if not isinstance(cell, MergedCell):
                    cell.value = taken(value)
                if app.refused(f"{self._sheet.name}!{cell.coordinate}"):
                    raise RuntimeError("0x800a03ec")


ISO = re.compile(r"\d{4}-\d\d-\d\d")


def _written(value: Any) -> str:
    if isinstance(value, dt.date):
        moment = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001  # a cell has no time zone
        return str((moment - dt.datetime(1899, 12, 30)).days)  # noqa: DTZ001
    value = getattr(value, "text", "=TABLE()" if isinstance(value, DataTableFormula) else value)
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _shown(cell: Any) -> Any:
    """A value as Excel hands it over: of a cell formatted as currency four decimals."""
    if isinstance(cell.value, dt.time):
        return dt.datetime.combine(dt.date(1899, 12, 30), cell.value)
    is_money = isinstance(cell.value, float) and "$" in cell.number_format
    return round(cell.value, 4) if is_money else cell.value


def taken(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("'"):
        return value[1:]
    if isinstance(value, str) and ISO.fullmatch(value):
        return dt.datetime.fromisoformat(value)
    return value


class Tables(base_classes.Tables):
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.found = list(sheet.cells_of.tables.values())

    def __len__(self) -> int:
        return len(self.found)

    def __call__(self, number: int) -> Table:
        return Table(self.found[number - 1].displayName, self.found[number - 1], self.sheet)

    def __iter__(self) -> Any:
        return (self(number) for number in range(1, len(self) + 1))


class Table(base_classes.Table):
    def __init__(self, name: str, described: Any = None, sheet: Sheet | None = None) -> None:
        self._name, self.described, self.sheet = name, described, sheet

    name = property(lambda self: self._name)
    range = property(lambda self: self.sheet.range(self.described.ref))

    @property
    def header_row_range(self) -> Range | None:
        left, top, right, _ = range_boundaries(self.described.ref)
        headed = self.described.headerRowCount != 0
        return Range(self.sheet, (top, left, top, right)) if headed and self.sheet else None

    @property
    def totals_row_range(self) -> Range | None:
        left, _, right, bottom = range_boundaries(self.described.ref)
        return (
            Range(self.sheet, (bottom, left, bottom, right)) if self.described.totalsRowCount and self.sheet else None
        )


class Names(base_classes.Names):
    def __init__(self, book: Book, names: Any) -> None:
        self.book, self.defined = book, names

    def __iter__(self) -> Any:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self.defined)

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name.name, name) for name in self._all()]

    def _all(self) -> list[Name]:
        return [Name(self.book, name) for name in self.defined.values()]


class Name(base_classes.Name):
    def __init__(self, book: Book, defined: Any) -> None:
        self.book, self.defined = book, defined

    name = property(lambda self: self.defined.name)
    refers_to = property(lambda self: f"={self.defined.attr_text}")

    @property
    def refers_to_range(self) -> Range:
        ((sheet, cells),) = self.defined.destinations
        return self.book.sheets(sheet).range(cells)


def calling(app: App, name: str, content: openpyxl.Workbook, shown: dict[str, Any] | None = None) -> Book:
    """Open a workbook and have it be the one that calls Python."""
    book = app.opened.add(name, content, shown)
    main.Book(impl=book).set_mock_caller()
    return book
