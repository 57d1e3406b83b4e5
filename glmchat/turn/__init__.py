"""One question and its answer: the request, its attempts, the reply as it grows, and why it ended.

Stands on `api` and `core`; imported by `workspace` and `commands`, and handed to the screen by them.
"""
