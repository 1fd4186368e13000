"""Wallets of members: what they sign, and what proves that one is theirs."""
