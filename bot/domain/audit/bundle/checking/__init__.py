"""Checks of a bundle, by itself and against the log."""
