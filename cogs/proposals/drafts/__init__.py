"""Drafts: whether a member may write one, and the steps on from it."""
