"""Roles by holdings."""
