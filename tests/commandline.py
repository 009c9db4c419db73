"""Runs a command in this process as the console script would, for the tests of the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from llmcost_xl import cli

Run: TypeAlias = Callable[..., tuple[int, str, str]]
"""Takes the words of a command line; gives exit code, standard output and standard error."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        code: Any = 0
        try:
            cli.main(list(words))
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code or 0, said.out, said.err

    return run
