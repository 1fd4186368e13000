"""Announcements: what the bot posts by itself."""
