"""Workbooks: written from declarative descriptions, recalculated in process, saved without harm.

    from llmcost_xl.workbook import available, build, headlines

    build("roi").save(Path("roi.xlsx"))

Importing this package is cheap: openpyxl is loaded when a workbook is built.
"""
