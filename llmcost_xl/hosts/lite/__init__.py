"""xlwings Lite: the worksheet functions in Excel without any Python installed, carried by the workbook itself."""
