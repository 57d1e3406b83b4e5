"""Themes, their colours, and the styles made of them.

Imported by `tui` only.
"""
