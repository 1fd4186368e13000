"""Gives and takes roles by single requests, so that no list of members is ever needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from bot.client.discord_client import Folkmoot
from bot.client.lost_responses import LOST
from bot.client.permissions import dangerous
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.types import GuildId, MemberId, RoleId
from bot.ports import MemberGone, RoleRefused, Undelivered

_UNKNOWN_MEMBER, _UNKNOWN_USER, _UNKNOWN_ROLE = 10007, 10013, 10011
_BAD_REQUEST, _TOO_MANY, _SERVER_ERROR = 400, 429, 500


class DiscordRoles:
    """Acts through the client; a `GuildRoles`."""

    def __init__(self, client: Folkmoot) -> None:
        self._client = client

    def ready(self) -> bool:
        """Return whether the guilds are known."""
        return self._client.is_ready()

    def trouble(self, guild: GuildId, role: RoleId) -> Trouble | None:
        """Return what would keep it from giving the role, as the guild stands now."""
        found = self._client.get_guild(guild)
        if found is None or found.unavailable or found.me is None:
            raise Undelivered("the server is out of reach")
        return trouble_with(found.get_role(role), found.me)

    async def roles_of(self, guild: GuildId, member: MemberId) -> frozenset[RoleId]:
        """Return the roles that the member has now, as Discord answers, even if the guild's roles are not cached.

        discord.py looks a member's roles up among the guild's cached roles, of which there are none from the start of a
        new session until Discord sends the guild again.
        """
        async with _told():
            told = await self._client.http.get_member(guild, member)
        return frozenset(RoleId(int(role)) for role in told["roles"])

    async def holds(self, guild: GuildId, member: MemberId, role: RoleId) -> bool:
        """Return whether the member has the role now."""
        return role in await self.roles_of(guild, member)

    async def give(self, guild: GuildId, member: MemberId, role: RoleId, reason: str) -> None:
        """Give the role; no error if the member has it."""
        async with _told():
            await self._client.http.add_role(guild, member, role, reason=reason)

    async def take(self, guild: GuildId, member: MemberId, role: RoleId, reason: str) -> None:
        """Take the role; no error if the member lacks it."""
        async with _told():
            await self._client.http.remove_role(guild, member, role, reason=reason)


def trouble_with(role: discord.Role | None, me: discord.Member) -> Trouble | None:
    """Return what keeps the bot from giving a role."""
    if role is None:
        return Trouble.GONE
    if role.is_default():
        return Trouble.EVERYBODY
    if role.managed:
        return Trouble.MANAGED
    if dangerous(role.permissions):
        return Trouble.POWERFUL
    if not me.guild_permissions.manage_roles:
        return Trouble.NOT_ALLOWED
    return None if role < me.top_role else Trouble.ABOVE_ME


@asynccontextmanager
async def _told() -> AsyncIterator[None]:
    """Convert Discord's errors: raises MemberGone, RoleRefused, or Undelivered where trying again may help."""
    try:
        yield
    except discord.NotFound as error:
        if error.code in (_UNKNOWN_MEMBER, _UNKNOWN_USER):
            raise MemberGone from None
        raise RoleRefused(Trouble.GONE if error.code == _UNKNOWN_ROLE else Trouble.REFUSED) from None
    except discord.Forbidden:
        raise RoleRefused(Trouble.REFUSED) from None
    except (discord.DiscordException, *LOST) as error:
        if isinstance(error, discord.HTTPException) and _refuses(error.status):
            raise RoleRefused(Trouble.REFUSED) from None
        raise Undelivered(f"Discord did not take it: {type(error).__name__}") from error


def _refuses(status: int) -> bool:
    """Return whether an answer of that status will be the same however often it is asked."""
    return _BAD_REQUEST <= status < _SERVER_ERROR and status != _TOO_MANY
