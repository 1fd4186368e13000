"""Bulk reads from one endpoint: in chunks of a size that it accepts, verified by plain calls that prove their block."""
