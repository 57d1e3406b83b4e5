"""The sidebar of parameters, drawn by lines."""
