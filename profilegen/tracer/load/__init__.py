"""From the C files to programs in the kernel."""
