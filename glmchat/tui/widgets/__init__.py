"""Widgets, one a file: each knows how to draw and what to announce, never what to do about it."""
