"""Who may import whom: economics knows no Excel, workbooks no worksheet functions, the command line sits on top."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent.parent / "llmcost_xl"
MAY_IMPORT = {
    "quantities": set(),
    "errors": set(),
    "dates": set(),
    "engine": {"quantities", "errors"},
    "catalogue": {"quantities", "errors", "dates"},
    "cells": {"quantities", "errors", "dates"},
    "worksheet": {"quantities", "errors", "cells"},
    "functions": {"quantities", "errors", "cells", "worksheet", "engine", "catalogue"},
    "udfs": {"functions", "worksheet"},
    "calc": {"errors", "cells", "functions"},
    "reference": {"functions"},
    "ooxml": {"errors"},
    "workbook": {"quantities", "errors", "cells", "worksheet", "engine", "catalogue", "functions", "calc", "ooxml"},
    "lint": {"quantities", "errors", "functions", "workbook", "ooxml"},
    "reprice": {"quantities", "errors", "dates", "engine", "catalogue", "calc", "ooxml", "workbook"},
    "hosts": {
        "quantities",
        "errors",
        "cells",
        "worksheet",
        "catalogue",
        "functions",
        "udfs",
        "calc",
        "reference",
        "workbook",
        "ooxml",
        "reprice",
    },
    "cli": {"quantities", "errors", "catalogue", "calc", "reference", "workbook", "lint", "reprice", "hosts"},
}
MODULES = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, by its full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def parts_imported(path: Path) -> set[str]:
    names = {name.split(".")[1] for name in imports(path) if name.startswith("llmcost_xl.")}
    return names - {part(path), "__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_lies_below_it(path: Path) -> None:
    assert parts_imported(path) <= MAY_IMPORT[part(path)]


@pytest.mark.parametrize(
    ("library", "users"),
    [
        ("xlwings", {"worksheet", "hosts"}),
        ("openpyxl", {"workbook", "lint", "calc", "hosts", "reprice"}),
        ("formualizer", {"workbook", "lint", "calc", "ooxml"}),
        ("genai_prices", {"catalogue"}),
        ("typer", {"cli"}),
    ],
)
def test_a_library_is_known_in_few_places(library: str, users: set[str]) -> None:
    assert {part(path) for path in MODULES if library in {name.split(".")[0] for name in imports(path)}} == users
