"""The few things of Excel that xlwings has no name for, by Excel's own: on Windows by COM, on a Mac by Apple events.

Where Excel does not say (an old version, a Mac), the answer is the one with which repricing goes on: a cell that Excel
then refuses to write is reported, and all of them get back what they held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ASKING_LIMIT: Final = 255
"""Characters that Excel's input box shows, and takes."""


def is_protected(sheet: Any) -> bool:
    """Whether a sheet is protected."""
    return _said(lambda: sheet.api.ProtectContents) is True


def has_locked_cells(cells: Any) -> bool:
    """Whether some of these cells are locked."""
    return _said(lambda: cells.api.Locked) is not False  # None: some are, some are not


def spills(cells: Any) -> bool:
    """Whether a formula in another cell fills some of these: written over, it would show #SPILL!."""
    return _said(lambda: cells.api.HasSpill) is not False  # None: some of them; no Excel before 2021 has the name


def can_ask(app: Any) -> bool:
    """Whether there is a box to type an answer into."""
    return _said(lambda: app.api.InputBox) is not False


def ask(app: Any, question: str, title: str, default: str) -> str | None:
    """What the user types into Excel's input box; None where it is cancelled."""
    answer = app.api.InputBox(question, title, default)  # by place: pywin32 need not know the names
    return None if answer is False else str(answer)


def _said(question: Callable[[], Any]) -> Any:
    """What Excel says; False where it has no such name, which xlwings tells by whatever exception it got."""
    try:
        return question()
    except Exception:  # noqa: BLE001  # of pywin32, of appscript, or AttributeError
        return False
