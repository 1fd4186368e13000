"""Reads contract events: block ranges, checks of the answers, and endpoints that must agree."""
