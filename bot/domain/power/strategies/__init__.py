"""Strategies by what they read. Each module, in whatever room here, is known by the `KINDS` that it declares."""
