"""The result bundle: one canonical JSON file from which anyone recomputes a result without us."""
