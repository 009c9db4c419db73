"""Rows for new prices: first the spare ones of a table, then those below it, where formulas would see them."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING, Final, NamedTuple

from llmcost_xl.ooxml import Area, address
from llmcost_xl.reprice.prices import NO_ROOM, Price
from llmcost_xl.reprice.table import ASSUMPTION, VERIFIED, is_blank

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from llmcost_xl.ooxml import BookFile, New
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.reprice.history import Decision, History
    from llmcost_xl.reprice.prices import Written
    from llmcost_xl.reprice.table import PriceTable
    from llmcost_xl.reprice.target import Stated

COPIED: Final = ("provider", "model", "component", "service_tier", "context_threshold", "unit", "currency")
"""What a new row has in common with the one that it follows on."""


class _NewRow(NamedTuple):
    """A row to add: one price, or those of all components where the table has a column for each."""

    since: dt.date
    decisions: list[Decision]


class Placing:
    """Where the new rows of one table go."""

    def __init__(self, book: BookFile, table: PriceTable, histories: Mapping[Written, History]) -> None:
        self._book, self._table, self._histories = book, table, histories
        self.puts: dict[Position, New] = {}
        self.below: Area | None = None
        self.decisions: list[tuple[Decision, str]] = []  # with the cell of each
        self._free = list(table.spare)

    def placed(self, decisions: list[Decision]) -> Placing:
        """Find a place for each; the prices of a model go in together or not at all."""
        groups: dict[Written, list[Decision]] = {}
        for decision in decisions:
            groups.setdefault(_of_component(decision.price.written, ""), []).append(decision)
        by_model = [_rows(group) for group in groups.values()]
        spare = list(product(self._free, self._columns))
        blind = self._blind(spare, chain.from_iterable(by_model)) if by_model and spare else ""
        if blind:
            reason = (
                f"{blind} reads the filled rows only, not row {self._free[0]} and the next; --in-place changes them"
            )
            self._refuse(chain.from_iterable(by_model), reason)
            return self
        waiting: list[_NewRow] = []
        for rows in by_model:
            if len(rows) <= len(self._free):
                for row in rows:
                    self._write(row, self._free.pop(0))
            else:
                waiting += rows
        if waiting and not self._free:
            self._append(waiting)
        elif waiting:
            self._refuse(waiting, f"{len(waiting)} rows to add, and {len(self._free)} spare ones left")
        return self

    def _append(self, rows: list[_NewRow]) -> None:
        """Rows below the table."""
        area = self._table.area
        below = Area(area.bottom + 1, area.left, area.bottom + len(rows), area.right)
        reason = self._hindrance(below, rows)
        if reason:
            self._refuse(rows, reason)
            return
        self.below = below
        for number, row in enumerate(rows, start=below.top):
            self._write(row, number)

    def _hindrance(self, below: Area, rows: list[_NewRow]) -> str:
        """Why rows below the table would not do."""
        table = self._table
        if table.totals:
            return f"the table {table.name!r} ends with totals; insert {len(rows)} rows above them"
        around = below._replace(bottom=below.bottom + 1)  # an empty row keeps the table apart from what follows
        for cell in self._book.sheet(table.sheet).cells():
            if around.holds(cell.where) and not is_blank(cell):
                return f"{cell.address} is in the way; insert {len(rows)} rows below row {table.area.bottom}"
        blind = self._blind(below.positions(), rows)
        if not blind:
            return ""
        return f"{blind} reads the rows above only, not one below row {table.area.bottom}; --in-place changes them"

    @property
    def _columns(self) -> range:
        return range(self._table.area.left, self._table.area.right + 1)

    def _blind(self, cells: Iterable[Position], rows: Iterable[_NewRow]) -> str:
        """A formula that reads the prices there are, but would not read those in these cells.

        One that has a copy of its own for the new row, as the next line of a list has, is none.
        """
        table, book, added = self._table, self._book, set(cells)
        followed = {decision.price.record.row for row in rows for decision in row.decisions}
        old = book.dependants({table.sheet: set(product(followed, self._columns))})
        longer = {table.name: table.area.covering(max(added))} if table.name else {}
        new = book.dependants({table.sheet: added}, longer)
        steps = {row - before for row, _ in added for before in followed}
        for sheet, found in old.items():
            seen = new.get(sheet, set())
            only = seen - found
            for row, column in sorted(found - seen):
                is_within = sheet == table.sheet and table.area.holds((row, column))
                if not is_within and not any((row + step, column) in only for step in steps):
                    return f"{sheet}!{address((row, column))}"
        return ""

    def _refuse(self, rows: Iterable[_NewRow], reason: str) -> None:
        for row in rows:
            self.decisions += [
                (decision._replace(kind=NO_ROOM, reason=reason), decision.price.address) for decision in row.decisions
            ]

    def _write(self, row: _NewRow, number: int) -> None:
        """The cells of a new row."""
        first, table = row.decisions[0].price, self._table
        stated = row.decisions[0].stated
        assert stated is not None  # noqa: S101  # a row is added because somebody states a price
        values: dict[str, New] = {name: _copied(first, name) for name in COPIED}
        values |= {"from_date": as_there(first, row.since), **beside(first, stated)}
        for name, value in values.items():
            if name in table.columns and value is not None:
                self.puts[number, table.columns[name]] = value
        for column, component in table.prices.items():
            amount = self._amount(row, component or first.component)
            if amount is not None:
                self.puts[number, column] = in_unit(amount, first.factor)
        for decision in row.decisions:
            self.decisions.append((decision, address((number, decision.price.column))))

    def _amount(self, row: _NewRow, component: str) -> float | None:
        """The new price of a component; the one that goes on where another one of the model changes."""
        for decision in row.decisions:
            if decision.price.component == component:
                return decision.new
        history = self._histories.get(_of_component(row.decisions[0].price.written, component))
        standing = [each for each in history.rows if each.since <= row.since] if history else []
        return standing[-1].amount if standing else None


def _of_component(written: Written, component: str) -> Written:
    return written._replace(series=written.series._replace(component=component))


def _rows(group: list[Decision]) -> list[_NewRow]:
    """The new rows of a model, oldest first: one per price, or per day where every component has its column."""
    if group[0].price.table.prices[group[0].price.column]:
        days: dict[dt.date, list[Decision]] = {}
        for decision in group:
            assert decision.since is not None  # noqa: S101  # an added row has its day
            days.setdefault(decision.since, []).append(decision)
        return [_NewRow(day, days[day]) for day in sorted(days)]
    return [_NewRow(decision.since, [decision]) for decision in group if decision.since]


def in_unit(amount: float, factor: float) -> float:
    """A price of the catalogue in the unit of a table, to 12 digits."""
    return float(f"{amount * factor:.12g}")


def beside(price: Price, stated: Stated) -> dict[str, New]:
    """What a row says of where its price comes from."""
    found: dict[str, New] = {"source": stated.source}
    if stated.checked_on:
        found["checked_on"] = stated.checked_on
    if price.table.has_status:
        is_listed = stated.source.startswith("genai-prices") and ";" not in stated.source
        found["status"] = VERIFIED if is_listed else ASSUMPTION
    return found


def _copied(price: Price, name: str) -> New:
    cell = price.table.cell(price.record, name)
    return None if cell.formula is not None else cell.value


def as_there(price: Price, day: dt.date) -> New:
    """A day as the table writes them: as a date, or as text."""
    return day.isoformat() if isinstance(price.table.cell(price.record, "from_date").value, str) else day
