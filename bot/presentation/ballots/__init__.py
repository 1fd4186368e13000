"""Ballots as people read them, wherever they are shown."""
