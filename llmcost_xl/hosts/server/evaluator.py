"""Evaluates a formula that somebody sent: in a process of its own, with little time and memory.

A formula is a program: SEQUENCE(99999,99999) would take the whole server down with it. The process starts in a tenth
of a second, answers one question and ends; it reads the prices as they are now.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.hosts.server.tokens import TOKENS_VARIABLE

if TYPE_CHECKING:
    from llmcost_xl.calc import Answer

SECONDS: Final = 5
MEMORY: Final = 1 << 30  # bytes of address space, most of which libraries reserve without using it
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
"""Libraries that compute in parallel reserve memory for each core of the machine, used or not."""

FORMULA_LIMIT: Final = 8192  # characters, as Excel's own
CELLS_LIMIT: Final = 10_000
ROWS_SHOWN: Final = 30
COLUMNS_SHOWN: Final = 12
TEXT_SHOWN: Final = 2_000  # characters of a cell
CALLS_SHOWN: Final = 12


class NoAnswerError(Exception):
    """The question has no answer; the message says why."""


# -- the server's side -------------------------------------------------------------------------------------------


def ask(kind: str, question: dict[str, Any]) -> dict[str, Any]:
    """Evaluate or explain a formula: {"formula": "=..."}, to explain also the cells of its references as rows.

    Raises:
        NoAnswerError: the formula cannot be read, or takes too much.
    """
    given = json.dumps({"kind": kind, "formula": _formula(question), "cells": _cells(question)})
    command = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=_environment(),
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoAnswerError(f"the formula was stopped: it takes longer than {SECONDS} seconds") from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise NoAnswerError("the formula was stopped: it needs too much memory or time") from None
    if "error" in answer:
        raise NoAnswerError(answer["error"])
    return answer


def _environment() -> dict[str, str]:
    """The server's, without its settings and secrets, which a formula has no business with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XLWINGS_")}
    kept.pop(TOKENS_VARIABLE, None)
    return kept | ONE_THREAD


def _formula(question: dict[str, Any]) -> str:
    formula = question.get("formula")
    if not isinstance(formula, str) or not formula.strip().removeprefix("="):
        raise NoAnswerError("there is no formula to evaluate")
    if len(formula) > FORMULA_LIMIT:
        raise NoAnswerError(f"the formula has {len(formula):,} characters; at most {FORMULA_LIMIT:,} are taken")
    return formula


def _cells(question: dict[str, Any]) -> dict[str, list[list[Any]] | None]:
    """The cells behind each reference: rows of equal length, or None for a name without cells."""
    cells = question.get("cells", {})
    if not isinstance(cells, dict) or not all(rows is None or _is_block(rows) for rows in cells.values()):
        raise NoAnswerError("the cells of the formula's references did not arrive as rows of cells")
    count = sum(len(rows) * len(rows[0]) for rows in cells.values() if rows)
    if count > CELLS_LIMIT:
        raise NoAnswerError(f"the formula refers to {count:,} cells; at most {CELLS_LIMIT:,} are looked at")
    return cells


def _is_block(rows: Any) -> bool:
    return (
        isinstance(rows, list)
        and bool(rows)
        and all(isinstance(row, list) and bool(row) and len(row) == len(rows[0]) for row in rows)
        and all(cell is None or isinstance(cell, str | int | float) for row in rows for cell in row)
    )


# -- the process of its own --------------------------------------------------------------------------------------


def main() -> None:
    """Answer the question on standard input."""
    _limit()
    sys.stdout.write(json.dumps(_answered(json.load(sys.stdin)), default=str))


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415  # not on Windows, where only the time is limited
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answered(question: dict[str, Any]) -> dict[str, Any]:
    from llmcost_xl.calc import FormulaError  # noqa: PLC0415  # after the limits are set
    from llmcost_xl.worksheet import failure_id  # noqa: PLC0415

    try:
        return (_explained if question["kind"] == "explain" else _evaluated)(question)
    except FormulaError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "the formula was stopped: it needs too much memory"}
    except Exception as failure:  # noqa: BLE001  # its words could quote a cell: a number says where it was
        return {"error": f"an error of our own, id {failure_id(failure)}; please report it"}


def _explained(question: dict[str, Any]) -> dict[str, Any]:
    """What the formula does in words, or the references whose cells have to be sent along first."""
    from llmcost_xl.hosts.explain import explain_formula  # noqa: PLC0415

    cells = question["cells"]
    missing: dict[str, None] = {}

    def read(reference: str) -> Any:
        if reference not in cells:
            missing[reference] = None
            return [[None]]
        return cells[reference]

    explanation = explain_formula(question["formula"], read)
    if missing:
        return {"needs": list(missing)}
    return {
        "problem": explanation.problem,
        "answer": _told(explanation.answer) if explanation.answer else None,
        "calls": [asdict(call) for call in explanation.calls[:CALLS_SHOWN]],
        "more_calls": max(0, len(explanation.calls) - CALLS_SHOWN),
        "not_reached": explanation.not_reached,
    }


def _evaluated(question: dict[str, Any]) -> dict[str, Any]:
    """What the formula shows, and why where that is an error."""
    from llmcost_xl.calc import evaluate  # noqa: PLC0415

    return _told(evaluate(question["formula"]))


def _told(answer: Answer) -> dict[str, Any]:
    from llmcost_xl.catalogue.bundled import default_book  # noqa: PLC0415

    rows = answer.rows
    return {
        "rows": [[_cut(cell) for cell in row[:COLUMNS_SHOWN]] for row in rows[:ROWS_SHOWN]],
        "height": len(rows),
        "width": len(rows[0]),
        "reasons": [{"function": one.function, "code": one.code, "why": one.why} for one in answer.reasons],
        "remarks": answer.remarks,
        "prices_as_of": default_book().as_of.isoformat() if answer.asks_prices else None,
    }


def _cut(cell: Any) -> Any:
    return f"{cell[:TEXT_SHOWN]} ..." if isinstance(cell, str) and len(cell) > TEXT_SHOWN else cell


if __name__ == "__main__":
    main()
