"""The money in large language models: economics, dated prices, worksheet functions, budget workbooks."""

__version__ = "0.1.0"
