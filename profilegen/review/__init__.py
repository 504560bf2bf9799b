"""What changed, what is missing, why a line is there. Pure."""
