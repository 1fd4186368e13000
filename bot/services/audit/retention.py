"""Removes what is kept for a limited time only, by a chain's clock as well as the machine's."""

from __future__ import annotations

from bot.domain.shared.types import Timestamp
from bot.domain.spaces.space import DAY
from bot.ports import Store
from bot.services.shared.clock_checks import Clocks
from bot.services.wallets.wallet_linking import MOVES_SHOWN

KEPT = DAY
"""Seconds for which expired challenges and addresses of web pages are kept."""


class Retention:
    """Removes what has expired by the machine's clock and a chain's: one clock that is ahead removes nothing."""

    def __init__(self, *, store: Store, clocks: Clocks) -> None:
        self._store, self._clocks = store, clocks

    async def remove_expired(self) -> int:
        """Remove expired challenges, shared signings, tickets and moves; return how many.

        While no chain tells the time, nothing is removed. Safe to run late, twice, or cut short.
        """
        now = await self._clocks.reached()
        if now is None:
            return 0
        before = Timestamp(now - KEPT)
        async with self._store.write() as repos:
            gone = await repos.wallets.forget(expired=before, moved=Timestamp(now - MOVES_SHOWN))
            gone += await repos.shared.forget(now)
            gone += await repos.tickets.forget(before)
            await repos.commit()
        return gone
