"""All that reaches into Textual's private parts or into the terminal, one file a subject.

Each says why it does, and what holds where the private part is missing.

Imported by `tui` only.
"""
