"""What engines and their runtimes do."""
