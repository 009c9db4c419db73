"""From a call by Calc to a worksheet function and back. Runs inside LibreOffice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.hosts.libreoffice.dates import DATED, forget_documents, without_doubtful_dates
from llmcost_xl.hosts.libreoffice.prices import after_call, before_call
from llmcost_xl.hosts.libreoffice.values import block, cells_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def methods() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The worksheet functions as methods of the add-in, by name."""
    for name, function in FUNCTIONS.items():
        yield name, _method(name, function)


def _method(name: str, function: Any) -> Callable[..., Any]:
    takes_list = any(argument.is_rest for argument in function.arguments)

    is_dated = name in DATED

    def call(component: Any, *values: Any) -> Any:
        if before_call():
            forget_documents()
        cells = list(map(cells_of, values))
        while takes_list and cells and cells[-1] is None:  # parameters that nothing was given for
            del cells[-1]
        if is_dated:
            cells = without_doubtful_dates(name, cells, component.context)
        answer = block(function(*cells))
        after_call()
        return answer

    return call
