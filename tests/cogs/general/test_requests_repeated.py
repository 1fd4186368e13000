"""A request to Discord that may have been done is not sent again minutes later, whoever would repeat it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import Route

from bot.client.lost_responses import LOST, REPEATED, Attempts, RepeatedTooLate

_BOT: dict[str, Any] = {"id": "1", "username": "folkmoot", "discriminator": "0", "avatar": None}


def _reply(words: dict[str, Any], status: int = 200) -> web.Response:
    headers = {"Content-Type": "application/json", "Via": "1.1 google"}
    return web.Response(body=json.dumps(words), status=status, headers=headers)


@dataclass
class Slow:
    """Discord, and the machine that asks it: each request takes as long as the next of `sleeps`."""

    statuses: list[int]
    sleeps: list[float]
    now: float = 1_000.0
    messages: list[str] = field(default_factory=list)

    async def me(self, _request: web.Request) -> web.Response:
        public = {"bot_public": True, "bot_require_code_grant": False, "verify_key": "", "flags": 0}
        return _reply(_BOT | {"name": "folkmoot", "description": "", "icon": None, "owner": _BOT} | public)

    async def post(self, request: web.Request) -> web.Response:
        body = await request.json()
        status = self.statuses.pop(0)
        if status != 429:
            self.messages.append(body["content"])
        self.now += self.sleeps.pop(0)
        words = {"id": "7", "channel_id": "5", "content": body["content"], "retry_after": 0.01, "code": 0}
        at = "2026-11-30T00:00:00+00:00"
        more = {"author": _BOT, "timestamp": at, "edited_timestamp": None, "tts": False, "mention_everyone": False}
        lists = {"mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": False, "type": 0}
        return _reply(words | more | lists, status)


@pytest.fixture
async def slow(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Slow, discord.PartialMessageable]]:
    stage = Slow([], [])
    app = web.Application()
    app.router.add_get("/{any:.*}", stage.me)
    app.router.add_post("/channels/5/messages", stage.post)
    async with TestServer(app) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("")).rstrip("/"))
        attempts = Attempts(lambda: stage.now)
        async with discord.Client(intents=discord.Intents(guilds=True), http_trace=attempts.trace) as client:
            await client.login("token")
            yield stage, client.get_partial_messageable(5)


Pair = tuple[Slow, discord.PartialMessageable]


async def test_a_message_that_may_stand_is_not_sent_again_after_the_machine_slept(slow: Pair) -> None:
    stage, channel = slow
    stage.statuses, stage.sleeps = [502, 200], [REPEATED + 1, 0]
    with pytest.raises(LOST) as caught:
        await channel.send("once", nonce="n")
    assert isinstance(caught.value, RepeatedTooLate)
    assert stage.messages == ["once"]


async def test_a_refusal_for_its_rate_does_not_say_that_the_one_before_was_not_done(slow: Pair) -> None:
    stage, channel = slow
    stage.statuses, stage.sleeps = [502, 429, 200], [1, REPEATED, 0]
    with pytest.raises(RepeatedTooLate):
        await channel.send("once", nonce="n")
    assert stage.messages == ["once"]


async def test_soon_and_where_nothing_was_done_it_is_sent_again(slow: Pair) -> None:
    stage, channel = slow
    stage.statuses, stage.sleeps = [502, 200, 429, 200], [REPEATED, 0, REPEATED * 9, 0]
    await channel.send("soon", nonce="n")
    await channel.send("refused", nonce="m")
    assert stage.messages == ["soon", "soon", "refused"]


async def test_the_same_task_sends_its_next_message_whenever_it_likes(slow: Pair) -> None:
    stage, channel = slow
    stage.statuses, stage.sleeps = [200, 200], [REPEATED * 9, 0]
    await channel.send("first")
    await channel.send("second")
    assert stage.messages == ["first", "second"]


async def test_after_the_answer_that_came_too_late_the_task_may_ask_anew(slow: Pair) -> None:
    stage, channel = slow
    stage.statuses, stage.sleeps = [502, 200], [REPEATED + 1, 0]
    with pytest.raises(RepeatedTooLate):
        await channel.send("once")
    await channel.send("looked for it first")
    assert stage.messages == ["once", "looked for it first"]
