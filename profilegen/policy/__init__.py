"""The policy: decisions derived from recordings, each with its reasons."""
