"""The commands of the screen: their registry, their keys, and what each does.

Imported by `tui` only.
"""
