"""The wire, and nothing else: one attempt at a request, and what comes back."""
