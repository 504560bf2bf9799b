"""Seccomp profiles as values: read from files of OCI's and Docker's format, whoever wrote them."""
