"""Reprices a workbook that is open in Excel, through xlwings' own objects.

Read in blocks, planned as `llmcost-xl reprice FILE` plans, written in blocks: all of the cells or none. Whatever goes
wrong on the way, the cells already written get back what they held.
"""
