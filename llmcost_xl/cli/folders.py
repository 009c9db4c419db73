"""Which workbooks `llmcost-xl reprice` is about: named ones, those of folders, and where others are written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llmcost_xl.cli.stop import Stop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def workbooks(places: Sequence[Path], patterns: Sequence[str]) -> list[tuple[Path, Path]]:
    """The workbooks, each with the folder that it was found in.

    Raises:
        Stop: the patterns cannot be meant, or there is no workbook.
    """
    from llmcost_xl.reprice.files import PATTERNS, found  # noqa: PLC0415

    folders = [place for place in places if place.is_dir()]
    if patterns and not folders:
        raise Stop(Stop.USAGE, f"--glob goes with a folder; received {', '.join(map(str, places))}")
    bad = [pattern for pattern in patterns if Path(pattern).is_absolute() or ".." in Path(pattern).parts]
    if bad:
        raise Stop(Stop.USAGE, f"--glob looks inside the folder, as '2027/*.xlsx'; received {bad[0]!r}")
    files = list(found(places, patterns or PATTERNS))
    if not files:
        wanted = f"matches {', '.join(patterns)}" if patterns else "ends in .xlsx or .xlsm"
        raise Stop(Stop.FILE, f"no workbook in {', '.join(map(str, folders))} {wanted}")
    return files


def mirrored(found: list[tuple[Path, Path]], out: Path) -> list[tuple[Path, Path]]:
    """The workbooks to be written below another folder, without those that lie there already.

    Raises:
        Stop: two would be written to one place, or one to its own, where no backup is made.
    """
    if out.exists() and not out.is_dir():
        raise Stop(Stop.USAGE, f"--out must be a folder for several workbooks; {out} is a file")
    places: dict[Path, Path] = {}
    for path, folder in found:
        place = (out / path.relative_to(folder)).resolve()
        if place == path.resolve():
            raise Stop(Stop.USAGE, f"--out is where {path} lies; leave it out to change the workbooks, with backups")
        if place in places:
            raise Stop(Stop.USAGE, f"--out: {places[place]} and {path} would both be written to {place}")
        places[place] = path
    return [pair for pair in found if out.resolve() not in pair[0].resolve().parents]


def with_progress(found: list[tuple[Path, Path]]) -> Iterator[tuple[Path, Path]]:
    """The files, with a bar on standard error where somebody watches."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=len(found))
        for path, folder in found:
            progress.update(task, description=path.name)
            yield path, folder
            progress.advance(task)
