"""Compile the C files and load them into the kernel."""
