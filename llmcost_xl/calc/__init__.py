"""Evaluates one Excel formula over our worksheet functions and Excel's own, and says in words why it fails.

    from llmcost_xl.calc import evaluate

    answer = evaluate('=QUERY_COST("gpt-4o",500,200)*30')
    answer.value                                          # 0.0975

A formula may refer to cells where the caller can read them, as a spreadsheet host can.
"""

from llmcost_xl.calc.answer import Answer, Call, Refusal
from llmcost_xl.calc.evaluation import evaluate, register
from llmcost_xl.calc.reading import FormulaError

__all__ = ["Answer", "Call", "FormulaError", "Refusal", "evaluate", "register"]
