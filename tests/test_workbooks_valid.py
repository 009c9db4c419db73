"""Every workbook in the eyes of Microsoft's Open XML SDK, which judges files as Excel 2010 and as today's Excel do."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from hosts import HostMissingError, skip_or_fail
from lite_host import find_node
from workbooks import built

from llmcost_xl import workbook
from llmcost_xl.workbook import MODULES
from llmcost_xl.workbook.options import Options

COMMAND = Path(__file__).parent / "validator" / "node_modules" / "@xarsh" / "ooxml-validator" / "dist/src/cli.js"


def complaints(path: Path, version: str = "Microsoft365") -> list[str]:
    """What the SDK finds wrong with a file."""
    if not COMMAND.is_file():
        skip_or_fail("the validator is not installed: npm install --no-package-lock --prefix tests/validator")
    try:
        words = [find_node(), COMMAND, path, "--officeVersion", version]
    except HostMissingError as missing:
        skip_or_fail(str(missing))
    without_locales = os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}  # which it would look for
    ran = subprocess.run(words, capture_output=True, text=True, check=False, env=without_locales)
    assert ran.returncode in (0, 1), ran.stderr
    return [f"{error.get('partUri')}: {error.get('description')}" for error in json.loads(ran.stdout)["errors"]]


@pytest.mark.parametrize("version", ["Office2010", "Microsoft365"])
@pytest.mark.parametrize("name", MODULES)
def test_the_sdk_finds_nothing_wrong(name: str, version: str, tmp_path: Path) -> None:
    assert complaints(built(name).save(tmp_path / f"{name}.xlsx"), version) == []


@pytest.mark.parametrize("name", MODULES)
def test_nor_with_the_functions_of_the_addin(name: str, tmp_path: Path) -> None:
    variant = workbook.build(name, Options(functions="addin", months=3))
    assert complaints(variant.save(tmp_path / f"{name}.xlsx")) == []


def test_it_would_say_what_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"no workbook")
    assert complaints(broken)
