"""The token lens: the text by its tokens, their alternatives, the sliders that decide.

Imported by `tui` only.
"""
