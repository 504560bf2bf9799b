"""How values look: on a terminal, or as JSON for a program. Pure functions, nothing is printed."""
