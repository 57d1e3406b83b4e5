"""Sessions in and out: one module a format, all of them listed in `formats`."""
