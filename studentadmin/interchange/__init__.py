"""Files become drafts, drafts become files.

The way of a file in: `read` (bytes -> table) -> `plan` (which column is which field) -> `preview`
(what each row would do) -> `commit` (all of it or nothing, one change set). Nothing in here writes
a row by itself.
"""
