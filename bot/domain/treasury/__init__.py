"""Treasuries that are watched, campaigns and their milestones."""
