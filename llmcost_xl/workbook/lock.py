"""Of two runs on one file, one goes first and the other is told so."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import sys
from typing import TYPE_CHECKING, Final

from llmcost_xl.workbook.saving import SavingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME: Final = ".{name}.llmcost-lock"
TRIES: Final = 3  # a lock that a dead process left is taken away, and another run may be quicker
QUERY: Final = 0x1000  # what Windows lets anyone ask of a process
STILL_ACTIVE: Final = 259


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the only right to replace a file; it says who holds it, and one that a dead process left is taken away.

    Raises:
        SavingError: another run holds it.
        OSError: the folder cannot be written.
    """
    lock, mine = path.with_name(NAME.format(name=path.name)), f"{os.getpid()} {socket.gethostname()}"
    for _ in range(TRIES):
        if _created(lock, mine):
            break
        _take_away_if_left(lock)
    else:
        raise SavingError(
            f"{path}: is being changed by another run of llmcost-xl ({_holder(lock)}); nothing was changed"
        )
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()


def _created(lock: Path, mine: str) -> bool:
    """Make the lock, with its holder in it from the first moment; False where there is one."""
    draft = lock.with_name(f"{lock.name}.{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            os.write(handle, mine.encode())
        finally:
            os.close(handle)
        return _linked(draft, lock, mine)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _linked(draft: Path, lock: Path, mine: str) -> bool:
    try:
        lock.hardlink_to(draft)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        try:
            handle = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            return False
        try:
            os.write(handle, mine.encode())
        finally:
            os.close(handle)
    return True


def _take_away_if_left(lock: Path) -> None:
    """Remove the lock of a process that is no more; one that somebody made meanwhile is put back."""
    left = _read(lock)
    if left is None or _is_held(left):
        return
    aside = lock.with_name(f"{lock.name}.{os.getpid()}-left")
    with contextlib.suppress(OSError):
        lock.rename(aside)
        if _read(aside) != left:
            lock.hardlink_to(aside)
        aside.unlink()


def _read(lock: Path) -> str | None:
    try:
        return lock.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _is_held(holder: str) -> bool:
    """Whether the process that a lock names may still run; on another computer that cannot be known."""
    number, _, host = holder.partition(" ")
    return host != socket.gethostname() or not number.isdigit() or _runs(int(number))


def _holder(lock: Path) -> str:
    number, _, host = (_read(lock) or "").partition(" ")
    return f"process {number} on {host}; if it has ended, delete {lock.name}" if host else lock.name


def _runs(number: int) -> bool:
    """Whether a process runs on this computer."""
    if sys.platform == "win32":
        process = ctypes.windll.kernel32.OpenProcess(QUERY, False, number)
        if not process:
            return False
        code = ctypes.c_ulong()
        known = ctypes.windll.kernel32.GetExitCodeProcess(process, ctypes.byref(code))
        ctypes.windll.kernel32.CloseHandle(process)
        return not known or code.value == STILL_ACTIVE
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return True
