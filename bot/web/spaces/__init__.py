"""The public pages of a server: its index, and feeds of what happens."""
