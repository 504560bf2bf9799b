"""One file a format: a policy becomes the text of a file."""
