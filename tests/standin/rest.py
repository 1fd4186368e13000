"""The REST interface for what stands in guilds: members, channels, threads, messages, commands."""

from __future__ import annotations

from typing import Any

from tests.standin.api import ApiError, Call, Routes
from tests.standin.messages import HAS_THREAD
from tests.standin.world import DM, THREAD, Channel, Guild, bits, snowflake

JSON = dict[str, Any]
ROUTES = Routes()


def guild_of(call: Call) -> Guild:
    if (guild := call.discord.guilds.get(call.id("guild"))) is None:
        raise ApiError(404, 10004, "Unknown Guild")
    return guild


def channel_of(call: Call, *needed: str) -> Channel:
    """Return the channel asked for, if the bot may see it and holds the permissions `needed` in it."""
    if (channel := call.discord.channels.get(call.id("channel"))) is None:
        raise ApiError(404, 10003, "Unknown Channel")
    if channel.guild is not None:
        held = channel.permissions_of(call.discord.me(channel.guild))
        if not held & bits(["view_channel"]):
            raise ApiError(403, 50001, "Missing Access")
        if bits(needed) & ~held:
            raise ApiError(403, 50013, "Missing Permissions")
    return channel


def message_of(call: Call, channel: Channel) -> Any:
    message = channel.messages.get(call.id("message"))
    if message is None or message.deleted:
        raise ApiError(404, 10008, "Unknown Message")
    return message


@ROUTES.on("GET", "/users/@me")
def me(call: Call) -> JSON:
    return call.discord.bot.payload() | {"verified": True, "email": None, "mfa_enabled": True, "locale": "en-US"}


@ROUTES.on("GET", "/oauth2/applications/@me")
@ROUTES.on("GET", "/applications/@me")
def application(call: Call) -> JSON:
    bot = call.discord.bot
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "bot": bot.payload(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": call.discord.owner.payload(),
        "team": None,
        "approximate_guild_count": len(call.discord.guilds),
    }


@ROUTES.on("GET", "/gateway")
@ROUTES.on("GET", "/gateway/bot")
def gateway(call: Call) -> JSON:
    limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": call.discord.gateway_url, "shards": 1, "session_start_limit": limit}


@ROUTES.on("GET", "/users/{user}")
def user(call: Call) -> JSON:
    if (found := call.discord.users.get(call.id("user"))) is None:
        raise ApiError(404, 10013, "Unknown User")
    return found.payload()


@ROUTES.on("POST", "/users/@me/channels")
def open_dm(call: Call) -> JSON:
    recipient = call.discord.users[int(call.body["recipient_id"])]
    return call.discord.dm(recipient).payload()


@ROUTES.on("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> list[JSON]:
    return [{"id": str(each.id), "name": each.name, "icon": None} for each in call.discord.guilds.values()]


@ROUTES.on("GET", "/guilds/{guild}")
def guild(call: Call) -> JSON:
    found = guild_of(call)
    return found.payload() | {"approximate_member_count": len(found.members), "approximate_presence_count": 0}


@ROUTES.on("GET", "/guilds/{guild}/roles")
def roles(call: Call) -> list[JSON]:
    return [role.payload() for role in guild_of(call).roles]


@ROUTES.on("GET", "/guilds/{guild}/channels")
def channels(call: Call) -> list[JSON]:
    return [channel.payload() for channel in guild_of(call).channels.values() if channel.type != THREAD]


@ROUTES.on("GET", "/guilds/{guild}/members/{user}")
def member(call: Call) -> JSON:
    if (found := guild_of(call).members.get(call.id("user"))) is None:
        raise ApiError(404, 10007, "Unknown Member")
    return found.payload()


def _stored(call: Call, commands: list[JSON], kept: list[JSON], **more: str) -> list[JSON]:
    known = {(each["type"], each["name"]): each["id"] for each in kept}
    kept[:] = [
        {"type": 1, "options": [], "default_member_permissions": None}
        | {key: value for key, value in each.items() if value is not None}
        | {"application_id": str(call.discord.bot.id), "version": "1", **more}
        | {"id": known.get((each.get("type", 1), each["name"])) or str(snowflake())}
        for each in commands
    ]
    return kept


@ROUTES.on("PUT", "/applications/{application}/commands")
def put_commands(call: Call) -> list[JSON]:
    return _stored(call, call.body, call.discord.commands)


@ROUTES.on("GET", "/applications/{application}/commands")
def commands(call: Call) -> list[JSON]:
    return call.discord.commands


@ROUTES.on("PUT", "/applications/{application}/guilds/{guild}/commands")
def put_guild_commands(call: Call) -> list[JSON]:
    return _stored(call, call.body, guild_of(call).commands, guild_id=call.match["guild"])


@ROUTES.on("GET", "/applications/{application}/guilds/{guild}/commands")
def guild_commands(call: Call) -> list[JSON]:
    return guild_of(call).commands


@ROUTES.on("GET", "/channels/{channel}")
def channel(call: Call) -> JSON:
    return channel_of(call).payload()


@ROUTES.on("PATCH", "/channels/{channel}")
def edit_channel(call: Call) -> JSON:
    found = channel_of(call)
    if found.type != THREAD:
        channel_of(call, "manage_channels")
    elif found.owner is not call.discord.bot or "locked" in call.body:
        channel_of(call, "manage_threads")
    found.name = call.body.get("name", found.name)
    if found.type == THREAD:
        found.archived = call.body.get("archived", found.archived)
        found.locked = call.body.get("locked", found.locked)
    call.discord.emit("THREAD_UPDATE" if found.type == THREAD else "CHANNEL_UPDATE", found.payload(), found.guild)
    return found.payload()


@ROUTES.on("POST", "/channels/{channel}/messages")
def post(call: Call) -> JSON:
    found = channel_of(call)
    channel_of(call, "send_messages_in_threads" if found.type == THREAD else "send_messages")
    if call.files:
        channel_of(call, "attach_files")
    if found.type == DM and found.recipient is not None and not found.recipient.dms_open:
        raise ApiError(403, 50007, "Cannot send messages to this user")
    if found.archived:
        if found.locked:
            raise ApiError(400, 50083, "Thread is archived")
        found.archived = False
    nonce = call.body.get("nonce") if call.body.get("enforce_nonce") else None
    if nonce is not None and (first := call.discord.by_nonce(str(nonce))) is not None:
        return first.payload
    return call.discord.post(found, call.discord.bot, call.body, files=call.files).payload


@ROUTES.on("GET", "/channels/{channel}/messages")
def history(call: Call) -> list[JSON]:
    found = channel_of(call, "read_message_history")
    before, after = int(call.query.get("before", 1 << 63)), int(call.query.get("after", 0))
    chosen = [each for each in found.history if after < each.id < before]
    limit = int(call.query.get("limit", 50))
    chosen = chosen[:limit] if after else chosen[-limit:]
    return [each.payload for each in reversed(chosen)]


@ROUTES.on("GET", "/channels/{channel}/messages/{message}")
def one_message(call: Call) -> JSON:
    payload: JSON = message_of(call, channel_of(call, "read_message_history")).payload
    return payload


@ROUTES.on("PATCH", "/channels/{channel}/messages/{message}")
def edit(call: Call) -> JSON:
    found = channel_of(call)
    message = message_of(call, found)
    if message.payload["author"]["id"] != str(call.discord.bot.id):
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    if found.archived:
        raise ApiError(400, 50083, "Thread is archived")
    return call.discord.edit(message, call.body, files=call.files).payload


@ROUTES.on("DELETE", "/channels/{channel}/messages/{message}")
def delete(call: Call) -> None:
    found = channel_of(call)
    message = message_of(call, found)
    if message.payload["author"]["id"] != str(call.discord.bot.id):
        channel_of(call, "manage_messages")
    call.discord.delete(message)


@ROUTES.on("POST", "/channels/{channel}/messages/{message}/threads")
def grow_thread(call: Call) -> JSON:
    parent = channel_of(call, "create_public_threads")
    message = message_of(call, parent)
    if message.payload["flags"] & HAS_THREAD:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    assert parent.guild is not None
    thread = Channel(
        name=call.body["name"], guild=parent.guild, type=THREAD, id=message.id, parent=parent, owner=call.discord.bot
    )
    call.discord.channels[thread.id] = parent.guild.channels[thread.id] = thread
    message.payload |= {"flags": message.payload["flags"] | HAS_THREAD, "thread": thread.payload()}
    call.discord.emit("THREAD_CREATE", thread.payload() | {"newly_created": True}, parent.guild)
    return thread.payload()


@ROUTES.on("PUT", "/channels/{channel}/thread-members/@me")
def join_thread(call: Call) -> None:
    channel_of(call)
