"""Canonical JSON, content identifiers, and Merkle trees."""
