"""The built-in model's second voice: it tells, describes and continues, out of texts that were written for it.

`kneser_ney` is the language model, `texts` what it learned from, `wishes` finds out what is asked for.
"""
