"""The pytest plugin: record while the tests run, and say which of them runs."""
