"""One module a kind of evidence: its items, and on each field how merging joins it."""
