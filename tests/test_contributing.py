"""The contributing guide's example, applied to a copy of the repository as a contributor would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parent.parent
STEP = re.compile(r"^\d\. .*?, in `(?P<path>[^`]+)`.*?```\w+\n(?P<snippet>.*?)```", re.DOTALL | re.MULTILINE)


def test_the_three_steps_add_a_function_that_passes_its_cases(tmp_path: Path) -> None:
    for name in ("llmcost_xl", "tests", "pyproject.toml"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    guide = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    steps = [(step["path"], textwrap.dedent("   " + step["snippet"].lstrip())) for step in STEP.finditer(guide)]
    assert [path for path, _ in steps] == [
        "llmcost_xl/engine/query.py", "llmcost_xl/functions/query.py", "tests/cases/CACHE_SAVINGS.csv",
    ]  # fmt: skip
    for path, snippet in steps:
        with (tmp_path / path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(snippet if path.endswith(".csv") else f"\n\n{snippet}")

    def run(*command: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "7 passed" in run("pytest", "-q", "-k", "CACHE_SAVINGS and test_case", "tests/test_cases.py::test_case")
    run("doctest", "llmcost_xl/engine/query.py")
    run("ruff", "check", *(path for path, _ in steps[:2]))
    run("ruff", "format", "--check", *(path for path, _ in steps[:2]))
