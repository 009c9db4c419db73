"""The spreadsheet hosts: one sub-package for each program or service that the worksheet functions run in."""
