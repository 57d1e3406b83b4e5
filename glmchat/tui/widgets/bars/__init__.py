"""Single lines around the conversation: header, footer, notices, the line that finds.

Imported by `tui` only.
"""
