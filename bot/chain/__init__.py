"""Reading chains: many wallets at one pinned block, several endpoints, errors told apart."""
