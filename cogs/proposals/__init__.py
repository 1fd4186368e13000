"""Proposals: writing, showing, changing, taking back."""
