"""What exists on the stand-in: users, guilds, roles, members and channels, each with its payload."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from discord import Permissions

from tests.standin.messages import Message

TEXT, DM, THREAD = 0, 1, 11
ALL = Permissions.all().value
EVERYONE = Permissions(view_channel=True, send_messages=True, read_message_history=True, use_application_commands=True)
BOT = Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""What the bot's own role holds unless a test says otherwise; no more than an invite should ask for."""

_counter = itertools.count()


def snowflake() -> int:
    """Return a new id that sorts by time, as Discord's do."""
    return (int(time.time() * 1000) - 1_420_070_400_000) << 22 | next(_counter) & 0x3FFFFF


def now() -> str:
    return datetime.now(UTC).isoformat()


def bits(permissions: Permissions | Iterable[str] | int) -> int:
    """Return permissions given as names, as discord.py's value, or as a number."""
    if isinstance(permissions, int):
        return permissions
    if isinstance(permissions, Permissions):
        return permissions.value
    return Permissions(**dict.fromkeys(permissions, True)).value


@dataclass(eq=False, kw_only=True)
class User:
    name: str
    bot: bool = False
    id: int = field(default_factory=snowflake)
    dms_open: bool = True

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.bot else self.name.title(),
            "discriminator": "0001" if self.bot else "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(eq=False, kw_only=True)
class Role:
    name: str
    permissions: int = 0
    position: int = 1
    id: int = field(default_factory=snowflake)

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    @property
    def rank(self) -> tuple[int, int]:
        """What it is compared by: of two at one position, the older is higher."""
        return self.position, -self.id

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False, kw_only=True)
class Member:
    user: User
    guild: Guild
    roles: list[Role] = field(default_factory=list)
    joined: str = field(default_factory=now)

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self, channel: Channel | None = None) -> dict[str, Any]:
        """Return the member; with the permissions in `channel`, as interactions carry them."""
        extra = {} if channel is None else {"permissions": str(channel.permissions_of(self))}
        return {
            "user": self.user.payload(),
            "nick": None,
            "avatar": None,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            **extra,
        }


@dataclass(frozen=True, kw_only=True)
class RoleChange:
    """A role that the bot gave to a member, or took, as the guild's audit log has it; `anew` if it changed anything."""

    member: int
    role: int
    given: bool
    anew: bool
    reason: str | None


@dataclass(eq=False, kw_only=True)
class Channel:
    name: str
    guild: Guild | None
    type: int = TEXT
    id: int = field(default_factory=snowflake)
    parent: Channel | None = None
    owner: User | None = None
    recipient: User | None = None
    archived: bool = False
    locked: bool = False
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def history(self) -> list[Message]:
        """The messages that stand here for everybody, oldest first."""
        return [each for _, each in sorted(self.messages.items()) if not each.deleted and not each.ephemeral]

    def permissions_of(self, member: Member) -> int:
        """Return what a member may do here, overwrites of the channel (or the thread's parent) applied."""
        guild, base = member.guild, member.guild.everyone.permissions
        for role in member.roles:
            base |= role.permissions
        if base & Permissions(administrator=True).value or member is guild.owner:
            return ALL
        overwrites = (self.parent or self).overwrites
        allow, deny = overwrites.get(guild.everyone.id, (0, 0))
        base = base & ~deny | allow
        for_roles = [overwrites.get(role.id, (0, 0)) for role in member.roles]
        for _, deny in for_roles:
            base &= ~deny
        for allow, _ in for_roles:
            base |= allow
        allow, deny = overwrites.get(member.id, (0, 0))
        return base & ~deny | allow

    def deny(self, who: Role | Member, *names: str) -> None:
        self.overwrites[who.id] = (0, bits(names))

    def payload(self) -> dict[str, Any]:
        shared = {"id": str(self.id), "type": self.type, "flags": 0, "last_message_id": None}
        if self.recipient is not None:
            return shared | {"recipients": [self.recipient.payload()]}
        assert self.guild is not None
        shared |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        if self.parent is None:
            kinds = {role.id for role in self.guild.roles}
            overwrites = [
                {"id": str(who), "type": 0 if who in kinds else 1, "allow": str(allow), "deny": str(deny)}
                for who, (allow, deny) in self.overwrites.items()
            ]
            return shared | {
                "position": 0,
                "parent_id": None,
                "topic": None,
                "nsfw": False,
                "permission_overwrites": overwrites,
            }
        return shared | {
            "parent_id": str(self.parent.id),
            "owner_id": str(self.owner.id if self.owner else 0),
            "message_count": len(self.messages),
            "member_count": 1,
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": now(),
                "create_timestamp": now(),
            },
        }


@dataclass(eq=False, kw_only=True)
class Guild:
    """A guild. Its owner holds every permission; the bot is a member with a role of its own.

    `changes` are the roles that the bot gave and took, in order.
    """

    name: str
    everyone: Role
    roles: list[Role]
    id: int = field(default_factory=snowflake)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    commands: list[dict[str, Any]] = field(default_factory=list)
    owner: Member = field(init=False)
    changes: list[RoleChange] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "splash": None,
            "owner_id": str(self.owner.id),
            "roles": [role.payload() for role in self.roles],
            "emojis": [],
            "stickers": [],
            "features": [],
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "system_channel_flags": 0,
            "afk_timeout": 300,
            "premium_progress_bar_enabled": False,
        }
