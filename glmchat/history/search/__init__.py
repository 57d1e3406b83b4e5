"""Finding words in everything that was said: the query, the index, the excerpts.

Imported by `history` only.
"""
