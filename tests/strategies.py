"""Random everyday values of the vocabulary's quantities, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from llmcost_xl.quantities import QUANTITIES


def quantity(name: str) -> st.SearchStrategy[float]:
    """Everyday values of a quantity, its typical bounds included."""
    low, high = QUANTITIES[name].typical
    if QUANTITIES[name].kind == "whole":
        return st.integers(int(low), int(high))
    return st.floats(low, high)


def quantities(*names: str) -> st.SearchStrategy[dict[str, float]]:
    """Everyday arguments of the given names."""
    return st.fixed_dictionaries({name: quantity(name) for name in names})
