"""Strategies by what they read: pools, vaults, members and roles, and those that add up or cap what others give."""
