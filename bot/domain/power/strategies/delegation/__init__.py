"""Strategies on delegations: those in the Delegate Registry, and those that a token keeps itself."""
