"""Start Folkmoot: python -m bot."""
