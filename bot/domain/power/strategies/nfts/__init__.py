"""Strategies on tokens that are things: of named ids, or of collections."""
