"""Reads the wallets of many guilds in one batch for each set of chains."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.power import Strategy, VotingPower, networks_of
from bot.domain.shared.errors import ChainUnavailable, PowerUndefined, StorageUnavailable
from bot.domain.shared.types import Address, Block, ChainId, GuildId
from bot.ports.deadline import within
from bot.services.outages import Outages
from bot.services.power.voting_power import Power

_log = logging.getLogger(__name__)

_LONGEST = 1_800.0
"""Seconds that one set of chains may take before the next is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Strategies, and the wallets whose power by them is needed."""

    strategies: tuple[Strategy, ...]
    wallets: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A request, and the power that was read for it."""

    wanted: Wanted
    powers: tuple[VotingPower, ...]


async def read_ahead(power: Power, wanted: Mapping[GuildId, Wanted], outages: Outages) -> dict[GuildId, Ahead]:
    """Read everything that is `wanted`. A guild missing in the answer has to be read alone, which then says why.

    Chains that did not give their blocks are noted in `outages`.
    """
    groups: defaultdict[tuple[ChainId, frozenset[ChainId]], list[GuildId]] = defaultdict(list)
    for guild, one in wanted.items():
        if one.strategies and one.wallets:
            groups[one.strategies[0].network, frozenset(networks_of(one.strategies))].append(guild)
    found: dict[GuildId, Ahead] = {}
    for guilds in groups.values():
        if len(guilds) == 1:
            continue
        asked = [(wanted[guild].strategies, wanted[guild].wallets) for guild in guilds]
        try:
            with within(_LONGEST):
                blocks = await snapshot(power, asked[0][0], outages)
                read = await power.read_each(asked, blocks)
        except ChainUnavailable as error:
            _log.info("the wallets of %s servers are read one by one: %s", len(guilds), error)
            continue
        except StorageUnavailable:
            raise
        except Exception:  # noqa: BLE001 - what one of them asks must not keep the others from being read
            _log.exception("the wallets of %s servers are read one by one", len(guilds))
            continue
        found |= {
            guild: Ahead(wanted=wanted[guild], powers=powers)
            for guild, powers in zip(guilds, read, strict=True)
            if not isinstance(powers, PowerUndefined)
        }
    return found


async def snapshot(power: Power, strategies: Sequence[Strategy], outages: Outages) -> dict[ChainId, Block]:
    """Return the blocks at which strategies read now. Raises ChainUnavailable, at once for a chain of the `outages`."""
    outages.check(networks_of(strategies))
    try:
        return await power.snapshot(strategies)
    except ChainUnavailable as error:
        outages.note(error)
        raise
