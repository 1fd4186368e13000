"""Delegation between members, and the index of the registry on chain."""
