"""Between workspace and widgets: changes become calls on widgets, and values become words.

Imported by `tui` only.
"""
