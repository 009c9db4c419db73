"""The file itself: values computed in process, parts put right, bytes that never vary."""

from __future__ import annotations

import io
import re
import zipfile
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Final

import formualizer

from llmcost_xl.errors import LLMCostError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from openpyxl import Workbook

FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip archive can state
CORE: Final = "docProps/core.xml"
MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
CHART_NAME: Final = re.compile(rb'<cNvPr id="(\d+)" name="Chart \d+"\s*/>')
LINKED_FORMAT: Final = re.compile(rb'<numFmt formatCode="([^"]*)"\s*/>')
CHARTS: Final = "xl/charts/"
DRAWINGS: Final = "xl/drawings/drawing"


class RecalculationError(LLMCostError):
    """The formula engine could not evaluate the workbook: a mistake in its description."""


def recalculated(content: bytes) -> bytes:
    """The file with a value in every formula cell; all other parts stay as they are."""
    result: dict[str, Any] = formualizer.recalculate_xlsx_bytes(content)
    unknown = result["summary"]["unknown_functions"]
    if unknown:
        raise RecalculationError(f"the formula engine does not know {unknown}")
    return bytes(result["bytes"])


def package(
    book: Workbook,
    day: dt.date,
    alternative_texts: list[list[tuple[str, str]]],
    recalculate: Callable[[bytes], bytes] = recalculated,
) -> bytes:
    """The workbook as a file: the same description gives the same bytes.

    `alternative_texts` are titles and descriptions of the charts, one list per sheet that has any.
    """
    stream = io.BytesIO()
    book.save(stream)
    content = recalculate(stream.getvalue())
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == CORE:
                part = MODIFIED.sub(rb"\g<1>" + f"{day:%Y-%m-%d}T00:00:00Z".encode(), part)
            elif name.startswith(DRAWINGS) and name.endswith(".xml"):
                texts = alternative_texts[int(re.sub(r"\D", "", name)) - 1]
                part = CHART_NAME.sub(partial(_described, texts), part)
            elif name.startswith(CHARTS):  # a label's format counts only if it says it is not the cell's
                part = LINKED_FORMAT.sub(rb'<numFmt formatCode="\1" sourceLinked="0"/>', part)
            member = zipfile.ZipInfo(name, FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, part)
    return packed.getvalue()


def _described(texts: list[tuple[str, str]], match: re.Match[bytes]) -> bytes:
    """A chart's frame with a name and an alternative text."""
    number = int(match[1])
    title, text = texts[number - 1]
    return f'<cNvPr id="{number}" name="{escape(title)}" descr="{escape(text or title)}"/>'.encode()
