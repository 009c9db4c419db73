"""The functions that a formula may call: few, known to every reader, and all of them in Excel 2010."""

from __future__ import annotations

from typing import Final

from llmcost_xl.functions import FUNCTIONS

OURS: Final = frozenset(FUNCTIONS)
"""The add-in's worksheet functions; rule F15 wants a native formula beside them."""

ALLOWED: Final = frozenset({
    "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "SUMSQ", "PRODUCT", "AVERAGE", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF",
    "COUNTIFS", "MAX", "MIN", "LARGE", "SMALL", "RANK",
    "ABS", "SIGN", "SQRT", "POWER", "EXP", "LN", "LOG", "LOG10", "MOD", "PI",
    "ROUND", "ROUNDUP", "ROUNDDOWN", "INT", "CEILING", "FLOOR",
    "MEDIAN", "PERCENTILE", "QUARTILE", "STDEV", "STDEVP", "VAR", "VARP", "NORMSDIST", "NORMSINV", "BINOMDIST",
    "IRR", "XIRR", "NPER", "PMT", "PV", "RATE",
    "DATE", "DAY", "DAYS360", "EDATE", "EOMONTH", "MONTH", "YEAR", "YEARFRAC",
    "IF", "IFERROR", "AND", "OR", "NOT", "TRUE", "FALSE", "N", "T", "ISBLANK", "ISERROR", "ISNA", "ISNUMBER", "ISTEXT",
    "INDEX", "MATCH", "COLUMN", "COLUMNS", "ROW", "ROWS", "TRANSPOSE",
    "CONCATENATE", "EXACT", "FIXED", "LEFT", "LEN", "LOWER", "MID", "REPT", "RIGHT", "TEXT", "TRIM", "UPPER",
})  # fmt: skip
"""Functions that need no explanation; where some of them may stand is the matter of other rules."""

INSTEAD: Final = {
    "VLOOKUP": "it counts columns and breaks when one is inserted; use INDEX and MATCH",
    "HLOOKUP": "it counts rows and breaks when one is inserted; use INDEX and MATCH",
    "LOOKUP": "it finds the wrong row in an unsorted list; use INDEX and MATCH",
    "XLOOKUP": "Excel 2010 does not have it; use INDEX and MATCH",
    "IFS": "Excel 2010 does not have it; use flags",
    "SWITCH": "Excel 2010 does not have it; use INDEX",
    "MAXIFS": "Excel 2010 does not have it",
    "MINIFS": "Excel 2010 does not have it",
    "CONCAT": "Excel 2010 does not have it; use &",
    "TEXTJOIN": "Excel 2010 does not have it; use &",
    "LET": "Excel 2010 does not have it; give each step a row",
    "LAMBDA": "Excel 2010 does not have it; give each step a row",
    "FILTER": "Excel 2010 does not have it",
    "SORT": "Excel 2010 does not have it",
    "UNIQUE": "Excel 2010 does not have it",
    "SEQUENCE": "Excel 2010 does not have it",
}
"""Why some functions are not among them, and what serves instead."""

REJECTED_ELSEWHERE: Final = frozenset({
    "OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO", "NPV", "XNPV", "CHOOSE",
})  # fmt: skip
"""Volatile and opaque functions have a rule of their own, W04."""

HIDES_ERRORS: Final = frozenset({"IFERROR", "IFNA", "ISERROR", "ISERR", "ISNA", "ERROR.TYPE", "AGGREGATE"})
ROUNDS: Final = frozenset({"ROUND", "MROUND", "TRUNC", "FIXED", "EVEN", "ODD"})
STEPS: Final = frozenset(
    {"ROUNDUP", "ROUNDDOWN", "INT", "CEILING", "FLOOR", "CEILING.MATH", "FLOOR.MATH", "CEILING.PRECISE"}
)
"""Functions that make whole things of parts, such as servers: rounding that is economics, not looks."""
