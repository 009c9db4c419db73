"""How the parts of a workbook hang together: relationships, and the workbook part with its sheets and names."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from llmcost_xl.errors import RefusedError
from llmcost_xl.ooxml.xmlpart import BETWEEN, XmlPart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmcost_xl.ooxml.archive import Archive

TRUE: Final = ("1", "true", "on")


class Relation(NamedTuple):
    """What a part refers to."""

    kind: str  # the last step of its type: "worksheet", "table", "sharedStrings"
    target: str  # the name of the other part, or what lies outside the file
    is_external: bool


NOWHERE: Final = Relation("", "", is_external=False)


class SheetEntry(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    kind: str  # "worksheet", "chartsheet" ...; "" for what is left of a sheet of macros that Excel has removed
    state: str  # "visible", "hidden" or "veryHidden"


class DefinedName(NamedTuple):
    """A name and the formula behind it, without its equals sign."""

    name: str
    text: str
    sheet: str | None  # the sheet that it is known on; None: the whole workbook


@dataclass(frozen=True)
class Structure:
    """The workbook part, and what it leads to."""

    archive: Archive

    @cached_property
    def part_name(self) -> str:
        """The workbook part, "xl/workbook.xml" as a rule."""
        for relation in relations(self.archive, "").values():
            if relation.kind == "officeDocument":
                return self.archive.find(relation.target) or relation.target
        raise RefusedError("damaged: nothing leads to the workbook part")

    @cached_property
    def part(self) -> XmlPart:
        """The workbook part."""
        return XmlPart.read(self.part_name, self.archive.part(self.part_name))

    @cached_property
    def relations(self) -> Mapping[str, Relation]:
        """What the workbook part refers to, by id."""
        return relations(self.archive, self.part_name)

    @cached_property
    def sheets(self) -> tuple[SheetEntry, ...]:
        """All sheets in the order of their tabs, charts of their own included."""
        found = []
        for element in self.part.elements(lambda name, depth: name == "sheet" and depth == 2):  # noqa: PLR2004
            number = next((value for key, value in element.attributes.items() if key.endswith(f"{BETWEEN}id")), "")
            name = element.attributes.get("name", "")
            if number and number not in self.relations:
                raise RefusedError(f"damaged: nothing stands behind the name of the sheet {name!r}")
            relation = self.relations.get(number, NOWHERE)
            found.append(SheetEntry(name, relation.target, relation.kind, element.attributes.get("state", "visible")))
        return tuple(found)

    @cached_property
    def names(self) -> tuple[DefinedName, ...]:
        """The defined names, those of Excel itself (print areas, filters) included."""
        found = []
        for element in self.part.elements(lambda name, depth: name == "definedName" and depth == 2):  # noqa: PLR2004
            scope = element.attributes.get("localSheetId")
            known = scope is not None and scope.isdigit() and int(scope) < len(self.sheets)
            sheet = self.sheets[int(scope or 0)].name if known else None
            found.append(DefinedName(element.attributes.get("name", ""), self.part.content(element), sheet))
        return tuple(found)

    @cached_property
    def date1904(self) -> bool:
        """Whether days are counted from 1904, as old Macs did."""
        elements = self.part.elements(lambda name, depth: name == "workbookPr" and depth == 1)
        return any(element.attributes.get("date1904", "") in TRUE for element in elements)

    def of_kind(self, kind: str) -> list[str]:
        """The names of the parts of this kind that the workbook refers to and that are there."""
        found = (self.archive.find(relation.target) for relation in self.relations.values() if relation.kind == kind)
        return [name for name in found if name is not None]


def relations(archive: Archive, part: str) -> dict[str, Relation]:
    """What a part refers to, by id; "" is the file as a whole."""
    folder, name = folder_and_name(part)
    found = archive.find(posixpath.join(folder, "_rels", f"{name}.rels"))
    if found is None:
        return {}
    given: dict[str, Relation] = {}
    for element in XmlPart.read(found, archive.part(found)).elements(lambda name, _: name == "Relationship"):
        values = element.attributes
        outside = values.get("TargetMode", "") == "External"
        target = values.get("Target", "")
        if not outside:
            target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
        given[values.get("Id", "")] = Relation(values.get("Type", "").rpartition("/")[2], target, outside)
    return given


def folder_and_name(part: str) -> tuple[str, str]:
    """Where a part lies, and what it is called there; some programs divide folders as Windows does."""
    folder, name = posixpath.split(part.replace("\\", "/"))
    return folder, name
