"""Lists drawn by lines: rows of any number, only those in view read.

Imported by `tui` only.
"""
