"""Worksheet functions: why another one fails."""

from __future__ import annotations

import difflib
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from llmcost_xl import functions  # looked into when a cell asks; this module is one of those it is made from
from llmcost_xl.catalogue import report
from llmcost_xl.catalogue.bundled import book_with
from llmcost_xl.cells import as_rows
from llmcost_xl.errors import LLMCostError
from llmcost_xl.worksheet import failure_id, spilling_function

if TYPE_CHECKING:
    from collections.abc import Sequence


@spilling_function  # it takes its arguments as they come, ranges included
def LLM_WHY(function_name: Any, *arguments: Any) -> Any:
    """Why a call fails, or what it gives, as text. =LLM_WHY("QUERY_COST","gpt4o",500,200) is about that QUERY_COST.

    Result: one text.
    See also: LLM_PRICE_SOURCE, LLM_MODELS.
    """
    name = function_name.upper().strip("=() ")
    function = functions.FUNCTIONS.get(name)
    if function is None:
        nearest = difflib.get_close_matches(name, functions.FUNCTIONS, cutoff=0)
        return f"#NAME?: there is no function {name}; did you mean {', '.join(nearest)}?"
    try:
        said, fails = _in_words(function.explain(*arguments))
        meant = None if fails else prices_meant(function, arguments)
    except LLMCostError as error:
        return f"{error.excel}: {error}"
    except Exception as failure:  # noqa: BLE001  # whatever the cell would hide, this is the place to say it
        return f"#VALUE!: an error of our own, id {failure_id(failure)}; please report it"
    return f"{said}; {meant}" if meant else said


def _in_words(answer: Any) -> tuple[str, bool]:
    """What a call gives, and whether any of it is an error."""
    if not isinstance(answer, list | tuple):
        return f"The call succeeds: {_shown(answer)}", False
    rows = as_rows(answer)
    size = f"{len(rows)} x {len(rows[0])} cells"
    failed = [cell for cell in chain.from_iterable(rows) if isinstance(cell, LLMCostError)]
    if not failed:
        return f"The call succeeds: {size}, the first of which is {_shown(rows[0][0])}", False
    row, column = next((r, row.index(failed[0])) for r, row in enumerate(rows) if failed[0] in row)
    place = f"row {row + 1}, column {column + 1}"
    return f"{failed[0].excel} in {place}: {failed[0]} ({len(failed)} of {size} fail)", True


def prices_meant(function: Any, cells: Sequence[Any]) -> report.Meaning | None:
    """The model and the prices that a call rests on, of ranges the first cells'; None where it rests on none.

    Raises:
        LLMCostError: the call is refused.
    """
    given = {
        argument.name: argument.value(_first(cell) if argument.spreads else cell)
        for argument, cell in zip_longest(function.arguments, cells[: len(function.arguments)])
        if argument.name in ("model", "as_of", "service_tier", "price_table")
    }
    if "model" not in given:
        return None
    book = book_with(given.get("price_table"))
    return report.meaning(book, given["model"], given.get("as_of"), given.get("service_tier", "standard"))


def _first(cell: Any) -> Any:
    return as_rows(cell)[0][0] if isinstance(cell, list | tuple) else cell


def _shown(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
