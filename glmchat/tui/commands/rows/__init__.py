"""The rows of the registry, a module a group; see `registry`."""
