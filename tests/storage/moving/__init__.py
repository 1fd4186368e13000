"""A database whose rows are moved to one of the other kind."""
