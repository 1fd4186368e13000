"""A repository for each aggregate: how it is written as rows, and read back exactly."""
