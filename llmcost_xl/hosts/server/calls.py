"""What a call of a worksheet function may look like, before xlwings reads it.

xlwings trusts what it is sent: a missing field or a cell of another shape is a failure of the server there, and Excel's
side of xlwings sends such a call three times. Here it is the caller's mistake, and said so at the cell.
"""

from __future__ import annotations

import json
import math
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.hosts.server.limits import LONGEST_BODY, RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CELLS: Final = 100_000
FEW_CELLS: Final = 200
MOST_ARGUMENTS: Final = 255  # this and the next are Excel's own limits
LONGEST_TEXT: Final = 32_767  # characters of a cell
SCALARS: Final = {str, int, float, bool, type(None)}
TEXTS: Final = {"func_name": True, "client": True, "version": True, "runtime": True, "caller_address": False,
                "culture_info_name": False, "date_format": False}  # fmt: skip
"""The texts of a call, and whether each has to be there."""


def check_call(body: bytes, functions: Mapping[str, Any]) -> bool:
    """See that a call's body is one xlwings can read, of a function that exists, and not too much for it.

    Returns:
        Whether it is done at once: one answer from few cells.

    Raises:
        RefusalError: it is not.
    """
    call = _object_in(body)
    for name, is_due in TEXTS.items():
        value = call.get(name)
        if not (isinstance(value, str) or (value is None and not is_due)):
            raise RefusalError(400, f"{name} must be text")
    if not _is_version(call["runtime"]):
        raise RefusalError(400, "runtime must be a version such as 1.4")
    function = functions.get(call["func_name"])
    if function is None:
        raise RefusalError(404, "there is no such function")
    given = call.get("args")
    if not isinstance(given, list):
        raise RefusalError(400, "args must be a list")
    ranges = _ranges(function, given)
    cells = sum(len(rows) * len(rows[0]) for rows in ranges)
    if cells > MOST_CELLS:
        raise RefusalError(413, _too_many(f"has {cells:,} cells"))
    for rows in ranges:
        _check_cells(rows)
    return _answers(function, given, functions) == 1 and cells <= FEW_CELLS


def check_book(body: bytes) -> None:
    """See that what a script is called with is a workbook as xlwings describes it.

    Raises:
        RefusalError: it is not.
    """
    sent = _object_in(body)
    shapes = {"client": str, "version": str, "book": dict, "names": list, "sheets": list}
    for name, shape in shapes.items():
        if not isinstance(sent.get(name), shape):
            raise RefusalError(400, f"{name} is missing from the workbook's description")
    arguments = sent.get("args") or []
    if not isinstance(arguments, list) or [type(one) for one in arguments] not in (
        [],
        [dict],
        [dict, str],
        [dict, str, dict],
    ):
        raise RefusalError(400, "a script takes the workbook's formulas, and the prices to go to as text")


def _object_in(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):  # ValueError: also a number of thousands of digits, or no UTF-8
        raise RefusalError(400, "the request is not JSON") from None
    if not isinstance(content, dict):
        raise RefusalError(400, "the request is not a JSON object")
    return content


def _is_version(text: str) -> bool:
    major, _, minor = text.partition(".")
    return major.isascii() and major.isdigit() and len(text) < len("1234.5678") and minor.isascii() and minor.isdigit()


def _ranges(function: Any, given: list[Any]) -> list[list[list[Any]]]:
    """The ranges of a call; an argument left out is null, an argument that repeats is a list of ranges."""
    declared = function.arguments
    if len(given) > len(declared):
        raise RefusalError(400, f"the function takes at most {len(declared)} arguments; received {len(given)}")
    ranges: list[list[list[Any]]] = []
    for position, (argument, cells) in enumerate(zip(declared, given, strict=False), start=1):
        if argument.is_rest and not isinstance(cells, list):
            raise RefusalError(400, f"argument {position} must be a list of ranges")
        if argument.is_rest and len(cells) > MOST_ARGUMENTS:
            raise RefusalError(400, f"a formula may have {MOST_ARGUMENTS} arguments; received {len(cells):,}")
        ranges += [_rows(one, position) for one in (cells if argument.is_rest else [cells]) if one is not None]
    return ranges


def _rows(cells: Any, position: int) -> list[list[Any]]:
    rows = isinstance(cells, list) and cells and all(isinstance(row, list) for row in cells)
    if not rows or not cells[0] or len({len(row) for row in cells}) > 1:
        raise RefusalError(400, f"argument {position} must be rows of cells, all of one length")
    return cells  # type: ignore[no-any-return]


def _check_cells(rows: list[list[Any]]) -> None:
    for cell in chain.from_iterable(rows):
        value = cell
        if type(cell) is dict:  # an error, a formatted number or another of Excel's data types
            value = cell.get("basicValue")
            if not isinstance(cell.get("type"), str) or "basicValue" not in cell:
                raise RefusalError(400, "a cell of a data type must have type and basicValue")
        kind = type(value)
        if kind not in SCALARS or (kind is float and not math.isfinite(value)):  # NaN: Python reads it
            raise RefusalError(400, "a cell must be a number, text, TRUE, FALSE or null")
        if kind is str and len(value) > LONGEST_TEXT:
            raise RefusalError(400, f"the text of a cell may have {LONGEST_TEXT:,} characters; received {len(value):,}")
        if kind is str and not value.isascii() and not _is_unicode(value):
            raise RefusalError(400, "the text of a cell must be Unicode")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair, which JSON can write and nobody can read
        return False
    return True


def _answers(function: Any, given: list[Any], functions: Mapping[str, Any]) -> int:
    """How many cells a call answers: a row against a column is a table, and a series counts for every answer.

    What gives no answer per cell, like the list of all models, gives as many as there are: the most, to be safe.
    """
    function, given = _asked_about(function, given, functions)
    if function is None:
        return MOST_CELLS
    pairs = [(argument, cells) for argument, cells in zip(function.arguments, given, strict=False) if cells]
    spread = [cells for argument, cells in pairs if argument.spreads]
    answers = max(map(len, spread), default=1) * max((len(rows[0]) for rows in spread), default=1)
    if answers > MOST_CELLS:
        raise RefusalError(413, _too_many(f"gives {answers:,} cells"))
    series = max(
        (len(rows) * len(rows[0]) for argument, rows in pairs if argument.quantity.kind == "series"), default=1
    )
    if answers * series > MOST_CELLS:
        raise RefusalError(413, _too_many(f"goes through a series of {series:,} cells {answers:,} times"))
    repeated = [rows for argument, rows in pairs if argument.quantity.kind == "any"]  # such as if_never
    longest = max((len(str(cell)) for rows in repeated for cell in chain.from_iterable(rows)), default=0)
    if answers * longest > LONGEST_BODY:
        raise RefusalError(
            413, f"an answer may have {LONGEST_BODY:,} characters; this one would have up to {answers * longest:,}"
        )
    return answers if spread else MOST_CELLS


def _asked_about(function: Any, given: list[Any], functions: Mapping[str, Any]) -> tuple[Any, list[Any]]:
    """What does the work of a call, and with which arguments: for LLM_WHY it is the function it is asked about."""
    while function and function.arguments and function.arguments[-1].is_rest:
        (first, *others), rest = given[: len(function.arguments) - 1], given[len(function.arguments) - 1 :]
        name = first[0][0] if first else None
        function = functions.get(name.upper().strip("=() ")) if isinstance(name, str) else None
        given = [*others, *chain.from_iterable(rest)]
    return function, given


def _too_many(what: str) -> str:
    return f"a call may have {MOST_CELLS:,} cells; this one {what}: split the range into several calls"
