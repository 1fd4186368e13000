"""How a campaign stands, the same on every surface."""
