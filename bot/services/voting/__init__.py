"""Casting ballots, signing them, giving reasons, taking no part."""
