"""`llmcost-xl lint`: what a model auditor would mark in a workbook, and how to mend it."""

from __future__ import annotations

import difflib
import sys
from collections import Counter
from pathlib import Path  # noqa: TC003  # typer reads the annotations when the command runs
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcost_xl.cli.show import AsJson, as_json, as_table
from llmcost_xl.cli.stop import Stop, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmcost_xl.lint.findings import Finding, Rule

EXAMPLES = """Examples:

  llmcost-xl lint roi.xlsx

  llmcost-xl lint budgets/*.xlsx --rule W --rule P05

  llmcost-xl lint theirs.xlsm --json

  llmcost-xl lint --rules

Leaves with 0 when there is no error, with 4 when there is one; 3 when a file is refused, 5 when it cannot be read.
"""


def lint(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="Workbooks, .xlsx or .xlsm.")] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Only this rule, or group of rules; repeatable.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every cell on a line of its own, however many.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules.")] = False,
    json: AsJson = False,
) -> None:
    """Check workbooks against the rules by which a model auditor reads.

    The rules bind the workbooks of `llmcost-xl new`; what any other breaks is advice. Files are read, never changed.
    """
    from llmcost_xl.lint import RULES  # noqa: PLC0415

    keys = _keys(rule or [], RULES)
    if rules:
        listed = [RULES[key] for key in keys]
        if json:
            as_json([_stated(one) for one in listed])
        else:
            as_table(("rule", "severity", "title"), [(one.key, one.severity, one.title) for one in listed])
        return
    if not files:
        raise Stop(Stop.USAGE, "which workbooks? `llmcost-xl lint FILE...`; --rules lists the rules")
    codes: set[int] = set()
    answers: list[dict[str, Any]] = []
    broken: dict[str, Rule] = {}
    for number, path in enumerate(files, start=1):
        findings, problem, code = _linted(path, keys, f"{number} of {len(files)}")
        codes.add(code)
        broken |= {one.rule.key: one.rule for one in findings}
        if json:
            answers.append(_answer(path, findings, problem))
        elif problem:
            say(problem)
        else:
            _show(path, findings, every=every)
    if json:
        as_json(answers)
    else:
        _explain(broken[key] for key in sorted(broken, key=list(RULES).index))
    raise typer.Exit(next((code for code in (Stop.FILE, Stop.REFUSED, Stop.REJECTED) if code in codes), Stop.OK))


def _keys(wanted: list[str], rules: dict[str, Rule]) -> list[str]:
    """The ids of the rules asked for; a letter stands for its group."""
    found = []
    for one in wanted:
        matching = [key for key in rules if one.upper() in (key, key[0])]
        if not matching:
            nearest = difflib.get_close_matches(one.upper(), rules, n=3, cutoff=0.3) or list(rules)[:3]
            raise Stop(Stop.USAGE, f"there is no rule {one!r}; the nearest: {', '.join(nearest)}; --rules lists them")
        found += matching
    return [key for key in rules if key in found or not wanted]


def _linted(path: Path, keys: list[str], position: str) -> tuple[list[Finding], str, int]:
    """What the rules say of a file, or why it cannot be read; and the exit code that follows."""
    from rich.console import Console  # noqa: PLC0415

    from llmcost_xl.errors import RefusedError  # noqa: PLC0415
    from llmcost_xl.lint import lint as look  # noqa: PLC0415

    try:
        with Console(stderr=True).status(f"Reading {path.name} ({position})"):
            findings = look(path, keys)
    except RefusedError as refused:
        return [], str(refused), Stop.REFUSED
    except OSError as error:
        return [], f"{path}: {error.strerror or error}", Stop.FILE
    return findings, "", Stop.REJECTED if any(one.severity == "error" for one in findings) else Stop.OK


def _show(path: Path, findings: list[Finding], *, every: bool) -> None:
    from llmcost_xl.lint.grouping import grouped  # noqa: PLC0415

    rows = [
        (str(path), one.severity, one.rule.key, _place(one), one.place.what)
        for one in (findings if every else grouped(findings))
    ]
    if rows:
        as_table(("file", "severity", "rule", "place", "what"), rows)
    sys.stdout.write(f"{path}: {_summary(findings)}\n")


def _place(finding: Finding) -> str:
    sheet, cell = finding.place.sheet, finding.place.cell
    return f"{sheet}!{cell}" if cell else sheet or "workbook"


def _summary(findings: list[Finding]) -> str:
    count: Counter[str] = Counter(one.severity for one in findings)
    words = (("error", "error", "errors"), ("warning", "warning", "warnings"), ("advice", "piece", "pieces"))
    parts = [f"{count[key]:,} {one if count[key] == 1 else many}" for key, one, many in words]
    return f"{', '.join(parts)} of advice"


def _explain(rules: Iterable[Rule]) -> None:
    """Why each broken rule matters and how to mend it, once."""
    for rule in rules:
        sys.stdout.write(f"\n{rule.key} {rule.title}\n  Why: {rule.why}\n  How to mend it: {rule.mend}\n")


def _stated(rule: Rule) -> dict[str, str]:
    return {"rule": rule.key, "severity": rule.severity, "title": rule.title, "why": rule.why, "mend": rule.mend}


def _answer(path: Path, findings: list[Finding], problem: str) -> dict[str, Any]:
    """Everything about one file, ungrouped."""
    count = Counter(one.severity for one in findings)
    return {
        "file": str(path),
        "refused": problem or None,
        "errors": count["error"],
        "warnings": count["warning"],
        "advice": count["advice"],
        "findings": [
            _stated(one.rule)
            | {"severity": one.severity, "sheet": one.place.sheet, "cell": one.place.cell, "what": one.place.what}
            for one in findings
        ],
    }
