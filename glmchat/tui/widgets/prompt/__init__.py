"""The prompt and what belongs to it: offers, recalled prompts, long pastes, the queue.

Imported by `tui` only.
"""
