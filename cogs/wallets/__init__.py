"""Linking wallets, and seeing one's own."""
