"""The prompt library: Markdown files with a small header, the person's own and a project's, and how they are filled in.

Stands on `core` and `support`; imported by `workspace`, `tui` and `commands`.
"""
