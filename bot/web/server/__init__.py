"""The web server: the guard before every page, limits, static files, shutdown."""
