"""A small engine for xlwings over workbooks in memory, with what the commands of the ribbon touch and nothing else.

xlwings' own objects (Book, Sheet, Range, App) run on it, as they run on Excel. Cells hold openpyxl's constants and
formulas; a formula's value is what the test says it shows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries
from xlwings import base_classes, main


class Engine:
    """What xlwings asks of an engine."""

    name = "memory"
    type = "desktop"

    @staticmethod
    def clean_value_data(rows: Any, _dates: Any, _empty: Any, _numbers: Any, err_to_str: bool) -> Any:
        """An error is as good as nothing to xlwings, unless its text is asked for."""
        return [[None if str(cell).startswith("#") and not err_to_str else cell for cell in row] for row in rows]


class Api:
    """Excel's own object behind `app.api`."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.DefaultFilePath = str(app.documents)
        self.calculated = 0
        self.evaluate: Any = lambda _: None

    def CalculateFull(self) -> None:
        if self.app.broken:
            raise RuntimeError("0x800ac472")
        self.calculated += 1

    def Evaluate(self, formula: str) -> Any:
        return self.evaluate(formula)


class App(base_classes.App):
    def __init__(self, documents: Path) -> None:
        self.engine = Engine
        self.documents = documents
        self.broken = False
        self.messages: list[tuple[str, str]] = []
        self.status: list[Any] = [False]  # as Excel says that the status bar is its own
        self.selected: Any = None
        self.opened = Books(self)
        self.excel = Api(self)

    pid = 1
    api = property(lambda self: self.excel)
    books = property(lambda self: self.opened)
    selection = property(lambda self: self.selected)
    status_bar = property(lambda self: self.status[-1], lambda self, text: self.status.append(text))

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: Any) -> str:
        assert (title, buttons, callback) == ("LLM Cost", "ok", None)
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

    def open(self, fullname: str, *_: Any) -> Book:
        return self.add(Path(fullname).name, openpyxl.load_workbook(fullname))

    def add(self, name: str, content: openpyxl.Workbook, shown: dict[str, Any] | None = None) -> Book:
        book = Book(self.app, name, content, shown or {})
        self.books.append(book)
        return book


class Book(base_classes.Book):
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

    def __call__(self, name: str) -> Sheet:
        return Sheet(self.book, self.book.content[name])


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, cells: Any) -> None:
        self._book, self.cells_of = book, cells

    book = property(lambda self: self._book)
    name = property(lambda self: self.cells_of.title)
    names = property(lambda self: Names(self._book, self.cells_of.defined_names))
    used_range = property(lambda self: self.range(self.cells_of.dimensions))

    def range(self, first: Any, last: Any = None) -> Range:
        if isinstance(first, Range):
            row, column = first.at[:2]
            return Range(self, (row, column, *(last or first).at[2:]))
        if isinstance(first, tuple):
            return Range(self, (*first, *first))
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
        return self._sheet.cells_of.cell(*self.at[:2]).coordinate

    @property
    def formula(self) -> str:
        content = self._sheet.cells_of.cell(*self.at[:2]).value
        return "" if content is None else str(content)

    @property
    def table(self) -> Table | None:
        for table in self._sheet.cells_of.tables.values():
            left, top, right, bottom = range_boundaries(table.ref)
            if top <= self.row <= bottom and left <= self.column <= right:
                return Table(table.displayName)
        return None

    @property
    def raw_value(self) -> list[list[Any]]:
        top, left, bottom, right = self.at
        rows = self._sheet.cells_of.iter_rows(top, bottom, left, right)
        return [[self._sheet.book.shown.get(cell.coordinate, cell.value) for cell in row] for row in rows]


class Table(base_classes.Table):
    def __init__(self, name: str) -> None:
        self._name = name

    name = property(lambda self: self._name)


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
