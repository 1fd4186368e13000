"""Roles by holdings: their repository, and the interface that gives and takes roles on Discord."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.roles.role_rules import RoleRule, RoleStatus, Step
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.types import GuildId, MemberId, RoleId, SpaceId, Timestamp


class RoleRepository(Protocol):
    """Role rules by guild and number, and the state of each member's role under each rule."""

    async def add(self, rule: RoleRule) -> RoleRule:
        """Store a rule, and return it with its new `number`; that of the argument is ignored."""
        ...

    async def save(self, rule: RoleRule) -> None:
        """Store every field of a rule whose number is known."""
        ...

    async def remove(self, guild: GuildId, number: int) -> None:
        """Delete a rule with the states of its members."""
        ...

    async def of(self, guild: GuildId) -> list[RoleRule]:
        """Return all rules of a guild by number, of all spaces, with those that are being removed."""
        ...

    async def of_space(self, space: SpaceId) -> list[RoleRule]:
        """Return the rules of a space by number, with those that are being removed."""
        ...

    async def guilds(self) -> list[GuildId]:
        """Return the guilds that have rules."""
        ...

    async def statuses(self, guild: GuildId) -> list[RoleStatus]: ...
    async def end(self, guild: GuildId, rule: int) -> None:
        """Note that no member earns the role of a rule any more."""
        ...

    async def of_member(self, guild: GuildId, member: MemberId) -> list[RoleStatus]: ...
    async def put(self, statuses: Sequence[RoleStatus]) -> None:
        """Store members' states under their rules, replacing the stored ones."""
        ...

    async def move(self, status: RoleStatus, step: Step) -> bool:
        """Move a member's role to a step; False if it is not at the step in `status` any more (compare-and-set)."""
        ...

    async def forget(self, statuses: Sequence[RoleStatus]) -> None: ...
    async def failed(self, status: RoleStatus, retry_at: Timestamp) -> None:
        """Note a failed attempt, and when the next is due."""
        ...

    async def worked(self, status: RoleStatus) -> None:
        """Forget the failed attempts."""
        ...

    async def due(
        self, guild: GuildId, rule: int, limit: int, now: Timestamp, *, only_take: bool = False
    ) -> list[RoleStatus]:
        """Return whose role is due to be given or taken; after a failure, last in order and only when its wait is over.

        With `only_take`, only those from whom it is to be taken.
        """
        ...


class GuildRoles(Protocol):
    """Gives and takes the roles of guild members on Discord.

    Every method except the first two may be repeated after any interruption.

    Raises:
        RoleRefused: the role can't be given to or taken from anybody.
        MemberGone: there is no such member in the guild now.
        Undelivered: it may work later.

    """

    def ready(self) -> bool:
        """Return whether the guilds are known yet; if not, nothing is attempted."""
        ...

    def trouble(self, guild: GuildId, role: RoleId) -> Trouble | None:
        """Return what would prevent giving the role, if anything. Raises Undelivered while the guild is unreachable."""
        ...

    async def roles_of(self, guild: GuildId, member: MemberId) -> frozenset[RoleId]:
        """Return the roles that the member has now, as Discord says them."""
        ...

    async def holds(self, guild: GuildId, member: MemberId, role: RoleId) -> bool:
        """Return whether the member has the role now."""
        ...

    async def give(self, guild: GuildId, member: MemberId, role: RoleId, reason: str) -> None: ...
    async def take(self, guild: GuildId, member: MemberId, role: RoleId, reason: str) -> None: ...


class RoleRefused(Exception):
    """The role cannot be given to or taken from anybody."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class MemberGone(Exception):
    """There is no such member in the guild."""
