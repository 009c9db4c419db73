"""The usage of the option that the workbook model-choice recommends, a month: its own tries, and those that follow.

Options are alternatives, which nobody adds up. Where other prices make another option the cheapest, the one before is
discontinued and the one after is new. An option that the company hosts itself has no spend on tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from llmcost_xl.engine.variance import Factors
from llmcost_xl.quantities import TOKENS_PER_PRICE_UNIT
from llmcost_xl.reprice.report.layouts import KINDS, PLANNED
from llmcost_xl.reprice.report.recorded import PER, Key, Recorded, begins_with

if TYPE_CHECKING:
    from llmcost_xl.ooxml import Value
    from llmcost_xl.reprice.report.state import State

TITLE: Final = "Choice of a model"
TRIES, FALLBACK, OPTIONS, CHOICE, PRICES = "Calc_Tries", "Calc_Fallback", "Calc_Options", "Calc_Choice", "Prices"
FIRST: Final = "Option"
"""The first heading of the tables of options."""

Option: TypeAlias = "dict[str, Value]"


class _Part(NamedTuple):
    """Who answers, and what share of the requests comes to that option's first try."""

    option: Option
    share: float


def of_choice(state: State) -> Recorded | None:
    """What the recommended option uses; None in other workbooks."""
    if not (state.is_computed and state.has(TRIES) and begins_with(state, TRIES, TITLE)):
        return None
    lines: dict[Key, dict[str, Factors]] = {}
    said: dict[Key, float | None] = {}
    unknown: set[Key] = set()
    for key, part in _parts(state).items():
        factors = _factors(state, part)
        if factors is None:
            unknown.add(key)
        else:
            lines[key] = factors
            cost = part.option["Cost of its tries"]
            queries = _single(state, OPTIONS, "Queries per month")
            said[key] = queries * part.share * cost if queries is not None and isinstance(cost, float | int) else None
    unit = next((line.unit for line in state.page(PRICES).find("Exchange rate")), "USD")
    return Recorded(PLANNED, "a month", unit.partition(PER)[0], lines, frozenset(unknown), said, None, {})


def _parts(state: State) -> dict[Key, _Part]:
    """The options that answer: the recommended one, and the one that follows where its answers fail."""
    tries, fallback = _options(state, TRIES), _options(state, FALLBACK)
    number = int(_single(state, CHOICE, "Number of the recommended option") or 0)
    if not 0 < number <= len(tries):
        return {}
    row = fallback[number - 1]
    starts, handed = _number(row, "Share that starts here"), _number(row, "Handed on to the fallback")
    found = [_Part(tries[number - 1], starts)]
    after = int(_number(row, "Then option no. (0: none)"))
    if _number(row, "Falls back (flag)") and 0 < after <= len(tries):
        found.append(_Part(tries[after - 1], starts * handed + 1 - starts))
    return {
        Key(str(part.option[FIRST]), str(part.option["API model"]), ""): part
        for part in found
        if part.option["API model"] and part.share
    }


def _factors(state: State, part: _Part) -> dict[str, Factors] | None:
    """What the cost of one kind of tokens is the product of; None where a part of it is not known."""
    queries = _single(state, OPTIONS, "Queries per month")
    level, fx = _single(state, TRIES, "API prices, against the list"), _single(state, PRICES, "Exchange rate")
    tries = part.option["Tries on average"]
    if queries is None or level is None or not fx or not isinstance(tries, float | int):
        return None
    found = {}
    for kind in KINDS:
        tokens = _single(state, TRIES, f"{kind.capitalize()} tokens")
        price = part.option[f"{kind.capitalize()} price"]
        if tokens is None or not isinstance(price, float | int):
            return None
        asked = queries * part.share * tries
        found[kind] = Factors(asked, tokens / TOKENS_PER_PRICE_UNIT, price / fx * level, fx)
    return found


def _options(state: State, sheet: str) -> list[Option]:
    """The rows of the table of options on a sheet, by their headings; of two alike, the last."""
    page = state.page(sheet)
    head = next(row for (row, column), value in page.values.items() if column == 1 and value == FIRST)
    titles = {column: str(value) for (row, column), value in page.values.items() if row == head}
    rows = []
    row = head + 2  # below the units
    while page[row, 1] is not None and page[row, 1] != "Total":
        rows.append({title: page[row, column] for column, title in titles.items()})
        row += 1
    return rows


def _number(option: Option, title: str) -> float:
    value = option[title]
    return float(value) if isinstance(value, float | int) else 0.0


def _single(state: State, sheet: str, label: str) -> float | None:
    value = next((line.single for line in state.page(sheet).find(label)), None)
    return float(value) if isinstance(value, float | int) else None
