"""Notices to moderators in words."""
