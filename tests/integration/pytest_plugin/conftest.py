"""The suites are run by tests here, in a pytest of their own."""

collect_ignore = ["suites"]
