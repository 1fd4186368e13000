"""A space: a DAO, or a part of one, with its rules in a guild."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.power import Strategy
from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.types import ChannelId, GuildId, RoleId, SpaceId, Timestamp
from bot.domain.voting import VotingType

HOUR, DAY = 3_600, 86_400
MAX_DELAY, MAX_PERIOD = 30 * DAY, 366 * DAY
"""Snapshot's limits, in seconds."""
MIN_PERIOD = 300
"""Seconds. A shorter vote would be over before members have read the proposal."""

MAIN = 1
"""The number of a guild's first space. Settings of the whole server are stored in it: disabled parts, the audit
channel."""

MAX_SPACES = 25
"""Active spaces of a guild: as many as a menu on Discord offers."""

MAX_VOTERS = 25
"""Roles that may vote in a space, at most."""

OPTIONAL_COGS = ("proposals", "voting", "wallets", "power", "delegation", "campaigns", "treasury", "roles")
"""Parts that a moderator may turn off; all others are always on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The rules in force now; a proposal freezes its own copy of those that count for it.

    `number` counts from 1 in the guild, and 1 is the main space, which is never archived. Members with one of the
    roles in `moderators` may change its rules; only those with one of `voters` may vote, where there are any.
    `proposer_power` is decimal text in the unit people read ("1200000.5"), because its scale follows the
    strategies; `voting_delay` and `voting_period` are seconds. Nobody may propose by power where `proposer_power`
    is None, and by role where `proposer_roles` is empty. `rules` are those for all voting systems, under None,
    and what differs for some. `public` says whether anybody may read submitted proposals on the web. `cogs_off` and
    `audit_channel` are the server's, and those of its main space count.
    """

    id: SpaceId
    guild: GuildId
    name: str
    number: int = MAIN
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
    public: bool = False
    moderators: tuple[RoleId, ...] = ()
    voters: tuple[RoleId, ...] = ()
    archived_at: Timestamp | None = None

    @property
    def is_main(self) -> bool:
        """Whether it is the guild's main space."""
        return self.number == MAIN
