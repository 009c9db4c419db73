"""LibreOffice Calc: an extension (.oxt) with the worksheet functions, built here and run by LibreOffice's Python."""
