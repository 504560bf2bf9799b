"""What the kernel does with capabilities."""
