"""What can go wrong on the wire, and in whose words: the tree of errors, and the tables that tell them apart.

Imported by `api` and by whoever catches its errors.
"""
