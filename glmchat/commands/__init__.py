"""What the command line can do: one file a command, imported when it is called.

Stands on everything; imported by `cli` only.
"""
