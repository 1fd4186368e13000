"""Letting another member vote for one."""
