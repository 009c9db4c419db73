"""Opening a workbook that somebody sent: whatever a library stumbles over becomes one refusal."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from openpyxl import DEFUSEDXML, load_workbook

from llmcost_xl.errors import RefusedError

if TYPE_CHECKING:
    from openpyxl import Workbook


def opened(content: bytes, *, values: bool = False) -> Workbook:
    """A workbook with its formulas, or with the values stored beside them; `content` is what the guard let pass.

    Raises:
        RefusedError: openpyxl cannot make sense of it.
    """
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl reads XML without defusedxml; install it")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that openpyxl does not keep; nothing is saved
            return load_workbook(io.BytesIO(content), data_only=values, keep_links=False)
    except Exception as problem:  # damaged files make it raise whatever lies at hand
        reason = " ".join(str(problem).split())[:200] or type(problem).__name__
        raise RefusedError(f"damaged: {reason}") from problem
