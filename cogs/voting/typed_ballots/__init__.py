"""Ballots as members type them, read into marks."""
