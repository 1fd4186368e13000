"""How many endpoints of a chain must give the same answer before it is accepted."""

from __future__ import annotations

from collections.abc import MutableSet
from enum import Enum

from bot.domain.shared.types import ChainId

Alone = MutableSet[ChainId]
"""Chains on which only one endpoint answered, so that no second one confirmed what was read."""


class Confirmation(Enum):
    """Whether a second endpoint must confirm what is read. On a chain with one endpoint, that one decides."""

    REQUIRED = "required"
    """Two that agree, or an error: for everything that decides, counts, grants, announces, or is stored."""
    WANTED = "wanted"
    """Two that agree, or one if no other answers in time, which the caller is told. Never one against another."""
    NOT_NEEDED = "not needed"
    """The first that answers: for what nothing depends on."""
