"""The project file: defaults of the command line, and decisions by hand."""
