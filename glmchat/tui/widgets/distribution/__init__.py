"""The distribution of the next token as bars, before and after a value, beside a slider, in the lens and in the help.

Stands on `analysis` and on `tui/theming`; imported by the sidebar, the lens and the screens.
"""
