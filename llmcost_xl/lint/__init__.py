"""The linter: does a workbook keep the rules by which a model auditor reads?

from pathlib import Path
from llmcost_xl.lint import lint

for finding in lint(Path("budget.xlsx")):
    print(finding.rule.key, finding.place.sheet, finding.place.cell, finding.place.what)
"""
