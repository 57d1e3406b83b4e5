"""The wire, and nothing else: one attempt at a request, and what comes back.

Stands on `core` and `support`; imported by `turn`, `config`, `workspace` and `commands`.
"""
