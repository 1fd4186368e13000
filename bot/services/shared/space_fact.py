"""How entries of the log name a space."""

from __future__ import annotations

from bot.domain.audit.log.entry_kinds import Facts
from bot.domain.spaces.space import Space


def space_fact(space: Space) -> Facts:
    """Return the fact that names a space by its number; nothing for the main one, which entries never name."""
    return {} if space.is_main else {"space": space.number}
