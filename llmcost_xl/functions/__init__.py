"""Every worksheet function, one explicit definition each, grouped as the engine is grouped."""

from llmcost_xl.functions import (
    breakeven,
    budget,
    explain,
    governance,
    hosting,
    prices,
    quality,
    query,
    spend,
    training,
    value,
    variance,
)

MODULES = (prices, query, spend, training, hosting, breakeven, value, quality, budget, variance, governance, explain)
FUNCTIONS = {
    name: member for module in MODULES for name, member in vars(module).items() if hasattr(member, "arguments")
}
