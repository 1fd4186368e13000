"""Proposals: what is stored of one, and the rules of its vote."""
