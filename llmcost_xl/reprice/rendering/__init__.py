"""A report written out: for a terminal, in Markdown, as a page to print."""
