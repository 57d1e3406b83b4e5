"""The line mode: the chat without a screen of its own, line by line in the terminal's scrollback or through pipes.

Stands on `workspace` and `manual`, beside `tui`; knows no textual. Imported by `commands` alone.
"""
