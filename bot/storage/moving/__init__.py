"""Moves all rows of a database to one of the other kind, and compares them there."""
