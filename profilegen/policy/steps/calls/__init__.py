"""Steps about system calls."""
