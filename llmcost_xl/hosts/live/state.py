"""Excel's own settings while a workbook is read or written: put back one by one, whatever happened meanwhile."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from llmcost_xl.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS: Final = {
    "screen_updating": "screen updating",
    "enable_events": "events",
    "calculation": "the calculation mode",
    "status_bar": "the status bar",
}
"""The settings that change, in the words of Excel's options."""


@contextlib.contextmanager
def quiet(app: Any, status: str) -> Iterator[None]:
    """Excel without redrawing, events and recalculation; everything is as it was afterwards, whatever happens.

    Nothing is selected or activated, so that selection and active sheet are the user's all the time.

    Raises:
        RefusedError: what was done inside went well, but a setting could not be put back.
    """
    settings = {"screen_updating": False, "enable_events": False, "calculation": "manual", "status_bar": status}
    former: dict[str, Any] = {}
    try:
        for name, value in settings.items():
            former[name] = getattr(app, name)
            setattr(app, name, value)
        yield
    except BaseException as problem:
        for complaint in _put_back(app, former):
            problem.add_note(complaint)
        raise
    else:
        complaints = _put_back(app, former)
        if complaints:
            raise RefusedError(f"Everything was done, but {'; '.join(complaints)}")


def _put_back(app: Any, former: dict[str, Any]) -> list[str]:
    """The settings as they were, the last one first; what Excel refuses is told, and the others are put back."""
    return [
        f"Excel did not let {WORDS[name]} be put back to {value}"
        for name, value in reversed(former.items())
        if not (_is_set(app, name, value) or _is_set(app, name, value))  # it may only have been busy
    ]


def _is_set(app: Any, name: str, value: Any) -> bool:
    try:
        setattr(app, name, value)
    except Exception:  # noqa: BLE001  # Excel fails in many ways, and each setting counts by itself
        return False
    return True
