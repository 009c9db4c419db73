"""The rules, one module per group; importing this package registers all of them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from llmcost_xl.lint.findings import GROUPS, RULES

for module in iter_modules(__path__, f"{__name__}."):
    import_module(module.name)

_groups = list(GROUPS)
_in_order = sorted(RULES.items(), key=lambda item: (_groups.index(item[0][0]), item[0]))
RULES.clear()
RULES.update(_in_order)
