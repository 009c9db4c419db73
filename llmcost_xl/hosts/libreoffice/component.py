"""What LibreOffice loads: an object whose methods are the worksheet functions by their Excel names, and a menu entry.

This file lies at the top of the extension, the package in `pythonpath/` beside it, which LibreOffice puts on the path.
It is the one file that has to load in any Python, to say which one is needed; the imports from `uno` on exist in
LibreOffice only.
"""

from __future__ import annotations

import sys
from typing import Any

import unohelper  # type: ignore[import-not-found]
from com.sun.star.lang import XServiceInfo  # type: ignore[import-not-found]
from com.sun.star.task import XJobExecutor  # type: ignore[import-not-found]
from llmcost import XFunctions  # type: ignore[import-not-found]  # declared in XFunctions.idl

ADD_IN = "llmcost.Functions"
SERVICES = (ADD_IN, "com.sun.star.sheet.AddIn")
MENU_ENTRY = "llmcost.EmptyCells"
NEEDED = (3, 10)


class Functions(unohelper.Base, XServiceInfo, XFunctions):  # type: ignore[misc]
    """The add-in as Calc sees it: these methods are UNO's, the worksheet functions join them below."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def getImplementationName(self) -> str:  # noqa: D102, N802
        return ADD_IN

    def supportsService(self, name: str) -> bool:  # noqa: D102, N802
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: D102, N802
        return SERVICES


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816  # LibreOffice looks for this name
g_ImplementationHelper.addImplementation(Functions, ADD_IN, SERVICES)

if sys.version_info >= NEEDED:
    from llmcost_xl.hosts.libreoffice.calls import methods
    from llmcost_xl.hosts.libreoffice.emptycells import show_findings

    for name, method in methods():
        setattr(Functions, name, method)

    class EmptyCells(unohelper.Base, XJobExecutor):  # type: ignore[misc]
        """The menu entry."""

        def __init__(self, context: Any) -> None:
            self.context = context

        def trigger(self, _: str) -> None:
            """List the empty cells that count as 0."""
            services = self.context.ServiceManager
            show_findings(services.createInstanceWithContext("com.sun.star.frame.Desktop", self.context))

    g_ImplementationHelper.addImplementation(EmptyCells, MENU_ENTRY, (MENU_ENTRY,))
else:
    TOO_OLD = "llmcost-xl needs Python %d.%d, as in LibreOffice 24.8 or newer; here is Python %d.%d"

    def _say_why(_: Functions, name: str) -> Any:
        if not name.isupper():
            raise AttributeError(name)
        return lambda *_: ((TOO_OLD % (NEEDED + sys.version_info[:2]),),)

    Functions.__getattr__ = _say_why  # every function answers in its cell
