"""The three kinds of errors that carry facts: see the package."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from enum import Enum


class FolkmootError(Exception):
    """Base of all errors that carry facts for words."""


class Refused(FolkmootError):
    """The request cannot be granted; nothing was changed."""


class Unavailable(FolkmootError):
    """It could not be found out now; nothing was decided."""


class Fault:
    """What is wrong with an input, as a fact: a member of an enumeration, or a dataclass with what was given.

    Its text is a line for developers, made of names; `bot/presentation/refusals` has the words.
    """

    __slots__ = ()

    def __str__(self) -> str:
        if isinstance(self, Enum):
            return self.name.lower().replace("_", " ")
        name = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", type(self).__name__).lower()
        facts = (f"{fact.name} {getattr(self, fact.name)}" for fact in fields(self)) if is_dataclass(self) else ()
        return f"{name} ({', '.join(facts)})"
