"""The public page of a proposal."""
