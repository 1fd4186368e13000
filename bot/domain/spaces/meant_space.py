"""Which space a command is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ChannelId
from bot.domain.spaces.space import Space


def meant(spaces: Sequence[Space], named: int | None, channels: Collection[ChannelId]) -> Sequence[Space]:
    """Return which of a guild's active `spaces` a command may be about.

    If there is one space, that one; else the one whose number was `named`; else those with one of `channels` configured
    (the channel of the command and its parents); else all. Raises NotFound if none has that number.
    """
    if named is not None:
        found = [space for space in spaces if space.number == named]
        if not found:
            raise NotFound(Thing.SPACE, str(named))
        return found
    if len(spaces) == 1:
        return spaces
    return [space for space in spaces if channels_of(space) & frozenset(channels)] or spaces


def channels_of(space: Space) -> frozenset[ChannelId]:
    """Return the channels that are configured for a space itself."""
    configured = (space.proposals_channel, space.announcements_channel, space.moderators_channel)
    return frozenset(channel for channel in configured if channel is not None)
