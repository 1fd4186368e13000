"""A DAO's rules in one guild."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.power import Strategy
from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.types import ChannelId, GuildId, RoleId, SpaceId
from bot.domain.voting import VotingType

HOUR, DAY = 3_600, 86_400
MAX_DELAY, MAX_PERIOD = 30 * DAY, 366 * DAY
"""Snapshot's limits, in seconds."""
MIN_PERIOD = 300
"""Seconds: less is over before members have read."""

OPTIONAL_COGS = ("proposals", "voting", "wallets", "power", "delegation", "campaigns", "treasury", "roles")
"""Parts that a moderator may turn off; what is not here is always on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The rules in force now; a proposal freezes its own copy of those that count for it.

    `proposer_power` is decimal text in the unit people read ("1200000.5"), because its scale follows the
    strategies; `voting_delay` and `voting_period` are seconds. Nobody may propose by power where `proposer_power`
    is None, and by role where `proposer_roles` is empty. `rules` are those for all voting systems, under None,
    and what differs for some. `public` says whether anybody may read submitted proposals on the web.
    """

    id: SpaceId
    guild: GuildId
    name: str
    strategies: tuple[Strategy, ...] = ()
    proposals_channel: ChannelId | None = None
    announcements_channel: ChannelId | None = None
    moderators_channel: ChannelId | None = None
    audit_channel: ChannelId | None = None
    proposer_roles: tuple[RoleId, ...] = ()
    proposer_power: str | None = None
    voting_delay: int = 0
    voting_period: int = 3 * DAY
    rules: Mapping[VotingType | None, Rules] = field(default_factory=dict)
    cogs_off: frozenset[str] = frozenset()
    public: bool = True
