"""Repositories of the log, of result bundles, and of what is stored about a person."""
