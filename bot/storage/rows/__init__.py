"""All rows of a table: in one order on every database, and those that do not fit it."""
