"""Verifies signatures: an account's by key recovery, a contract's by asking the contract (EIP-1271)."""
