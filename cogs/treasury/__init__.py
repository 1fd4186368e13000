"""Treasuries and campaigns."""
