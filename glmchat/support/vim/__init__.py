"""The keys of vim over a text and a cursor: motions, operators, text objects, visual mode, undo and repeat.

Pure: keys, text and cursor in, edits out. Imported by `tui` only.
"""
