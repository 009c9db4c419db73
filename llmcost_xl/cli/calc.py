"""`llmcost-xl calc`: a formula, evaluated as Excel would."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from llmcost_xl.cli.age import MaxAge, check_age
from llmcost_xl.cli.show import AsJson, as_json, write_lines
from llmcost_xl.cli.stop import Stop, say

EXAMPLES = """Examples:

  llmcost-xl calc '=QUERY_COST("gpt-4o",500,200)*30'

  llmcost-xl calc '=LLM_BREAKEVEN({0.0002;0.0005},400)' --json

  echo '=PMT(0.1/12,12,-22500)' | llmcost-xl calc -

In the Windows command prompt: llmcost-xl calc "=QUERY_COST(""gpt-4o"",500,200)"
"""


def calc(
    formula: Annotated[str, typer.Argument(help="The formula in single quotes, or - to read it from standard input.")],
    json: AsJson = False,
    max_age: MaxAge = None,
) -> None:
    """Evaluate one Excel formula.

    It may use our worksheet functions and Excel's own. An answer of several cells is printed as lines of tab-separated
    cells. If the answer is an error such as #N/A, the reason is told and the exit code is 4; a formula that cannot be
    read gives 2.
    """
    from llmcost_xl.calc import FormulaError, evaluate  # noqa: PLC0415
    from llmcost_xl.catalogue.bundled import default_book  # noqa: PLC0415

    try:
        answer = evaluate(sys.stdin.read() if formula == "-" else formula)
    except FormulaError as error:
        raise Stop(Stop.USAGE, str(error)) from None
    if answer.asks_prices:
        check_age(default_book().as_of, max_age)
    if json:
        errors = [{"function": one.function, "error": one.code, "why": one.why} for one in answer.reasons]
        as_json({"formula": answer.formula, "value": answer.value, "errors": errors, "remarks": answer.remarks})
    else:
        write_lines(answer.rows)
    for told in (*answer.reasons, *answer.remarks):
        say(str(told))
    if answer.errors:
        raise typer.Exit(Stop.REJECTED)
