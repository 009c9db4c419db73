"""The words that several sheets share: the parts of the work, and the estimates reported of each."""

from __future__ import annotations

DATA, EVALUATION, SETUP, FURTHER = PARTS = ("Data preparation", "Evaluation", "Set-up", "Further work")
IN_BUDGET, NOT_IN_BUDGET = STATUSES = ("source text", "not in the source's budget")
PART_KEYS = {"data": DATA, "evaluation": EVALUATION, "setup": SETUP, "further": FURTHER}
ALLOWANCE = "Iteration cycles"  # the source's allowance for repetition
OPERATION, QUALITY = "Operation", "Quality management"
CASES = {"low": "low", "mean": "expected", "high": "high"}
ESTIMATES = ("likely", "low", "high", "custom")
"""The hours that the base, low, high and custom scenario take."""
