"""The server: what stands before every page, limits, files, and its end."""
