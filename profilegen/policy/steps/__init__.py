"""The steps of a derivation: draft in, draft out; no step imports another."""
