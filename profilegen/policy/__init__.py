"""Recordings in, policy out: pure decisions, each with its reasons."""
