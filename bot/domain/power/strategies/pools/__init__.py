"""Strategies on tokens staked in pools, and on shares of liquidity pairs."""
