"""Finds every engine function, and everyday arguments for each; knows neither NumPy nor pytest."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Any

import llmcost_xl.engine
from llmcost_xl.quantities import QUANTITIES, Quantity

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

MODULES = [
    importlib.import_module(f"llmcost_xl.engine.{found.name}")
    for found in pkgutil.iter_modules(llmcost_xl.engine.__path__)
]
FORMULAS: dict[str, Callable[..., Any]] = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if hasattr(function, "unit") and function.__module__ == module.__name__
}
SERIES_LENGTH = 4
FITTING = {"input_prices": [2.5], "output_prices": [10.0], "routing_shares": [1.0], "monthly_savings": 12_000.0}
"""Series that go with other arguments: routing shares sum to 1, a series of savings agrees with `months`."""

SPREADING = ("number", "whole", "keyword", "flag")  # the kinds that may be an array


def parameters(function: Callable[..., Any], *, optional: bool = True) -> list[Quantity]:
    """The quantities of a function's parameters, those with a default only if asked for."""
    return [
        QUANTITIES[name]
        for name, parameter in inspect.signature(function).parameters.items()
        if optional or parameter.default is inspect.Parameter.empty
    ]


def everyday(quantity: Quantity, source: random.Random) -> Any:
    """An everyday value of a quantity."""
    if quantity.kind == "keyword":
        return source.choice(quantity.choices)
    if quantity.kind == "flag":
        return source.random() < 0.5
    if quantity.kind == "series":
        rising = sorted(source.uniform(*quantity.typical) for _ in range(SERIES_LENGTH))  # as tiers must
        return FITTING.get(quantity.name, rising)
    low, high = quantity.typical
    return float(source.randint(int(low), int(high))) if quantity.kind == "whole" else source.uniform(low, high)


def bad(quantity: Quantity, source: random.Random) -> Any:
    """A value that a quantity does not allow, or an extreme one that it does."""
    if quantity.kind == "keyword":
        return "nonsense"
    if quantity.kind == "flag":
        return True
    return source.choice([float("nan"), float("inf"), quantity.low - 1, quantity.low, quantity.high, 0.0, 0.5])
