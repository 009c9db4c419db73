"""What a page shows of the command line, beside what the command line says.

    python tests/demonstration.py    renews the output that the README shows, and its pictures

In a page, a block ```console holds commands after "$ " and what they print. The line "..." stands for lines left out:
those above it are the first that are printed, those below it the last.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from libreoffice import LibreOffice
from render import render

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SECTION = "## When prices change"
REPRICED = "january.xlsm"  # what the demonstration writes
PICTURED = ("01-summary", "08-price-change")  # pages of it
COLUMNS = 80
LEFT_OUT = "..."
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A command, and the lines that a page shows below it."""

    command: str
    shown: list[str]

    def agrees(self, printed: list[str]) -> bool:
        """Whether this is what was printed."""
        return self.renewed(printed) == self.shown

    def renewed(self, printed: list[str]) -> list[str]:
        """What the page should show: as many lines as it does, from the beginning and from the end."""
        if LEFT_OUT not in self.shown:
            return printed
        place = self.shown.index(LEFT_OUT)
        below = len(self.shown) - place - 1
        return [*printed[:place], LEFT_OUT, *printed[len(printed) - below :]]


def section(page: str, heading: str) -> str:
    """The part of a page from a heading to the next one of its kind."""
    start = page.index(f"{heading}\n")
    end = page.find("\n## ", start)
    return page[start : end if end > 0 else len(page)]


def steps(text: str) -> list[Step]:
    """The commands of all blocks, in order."""
    found: list[Step] = []
    for line in "".join(BLOCK.findall(text)).splitlines():
        if line.startswith("$ "):
            found.append(Step(line.removeprefix("$ "), []))
        else:
            found[-1].shown.append(line)
    return found


class Terminal:
    """A terminal in which somebody types the commands of a page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, command: str) -> list[str]:
        """The lines that a command prints, without the blanks at their ends.

        Raises:
            CalledProcessError: it fails.
        """
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            return []
        screen, keyboard = pty.openpty()
        done = subprocess.Popen(
            ["bash", "-c", command], cwd=self.folder, stdin=keyboard, stdout=keyboard, stderr=keyboard,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                              "TERM": "dumb", "COLUMNS": str(COLUMNS), "LLMCOST_XL_CATALOGUE": "bundled"},
        )  # fmt: skip
        os.close(keyboard)
        printed = _everything(screen)
        if done.wait():
            raise subprocess.CalledProcessError(done.returncode, command, printed)
        return [line.rstrip() for line in printed.splitlines()]


def _everything(screen: int) -> str:
    """What appears on a screen until nobody writes to it any more."""
    found = b""
    while True:
        try:
            read = os.read(screen, 65536)
        except OSError:  # how Linux says so
            read = b""
        if not read:
            os.close(screen)
            return found.decode()
        found += read


def renewed(text: str, terminal: Terminal) -> str:
    """A text with the output in its blocks as it is now."""

    def block(match: re.Match[str]) -> str:
        lines: list[str] = []
        for step in steps(f"```console\n{match[0]}```"):
            lines += [f"$ {step.command}", *step.renewed(terminal.run(step.command))]
        return "".join(f"{line}\n" for line in lines)

    return BLOCK.sub(block, text)


def main() -> None:
    """Renew the README's section on repricing, and its pictures."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder, "examples"))
        page = README.read_text(encoding="utf-8")
        old = section(page, SECTION)
        README.write_text(page.replace(old, renewed(old, Terminal(Path(folder)))), encoding="utf-8")
        with LibreOffice() as office:
            pictures = render(office, Path(folder, "examples", REPRICED), Path(folder), margins=False)
        for picture in pictures:
            if picture.stem.endswith(PICTURED):
                shutil.copy(picture, ROOT / "docs" / "pictures")


if __name__ == "__main__":
    main()
