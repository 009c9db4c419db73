"""Excel on Windows: the classic xlwings add-in, its installation, its doctor, and what its ribbon does."""
