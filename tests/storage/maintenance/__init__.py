"""Storage, always on real files."""
