"""Prices that people write themselves: a company's CSV file, or a range of a workbook with a header row.

Reading is strict. Everything is read as text (a range: as the cells are), and every doubtful line is refused with its
reason: an amount that could be read in two ways is worse than none.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.catalogue.checks import PriceTableError, check, usual_unit
from llmcost_xl.catalogue.quote import HORIZON
from llmcost_xl.catalogue.rows import ANY, COLUMNS, FX_PROVIDER, ROW_COMPONENTS, PriceRow
from llmcost_xl.catalogue.text import content_of, lines_of, number_reader
from llmcost_xl.dates import date_of_serial, date_of_text
from llmcost_xl.errors import EXCEL_ERRORS, CellError
from llmcost_xl.quantities import SERVICE_TIERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

REQUIRED: Final = ("model", "component", "price")
LAST_DAY: Final = dt.date(2099, 12, 31)  # a later one is a slip of the keyboard, as 9062 for 2026
MEANT: Final = {
    "from": "from_date",
    "date": "from_date or checked_on",
    "valid": "from_date",
    "currency": "unit (such as EUR per 1M tokens)",
    "tier": "service_tier",
    "threshold": "context_threshold",
    "unit": "unit",
}
"""A column of a range that is not ours but whose name contains such a word would be missed: the name it should have."""


def read_file(path: Path) -> list[PriceRow]:
    """The rows of a company's price file: CSV with a header row, comma or semicolon between fields.

    Raises:
        PriceTableError: the file cannot be read as a whole; every problem is listed.
    """
    return read_text(content_of(path), path.name)


def read_text(content: bytes, name: str) -> list[PriceRow]:
    """The rows of a price file that has been read already.

    Raises:
        PriceTableError: every problem of it.
    """
    lines = lines_of(content, name)
    prices = [at for at, cell in enumerate(lines[0] if lines else ()) if _column(cell) == "price"]
    number = number_reader(line[at] for at in prices for line in lines[1:] if at < len(line))
    return _Reader(name, number, _whole, date_of_text).rows(lines, ignore_other_columns=False)


def read_table(cells: list[list[Any]], name: str = "price_table") -> list[PriceRow]:
    """The rows of a worksheet range with a header row; other columns of the range are left alone.

    Raises:
        PriceTableError: a column is missing, or a row is doubtful.
        CellError: a cell of the range is itself an error.
    """
    return _Reader(name, _cell_number, _cell_number, _cell_date).rows(cells, ignore_other_columns=True)


class _Reader:
    """Turns lines into rows and collects what is wrong with them."""

    def __init__(
        self,
        name: str,
        number: Callable[[Any], float],
        whole: Callable[[Any], float],
        date: Callable[[Any], dt.date],
    ) -> None:
        self.name = name
        self.number = number
        self.whole = whole
        self.date = date
        self.problems: list[str] = []

    def rows(self, lines: list[list[Any]], *, ignore_other_columns: bool) -> list[PriceRow]:
        """Every row, or every problem."""
        columns = self._columns(lines[0] if lines else [], ignore_other_columns=ignore_other_columns)
        rows = []
        for number, line in enumerate(lines[1:], start=2):
            if all(_is_blank(cell) for cell in line):
                continue
            if len(line) != len(lines[0]):
                self.problems.append(f"row {number}: {len(line)} fields instead of {len(lines[0])}")
                continue
            try:
                row = self._row({column: line[at] for column, at in columns.items()})
            except ValueError as reason:
                self.problems.append(f"row {number}: {reason}")
            else:
                rows.append(row)
        if self.problems:
            raise PriceTableError(self.name, self.problems)
        return rows

    def _columns(self, header: list[Any], *, ignore_other_columns: bool) -> dict[str, int]:
        found: dict[str, int] = {}
        for position, cell in enumerate(header):
            column = _column(cell)
            if not column and not ignore_other_columns:
                raise PriceTableError(self.name, [f"column {position + 1} has no name; is a comma too many?"])
            if column in found:
                raise PriceTableError(self.name, [f"two columns are called {column}"])
            if column in COLUMNS:
                found[column] = position
            elif not ignore_other_columns:
                raise PriceTableError(self.name, [f"unknown column {cell!r}; the columns are {', '.join(COLUMNS)}"])
            else:
                self.problems += (
                    [f"column {cell!r} is none of ours; call it {_meant(column)}"] if _meant(column) else []
                )
        missing = [column for column in REQUIRED if column not in found]
        if missing:
            raise PriceTableError(self.name, [f"the header row has no column {', '.join(missing)}"])
        return found

    def _row(self, fields: dict[str, Any]) -> PriceRow:
        for column, cell in fields.items():
            if isinstance(cell, str) and cell in EXCEL_ERRORS:
                raise CellError(cell, f"{self.name}: the column {column} has the error {cell}")
        component = _word(fields, "component", ROW_COMPONENTS, "")
        model = _text(fields, "model")
        if not model:
            raise ValueError("model is blank")
        provider = _text(fields, "provider") or (ANY if model == ANY else "")
        if provider.lower() == FX_PROVIDER:
            provider, model = FX_PROVIDER, model.upper()
        row = PriceRow(
            provider=provider,
            model=model,
            component=component,
            from_date=self._date_of(fields, "from_date"),
            context_threshold=self._threshold(fields),
            service_tier=_word(fields, "service_tier", SERVICE_TIERS, "standard"),
            price=self._number_of(fields, "price", self.number),
            unit=_text(fields, "unit") or usual_unit(component, model),
            source=_text(fields, "source") or self.name,
            checked_on=self._date_of(fields, "checked_on"),
        )
        check(row)
        return row

    def _number_of(self, fields: dict[str, Any], column: str, read: Callable[[Any], float]) -> float:
        cell = fields[column]
        if _is_blank(cell):
            raise ValueError(f"{column} is blank")
        try:
            return read(cell)
        except ValueError as reason:
            raise ValueError(f"{column} {cell!r} {reason}") from None

    def _threshold(self, fields: dict[str, Any]) -> int:
        if _is_blank(fields.get("context_threshold")):
            return 0
        threshold = self._number_of(fields, "context_threshold", self.whole)
        if threshold < 0 or threshold % 1:
            raise ValueError(f"context_threshold {threshold!r} is no whole number of tokens, 0 or more")
        return int(threshold)

    def _date_of(self, fields: dict[str, Any], column: str) -> dt.date | None:
        cell = fields.get(column)
        if _is_blank(cell) or (cell == 0 and not isinstance(cell, bool)):  # a link to an empty cell gives 0
            return None
        try:
            day = self.date(cell)
        except ValueError:
            raise ValueError(f"{column} {cell!r} is no date; write it like 2026-11-30") from None
        if not HORIZON <= day <= LAST_DAY:
            raise ValueError(f"{column} {cell!r} is {day}; it must be from {HORIZON} to {LAST_DAY}")
        return day


def _column(cell: Any) -> str:
    """The name of a column as its title means it."""
    return re.sub(r"[\s_-]+", "_", str(cell or "").strip().lower())


def _meant(column: str) -> str:
    """The name that a near miss of a column should have; none for a column of other contents."""
    return next((name for word, name in MEANT.items() if word in column), "")


# -- fields ----------------------------------------------------------------------------------------------------


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _text(fields: dict[str, Any], column: str) -> str:
    cell = fields.get(column)
    if cell is None:
        return ""
    if not isinstance(cell, str):
        raise ValueError(f"{column} {cell!r} is not text")  # noqa: TRY004  # collected with the row's other reasons
    return cell.strip()


def _word(fields: dict[str, Any], column: str, choices: Sequence[str], usual: str) -> str:
    word = _text(fields, column).lower() or usual
    if word not in choices:
        raise ValueError(f"{column} {word!r} is none of {', '.join(choices)}")
    return word


def _whole(text: str) -> float:
    if not re.fullmatch("[0-9]+", text.strip()):
        raise ValueError("is no whole number of tokens; write it like 200000, without separators")
    return float(text)


def _cell_number(cell: Any) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise ValueError("is not a number")  # noqa: TRY004  # collected with the row's other reasons
    return float(cell)


def _cell_date(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    return date_of_text(cell) if isinstance(cell, str) else date_of_serial(_cell_number(cell))
