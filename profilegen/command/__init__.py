"""The user's own command."""
