"""Strategies on what is staked in pools, and on shares of pairs."""
