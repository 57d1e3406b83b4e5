"""What goes into a question beside typed words: files and pictures, read, checked and made ready to be sent.

Stands on `core`, `analysis` and `support`; imported by `workspace`, `tui` and `commands`.
"""
