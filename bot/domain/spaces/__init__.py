"""Spaces: a DAO's rules in one guild, and what a space on Snapshot says."""
