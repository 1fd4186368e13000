"""Proposals from draft to result: writing, changing, taking back, opening, counting."""
