"""One description per workbook; each module holds a constant TEMPLATE."""
