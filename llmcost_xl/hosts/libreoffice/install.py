"""Installs the extension for the current user, with LibreOffice's own program for that, unopkg."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from llmcost_xl.hosts.libreoffice.build import IDENTIFIER, extension

SECONDS: Final = 120
PLACES: Final = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice*/program",
    "/Applications/LibreOffice.app/Contents/MacOS",
    r"C:\Program Files\LibreOffice\program",
    r"C:\Program Files (x86)\LibreOffice\program",
)
"""Where LibreOffice lies if it is not on the PATH."""


class ExtensionError(OSError):
    """Why nothing was installed or removed."""


class Installed(NamedTuple):
    """The extension as LibreOffice has it."""

    version: str
    is_registered: bool


class Unopkg:
    """LibreOffice's program for extensions. `folder` is LibreOffice's program folder; omitted: where it usually is."""

    def __init__(self, folder: Path | None = None) -> None:
        self.program = _find(folder)

    def install(self) -> Installed:
        """Install the extension, or replace it.

        Raises:
            ExtensionError: LibreOffice refused it.
        """
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            path = Path(folder, f"{IDENTIFIER}.oxt")
            path.write_bytes(extension())
            Path(folder).chmod(0o755)  # unopkg may run as somebody else
            self._run("add", "--force", "--suppress-license", str(path))
        installed = self.installed()
        if installed is None or not installed.is_registered:
            raise ExtensionError(f"{self.program} took the extension, but LibreOffice does not list it as registered")
        return installed

    def uninstall(self) -> bool:
        """Remove the extension; whether there was one."""
        if self.installed() is None:
            return False
        self._run("remove", IDENTIFIER)
        return True

    def installed(self) -> Installed | None:
        """The extension as installed for the current user; None if it is not."""
        for entry in self._run("list").split("Identifier: ")[1:]:
            name, _, about = entry.partition("\n")
            if name.strip() == IDENTIFIER:
                version = re.search(r"Version: (\S+)", about)
                registered = re.search(r"is registered: (\w+)", about)  # the first is the whole extension's
                return Installed(version[1] if version else "", bool(registered and registered[1] == "yes"))
        return None

    def _run(self, *arguments: str) -> str:
        """What unopkg prints."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        process = subprocess.Popen(
            [self.program, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace", env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            _end(process)
            raise ExtensionError(
                f"{self.program} did not end within {SECONDS} s; close LibreOffice, its quickstarter too, and try again"
            ) from None
        if process.returncode:
            raise ExtensionError(_reason(said) or f"{self.program} ended with code {process.returncode}")
        return said


def _find(folder: Path | None) -> str:
    name = "unopkg.com" if os.name == "nt" else "unopkg"  # on Windows the one that waits
    places = [folder] if folder else [None, *_usual_places()]
    for place in places:
        found = shutil.which(name, path=str(place) if place else None)
        if found:
            return found
    where = f"in {folder}" if folder else "on the PATH or where it usually is"
    raise ExtensionError(f"LibreOffice's program unopkg is not {where}; --office names LibreOffice's program folder")


def _usual_places() -> list[Path]:
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    beside = [Path(soffice).resolve().parent] if soffice else []
    root = Path(Path.cwd().anchor)
    named = [Path(place) for place in PLACES if Path(place).is_absolute()]
    return [*beside, *(found for place in named for found in root.glob(str(place.relative_to(place.anchor))))]


def _reason(said: str) -> str:
    """Why unopkg failed, in a line."""
    if "as root" in said:
        return "LibreOffice installs no extension for root; run this as the user who opens LibreOffice"
    errors = [line.removeprefix("ERROR: ").strip() for line in said.splitlines() if line.startswith("ERROR: ")]
    return f"LibreOffice refused: {errors[0]}" if errors else ""


def _end(process: subprocess.Popen[str]) -> None:
    """End a program with what it started; its output would otherwise stay open."""
    if os.name == "nt":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
