"""Microsoft's Open XML SDK, which judges workbooks as Excel 2010 and as today's Excel do.

complaints(path) == []
judged = all_complaints([(first, "Office2010"), (first, "Microsoft365"), (second, "Microsoft365")])
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hosts import HostMissingError, skip_or_fail
from lite_host import find_node

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: Final = Path(__file__).parent / "validator"
VERSIONS: Final = ("Office2010", "Microsoft365")
LEAN: Final = {
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",  # it would look for the data of locales
    "DOTNET_TieredPGO": "0",  # each run is too short to be worth watching for what to optimise
}


def all_complaints(wanted: Sequence[tuple[Path, str]]) -> list[list[str]]:
    """What the SDK finds wrong with each file, for a version of Excel; side by side, in one program."""
    if not (FOLDER / "node_modules").is_dir():
        skip_or_fail("the validator is not installed: npm install --no-package-lock --prefix tests/validator")
    try:
        words = [find_node(), FOLDER / "validate.js"]
    except HostMissingError as missing:
        skip_or_fail(str(missing))
    asked = json.dumps([(str(path), version) for path, version in wanted])
    ran = subprocess.run(words, input=asked, capture_output=True, text=True, check=False, env=os.environ | LEAN)
    assert ran.returncode == 0, ran.stderr
    return [[f"{error['path']}: {error['description']}" for error in errors] for errors in json.loads(ran.stdout)]


def complaints(path: Path, version: str = "Microsoft365") -> list[str]:
    """What it finds wrong with one file."""
    return all_complaints([(path, version)])[0]
