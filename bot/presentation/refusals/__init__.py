"""Refusals in words: one function or table a capability, and each surface quotes words that are not ours in its way."""
