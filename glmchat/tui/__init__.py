"""The screen: everything that draws, and nothing that decides."""
