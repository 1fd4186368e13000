"""The ground of the stand-in: makes and changes guilds, channels and messages, and tells the gateway."""

from __future__ import annotations

import time
from typing import Any

from tests.standin.gateway import Gateway, guild_create
from tests.standin.messages import Message
from tests.standin.world import BOT, DM, EVERYONE, Channel, Guild, Member, Role, User, bits, now, snowflake

JSON = dict[str, Any]


class Ground:
    """Everything that stands on the stand-in."""

    def __init__(self, *, token: str, nonce_window: float) -> None:
        self.bot, self.owner = User(name="folkmoot", bot=True), User(name="operator")
        self.users: dict[int, User] = {user.id: user for user in (self.bot, self.owner)}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: list[JSON] = []
        self.gateway = Gateway(token, self.bot, self.guilds)
        self.nonce_window = nonce_window
        self._nonces: dict[str, tuple[float, Message]] = {}

    def create_guild(self, name: str, *, bot_permissions: Any = BOT) -> Guild:
        gid = snowflake()
        everyone = Role(name="@everyone", permissions=EVERYONE.value, position=0, id=gid)
        own = Role(name=self.bot.name, permissions=bits(bot_permissions))
        guild = self.guilds[gid] = Guild(name=name, everyone=everyone, roles=[everyone, own], id=gid)
        guild.members[self.bot.id] = Member(user=self.bot, guild=guild, roles=[own])
        guild.owner = self.add_member(guild, f"{name} owner")
        self.emit("GUILD_CREATE", guild_create(guild, [self.bot]))
        return guild

    def add_channel(self, guild: Guild, name: str) -> Channel:
        channel = Channel(name=name, guild=guild)
        self.channels[channel.id] = guild.channels[channel.id] = channel
        self.emit("CHANNEL_CREATE", channel.payload(), guild)
        return channel

    def delete_channel(self, channel: Channel) -> None:
        del self.channels[channel.id]
        if channel.guild is not None:
            del channel.guild.channels[channel.id]
        self.emit("CHANNEL_DELETE", channel.payload(), channel.guild)

    def add_role(self, guild: Guild, name: str, permissions: Any = 0, *, position: int = 1) -> Role:
        guild.roles.append(role := Role(name=name, permissions=bits(permissions), position=position))
        self.emit("GUILD_ROLE_CREATE", {"role": role.payload()}, guild)
        return role

    def change_role(self, guild: Guild, role: Role, *, position: int | None = None, permissions: Any = None) -> None:
        role.position = role.position if position is None else position
        role.permissions = role.permissions if permissions is None else bits(permissions)
        self.emit("GUILD_ROLE_UPDATE", {"role": role.payload()}, guild)

    def leave(self, member: Member) -> None:
        """Let a member leave, and all roles with them."""
        del member.guild.members[member.id]
        member.roles.clear()
        self.emit("GUILD_MEMBER_REMOVE", {"user": member.user.payload()}, member.guild)

    def come_back(self, member: Member) -> None:
        member.guild.members[member.id] = member
        self.emit("GUILD_MEMBER_ADD", member.payload(), member.guild)

    def add_member(self, guild: Guild, name: str, roles: list[Role] | None = None) -> Member:
        user = User(name=name)
        self.users[user.id] = user
        member = guild.members[user.id] = Member(user=user, guild=guild, roles=list(roles or ()))
        self.emit("GUILD_MEMBER_ADD", member.payload(), guild)
        return member

    def me(self, guild: Guild) -> Member:
        return guild.members[self.bot.id]

    def dm(self, user: User) -> Channel:
        """Return the channel between the bot and a user."""
        found = next((each for each in self.channels.values() if each.recipient is user), None)
        if found is None:
            found = Channel(name=user.name, guild=None, type=DM, recipient=user)
            self.channels[found.id] = found
        return found

    def emit(self, event: str, data: JSON, guild: Guild | None = None) -> None:
        """Tell every session that hears such events."""
        self.gateway.emit(event, data if guild is None else data | {"guild_id": str(guild.id)})

    def post(
        self,
        channel: Channel,
        author: User,
        body: JSON,
        *,
        files: dict[str, bytes] | None = None,
        only_for: Member | None = None,
    ) -> Message:
        mid = snowflake()
        payload: JSON = {
            "id": str(mid),
            "channel_id": str(channel.id),
            "author": author.payload(),
            "content": "",
            "timestamp": now(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [],
            "pinned": False,
            "type": 0,
            "flags": 0,
            "nonce": body.get("nonce"),
        }
        message = channel.messages[mid] = Message(channel=channel, payload=payload, only_for=only_for)
        self._write(message, body, files)
        if body.get("nonce") is not None:
            self._nonces[str(body["nonce"])] = (time.monotonic(), message)
        if only_for is None:
            self.emit("MESSAGE_CREATE", message.payload, channel.guild)
        return message

    def edit(self, message: Message, body: JSON, *, files: dict[str, bytes] | None = None) -> Message:
        self._write(message, body | {"flags": body.get("flags", 0) | message.payload["flags"]}, files)
        message.payload["edited_timestamp"] = now()
        if not message.ephemeral:
            self.emit("MESSAGE_UPDATE", message.payload, message.channel.guild)
        return message

    def _write(self, message: Message, body: JSON, files: dict[str, bytes] | None) -> None:
        given: JSON = {key: body[key] or [] for key in ("embeds", "components") if key in body}
        if "content" in body:
            given["content"] = body["content"] or ""
        kept = {each["id"]: each for each in message.payload["attachments"]}
        if "attachments" in body or files:
            listed = [kept[str(each["id"])] for each in body.get("attachments") or [] if str(each["id"]) in kept]
            added = [_attachment(name, data) for name, data in (files or {}).items()]
            given["attachments"] = listed + added
            message.files |= files or {}
        message.payload = message.payload | given | {"flags": body.get("flags", 0)}
        message.versions.append(message.payload)

    def delete(self, message: Message) -> None:
        message.deleted = True
        if not message.ephemeral:
            where = {"id": str(message.id), "channel_id": str(message.channel.id)}
            self.emit("MESSAGE_DELETE", where, message.channel.guild)

    def by_nonce(self, nonce: str) -> Message | None:
        """Return the message that was first sent with `nonce`, while Discord remembers it."""
        at, message = self._nonces.get(nonce, (0.0, None))
        return message if time.monotonic() - at <= self.nonce_window else None


def _attachment(name: str, data: bytes) -> JSON:
    url = f"https://cdn.invalid/{name}"
    return {"id": str(snowflake()), "filename": name, "size": len(data), "url": url, "proxy_url": url}
