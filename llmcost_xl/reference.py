"""The reference of the worksheet functions, read from their own definitions and the vocabulary."""

from __future__ import annotations

import csv
import difflib
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from llmcost_xl.functions import FUNCTIONS

EXAMPLES: Final = Path(__file__).parent / "examples.csv"
"""One formula for each function, taken from its table of cases."""


@dataclass(frozen=True, slots=True)
class ArgumentEntry:
    """One argument as the reference shows it."""

    name: str
    unit: str
    default: str
    bounds: str
    help: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One worksheet function as the reference shows it."""

    name: str
    group: str
    purpose: str
    notes: str
    syntax: str
    arguments: tuple[ArgumentEntry, ...]
    example: str


def entries() -> list[Entry]:
    """Every worksheet function, in the order of its definition."""
    examples = _examples()
    return [_entry(function, examples.get(name, "")) for name, function in FUNCTIONS.items()]


def entry(name: str) -> Entry | None:
    """One worksheet function, whatever the case of its name."""
    function = FUNCTIONS.get(name.strip().upper())
    return _entry(function, _examples().get(function.__name__, "")) if function else None


def nearest(name: str) -> list[str]:
    """Functions whose names resemble a misspelt one, or contain it."""
    wanted = name.strip().upper()
    containing = [known for known in FUNCTIONS if wanted and wanted in known]
    return list(dict.fromkeys(containing + difflib.get_close_matches(wanted, FUNCTIONS, n=3)))[:5]


def _entry(function: Any, example: str) -> Entry:
    purpose, _, notes = (inspect.getdoc(function) or "").partition("\n")
    return Entry(
        name=function.__name__,
        group=_group(function),
        purpose=purpose,
        notes=notes.strip(),
        syntax=f"{function.__name__}({', '.join(map(_in_syntax, function.arguments))})",
        arguments=tuple(map(_argument, function.arguments)),
        example=example,
    )


def _group(function: Any) -> str:
    """What the functions of one module are about: its docstring after the colon."""
    heading = (sys.modules[function.__module__].__doc__ or "").partition("\n")[0]
    subject = heading.partition(": ")[2].rstrip(".") or heading
    return subject[:1].upper() + subject[1:]


def _in_syntax(argument: Any) -> str:
    if argument.is_rest:
        return f"[{argument.name}, ...]"
    if argument.required:
        return str(argument.name)
    default = _shown(argument.default)
    return f"[{argument.name}={default}]" if default else f"[{argument.name}]"


def _argument(argument: Any) -> ArgumentEntry:
    quantity = argument.quantity
    default = "required" if argument.required else _shown(argument.default) or "optional"
    return ArgumentEntry(
        argument.name, quantity.unit, default, _bounds(quantity), f"{quantity.help}{_extent(argument)}"
    )


def _bounds(quantity: Any) -> str:
    if quantity.kind in ("number", "whole", "series"):
        whole = "whole number, " if quantity.kind == "whole" else ""
        return f"{whole}{quantity.bounds}"
    return {"keyword": "one of the words", "flag": "TRUE or FALSE", "date": "a date", "table": "a range"}.get(
        quantity.kind, ""
    )


def _extent(argument: Any) -> str:
    if argument.is_rest:
        return " (as many as needed)"
    return " (a range is taken whole)" if argument.quantity.kind == "series" else ""


def _shown(default: Any) -> str:
    if default is None:
        return ""
    if isinstance(default, bool):
        return str(default).upper()
    return f'"{default}"' if isinstance(default, str) else f"{default:.12g}"


def _examples() -> dict[str, str]:
    with EXAMPLES.open(newline="", encoding="utf-8") as file:
        return {line["function"]: line["formula"] for line in csv.DictReader(file)}
