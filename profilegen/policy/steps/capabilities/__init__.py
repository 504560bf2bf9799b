"""Steps about capabilities."""
