"""What keeps the database sound: checks, backups, going back to one.

Imported by `history` and by the verbs of `commands` that ask for it.
"""
