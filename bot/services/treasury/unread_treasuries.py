"""Tells moderators that treasuries of their spaces cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from bot.domain.announcements.moderator_notice import TreasuriesUnread
from bot.domain.shared.errors import ChainUnavailable
from bot.domain.shared.types import SpaceId, Timestamp
from bot.domain.spaces.space import DAY, Space
from bot.domain.treasury.campaigns import Holding
from bot.ports import Clock, Store
from bot.services.announcements.moderator_notices import mended, notice

_CALM = 600
"""Seconds for which treasuries must have been readable before a trouble counts as mended."""
_AT_ONCE = 50
"""Spaces that are told in one transaction."""


def _parts(all_of: Sequence[tuple[SpaceId, str]]) -> Iterator[Sequence[tuple[SpaceId, str]]]:
    for start in range(0, len(all_of), _AT_ONCE):
        yield all_of[start : start + _AT_ONCE]


def _notice_key(space: Space, key: str) -> str:
    """Return the key of a notice of which each space of a guild has its own."""
    return key if space.is_main else f"space/{space.number}/{key}"


class UnreadTreasuries:
    """Remembers which problems were told, until they are over."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._told: dict[tuple[SpaceId, str], Timestamp] = {}

    async def tell(self, unread: Mapping[Holding, ChainUnavailable]) -> None:
        """Tell the moderators whose treasuries could not be read: once a day, and again after it was mended.

        The spaces are looked up before anything is written, and are told a few at a time, so that votes are not held
        up.
        """
        if not unread and not self._told:
            return
        now = self._clock.now()
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        async with self._store.read() as repos:
            lookers = await repos.treasury.lookers()
            spaces = {space.id: space for space in await repos.spaces.all()}
        failing = {
            (space, _notice_key(spaces[space], f"chain/{error.chain}/{error.fault}/{day}")): error
            for holding, error in unread.items()
            for space in lookers.get(holding, ())
        }
        over = [known for known, last in self._told.items() if known not in failing and now - last >= _CALM]
        fresh = [known for known in failing if known not in self._told]
        for part in _parts([*over, *fresh]):
            async with self._store.write() as repos:
                for space, key in part:
                    guild = spaces[space].guild
                    if (error := failing.get((space, key))) is None:
                        await mended(repos, guild, key=key)
                        continue
                    await notice(
                        repos,
                        guild,
                        space=space,
                        key=key,
                        fact=TreasuriesUnread(chain=error.chain, fault=error.fault.name),
                        at=now,
                        since=Timestamp(now - now % DAY),
                    )
                await repos.commit()
        self._told |= dict.fromkeys(failing, now)
        for known in over:
            del self._told[known]
