"""Roles by holdings: what a rule asks for, and who earns its role."""
