"""Which space is meant where a command is given."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.shared.errors import NotFound
from bot.domain.shared.types import ChannelId
from bot.domain.spaces.space import Space


def meant(spaces: Sequence[Space], named: int | None, channels: Collection[ChannelId]) -> Sequence[Space]:
    """Return which of a guild's active `spaces` may be meant; one alone is the one that is.

    That whose number was `named`; else those that speak or are told in one of `channels`, which are where the command
    was given and what that belongs to; else all. Raises NotFound where none has that number.
    """
    if named is not None:
        found = [space for space in spaces if space.number == named]
        if not found:
            raise NotFound("space", str(named))
        return found
    if len(spaces) == 1:
        return spaces
    return [space for space in spaces if channels_of(space) & frozenset(channels)] or spaces


def channels_of(space: Space) -> frozenset[ChannelId]:
    """Return the channels that are configured for a space itself."""
    configured = (space.proposals_channel, space.announcements_channel, space.moderators_channel)
    return frozenset(channel for channel in configured if channel is not None)
