"""Profiles in a folder."""
