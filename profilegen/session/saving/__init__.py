"""Which file a recording goes into, and what the folder has already."""
