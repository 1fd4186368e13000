"""A simulated Discord in the browser and an embedded EVM, with a small DAO in it."""
