"""The only door to the kernel."""
