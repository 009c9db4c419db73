"""Repricing files, one or a drive full of them: found, planned, saved, and told about, whatever happens to one."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from llmcost_xl.catalogue.vetting import LARGEST_JUMP
from llmcost_xl.errors import RefusedError, in_words
from llmcost_xl.ooxml import BookFile
from llmcost_xl.ooxml.notices import is_signed
from llmcost_xl.reprice.apply import applied
from llmcost_xl.reprice.plan import Plan, Row, planned
from llmcost_xl.reprice.prices import APPENDED, CHANGED
from llmcost_xl.reprice.undo import saved
from llmcost_xl.reprice.units import NONE, Unit
from llmcost_xl.workbook.replacing import BACKUP
from llmcost_xl.workbook.saving import save

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from llmcost_xl.ooxml.evaluation import Register
    from llmcost_xl.reprice.report import Report
    from llmcost_xl.reprice.report.usage import Usage
    from llmcost_xl.reprice.target import Target

PATTERNS: Final = ("**/*.[xX][lL][sS][xX]", "**/*.[xX][lL][sS][mM]")
FINE: Final = "repriced"
PLANNED: Final = "would be repriced"
NOTHING: Final = "nothing to do"
NO_PRICES: Final = "no price table"
REFUSED: Final = "refused"
FAILED: Final = "not written"
UNREADABLE: Final = "not read"


@dataclass(frozen=True)
class Telling:
    """What is to be said of what the prices move: always a report, and as a sheet of the workbook where asked for."""

    usage: Usage | None = None  # in the place of what the workbook records
    method: str = "sequential"
    sheet: bool = False


@dataclass(frozen=True)
class How:
    """How files are repriced."""

    target: Target
    unit: Unit = NONE  # of tables that state none
    forced: bool = False  # prices overwritten by hand change, too
    replaced: bool = False  # dated prices change where they stand
    break_signature: bool = False
    dry_run: bool = False
    replace_output: bool = False
    register: Register | None = None  # makes the functions of the add-in known where values are brought up to date
    telling: Telling | None = None  # what is to be said of what the prices move


@dataclass
class Outcome:
    """What became of a file."""

    path: Path
    outcome: str = NOTHING
    plan: Plan | None = None
    problem: str = ""
    written: Path | None = None
    backup: Path | None = None
    is_current: bool = True
    recalculated: int = 0
    notices: tuple[str, ...] = ()
    report: Report | None = None
    seconds: float = field(default=0.0)


def reprice(path: Path, how: How, output: Path | None = None) -> Outcome:
    """Reprice one file, in its place or to another; whatever is wrong with it is told in the outcome."""
    started, outcome = time.perf_counter(), Outcome(path)
    try:
        _reprice(outcome, how, output)
    except RefusedError as refused:
        outcome.outcome, outcome.problem = REFUSED, _named(path, str(refused))
    except OSError as error:
        outcome.outcome = UNREADABLE if outcome.plan is None else FAILED
        outcome.problem = _named(path, error.strerror or str(error))
    outcome.seconds = time.perf_counter() - started
    return outcome


def _reprice(outcome: Outcome, how: How, output: Path | None) -> None:
    book = BookFile.read(outcome.path)
    plan = outcome.plan = planned(book, how.target, unit=how.unit, forced=how.forced, replaced=how.replaced)
    if not plan.changes_anything:
        outcome.outcome = NOTHING if plan.tables else NO_PRICES
        content = book.content
    else:
        if is_signed(book.archive) and not how.break_signature:
            raise RefusedError("is digitally signed, and repricing breaks the signature; --break-signature does so")
        result = applied(book, plan, register=how.register)
        content, outcome.notices = result.content, result.notices
        outcome.is_current, outcome.recalculated = result.is_current, result.recalculated
        outcome.outcome = PLANNED if how.dry_run else FINE
    outcome.notices += tuple(_jumps(plan))
    if how.telling is not None and plan.tables:
        content = _told(outcome, book.content, content, plan, how)
    if how.dry_run:
        return
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        outcome.written = save(content, output, force=how.replace_output, suffix=outcome.path.suffix.lower())
    elif content != book.content:
        others = outcome.path.stat().st_nlink - 1
        if others:
            outcome.notices += (f"has {others} other names on this disk (hard links), which keep the file before",)
        outcome.backup = saved(content, outcome.path, expected=book.content)
        outcome.written = outcome.path


def _jumps(plan: Plan) -> Iterator[str]:
    """A word on prices that may be in another unit than they were."""
    jumps = [row for row in plan.rows if row.kind in (CHANGED, APPENDED) and _factor(row) > LARGEST_JUMP]
    if jumps:
        first = jumps[0]
        yield (f"has prices that change by more than a factor of {LARGEST_JUMP}, {len(jumps)} in all: first"
               f" {first.sheet}!{first.cell}, {first.model} {first.component}, from {in_words(first.old)}"
               f" to {in_words(first.new)}; are both in the same unit?")  # fmt: skip


def _factor(row: Row) -> float:
    """By how much a price rises or falls, above 1; 1 where one of the two is not known or nothing."""
    if not isinstance(row.old, float) or not isinstance(row.new, float) or min(row.old, row.new) <= 0:
        return 1.0
    return max(row.new / row.old, row.old / row.new)


def _told(outcome: Outcome, before: bytes, after: bytes, plan: Plan, how: How) -> bytes:
    """Make the report; the file to be written, with the sheet if there is to be one and anything changed."""
    from llmcost_xl.reprice import report, sheet  # noqa: PLC0415  # only where they are asked for

    telling = how.telling or Telling()
    outcome.report = report.of(
        before, after, plan, telling.usage, name=outcome.path.name, method=telling.method, unit=how.unit
    )
    if telling.sheet and not plan.changes_anything:
        outcome.notices = (*outcome.notices, "has nothing new to tell on a sheet, as no price changes")
    return sheet.added(outcome.report, after) if telling.sheet and plan.changes_anything else after


def _named(path: Path, reason: str) -> str:
    return reason if reason.startswith(str(path)) else f"{path}: {reason}"


def found(places: Sequence[Path], patterns: Sequence[str] = PATTERNS) -> Iterator[tuple[Path, Path]]:
    """The files that are named, and those in the folders that are; with the folder that each was found in.

    In a folder, what is not somebody's workbook is left out: backups, lock files, hidden and temporary ones. A file
    with several links to it comes once. A folder that cannot be looked into comes itself, so that it is told.
    """
    seen: set[str] = set()
    for place in places:
        for path in _in_folder(place, patterns) if place.is_dir() else [place]:
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                yield path, place if place.is_dir() else place.parent


def _in_folder(place: Path, patterns: Sequence[str]) -> list[Path]:
    files = {path for pattern in patterns for path in place.glob(pattern) if _is_file(path)}
    locked: list[Path] = []
    if any("**" in pattern for pattern in patterns):  # otherwise there may be folders that nobody asked about
        for _ in os.walk(place, onerror=lambda error: locked.append(Path(error.filename))):
            pass
    return sorted(path for path in {*files, *locked} if not is_left_out(path.relative_to(place)))


def _is_file(path: Path) -> bool:
    """Whether it is to be read; what cannot be looked at is, and is told then."""
    try:
        return path.is_file()
    except OSError:
        return True


def is_left_out(path: Path) -> bool:
    """Whether a file found in a folder is none to reprice."""
    hidden = any(part.startswith((".", "~$")) for part in path.parts)
    return hidden or bool(BACKUP.fullmatch(Path(path.stem).suffix))
