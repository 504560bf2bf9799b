"""What confines containers, read from whatever files have it: one module a kind of file."""
