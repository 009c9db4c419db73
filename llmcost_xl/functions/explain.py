"""Worksheet functions: why another one fails."""

from __future__ import annotations

import difflib
from itertools import chain
from typing import Any

from llmcost_xl import functions  # looked into when a cell asks; this module is one of those it is made from
from llmcost_xl.cells import as_rows
from llmcost_xl.errors import LLMCostError
from llmcost_xl.worksheet import failure_id, spilling_function


@spilling_function  # it takes its arguments as they come, ranges included
def LLM_WHY(function_name: Any, *arguments: Any) -> Any:
    """Why a call fails, or what it gives, as text. =LLM_WHY("QUERY_COST","gpt4o",500,200) is about that QUERY_COST."""
    name = function_name.upper().strip("=() ")
    function = functions.FUNCTIONS.get(name)
    if function is None:
        nearest = difflib.get_close_matches(name, functions.FUNCTIONS, cutoff=0)
        return f"#NAME?: there is no function {name}; did you mean {', '.join(nearest)}?"
    try:
        return _in_words(function.explain(*arguments))
    except LLMCostError as error:
        return f"{error.excel}: {error}"
    except Exception as failure:  # noqa: BLE001  # whatever the cell would hide, this is the place to say it
        return f"#VALUE!: an error of our own, id {failure_id(failure)}; please report it"


def _in_words(answer: Any) -> str:
    if not isinstance(answer, list | tuple):
        return f"The call succeeds: {_shown(answer)}"
    rows = as_rows(answer)
    size = f"{len(rows)} x {len(rows[0])} cells"
    failed = [cell for cell in chain.from_iterable(rows) if isinstance(cell, LLMCostError)]
    if not failed:
        return f"The call succeeds: {size}, the first of which is {_shown(rows[0][0])}"
    row, column = next((r, row.index(failed[0])) for r, row in enumerate(rows) if failed[0] in row)
    return f"{failed[0].excel} in row {row + 1}, column {column + 1}: {failed[0]} ({len(failed)} of {size} fail)"


def _shown(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
