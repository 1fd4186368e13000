"""Roles by holdings: their rules, who earns them, giving and taking them."""
