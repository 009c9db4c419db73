"""What the server writes of itself: who called what and how it went, but never what stands in a cell.

A failure is logged by its kind and place. Its message may quote a cell, and so may the query of an address.
"""

from __future__ import annotations

import logging
import logging.config
import os
import traceback
from pathlib import PurePath
from typing import Any, Final

FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(process)d %(message)s"
ACCESS_LOG: Final = "uvicorn.access"
PATH_AT: Final = 2  # of the values of a line in the access log: client, method, path, HTTP version, status
CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
"""Characters that would start a new line, or tell a terminal what to do."""
QUOTES_A_CALL: Final = "Could not parse caller address"  # xlwings Server goes on to name workbook and sheet


class WithoutCells(logging.Filter):
    """Takes out of a record what could be the content of a cell."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, made fit to be kept."""
        if isinstance(record.msg, BaseException):
            record.msg, record.args = _kind_and_place(record.msg), None
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage()}: {_kind_and_place(record.exc_info[1])}", None
        record.exc_info = record.exc_text = None
        if record.name == ACCESS_LOG and isinstance(record.args, tuple) and len(record.args) > PATH_AT:
            path = str(record.args[PATH_AT]).partition("?")[0]
            record.args = (*record.args[:PATH_AT], path, *record.args[PATH_AT + 1 :])
        if isinstance(record.msg, str) and record.msg.startswith(QUOTES_A_CALL):
            record.msg, record.args = QUOTES_A_CALL, None
        record.msg, record.args = record.getMessage().translate(CONTROL), None  # a user's name may be anything
        return True


def configuration() -> dict[str, Any]:
    """How uvicorn sets up logging: everything on standard error, through the filter."""
    level = os.environ.get("XLWINGS_LOG_LEVEL", "INFO").upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_cells": {"()": WithoutCells}},
        "formatters": {"line": {"format": FORMAT}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_cells"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"handlers": [], "propagate": True} for name in ("uvicorn", ACCESS_LOG, "uvicorn.error")},
    }


def _kind_and_place(failure: BaseException) -> str:
    """The kinds of a failure and its causes, each with the line it comes from."""
    seen: list[str] = []
    cause: BaseException | None = failure
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)
        place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
        seen.append(type(cause).__name__ + place)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return ", from ".join(seen)
