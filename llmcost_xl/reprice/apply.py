"""A plan carried out on a workbook's file: other values in the planned cells, and not a byte elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmcost_xl import ooxml

if TYPE_CHECKING:
    from llmcost_xl.ooxml import BookFile, New
    from llmcost_xl.ooxml.addresses import Position
    from llmcost_xl.ooxml.book import Changes
    from llmcost_xl.ooxml.evaluation import Register
    from llmcost_xl.reprice.plan import Plan, Puts


class Repriced(NamedTuple):
    """A repriced workbook."""

    content: bytes
    is_current: bool  # the values that the file keeps for formulas are right; False: dropped until it is opened
    recalculated: int  # formulas whose values depend on what changed
    notices: tuple[str, ...]  # what somebody should know before it is saved


def applied(book: BookFile, plan: Plan, *, register: Register | None = None) -> Repriced:
    """The workbook with the plan's values; `register` makes functions of an add-in known to the engine.

    Raises:
        RefusedError: a cell cannot be written, being part of an array formula or a merged area.
    """
    puts = {sheet: dict(cells) for sheet, cells in plan.puts.items() if cells}
    areas = dict(plan.appended)  # one list per sheet and pass
    later = plan.appended[:]
    for pair in areas.items():
        later.remove(pair)
    held = {sheet: {where: puts[sheet].pop(where) for where in list(puts[sheet]) if area.holds(where)}
            for sheet, area in later}  # fmt: skip
    changed = book.changed(_keyed(puts), appended=areas, register=register)
    recalculated = sum(map(len, changed.dependants.values()))
    is_current = changed.is_current
    for sheet, area in later:
        changed = ooxml.BookFile.read(changed.content).changed(
            _keyed({sheet: held[sheet]}), appended={sheet: area}, register=register
        )
        is_current = is_current and changed.is_current
    return Repriced(changed.content, is_current, recalculated, book.notices)


def _keyed(puts: Puts) -> Changes:
    """The same cells for a file, which knows them by name as well."""
    keyed: dict[str, dict[str | Position, New]] = {}
    for sheet, cells in puts.items():
        for where, value in cells.items():
            keyed.setdefault(sheet, {})[where] = value
    return keyed
