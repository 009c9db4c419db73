"""What the package promises as a whole: a light import, one vocabulary without dead words, a wheel with one name.

Who may import whom is in test_layers.py.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from llmcost_xl import engine
from llmcost_xl.functions import FUNCTIONS
from llmcost_xl.quantities import QUANTITIES, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "llmcost_xl"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOOLS_OF_THE_ENGINE = {"formula", "numeric"}  # what the formulas are made with

HEAVY = ("numpy", "pandas", "xlwings", "openpyxl", "formualizer", "genai_prices", "pydantic", "typer", "rich")
SCALAR_CALLS = f"""
import sys
from llmcost_xl.functions import FUNCTIONS
assert FUNCTIONS["QUERY_COST"]("gpt-4o", 500, 200) == 0.00325
assert FUNCTIONS["LLM_BREAKEVEN"](0.0002, 400) == 2_000_000
assert FUNCTIONS["LLM_PERT"](4700, 9000, 15800, 0.8) > 11_293
print([name for name in {HEAVY} if name in sys.modules])
"""


def strings(path: Path) -> Iterator[str]:
    """Every text constant of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def formulas() -> dict[str, Any]:
    """Every engine function by its name."""
    found = {}
    for module in pkgutil.iter_modules(engine.__path__):
        if module.name not in TOOLS_OF_THE_ENGINE:
            members = vars(importlib.import_module(f"llmcost_xl.engine.{module.name}"))
            own = {name: value for name, value in members.items() if inspect.isfunction(value) and name[0] != "_"}
            found |= {name: value for name, value in own.items() if value.__module__.endswith(f".{module.name}")}
    return found


FORMULAS = formulas()


def test_scalar_calls_need_the_standard_library_alone() -> None:
    """Some hosts have no NumPy; and Excel waits for the import."""
    done = subprocess.run([sys.executable, "-c", SCALAR_CALLS], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize("name", FORMULAS)
def test_an_engine_function_declares_its_unit(name: str) -> None:
    assert FORMULAS[name].unit in UNITS


def test_every_quantity_is_used() -> None:
    """In a formula, as an argument, or on a sheet."""
    used = {name for function in FORMULAS.values() for name in inspect.signature(function).parameters}
    used |= {argument.name for function in FUNCTIONS.values() for argument in function.arguments}
    for path in (PACKAGE / "workbook").rglob("*.py"):
        for text in strings(path):  # a name of its own, or in braces inside a formula
            used |= {text, *re.findall(r"\{(\w+)", text)}
    assert set(QUANTITIES) <= used


def constants(path: Path) -> set[str]:
    """The names in capitals that a module defines for itself."""
    found = re.findall(r"^([A-Z][A-Z_0-9]+)(?:: \w+)? = ", path.read_text(encoding="utf-8"), re.MULTILINE)
    return set(found)


def test_a_constant_of_the_engine_has_one_meaning() -> None:
    places = Counter(name for path in (PACKAGE / "engine").glob("*.py") for name in constants(path))
    assert [name for name, count in places.items() if count > 1] == []


def test_every_constant_of_the_vocabulary_is_used() -> None:
    others = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.name != "quantities.py"]
    own = (PACKAGE / "quantities.py").read_text(encoding="utf-8")
    for name in constants(PACKAGE / "quantities.py"):
        assert len(re.findall(rf"\b{name}\b", own)) > 1 or any(re.search(rf"\b{name}\b", text) for text in others), name


def test_every_unit_is_used() -> None:
    used = {quantity.unit for quantity in QUANTITIES.values()} | {function.unit for function in FORMULAS.values()}
    for path in (PACKAGE / "workbook").rglob("*.py"):
        used |= set(strings(path))
    header, *rows = (PACKAGE / "catalogue" / "prices.csv").read_text(encoding="utf-8").splitlines()
    assert "unit" in header
    used |= {unit for unit in UNITS if any(unit in row for row in rows)}
    assert set(UNITS) <= used


def test_the_parts_of_xlwings_with_another_licence_are_not_used() -> None:
    assert not [text for text in PROJECT["project"]["dependencies"] if text.startswith("xlwings-")]
    """But by the host that is made of them, which is imported only when somebody starts it."""
    server = PACKAGE / "hosts" / "server"
    for path in {ROOT / "udfs.py", *PACKAGE.rglob("*.py")} - set(server.rglob("*.py")):
        assert not re.search(
            r"^\s*(import|from) xlwings[._](pro|server|lite)\b", path.read_text(encoding="utf-8"), re.MULTILINE
        ), path


WITHOUT_OTHER_LICENCES = """
import sys
class Absent:
    def find_spec(self, name, *_):
        if name.startswith(("xlwings.pro", "xlwings_server")):
            raise ImportError(name)
sys.meta_path.insert(0, Absent())
import llmcost_xl.udfs
from llmcost_xl.cli import main
assert "xlwings" in sys.modules and "xlwings.pro" not in sys.modules
main(["calc", '=QUERY_COST("gpt-4o",500,200)'])
"""


def test_everything_but_the_server_works_without_them() -> None:
    command = [sys.executable, "-c", WITHOUT_OTHER_LICENCES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout == "0.00325\n", done.stderr


def test_the_wheel_claims_one_name() -> None:
    """`udfs` is the module Excel loads from this folder; a wheel that installed it would take the name from all."""
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["llmcost_xl"]}
