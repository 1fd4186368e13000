"""Proposals, their rules and the revisions of their texts."""
