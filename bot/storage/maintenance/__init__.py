"""What keeps the database well, and tells the operator where it is not."""
