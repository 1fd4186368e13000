"""Roles by holdings: their repository, and the hand that gives and takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.roles.role_rules import RoleRule, Standing, Step, Trouble
from bot.domain.shared.types import GuildId, MemberId, RoleId, SpaceId, Timestamp


class RoleRepository(Protocol):
    """Rules by guild and number, and how members stand to them."""

    async def add(self, rule: RoleRule) -> RoleRule:
        """Store a rule; `number` of the argument is ignored, that of the answer is given."""
        ...

    async def save(self, rule: RoleRule) -> None:
        """Store every field of a rule whose number is known."""
        ...

    async def remove(self, guild: GuildId, number: int) -> None:
        """Forget a rule, and how members stand to it."""
        ...

    async def of(self, guild: GuildId) -> list[RoleRule]:
        """Return the rules of a guild by number, of all its spaces, those that are being wound up included."""
        ...

    async def of_space(self, space: SpaceId) -> list[RoleRule]:
        """Return the rules of a space by number, those that are being wound up included."""
        ...

    async def guilds(self) -> list[GuildId]:
        """Return the guilds that have rules."""
        ...

    async def standings(self, guild: GuildId) -> list[Standing]: ...
    async def end(self, guild: GuildId, rule: int) -> None:
        """Have nobody earn the role of a rule any more."""
        ...

    async def of_member(self, guild: GuildId, member: MemberId) -> list[Standing]: ...
    async def put(self, standings: Sequence[Standing]) -> None:
        """Store how members stand, in place of what was stored of them."""
        ...

    async def move(self, standing: Standing, step: Step) -> bool:
        """Move a member's role to a step; False if it is not where `standing` says any more (compare-and-set)."""
        ...

    async def forget(self, standings: Sequence[Standing]) -> None: ...
    async def failed(self, standing: Standing, retry_at: Timestamp) -> None:
        """Note one more try that came to nothing, and when the next is due."""
        ...

    async def worked(self, standing: Standing) -> None:
        """Forget the tries that came to nothing."""
        ...

    async def due(
        self, guild: GuildId, rule: int, limit: int, now: Timestamp, *, only_take: bool = False
    ) -> list[Standing]:
        """Return whose role is to be given or taken now; those for whom it failed come last, and after their wait.

        With `only_take`, only those from whom it is to be taken.
        """
        ...


class GuildRoles(Protocol):
    """Gives and takes the roles of guild members.

    Every method except the first two may be called again after any interruption.

    Raises:
        RoleRefused: the role can't be given or taken, to nobody.
        MemberGone: there is no such member in the guild now.
        Undelivered: it may work later.

    """

    def ready(self) -> bool:
        """Return whether the guilds are known; if not, nothing is attempted."""
        ...

    def trouble(self, guild: GuildId, role: RoleId) -> Trouble | None:
        """Return what would keep it from giving the role. Raises Undelivered while the guild is out of reach."""
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
    """The role can be given to nobody, and taken from nobody."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class MemberGone(Exception):
    """There is no such member in the guild."""
