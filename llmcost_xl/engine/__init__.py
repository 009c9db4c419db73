"""Pure economics: numbers in, numbers out. Knows no Excel, no files, no price list."""
