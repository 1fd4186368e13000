"""The log, result bundles, and what is stored on a person."""
