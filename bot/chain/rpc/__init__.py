"""Endpoints: how requests travel, what can go wrong, several of them behind one door."""
