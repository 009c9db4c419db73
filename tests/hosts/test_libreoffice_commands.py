"""`llmcost-xl libreoffice`: the extension as a file, and installed by LibreOffice's own program for a user."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import openpyxl
import pytest
from hosts import skip_or_fail

from llmcost_xl import __version__
from llmcost_xl.cli.stop import Stop
from llmcost_xl.hosts.libreoffice import install
from llmcost_xl.hosts.libreoffice.build import extension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commandline import Run

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NOBODY = 65534


class User(NamedTuple):
    """A user with a home of his own, and LibreOffice's programs as he runs them."""

    home: Path
    programs: Path


@pytest.fixture(scope="module")
def user() -> Iterator[User]:
    """An ordinary user: LibreOffice installs nothing for root, whom a build server may run its tests as."""
    if not shutil.which("unopkg"):
        skip_or_fail("LibreOffice (unopkg) is not on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        home, programs = Path(folder, "home"), Path(folder, "programs")
        home.mkdir()
        programs.mkdir()
        someone = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups" if IS_ROOT else ""
        if IS_ROOT:
            Path(folder).chmod(0o755)
            os.chown(home, NOBODY, NOBODY)
        for name in ("unopkg", "soffice"):
            program = programs / name
            program.write_text(f'#!/bin/sh\nHOME={home} exec {someone} {shutil.which(name)} "$@"\n')
            program.chmod(0o755)
        yield User(home, programs)


def test_build_writes_the_extension_and_replaces_nothing_unasked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "llmcost-xl.oxt"
    assert run("libreoffice", "build", "-o", str(path)) == (Stop.OK, f"Written to {path}\n", "")
    assert path.read_bytes() == extension()
    code, _, said = run("libreoffice", "build", "-o", str(path))
    assert (code, said) == (Stop.FILE, f"llmcost-xl: {path}: exists already; use --force to replace it\n")
    path.write_bytes(b"old")
    assert run("libreoffice", "build", "-o", str(path), "--force")[0] == Stop.OK
    assert path.read_bytes() == extension()


def test_build_refuses_another_kind_of_file(run: Run, tmp_path: Path) -> None:
    code, _, said = run("libreoffice", "build", "-o", str(tmp_path / "x.zip"))
    assert code == Stop.USAGE
    assert "ends in .oxt" in said
    assert not list(tmp_path.iterdir())


def test_a_user_installs_checks_computes_and_removes(run: Run, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    office = ("--office", str(user.programs))
    code, _, said = run("libreoffice", "status", *office)
    assert code == Stop.REJECTED
    assert "not installed" in said
    assert run("libreoffice", "uninstall", *office)[1].startswith("Nothing to remove")

    for _ in range(2):  # the second replaces the first
        assert run("libreoffice", "install", *office)[:2] == (
            Stop.OK,
            f"Installed llmcost-xl {__version__} in LibreOffice\n",
        )
    code, shown, _ = run("libreoffice", "status", *office)
    assert code == Stop.OK
    assert f"Extension: {__version__}, active" in shown
    assert computed(user, '=QUERY_COST("gpt-4o",500,200)') == "0.00325"

    monkeypatch.setattr("llmcost_xl.cli.libreoffice.__version__", "99.0")
    code, _, said = run("libreoffice", "status", *office)
    assert code == Stop.REJECTED
    assert "this package is 99.0" in said

    assert run("libreoffice", "uninstall", *office)[:2] == (Stop.OK, "Extension removed\n")
    assert run("libreoffice", "status", *office)[0] == Stop.REJECTED


def computed(user: User, formula: str) -> str:
    """What the user's own LibreOffice makes of a formula in a workbook."""
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = formula
    path = user.home / "formula.xlsx"
    workbook.save(path)
    path.chmod(0o644)
    convert = [user.programs / "soffice", "--headless", "--convert-to", "csv", "--outdir", user.home, path]
    subprocess.run(convert, check=True, capture_output=True, timeout=60)
    return (user.home / "formula.csv").read_text().strip()


@pytest.mark.skipif(not IS_ROOT, reason="an ordinary user is not refused")
def test_root_is_told_to_be_somebody_else(run: Run, user: User) -> None:
    assert user.home.is_dir()
    code, _, said = run("libreoffice", "install")
    assert (code, said) == (
        Stop.FILE,
        "llmcost-xl: LibreOffice installs no extension for root; run this as the user who opens LibreOffice\n",
    )


def test_a_refusal_of_libreoffice_is_passed_on(run: Run, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "extension", lambda: b"no zip file")
    code, _, said = run("libreoffice", "install", "--office", str(user.programs))
    assert code == Stop.FILE
    assert said.startswith("llmcost-xl: LibreOffice refused: ")
    assert said.count("\n") == 1


def test_a_folder_without_libreoffice_is_named(run: Run, tmp_path: Path) -> None:
    code, _, said = run("libreoffice", "status", "--office", str(tmp_path))
    assert code == Stop.FILE
    assert f"unopkg is not in {tmp_path}" in said
    assert "--office" in said


def test_without_libreoffice_it_says_how_to_name_it(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(install, "PLACES", ())
    code, _, said = run("libreoffice", "install")
    assert code == Stop.FILE
    assert "not on the PATH" in said


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_program_that_hangs_is_ended_with_all_it_started(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "unopkg"
    program.write_text("#!/bin/sh\nsleep 60 & echo $! > $(dirname $0)/started\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(install, "SECONDS", 1)
    code, _, said = run("libreoffice", "status", "--office", str(tmp_path))
    assert code == Stop.FILE
    assert "close LibreOffice" in said
    child = int((tmp_path / "started").read_text())
    with pytest.raises(ProcessLookupError):
        _signal_until_gone(child)


def _signal_until_gone(process: int) -> None:
    for _ in range(50):
        os.kill(process, 0)
        status = Path(f"/proc/{process}/stat")
        if status.exists() and status.read_text().split()[2] == "Z":  # ended, and nobody has asked for its end
            raise ProcessLookupError
        subprocess.run(["sleep", "0.05"], check=True)
