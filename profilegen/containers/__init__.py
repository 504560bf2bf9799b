"""The only door to container engines."""
