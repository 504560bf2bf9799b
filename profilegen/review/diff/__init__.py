"""Two profiles, or two recordings, by meaning: one module a kind of difference."""
