"""Strategies by what they read. A module in any package here registers its strategies by declaring `KINDS`."""
