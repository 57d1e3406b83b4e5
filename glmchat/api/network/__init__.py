"""The ways to an endpoint: connections, proxies, certificates, time limits.

Imported by `api` only.
"""
