"""Seccomp profiles as values: read, resolved, compared."""
