"""Voting power: reads of strategies answered from the chain, and stored by wallet and proposal."""
