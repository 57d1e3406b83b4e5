"""Screens that open over the chat, one a file."""
