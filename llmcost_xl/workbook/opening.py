"""Opening a workbook that somebody sent: whatever a library stumbles over becomes one refusal."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, Final

from defusedxml import ElementTree
from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.styles.named_styles import NamedStyleList

from llmcost_xl.errors import RefusedError

if TYPE_CHECKING:
    from openpyxl import Workbook

STYLES: Final = "xl/styles.xml"
MOST_STYLES: Final = 65_000  # what Excel allows
CELL_STYLE: Final = ".//{*}cellStyles/{*}cellStyle"


def opened(content: bytes, *, values: bool = False) -> Workbook:
    """A workbook with its formulas, or with the values stored beside them; `content` is what the guard let pass.

    Raises:
        RefusedError: openpyxl cannot make sense of it.
    """
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl reads XML without defusedxml; install it")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that openpyxl does not keep; nothing is saved
            book = load_workbook(io.BytesIO(content), data_only=values, keep_links=False)
        _name_styles(book, content)
    except Exception as problem:  # damaged files make it raise whatever lies at hand
        reason = " ".join(str(problem).split())[:200] or type(problem).__name__
        raise RefusedError(f"damaged: {reason}") from problem
    return book


def _name_styles(book: Any, content: bytes) -> None:
    """Put each named style where cells look for it.

    openpyxl takes the position in the list for the style's number, which holds for files of Excel; LibreOffice leaves
    numbers out.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if STYLES not in archive.namelist():
            return
        root = ElementTree.fromstring(archive.read(STYLES))
    found = {style.name: style for style in book._named_styles}  # noqa: SLF001  # openpyxl has no public list
    numbers: dict[int, Any] = {}
    for entry in root.findall(CELL_STYLE):
        if entry.get("name") in found:
            numbers.setdefault(int(entry.get("xfId", "0")), found[entry.get("name")])
    used = (style.xfId for style in book._cell_styles)  # noqa: SLF001
    usual = book._named_styles[0]  # noqa: SLF001  # Normal
    last = max((0, *numbers, *used))
    if last > MOST_STYLES:
        raise ValueError(f"a cell style has the number {last:,}")
    book._named_styles = NamedStyleList([numbers.get(number, usual) for number in range(last + 1)])  # noqa: SLF001
