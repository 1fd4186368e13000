"""The names of wallets in the Ethereum Name Service: for the eye, remembered for a while, trusted for nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from bot.domain.shared.errors import Unavailable
from bot.domain.shared.types import Address, Timestamp
from bot.ports import ChainReader, Clock

_log = logging.getLogger(__name__)

REMEMBERED = 3_600
"""Seconds for which a name, or that there is none, is not asked for again."""
_PATIENCE = 3.0
"""Seconds that somebody waits for names; without them the list is as good."""
_MOST = 10_000


class EnsNames:
    """Tells wallets' names, where the chain that has them is configured and answers in time."""

    def __init__(self, *, clock: Clock, chain: ChainReader) -> None:
        self._clock, self._chain = clock, chain
        self._known: dict[Address, tuple[Timestamp, str | None]] = {}

    async def of(self, wallets: Sequence[Address]) -> dict[Address, str]:
        """Return the names of those that have one, as far as they are known now; it raises nothing."""
        now = self._clock.now()
        wanted = [wallet for wallet in wallets if not self._fresh(wallet, now)]
        if wanted:
            await self._look_up(wanted, now)
        found = {wallet: self._known.get(wallet, (now, None))[1] for wallet in wallets}
        return {wallet: name for wallet, name in found.items() if name is not None}

    def _fresh(self, wallet: Address, now: Timestamp) -> bool:
        return wallet in self._known and now < self._known[wallet][0] + REMEMBERED

    async def _look_up(self, wallets: Sequence[Address], now: Timestamp) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await self._chain.names(wallets)
        except (Unavailable, TimeoutError) as error:
            _log.info("names of wallets are not known now: %s", error)
            for wallet in wallets:
                self._known.pop(wallet, None)
            return
        if len(self._known) > _MOST:
            self._known.clear()
        self._known.update({wallet: (now, found.get(wallet)) for wallet in wallets})
