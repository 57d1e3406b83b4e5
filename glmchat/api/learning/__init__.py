"""What refusals teach of an endpoint and a model, and how values are fitted to it.

Imported by `api`, `turn` and `workspace`.
"""
