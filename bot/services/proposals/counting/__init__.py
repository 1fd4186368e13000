"""Counting a vote: the power of all voters read again, what it changes, and what people are told of it."""
