"""Folkmoot: the governance of a DAO inside Discord."""

__version__ = "0.1.0"
