"""One recording from attach to file: the command, the containers, the tracer."""
