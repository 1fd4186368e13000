"""Linking wallets by signatures, and the web addresses that lead there."""
