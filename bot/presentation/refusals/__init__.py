"""Refusals in words, one function or table for each capability; each surface escapes members' words in its own way."""
