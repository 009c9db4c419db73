"""Prices that people write themselves: a company's CSV file, or a range of a workbook with a header row.

Reading is strict. Everything is read as text (a range: as the cells are), and every doubtful line is refused with its
reason: an amount that could be read in two ways is worse than none.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.catalogue.rows import (
    ANY,
    CALL_COMPONENTS,
    COLUMNS,
    DEAREST,
    DISCOUNT,
    FX_PROVIDER,
    PER_CALLS,
    PER_TOKENS,
    RATE,
    ROW_COMPONENTS,
    PriceRow,
    default_unit,
)
from llmcost_xl.errors import EXCEL_ERRORS, CellError, WrongTypeError
from llmcost_xl.quantities import SERVICE_TIERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

REQUIRED: Final = ("model", "component", "price")
LARGEST_FILE: Final = 50_000_000  # bytes
PROBLEMS_SHOWN: Final = 10
EXCEL_EPOCH: Final = dt.date(1899, 12, 30)

_NUMBER: Final = re.compile(r"\d+(\.\d+)?([eE][-+]?\d+)?")
_PERHAPS_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_CURRENCY_UNIT: Final = re.compile(r"[A-Z]{3} (per 1M tokens|per 1k calls)")


class PriceTableError(WrongTypeError):
    """A price file or table that is not used; `problems` says for each bad row why."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        more = len(problems) - PROBLEMS_SHOWN
        shown = [*problems[:PROBLEMS_SHOWN], *([f"and {more} more"] if more > 0 else [])]
        super().__init__(f"{name}: " + "; ".join(shown))
        self.problems = tuple(problems)


def read_file(path: Path) -> list[PriceRow]:
    """The rows of a company's price file: CSV with a header row, comma or semicolon between fields.

    Raises:
        PriceTableError: the file cannot be read as a whole; every problem is listed.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PriceTableError(path.name, [f"larger than {LARGEST_FILE // 1_000_000} MB"])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PriceTableError(path.name, [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise PriceTableError(path.name, ["is not UTF-8 text; save it as CSV UTF-8"]) from None
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise PriceTableError(path.name, [f"is not CSV: {error}"]) from None
    return _Reader(path.name, _file_number(delimiter), _file_date).rows(lines, ignore_other_columns=False)


def read_table(cells: list[list[Any]], name: str = "price_table") -> list[PriceRow]:
    """The rows of a worksheet range with a header row; other columns of the range are left alone.

    Raises:
        PriceTableError: a column is missing, or a row is doubtful.
        CellError: a cell of the range is itself an error.
    """
    return _Reader(name, _cell_number, _cell_date).rows(cells, ignore_other_columns=True)


class _Reader:
    """Turns lines into rows and collects what is wrong with them."""

    def __init__(self, name: str, number: Callable[[Any], float], date: Callable[[Any], dt.date]) -> None:
        self.name = name
        self.number = number
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
        self.problems += _contradictions(rows)
        if self.problems:
            raise PriceTableError(self.name, self.problems)
        return rows

    def _columns(self, header: list[Any], *, ignore_other_columns: bool) -> dict[str, int]:
        found: dict[str, int] = {}
        for position, cell in enumerate(header):
            column = "_".join(str(cell or "").lower().split())
            if column in found:
                raise PriceTableError(self.name, [f"two columns are called {column}"])
            if column in COLUMNS:
                found[column] = position
            elif not ignore_other_columns:
                raise PriceTableError(self.name, [f"unknown column {cell!r}; the columns are {', '.join(COLUMNS)}"])
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
        row = PriceRow(
            provider=_text(fields, "provider") or (ANY if model == ANY else ""),
            model=model,
            component=component,
            from_date=self._date_of(fields, "from_date"),
            context_threshold=self._threshold(fields),
            service_tier=_word(fields, "service_tier", SERVICE_TIERS, "standard"),
            price=self._number_of(fields, "price"),
            unit=_text(fields, "unit") or _usual_unit(component, model),
            source=_text(fields, "source") or self.name,
            checked_on=self._date_of(fields, "checked_on"),
        )
        _check(row)
        return row

    def _number_of(self, fields: dict[str, Any], column: str) -> float:
        cell = fields[column]
        if _is_blank(cell):
            raise ValueError(f"{column} is blank")
        try:
            return self.number(cell)
        except ValueError as reason:
            raise ValueError(f"{column} {cell!r} {reason}") from None

    def _threshold(self, fields: dict[str, Any]) -> int:
        if _is_blank(fields.get("context_threshold")):
            return 0
        threshold = self._number_of(fields, "context_threshold")
        if threshold % 1:
            raise ValueError(f"context_threshold {threshold!r} is no whole number of tokens")
        return int(threshold)

    def _date_of(self, fields: dict[str, Any], column: str) -> dt.date | None:
        cell = fields.get(column)
        if _is_blank(cell):
            return None
        try:
            return self.date(cell)
        except (ValueError, OverflowError):
            raise ValueError(f"{column} {cell!r} is no date; write it like 2026-11-30") from None


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


def _file_number(delimiter: str) -> Callable[[str], float]:
    def number(text: str) -> float:
        if not _NUMBER.fullmatch(text.strip()):
            raise ValueError("is no plain number; write it like 0.15, with a point and without separators")
        if delimiter == ";" and _PERHAPS_THOUSANDS.fullmatch(text.strip()):
            raise ValueError("could mean thousands in a file with semicolons; write 1.25 or 1250")
        return float(text)

    return number


def _cell_number(cell: Any) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise ValueError("is not a number")  # noqa: TRY004  # collected with the row's other reasons
    return float(cell)


def _file_date(text: str) -> dt.date:
    if len(text.strip()) != len("2026-11-30"):
        raise ValueError(text)
    return dt.date.fromisoformat(text.strip())


def _cell_date(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, str):
        return _file_date(cell)
    return EXCEL_EPOCH + dt.timedelta(days=int(_cell_number(cell)))


# -- whole rows ------------------------------------------------------------------------------------------------


def _usual_unit(component: str, model: str) -> str:
    return {DISCOUNT: "fraction", RATE: f"{model} per USD"}.get(component) or default_unit(component)


def _check(row: PriceRow) -> None:
    """Refuse what cannot be meant."""
    price = row.price or 0.0
    if not 0 <= price < float("inf"):
        raise ValueError(f"price {price!r} must be 0 or more")
    if (row.provider == FX_PROVIDER) != (row.component == RATE):
        raise ValueError("an exchange rate has provider fx and component rate")
    if row.model == ANY and row.component != DISCOUNT:
        raise ValueError("model * is for discounts")
    if row.provider == ANY and row.model != ANY:
        raise ValueError("provider * goes with model *")
    if row.component in (DISCOUNT, RATE):
        _check_factor(row, price)
        return
    expected = PER_CALLS if row.component in CALL_COMPONENTS else PER_TOKENS
    if not _CURRENCY_UNIT.fullmatch(row.unit) or not row.unit.endswith(expected):
        raise ValueError(f"unit {row.unit!r} of {row.component} must be like {default_unit(row.component)!r}")
    if row.currency == "USD" and price > DEAREST:
        raise ValueError(f"price {price:g} {row.unit} is beyond belief; is it per 1M tokens?")


def _check_factor(row: PriceRow, price: float) -> None:
    if row.unit != _usual_unit(row.component, row.model):
        raise ValueError(f"unit {row.unit!r} of {row.component} must be {_usual_unit(row.component, row.model)!r}")
    if row.context_threshold or row.service_tier != "standard":
        raise ValueError(f"a {row.component} has no context_threshold or service_tier")
    if row.component == DISCOUNT and price > 1:
        raise ValueError(f"discount {price!r} must be a fraction from 0 to 1")
    if row.component == RATE and not price:
        raise ValueError("a rate must be above 0")


def _contradictions(rows: list[PriceRow]) -> Iterable[str]:
    """Rows that cannot both be right."""
    counted = Counter((row.provider.lower(), row.model.lower(), *row.key[2:]) for row in rows)
    for (provider, model, component, tier, threshold, since), count in counted.items():
        if count > 1:
            what = f"{provider}/{model}".strip("/")
            yield f"{count} rows for {what} {component}, {tier}, above {threshold}, from {since or 'the start'}"
    units = {(row.provider.lower(), row.model.lower(), row.component, row.service_tier): row.unit for row in rows}
    for row in rows:
        first = units[row.provider.lower(), row.model.lower(), row.component, row.service_tier]
        if row.unit != first:
            yield f"{row.model} {row.component} is stated in {row.unit} and in {first}"
