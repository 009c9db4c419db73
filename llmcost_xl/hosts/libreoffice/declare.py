"""What LibreOffice wants to know of the worksheet functions beforehand: their interface, and their names and help.

Two files of the extension, both written from the functions themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from llmcost_xl import reference
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.worksheet import CATEGORY

if TYPE_CHECKING:
    from collections.abc import Iterator

ADD_IN: Final = "llmcost.Functions"
"""The add-in's name in LibreOffice; .ods files store a formula under it, so it stays."""

_REGISTRY: Final = "http://openoffice.org/2001/registry"


def interface() -> str:
    """The functions' interface in UNO's own language (IDL).

    Every argument is an `any`: a cell, a range or nothing. Declared more narrowly, none could be left out, and text
    and numbers would be turned into each other before we see them. Every answer is a block, if only of one cell: what
    Python returns as an `any` would never be taken for one.
    """
    methods = "\n".join(f"    sequence< sequence< any > > {name}({_declared(FUNCTIONS[name])});" for name in FUNCTIONS)
    return f"module llmcost {{\n  interface XFunctions {{\n{methods}\n  }};\n}};\n"


def _declared(function: Any) -> str:
    return ", ".join(f"[in] any {identifier}" for identifier, _ in parameters(function))


def parameters(function: Any) -> Iterator[tuple[str, Any]]:
    """The identifier of each parameter, and the argument it is for.

    A list of any length is as many parameters as the longest function has, and one: in an array formula Calc would
    take UNO's own kind of list apart, and call the function for each cell of a range.
    """
    for argument in function.arguments:
        first, *others = argument.name.split("_")  # UNO allows no underscore beside a small letter
        identifier = first + "".join(map(str.capitalize, others))
        if argument.is_rest:
            longest = max(len(other.arguments) for other in FUNCTIONS.values())
            yield from ((f"{identifier}{number + 1}", argument) for number in range(longest + 1))
        else:
            yield identifier, argument


def configuration() -> bytes:
    """The functions' names, texts of the wizard and category (CalcAddIns.xcu)."""
    ET.register_namespace("oor", _REGISTRY)
    root = ET.Element(_oor("component-data"), {_oor("name"): "CalcAddIns", _oor("package"): "org.openoffice.Office"})
    functions = _node(_node(_node(root, "AddInInfo"), ADD_IN, "replace"), "AddInFunctions")
    for entry in reference.entries():
        node = _node(functions, entry.name, "replace")
        _property(node, "DisplayName", entry.name)
        _property(node, "Description", f"{entry.purpose} {entry.syntax}")
        _property(node, "Category", CATEGORY, language="")
        _property(node, "CompatibilityName", entry.name)
        texts = _node(node, "Parameters")
        for identifier, argument in parameters(FUNCTIONS[entry.name]):
            parameter = _node(texts, identifier, "replace")
            _property(parameter, "DisplayName", argument.name)
            _property(parameter, "Description", argument.quantity.help_with_unit)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _oor(name: str) -> str:
    return f"{{{_REGISTRY}}}{name}"


def _node(parent: ET.Element, name: str, operation: str = "") -> ET.Element:
    return ET.SubElement(parent, "node", {_oor("name"): name} | ({_oor("op"): operation} if operation else {}))


def _property(node: ET.Element, name: str, text: str, language: str = "en") -> None:
    value = ET.SubElement(ET.SubElement(node, "prop", {_oor("name"): name}), "value")
    if language:
        value.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    value.text = text
