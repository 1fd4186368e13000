"""Voting systems, one module each; the text that opens a module is its definition."""
