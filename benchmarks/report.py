"""The page docs/benchmarks.md: chapters, each the output of one script with the machine it ran on."""

from __future__ import annotations

import argparse
import os
import platform
import re
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    header = list(columns)
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join([f"## {title}", "", *("| " + " | ".join(line) + " |" for line in lines), ""])


def opening(title: str, packages: Iterable[str], remark: str) -> str:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    today = date.today()  # noqa: DTZ011  # the day of the run, where it ran
    return f"# {title}\n\nRun on {today}, {machine}; {versions}. {remark}\n"


def run(description: str | None, parts: Iterable[str]) -> None:
    """Print the parts of a chapter as they are made; with --write, keep the chapter in the page."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep the tables in docs/benchmarks.md")
    arguments = parser.parse_args()
    made = []
    for part in parts:
        print(part, flush=True)
        made.append(part)
    if arguments.write:
        _keep("\n".join(made))


def _keep(chapter: str) -> None:
    """Put the chapter in place of the one with its title, or at the end; the others stay."""
    chapters = re.split(r"^(?=# )", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    by_title = {one.partition("\n")[0]: one for one in chapters if one.strip()}
    by_title[chapter.partition("\n")[0]] = chapter
    PAGE.write_text("\n\n".join(one.strip() for one in by_title.values()) + "\n", encoding="utf-8")
