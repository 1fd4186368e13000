"""Voting: buttons, menus, forms and panels."""
