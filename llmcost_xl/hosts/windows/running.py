"""Asks every running Excel whether it has loaded the add-in and what a formula gives; prints JSON.

python -m llmcost_xl.hosts.windows.running llmcost-xl.xlam
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

FORMULA: Final = '=QUERY_COST("gpt-4o",500,200)'


def running(addin: str) -> list[dict[str, Any]]:
    """One entry for each running Excel."""
    import xlwings as xw  # noqa: PLC0415  # two seconds

    return [_asked(app, addin) for app in xw.apps]


def _asked(app: Any, addin: str) -> dict[str, Any]:
    try:
        app.books[addin]  # add-ins are not among the books, but answer to their names
    except KeyError:
        return {"addin_loaded": False, "answer": None}
    return {"addin_loaded": True, "answer": app.api.Evaluate(FORMULA)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(running(sys.argv[1])))
