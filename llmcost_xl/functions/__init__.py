"""Every worksheet function, one explicit definition each, grouped as the engine is grouped."""

from llmcost_xl.functions import breakeven, hosting, query, spend, training

MODULES = (query, spend, training, hosting, breakeven)
FUNCTIONS = {name: value for module in MODULES for name, value in vars(module).items() if hasattr(value, "arguments")}
