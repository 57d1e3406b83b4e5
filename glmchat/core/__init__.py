"""What everything speaks of: messages, parameters, models, prices, presets, as plain values.

Imports `analysis` and `support` only; everyone above may import it.
"""
