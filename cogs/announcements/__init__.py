"""Posting announcements on Discord."""
