"""Watched treasuries and campaigns."""
