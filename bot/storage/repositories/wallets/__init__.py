"""Wallets, web tickets, and what owners of contract wallets sign."""
