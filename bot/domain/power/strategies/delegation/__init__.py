"""Strategies on delegations: those of the Delegate Registry, and those that a token keeps itself."""
