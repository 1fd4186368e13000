"""The gateway: sessions that identify, resume and hear what happens."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from tests.standin.world import THREAD, Guild, User

JSON = dict[str, Any]
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""Members, presences, message content: a bot that asks for them is turned away."""


def intent(event: str) -> int:
    """Return the intent without which a session does not hear `event`; 0 where it needs none."""
    if event.startswith("GUILD_MEMBER_"):
        return 1 << 1
    if event.startswith("MESSAGE_"):
        return 1 << 9
    return 1 if event.startswith(("GUILD_", "CHANNEL_", "THREAD_")) else 0


@dataclass(eq=False)
class Session:
    """What one identified bot hears. It outlives its connection until it is closed in good order."""

    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    socket: web.WebSocketResponse | None = None
    sent: list[bytes] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, event: str, data: JSON) -> None:
        self.sent.append(orjson.dumps({"op": DISPATCH, "s": len(self.sent) + 1, "t": event, "d": data}))
        self.wake.set()

    async def deliver(self, socket: web.WebSocketResponse, sequence: int) -> None:
        """Send all after `sequence`, and what comes, until another connection takes over."""
        self.socket = socket
        while self.socket is socket and not socket.closed:
            self.wake.clear()
            while sequence < len(self.sent):
                sequence += 1
                await socket.send_str(self.sent[sequence - 1].decode())
            await self.wake.wait()


class Gateway:
    """The websocket end of the stand-in."""

    def __init__(self, token: str, bot: User, guilds: dict[int, Guild]) -> None:
        self.token, self.bot, self.guilds = token, bot, guilds
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.identified = self.resumed = 0

    @property
    def connected(self) -> bool:
        return any(session.socket is not None for session in self.sessions.values())

    def emit(self, event: str, data: JSON) -> None:
        needed = intent(event)
        for session in self.sessions.values():
            if not needed or session.intents & needed:
                session.push(event, data)

    async def close(self, code: int = 4000) -> None:
        """Close every connection; 4000 may be resumed."""
        for session in list(self.sessions.values()):
            if (socket := session.socket) is not None:
                session.socket = None
                await socket.close(code=code)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        await self._tell(socket, HELLO, {"heartbeat_interval": 30_000})
        session, writer = None, None
        try:
            async for frame in socket:
                if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                message = orjson.loads(frame.data)
                match message["op"]:
                    case op if op == HEARTBEAT:
                        await self._tell(socket, ACK)
                    case op if op in (IDENTIFY, RESUME):
                        session, sequence = await self._enter(socket, op, message["d"])
                        if session is not None:
                            writer = asyncio.create_task(session.deliver(socket, sequence))
        finally:
            if writer is not None:
                writer.cancel()
                await asyncio.gather(writer, return_exceptions=True)
            if session is not None and session.socket is socket:
                session.socket = None
                if socket.close_code in (1000, 1001):  # the bot said goodbye
                    self.sessions.pop(session.id, None)
        return socket

    async def _enter(self, socket: web.WebSocketResponse, op: int, data: JSON) -> tuple[Session | None, int]:
        if data["token"].removeprefix("Bot ") != self.token:
            await socket.close(code=4004)
        elif op == RESUME:
            session = self.sessions.get(data["session_id"])
            if session is not None and data["seq"] <= len(session.sent):
                self.resumed += 1
                session.push("RESUMED", {})
                return session, data["seq"]
            await self._tell(socket, INVALID, data=False)
        elif data["intents"] & PRIVILEGED:
            await socket.close(code=4014)
        else:
            self.identified += 1
            session = Session(data["intents"])
            self.sessions[session.id] = session
            session.push("READY", self._ready(session.id))
            for guild in self.guilds.values():
                session.push("GUILD_CREATE", guild_create(guild, [self.bot]))
            return session, 0
        return None, 0

    def _ready(self, session: str) -> JSON:
        return {
            "v": 10,
            "user": self.bot.payload() | {"verified": True, "email": None, "mfa_enabled": True},
            "guilds": [{"id": str(guild), "unavailable": True} for guild in self.guilds],
            "session_id": session,
            "resume_gateway_url": self.url,
            "private_channels": [],
            "application": {"id": str(self.bot.id), "flags": 0},
        }

    async def _tell(self, socket: web.WebSocketResponse, op: int, data: object = None) -> None:
        await socket.send_str(orjson.dumps({"op": op, "d": data, "s": None, "t": None}).decode())


def guild_create(guild: Guild, known: Iterable[User]) -> JSON:
    """Return the guild as a session first hears of it: without the members intent, only with those `known`."""
    channels = guild.channels.values()
    return guild.payload() | {
        "joined_at": guild.members[next(iter(known)).id].joined,
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [guild.members[user.id].payload() for user in known],
        "channels": [channel.payload() for channel in channels if channel.type != THREAD],
        "threads": [channel.payload() for channel in channels if channel.type == THREAD and not channel.archived],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
