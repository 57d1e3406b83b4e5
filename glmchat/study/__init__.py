"""Studies: prompts x variants x repeats, asked once each, kept in SQLite, added up with intervals.

Stands on `turn`, `api`, `core` and `support`; imported by `commands`, which hands it the endpoints and the budget.
"""
