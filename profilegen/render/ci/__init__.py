"""Reports of check and diff for CI systems: one file a format."""
