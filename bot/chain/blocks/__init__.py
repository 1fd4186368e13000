"""Blocks: final ones, confirmed by several endpoints, fit for a snapshot."""
