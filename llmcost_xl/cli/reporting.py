"""`llmcost-xl reprice --report`: what the prices move, on standard output; what was done, on standard error."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

from llmcost_xl.cli.repriced import say_notices, summary
from llmcost_xl.cli.stop import Stop, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from llmcost_xl.reprice.files import Outcome, Telling

FORMATS: Final = ("text", "md", "html")
WIDTH: Final = 120
"""Of a report that goes into a file or through a pipe, in characters."""


def telling_of(report: str, usage: Path | None, method: str, *, sheet: bool, json: bool) -> Telling | None:
    """What the options of a report mean; None where none is asked for.

    Raises:
        Stop: one of them cannot be meant, or the file of usage cannot be read.
    """
    from llmcost_xl.errors import RefusedError  # noqa: PLC0415
    from llmcost_xl.reprice.files import Telling  # noqa: PLC0415
    from llmcost_xl.reprice.report.bridge import METHODS  # noqa: PLC0415
    from llmcost_xl.reprice.report.usage import read  # noqa: PLC0415

    if method not in METHODS:
        raise Stop(Stop.USAGE, f"--method is {' or '.join(METHODS)}; received {method!r}")
    if report and report not in FORMATS:
        raise Stop(Stop.USAGE, f"--report is {', '.join(FORMATS)}; received {report!r}")
    if report and json:
        raise Stop(Stop.USAGE, "--report and --json both write to standard output; give one of them")
    if not (report or sheet):
        if usage is not None or method != "sequential":
            raise Stop(Stop.USAGE, "--usage and --method go with --report or --sheet")
        return None
    try:
        return Telling(read(usage) if usage else None, method, sheet)
    except RefusedError as refused:
        raise Stop(Stop.REFUSED, f"--usage: {refused}") from None
    except OSError as error:
        raise Stop(Stop.FILE, f"--usage {usage}: {error.strerror or error}") from None


def show_reports(outcomes: Sequence[Outcome], form: str) -> None:
    """The reports, and what became of each file."""
    reports = [outcome.report for outcome in outcomes if outcome.report is not None]
    for outcome in outcomes:
        say_notices(outcome)
        say(outcome.problem or f"{outcome.path}: {summary(outcome)}")
    if not reports:
        return
    from llmcost_xl.reprice import telling  # noqa: PLC0415

    if form == "html":
        written = telling.as_page(reports)
    elif form == "md":
        written = "\n\n".join(map(telling.in_markdown, reports))
    else:
        width = shutil.get_terminal_size((WIDTH, 0)).columns if sys.stdout.isatty() else WIDTH
        written = "\n\n".join(telling.for_terminal(report, width) for report in reports)
    sys.stdout.write(written)
