"""Use cases, one class a family: they read, decide with the domain, and store."""
