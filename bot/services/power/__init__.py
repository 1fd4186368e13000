"""Voting power: what strategies ask, answered from the chain, kept for each wallet and proposal."""
