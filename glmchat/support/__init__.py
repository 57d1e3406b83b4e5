"""What knows no word of the product: text made safe, addresses, paths, tasks, signals, files read and written.

Imports nothing of ours; everyone may import it.
"""
