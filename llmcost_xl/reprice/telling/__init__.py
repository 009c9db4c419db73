"""A report told: its sections and sentences (`told`), written for a terminal, in Markdown, as a page to print."""
