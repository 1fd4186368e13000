"""Proofs: canonical JSON, content identifiers, hash chains, Merkle trees, result bundles."""
