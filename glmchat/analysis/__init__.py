"""Pure functions over texts and probabilities, each with its source.

Imports `support` only; everyone above may import it.
"""
