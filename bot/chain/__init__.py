"""Reads chains: many wallets at one pinned block, from several endpoints, with distinct errors."""
