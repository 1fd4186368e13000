"""All rows of a database, taken to one of another kind and compared there."""
