"""What somebody should know before a change to a workbook is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmcost_xl.ooxml import guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmcost_xl.ooxml.archive import Archive
    from llmcost_xl.ooxml.parts import Structure
    from llmcost_xl.ooxml.worksheet import SheetFile

SIGNATURES = "_xmlsignatures/"


def found(archive: Archive, structure: Structure, sheets: Iterable[SheetFile]) -> Iterator[str]:
    """A sentence for each."""
    if is_signed(archive):
        yield "is digitally signed; any change makes the signature invalid, and it must be signed again"
    if any(name.lower().endswith("vbaprojectsignature.bin") for name in archive.names):
        yield "has signed macros; they are not changed, and their signature stays valid"
    protected = [sheet.name for sheet in sheets if sheet.is_protected]
    if protected:
        yield f"sheets are protected ({', '.join(protected)}); the protection stays, and binds only in Excel"
    if structure.of_kind("pivotCacheDefinition"):
        yield "pivot tables show what they last read; refresh them in Excel (Data, Refresh All)"
    if structure.of_kind("externalLink"):
        yield "reads other workbooks; what they hold is not brought up to date"
    if any(guard.plain_name(name).startswith("xl/charts/") for name in archive.names):
        yield "charts are drawn anew from the cells when the workbook is opened"


def is_signed(archive: Archive) -> bool:
    """Whether the file carries a digital signature of its content."""
    return any(guard.plain_name(name).startswith(SIGNATURES) for name in archive.names)
