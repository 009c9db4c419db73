"""Which modules of the package others need, themselves included, by reading their imports."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@cache
def modules_needed(package: Path, roots: tuple[str, ...]) -> frozenset[Path]:
    """The files of the package that some of its modules import, directly or not, wherever in them.

    What only type checkers import is not needed, and what a name of `__getattr__` stands for comes when it is used.
    """
    found: set[Path] = set()
    waiting = [f"{package.name}.{root}" for root in roots]
    while waiting:
        name = waiting.pop()
        path = _file(package, name)
        if path is None or path in found:
            continue
        found.add(path)
        waiting.append(name.rpartition(".")[0])  # a package is imported before what is in it
        waiting += _imported(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(found)


def _file(package: Path, name: str) -> Path | None:
    """Where a module is; None where a name is that of something else."""
    first, _, rest = name.partition(".")
    if first != package.name:
        return None
    place = package.joinpath(*filter(None, rest.split(".")))
    return next((path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()), None)


def _imported(tree: ast.AST) -> Iterator[str]:
    """The names that code imports; of `from package import name` both, as the name may be a module's."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif not _is_for_type_checkers(node):
            yield from _imported(node)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
