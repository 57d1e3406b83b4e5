"""The screen: everything that draws, and nothing that decides.

Stands on `workspace`, `markdown`, `snippets` and what is below them; imported by `commands.chat` only.
"""
