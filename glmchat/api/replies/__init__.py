"""A reply's bytes become events, whatever shape a server gives them.

Imported by `api` only.
"""
