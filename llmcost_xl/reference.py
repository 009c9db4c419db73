"""The reference of the worksheet functions, read from their own definitions and the vocabulary.

What a definition cannot tell, its table of cases does: a worked example with the source of its value, and which errors
were seen and why. `docs/write_reference.py` copies these from the tests into two files beside this module.
"""

from __future__ import annotations

import csv
import difflib
import functools
import inspect
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from llmcost_xl.functions import FUNCTIONS

EXAMPLES: Final = Path(__file__).parent / "examples.csv"
"""One formula for each function, what it must show, how exactly, and where that comes from."""

ERRORS: Final = Path(__file__).parent / "errors_seen.csv"
"""Errors that each function gives: a formula for each, and why; no reason where the rules for all functions have it."""

RESULT, SEE_ALSO = "Result: ", "See also: "
"""Beginnings of the paragraphs of a docstring that stand apart in the reference."""

IN_WORDS: Final = {
    "fraction": "one fraction (0.2 is 20%).",
    "fraction per year": "one fraction per year (0.2 is 20%).",
    "x": "one factor.",
    "same as the inputs": "one number, in the unit of the estimates.",
}
"""Results in units that make no sentence."""


@dataclass(frozen=True, slots=True)
class ArgumentEntry:
    """One argument as the reference shows it."""

    name: str
    label: str
    unit: str
    default: str
    bounds: str
    help: str
    wizard: str
    """The help with the unit, where there is no other place for it."""


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One error code of a function: when it appears, and a formula that gives it."""

    code: str
    reason: str
    formula: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One worksheet function as the reference shows it."""

    name: str
    topic: str
    """One word for its group."""
    group: str
    purpose: str
    notes: str
    syntax: str
    arguments: tuple[ArgumentEntry, ...]
    unit: str
    """Unit of the result; empty where it is text, or several quantities."""
    result: str
    errors: tuple[ErrorEntry, ...]
    example: str
    expected: str
    """What the example must show, as a constant of Excel."""
    within: float
    """Largest difference from it that counts as none."""
    source: str
    see_also: tuple[str, ...]


def entries() -> list[Entry]:
    """Every worksheet function, in the order of its definition."""
    return list(map(_entry, FUNCTIONS.values()))


def entry(name: str) -> Entry | None:
    """One worksheet function, whatever the case of its name."""
    function = FUNCTIONS.get(name.strip().upper())
    return _entry(function) if function else None


def nearest(name: str) -> list[str]:
    """Functions whose names resemble a misspelt one, or contain it."""
    wanted = name.strip().upper()
    containing = [known for known in FUNCTIONS if wanted and wanted in known]
    return list(dict.fromkeys(containing + difflib.get_close_matches(wanted, FUNCTIONS, n=3)))[:5]


def own_call(name: str, formula: str) -> tuple[str, list[str]]:
    """A function's call in a formula, as it stands there, and the text of each of its arguments."""
    start = formula.index(f"{name}(")
    parts, depth, quoted = [""], 0, False
    for position, character in enumerate(formula[start + len(name) + 1 :], start + len(name) + 1):
        quoted ^= character == '"'
        if character == ")" and not quoted and not depth:
            return formula[start : position + 1], parts if parts != [""] else []
        depth += 0 if quoted else (character in "({") - (character in ")}")
        if character == "," and not quoted and not depth:
            parts.append("")
        else:
            parts[-1] += character
    raise ValueError(f"{formula}: the call of {name} has no end")


# -- what the definition says ------------------------------------------------------------------------------------


def _entry(function: Any) -> Entry:
    name = function.__name__
    purpose, _, rest = (inspect.getdoc(function) or "").partition("\n")
    notes, said = _paragraphs(rest)
    unit = _unit(function)
    example = _examples().get(name, {})
    return Entry(
        name=name,
        topic=function.__module__.rpartition(".")[2],
        group=_group(function),
        purpose=purpose,
        notes=notes,
        syntax=f"{name}({', '.join(map(_in_syntax, function.arguments))})",
        arguments=tuple(map(_argument, function.arguments)),
        unit=unit,
        result=(said.get(RESULT) or IN_WORDS.get(unit, f"one number, in {unit}.")) + _spreading(function),
        errors=_errors(function),
        example=example.get("formula", ""),
        expected=example.get("expected", ""),
        within=float(example.get("within") or 0),
        source=example.get("source", ""),
        see_also=tuple(said.get(SEE_ALSO, "").rstrip(".").split(", ")) if SEE_ALSO in said else (),
    )


def _paragraphs(text: str) -> tuple[str, dict[str, str]]:
    """The notes of a docstring, and what stands apart from them, by its beginning."""
    notes, *apart = re.split(rf"^(?=(?:{RESULT}|{SEE_ALSO}))", text.strip(), flags=re.MULTILINE)
    said = {part[: part.index(" ", part.index(":")) + 1]: part for part in apart}
    return notes.strip(), {start: " ".join(part[len(start) :].split()) for start, part in said.items()}


def _unit(function: Any) -> str:
    """The unit that the engine declares for the formula a function calls; none if it calls several that differ."""
    plain = inspect.unwrap(function)
    names = plain.__code__.co_names
    known = [plain.__globals__.get(name) for name in names]
    modules = [(name, module) for name, module in zip(names, known, strict=True) if inspect.ismodule(module)]
    known += [getattr(module, other, None) for name, module in modules for other in names if other != name]
    namesakes = [getattr(module, name, None) for name, module in modules]  # variance.variance
    units = _units(known) or _units(namesakes)
    return units.pop() if len(units) == 1 else ""


def _units(members: list[Any]) -> set[str]:
    return {member.unit for member in members if inspect.isfunction(member) and hasattr(member, "unit")}


def _spreading(function: Any) -> str:
    """Whether arguments may be ranges, with one answer per cell."""
    if not any(argument.spreads for argument in function.arguments):
        return ""
    other = "for any other argument " if any(a.quantity.kind == "series" for a in function.arguments) else ""
    return f" A range {other}gives one answer per cell."


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
        name=argument.name,
        label=quantity.label,
        unit=quantity.unit,
        default=default,
        bounds=_bounds(quantity),
        help=f"{quantity.help}{_extent(argument)}",
        wizard=quantity.help_with_unit,
    )


def _bounds(quantity: Any) -> str:
    if quantity.kind in ("number", "whole", "series"):
        whole = "whole number, " if quantity.kind == "whole" else ""
        return f"{whole}{quantity.bounds}"
    words = {"keyword": "one of the words", "flag": "TRUE or FALSE", "date": "a date", "table": "a range"}
    return words.get(quantity.kind, "anything" if quantity.kind == "any" else "text")


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


# -- what the tables of cases show -------------------------------------------------------------------------------


def _errors(function: Any) -> tuple[ErrorEntry, ...]:
    seen = (line for line in _lines(ERRORS) if line["function"] == function.__name__)
    return tuple(
        ErrorEntry(line["error"], line["reason"] or _by_rule(function, line["error"]), line["formula"]) for line in seen
    )


def _by_rule(function: Any, code: str) -> str:
    """When any function with such arguments gives an error."""
    kinds = {argument.quantity.kind for argument in function.arguments}
    required = [argument.name for argument in function.arguments if argument.required]
    has_numbers = bool(kinds & {"number", "whole", "series"})
    if code == "#NUM!":
        return "a number out of bounds, or a result too large to state"
    reasons = [f"{_either(required)} is blank"] if required else []
    reasons += ["text or TRUE where a number is due"] * has_numbers
    reasons += ["TRUE or FALSE where text is due"] * (not has_numbers and bool(kinds & {"text", "model"}))
    reasons += ["a word that is not one of those allowed"] * ("keyword" in kinds)
    alone = not any(argument.spreads for argument in function.arguments) and bool(kinds - {"series"})
    return "; ".join(reasons + ["a range where one cell is due"] * alone)


def _either(names: list[str]) -> str:
    return f"`{names[0]}`" if len(names) == 1 else "a required argument"


@functools.cache
def _examples() -> dict[str, dict[str, str]]:
    return {line["function"]: line for line in _lines(EXAMPLES)}


@functools.cache
def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
