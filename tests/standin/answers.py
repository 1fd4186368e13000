"""Interactions and what the bot answers to them: the callback, the original answer, follow-ups."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.standin.api import ApiError, Call, Routes
from tests.standin.messages import EPHEMERAL, Message
from tests.standin.world import Channel, Member, User, snowflake

JSON = dict[str, Any]
ROUTES = Routes()
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, SHOW_MODAL = 4, 5, 6, 7, 8, 9


@dataclass(eq=False, kw_only=True)
class Interaction:
    """One thing a member did, and all that the bot answered.

    `source` is the message of a pressed button, `shown` the original answer and the follow-ups, in order;
    `refused` holds the codes with which callbacks were turned down.
    """

    kind: int
    data: JSON
    member: Member
    channel: Channel
    source: Message | None = None
    id: int = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    sent_at: float = field(default_factory=time.monotonic)
    acked_at: float | None = None
    callback: JSON | None = None
    filled: bool = False
    shown: list[Message] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ack_ms(self) -> float | None:
        """Milliseconds until the bot acknowledged; None where it has not."""
        return None if self.acked_at is None else (self.acked_at - self.sent_at) * 1000

    @property
    def type(self) -> int | None:
        """The kind of callback the bot sent."""
        return None if self.callback is None else self.callback["type"]

    @property
    def modal(self) -> JSON | None:
        return self.callback["data"] if self.callback is not None and self.type == SHOW_MODAL else None

    @property
    def choices(self) -> list[JSON]:
        assert self.callback is not None, "nothing was answered"
        choices: list[JSON] = self.callback["data"]["choices"]
        return choices

    @property
    def message(self) -> Message:
        """The original answer."""
        assert self.shown, "nothing was shown"
        return self.shown[0]

    @property
    def ephemeral(self) -> bool:
        return bool(self.shown) and all(message.ephemeral for message in self.shown)

    @property
    def text(self) -> str:
        """All that the member was shown."""
        return "\n".join(message.text for message in self.shown if not message.deleted)

    def payload(self, bot: User) -> JSON:
        """Return what the gateway sends to `bot`."""
        guild, app = self.member.guild, str(bot.id)
        extra = {} if self.source is None else {"message": self.source.payload}
        return extra | {
            "id": str(self.id),
            "application_id": app,
            "type": self.kind,
            "data": self.data,
            "guild": {"id": str(guild.id), "features": [], "locale": "en-US"},
            "guild_id": str(guild.id),
            "channel": self.channel.payload() | {"permissions": str(self.channel.permissions_of(self.member))},
            "channel_id": str(self.channel.id),
            "member": self.member.payload(self.channel),
            "token": self.token,
            "version": 1,
            "app_permissions": str(self.channel.permissions_of(guild.members[bot.id])),
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
            "attachment_size_limit": 10 << 20,
        }


def _show(call: Call, it: Interaction, body: JSON) -> Message:
    only_for = it.member if body.get("flags", 0) & EPHEMERAL else None
    message = call.discord.post(it.channel, call.discord.bot, body, files=call.files, only_for=only_for)
    it.shown.append(message)
    return message


def _fill(call: Call, it: Interaction, message: Message) -> JSON:
    call.discord.edit(message, call.body, files=call.files)
    it.filled = True
    it.done.set()
    return message.payload


@ROUTES.on("POST", "/interactions/{interaction}/{token}/callback")
def callback(call: Call) -> JSON:
    it = call.discord.interactions.get(call.match["token"])
    late = it is not None and it.callback is None and time.monotonic() - it.sent_at > call.discord.ack_deadline
    if it is None or late:
        if it is not None:
            it.refused.append(10062)
        raise ApiError(404, 10062, "Unknown interaction")
    if it.callback is not None:
        it.refused.append(40060)
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    it.callback, it.acked_at, data = call.body, time.monotonic(), call.body.get("data") or {}
    match it.type:
        case t if t == MESSAGE:
            _show(call, it, data)
        case t if t == DEFERRED:
            _show(call, it, {"flags": data.get("flags", 0)})
        case t if t == UPDATE and it.source is not None:
            call.discord.edit(it.source, data, files=call.files)
    if it.type not in (DEFERRED, DEFERRED_UPDATE):
        it.done.set()
    answer: JSON = {"interaction": {"id": str(it.id), "type": it.kind}}
    if (shown := it.shown[0] if it.shown else it.source) is not None and it.type != SHOW_MODAL:
        answer["interaction"]["response_message_id"] = str(shown.id)
        if it.type in (MESSAGE, UPDATE):
            answer["resource"] = {"type": it.type, "message": shown.payload}
    return answer


def _of(call: Call) -> Interaction:
    it = call.discord.interactions.get(call.match["token"])
    if it is None or it.callback is None:
        raise ApiError(404, 10015, "Unknown Webhook")
    if time.monotonic() - it.sent_at > call.discord.token_life:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    return it


def _message(call: Call, it: Interaction) -> Message:
    original = it.shown[0] if it.type in (MESSAGE, DEFERRED) else it.source
    if call.match["message"] == "@original":
        found = original
    else:
        found = next((each for each in it.shown if str(each.id) == call.match["message"]), None)
    if found is None or found.deleted:
        raise ApiError(404, 10008, "Unknown Message")
    return found


@ROUTES.on("POST", "/webhooks/{application}/{token}")
def follow_up(call: Call) -> JSON:
    it = _of(call)
    if it.type == DEFERRED and not it.filled and not it.message.deleted:
        return _fill(call, it, it.message)  # the first follow-up takes the place of the waiting answer
    message = _show(call, it, call.body)
    it.done.set()
    return message.payload


@ROUTES.on("GET", "/webhooks/{application}/{token}/messages/{message}")
def get_answer(call: Call) -> JSON:
    return _message(call, _of(call)).payload


@ROUTES.on("PATCH", "/webhooks/{application}/{token}/messages/{message}")
def edit_answer(call: Call) -> JSON:
    it = _of(call)
    return _fill(call, it, _message(call, it))


@ROUTES.on("DELETE", "/webhooks/{application}/{token}/messages/{message}")
def delete_answer(call: Call) -> None:
    it = _of(call)
    call.discord.delete(_message(call, it))
    it.done.set()
