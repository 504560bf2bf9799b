"""A suite that is run by a test, in a pytest of its own."""
