"""The three kinds of errors that carry facts: see the package."""

from __future__ import annotations


class FolkmootError(Exception):
    """Base of all errors that carry facts for words."""


class Refused(FolkmootError):
    """The request cannot be granted; nothing was changed."""


class Unavailable(FolkmootError):
    """It could not be found out now; nothing was decided."""
