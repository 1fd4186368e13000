"""How many endpoints of a chain must say the same before what they say is taken."""

from __future__ import annotations

from collections.abc import MutableSet
from enum import Enum

from bot.domain.shared.types import ChainId

Alone = MutableSet[ChainId]
"""Chains of which one endpoint alone answered, so that no second provider confirmed what was read."""


class Confirmation(Enum):
    """Whether what is read must be confirmed by a second endpoint. Where a chain has one alone, that one decides."""

    REQUIRED = "required"
    """Two that agree, or none: for all that decides, counts, grants, announces, or is stored."""
    WANTED = "wanted"
    """Two that agree, or one alone where no other answers in time, which is told: never one against another."""
    NOT_NEEDED = "not needed"
    """The first that serves: for what nothing depends on."""
