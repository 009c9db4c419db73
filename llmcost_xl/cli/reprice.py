"""`llmcost-xl reprice`: other prices in workbooks that people have made, and nothing else changed."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003  # typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcost_xl.cli.folders import mirrored, with_progress, workbooks
from llmcost_xl.cli.reporting import show_reports, telling_of
from llmcost_xl.cli.repriced import answer, show, show_many, total
from llmcost_xl.cli.show import AsJson, as_json
from llmcost_xl.cli.stop import Stop, say
from llmcost_xl.cli.targets import target_of, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmcost_xl.reprice.files import How, Outcome

EXAMPLES = """Examples:

  llmcost-xl reprice plan.xlsx --dry-run

  llmcost-xl reprice plan.xlsx --as-of 2027-01-01 -o plan-2027.xlsx

  llmcost-xl reprice plan.xlsm --prices company-prices.csv

  llmcost-xl reprice plan.xlsx --change 'openai/*=-50%' --change 'openai/gpt-4o:output=8' --from 2027-03-01

  llmcost-xl reprice budgets --glob '2027/*.xlsx' --dry-run

  llmcost-xl reprice plan.xlsx --as-of 2027-01-01 --dry-run --report text

  llmcost-xl reprice theirs.xlsx --usage usage.csv --report html > change.html

  llmcost-xl reprice plan.xlsx --sheet

  llmcost-xl reprice plan.xlsx --undo

Leaves with 0 when every price is the wanted one, or somebody's own; with 4 when a price is of an unknown model, has no
room or cannot be understood; 3 when a file is refused; 5 when one cannot be read or written. Of several, the worst.
"""
FILES = typer.Argument(metavar="FILE|FOLDER...", help="Workbooks, .xlsx or .xlsm, or folders of them.")
AS_OF = typer.Option("--as-of", metavar="DATE", help="Prices in force on this day; omitted: the newest.")
PRICES = typer.Option("--prices", metavar="FILE", help="Your own prices from a CSV file, over the newest.")
CHANGE = typer.Option("--change", metavar="MODELS=CHANGE", help="What if: 'openai/*=-50%', 'openai/gpt-4o:output=8'.")
FROM = typer.Option(
    "--from", metavar="DATE", help="Day from which --change counts; omitted: that of the newest prices."
)
UNIT = typer.Option("--unit", help="Unit of price tables that state none, as 'USD per 1M tokens'.")
GLOB = typer.Option("--glob", metavar="PATTERN", help="Which files of a folder; omitted: all .xlsx and .xlsm.")
OUT = typer.Option("-o", "--out", metavar="FILE|FOLDER", help="Write there, and leave the workbooks as they are.")
FORCE = typer.Option("--force", help="Replace a file that --out names; with --undo, also where it was edited since.")
IN_PLACE = typer.Option("--in-place", help="Change dated prices where they stand, and keep no history of them.")
SIGNED = typer.Option("--break-signature", help="Reprice signed workbooks, too; they must be signed again.")
REPORT = typer.Option("--report", metavar="FORMAT", help="What the prices move, on standard output: text, md or html.")
USAGE = typer.Option(
    "--usage", metavar="FILE", help="CSV: model, queries, input_tokens, output_tokens; for a workbook that has none."
)
SHEET = typer.Option("--sheet", help='Add the report to the workbook, as the sheet "Price change".')
METHOD = typer.Option("--method", metavar="METHOD", help="Of the report: sequential or midpoint.")

CODES = {"refused": Stop.REFUSED, "not written": Stop.FILE, "not read": Stop.FILE}


def reprice(  # one parameter per option of the command
    files: Annotated[list[Path] | None, FILES] = None,
    as_of: Annotated[str, AS_OF] = "",
    prices: Annotated[Path | None, PRICES] = None,
    change: Annotated[list[str] | None, CHANGE] = None,
    since: Annotated[str, FROM] = "",
    unit: Annotated[str, UNIT] = "",
    out: Annotated[Path | None, OUT] = None,
    glob: Annotated[list[str] | None, GLOB] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before several workbooks are changed.")] = False,
    overwritten: Annotated[
        bool, typer.Option("--force-overwritten", help="Change prices that somebody overwrote by hand, too.")
    ] = False,
    in_place: Annotated[bool, IN_PLACE] = False,
    break_signature: Annotated[bool, SIGNED] = False,
    report: Annotated[str, REPORT] = "",
    usage: Annotated[Path | None, USAGE] = None,
    sheet: Annotated[bool, SHEET] = False,
    method: Annotated[str, METHOD] = "sequential",
    undo: Annotated[bool, typer.Option("--undo", help="Put the workbook back as it was before.")] = False,
    force: Annotated[bool, FORCE] = False,
    json: AsJson = False,
) -> None:
    """Take workbooks to other prices.

    Only price cells change, and the price date where there is one; all else stays byte for byte. A backup is kept.
    """
    if not files:
        raise Stop(Stop.USAGE, "which workbooks? `llmcost-xl reprice FILE...`")
    if undo:
        changing = {"--as-of": as_of, "--prices": prices, "--change": change, "--from": since, "--unit": unit,
                    "--out": out, "--dry-run": dry_run, "--force-overwritten": overwritten, "--report": report,
                    "--usage": usage, "--sheet": sheet}  # fmt: skip
        _refuse_together("--undo", changing)
        raise typer.Exit(_undo(files, glob or [], force=force, json=json))
    telling = telling_of(report, usage, method, sheet=sheet, json=json)
    target = target_of(as_of, prices, change or [], since)
    from llmcost_xl.reprice.files import How  # noqa: PLC0415

    how = How(target, unit_of(unit), overwritten, in_place, break_signature, dry_run, force, _functions, telling)
    found = workbooks(files, glob or [])
    if len(found) > 1 or files[0].is_dir():
        outcomes = _many(found, how, out, yes=yes, json=json)
    else:
        outcomes = [_one(files[0], how, out)]
        if not (json or report):
            show(outcomes[0], how)
    if report:
        show_reports(outcomes, report)
    if json:
        as_json({"target": target.label, "day": target.day, "dry_run": dry_run, "files": [answer(o) for o in outcomes]})
    named = {path for path in files if not path.is_dir()}
    raise typer.Exit(_worst(_code(outcome, named=outcome.path in named) for outcome in outcomes))


def _functions(workbook: Any) -> None:
    """Make the functions of the add-in known to the engine that brings stored values up to date."""
    from llmcost_xl.calc import register  # noqa: PLC0415  # only where there is something to calculate

    register(workbook)


def _refuse_together(option: str, others: dict[str, Any]) -> None:
    given = [name for name, value in others.items() if value]
    if given:
        raise Stop(Stop.USAGE, f"{option} puts the last backup back, and takes no {' or '.join(given)}")


# -- files -----------------------------------------------------------------------------------------------------------


def _one(path: Path, how: How, out: Path | None) -> Outcome:
    from rich.console import Console  # noqa: PLC0415

    from llmcost_xl.reprice.files import reprice as run  # noqa: PLC0415

    if out is not None and out.is_dir():
        out = out / path.name
    if out is not None and out.resolve() == path.resolve():
        raise Stop(Stop.USAGE, "--out is the workbook itself; leave it out to change the workbook, with a backup")
    with Console(stderr=True).status(f"Reading {path.name}"):
        return run(path, how, out)


def _many(found: list[tuple[Path, Path]], how: How, out: Path | None, *, yes: bool, json: bool) -> list[Outcome]:
    """Reprice several workbooks: first what would happen, then, once that is agreed to, the same in earnest."""
    from dataclasses import replace  # noqa: PLC0415

    if out is not None:
        found = mirrored(found, out)
    asks = not (yes or how.dry_run)
    if asks and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Stop(Stop.USAGE, f"{len(found)} workbooks: add --dry-run to see what would change, or --yes to change it")
    if asks:
        tried = _run(found, replace(how, dry_run=True), None)
        show_many(tried, "What would change")
        say(total(tried))
        if not typer.confirm("Reprice them?", err=True):
            raise Stop(Stop.OK, "nothing was changed")
    outcomes = _run(found, how, out)
    if not json and how.telling is None:
        show_many(outcomes, how.target.label)
        say(total(outcomes))
    return outcomes


def _run(found: list[tuple[Path, Path]], how: How, out: Path | None) -> list[Outcome]:
    from llmcost_xl.reprice.files import FAILED, Outcome  # noqa: PLC0415
    from llmcost_xl.reprice.files import reprice as run  # noqa: PLC0415

    outcomes = []
    for path, folder in with_progress(found):
        try:
            outcomes.append(run(path, how, out / path.relative_to(folder) if out is not None else None))
        except Exception as bug:  # noqa: BLE001  # the other files are done all the same, and the bug is told
            told = f"{path}: a bug in llmcost-xl, not in your file ({type(bug).__name__}: {bug}); please report it"
            outcomes.append(Outcome(path, FAILED, problem=told))
    return outcomes


def _undo(places: Sequence[Path], patterns: Sequence[str], *, force: bool, json: bool) -> int:
    from llmcost_xl.reprice.undo import NoBackupError, undone  # noqa: PLC0415

    codes, answers, found = [], [], workbooks(places, patterns)
    for path, _ in found:
        try:
            backup = undone(path, force=force)
        except OSError as error:
            if isinstance(error, NoBackupError) and path not in places:
                continue  # of a folder, only what was repriced goes back
            problem = str(error) if str(error).startswith(str(path)) else f"{path}: {error.strerror or error}"
            codes.append(Stop.FILE)
            answers.append({"file": str(path), "undone": False, "problem": problem})
            if not json:
                say(problem)
        else:
            codes.append(Stop.OK)
            answers.append({"file": str(path), "undone": True, "backup": backup.name})
            if not json:
                sys.stdout.write(f"{path}: as it was before, from {backup.name}\n")
    if json:
        as_json(answers)
    elif not answers:
        say(f"none of {len(found):,} workbooks has a backup to go back to")
    return _worst(codes)


# -- how it ends -----------------------------------------------------------------------------------------------------


def _code(outcome: Outcome, *, named: bool) -> int:
    """The exit code of one file; one without prices is an answer in a folder, and none where it was named."""
    if outcome.problem:
        return CODES[outcome.outcome]
    is_open = outcome.plan is not None and (outcome.plan.is_open or (named and not outcome.plan.tables))
    return Stop.REJECTED if is_open else Stop.OK


def _worst(codes: Iterable[int]) -> int:
    seen = set(codes)
    return next((code for code in (Stop.FILE, Stop.REFUSED, Stop.REJECTED) if code in seen), Stop.OK)
