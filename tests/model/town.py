"""The bot without Discord, on a database, closed and opened again; a voice with a mood; what is really stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.types import Address, ChannelId, MemberId, MessageId, ProposalId, RoleId
from bot.ports import Undeliverable, Undelivered
from bot.settings import Settings, StorageSettings
from tests.builders import ANNOUNCEMENTS, GUILD, MODERATORS, PROPOSALS
from tests.fakes import FakeClock
from tests.model.grounds import Ground, signature
from tests.postgres import Server
from tests.refusals_of_discord import SHUT

AUDIT = ChannelId(1_200_000_000_000_000_009)
NONCES = 120
"""Seconds for which Discord knows a nonce again."""
_BALLOTS = "SELECT proposal, wallet, member, via, mark, power, scores, receipt, counts FROM ballots ORDER BY id"
PROPOSER = RoleId(1_300_000_000_000_000_001)


class DiscordAnnouncer:
    """Posts as Discord does: `mood` says of the next posts that they fail, or that their answer gets lost.

    The same nonce within a few minutes is the same message; after that only looking helps.
    """

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.app: App | None = None
        self.awake = True
        self.mood: list[str] = []
        self.posts: list[tuple[str, ChannelId]] = []
        self.stands: dict[tuple[str, ChannelId], MessageId] = {}
        self.nonces: dict[tuple[str, ChannelId], int] = {}

    def ready(self) -> bool:
        return self.awake

    async def find(self, announcement: Announcement) -> MessageId | None:
        return self.stands.get((announcement.key, announcement.channel))

    async def say(self, announcement: Announcement) -> MessageId:
        nonce = (announcement.nonce, announcement.channel)
        known = await self.find(announcement)
        if known is not None and (announcement.attempts > 1 or self.clock.time < self.nonces[nonce] + NONCES):
            return known
        mood = self.mood.pop(0) if self.mood else ""
        if mood == "refused":
            raise Undeliverable(SHUT)
        if mood == "failed":
            raise Undelivered("not now")
        place = (announcement.key, announcement.channel)
        self.posts.append(place)
        self.nonces[nonce] = self.clock.time
        message = self.stands[place] = MessageId(10_000 + len(self.posts))
        if mood == "lost":
            raise Undelivered("the answer was lost")
        if announcement.topic is Topic.PROPOSAL_CARD and self.app is not None:
            await self.app.cards.placed(
                ProposalId(int(announcement.facts["proposal"] or 0)),
                channel=announcement.channel,
                card=message,
                thread=ChannelId(message + 1),
            )
        return message

    async def show(self, proposal: ProposalId) -> None:
        assert self.app is not None
        await self.app.cards.drawn(proposal, (await self.app.cards.current_view(proposal)).now)


@dataclass(frozen=True)
class Row:
    """A ballot as it is stored."""

    proposal: int
    wallet: Address
    member: int
    via: int | None
    mark: str
    power: int
    scores: str
    receipt: str
    counts: bool


class Town:
    """One guild."""

    def __init__(self, folder: Path, ground: Ground, kept: bytes | Server) -> None:
        """`kept` is a file with the newest tables, or a PostgreSQL server."""
        self.path, self._server = folder / "folkmoot.sqlite3", kept if isinstance(kept, Server) else None
        if isinstance(kept, Server):
            url = kept.empty()
        else:
            self.path.write_bytes(kept)
            url = f"sqlite:///{self.path}"
        self.settings = Settings(storage=StorageSettings(url=SecretStr(url)))
        self.ground, self.clock = ground, ground.clock
        self.voice = DiscordAnnouncer(self.clock)
        self._stack = AsyncExitStack()
        self.app: App

    async def open(self) -> None:
        self._stack = AsyncExitStack()
        self.app = await self._stack.enter_async_context(
            App.open(self.settings, clock=self.clock, chain=self.ground.chain)
        )
        self.voice.app = self.app

    async def close(self) -> None:
        await self._stack.aclose()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    async def configure(self, strategies: list[str]) -> None:
        spaces = self.app.spaces
        await spaces.set_channels(
            GUILD, proposals=PROPOSALS, announcements=ANNOUNCEMENTS, moderators=MODERATORS, audit=AUDIT
        )
        await spaces.set_proposers(GUILD, roles=[PROPOSER])
        await spaces.set_public(GUILD, public=True)
        await spaces.set_strategies(GUILD, self.ground.strategies(strategies))

    async def link(self, member: int, wallet: Address) -> None:
        """Prove a wallet; if another member holds it, take it over."""
        wallets, who = self.app.wallets, MemberId(member)
        asked = await wallets.challenge(GUILD, who, wallet, guild_name="G", member_name=f"m{member}")
        try:
            await wallets.confirm(GUILD, who, asked.nonce, signature(wallet, asked.text))
        except FolkmootError as error:
            if type(error).__name__ != "WalletTaken":
                raise
            await wallets.move(GUILD, who, asked.nonce)

    def rows(self) -> list[Row]:
        """Read every ballot from the database, past the bot."""
        if self._server is not None:
            found = [tuple(row) for row in self._server.ask(_BALLOTS)]
        else:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as file:
                found = file.execute(_BALLOTS).fetchall()
        return [
            Row(proposal, wallet, member, via, mark, int(power), scores, receipt, bool(counts))
            for proposal, wallet, member, via, mark, power, scores, receipt, counts in found
        ]


async def attempt(act: Callable[[], Awaitable[Any]]) -> tuple[Any, str]:
    """Return what comes of an act, and the name of the error that refuses it."""
    try:
        return await act(), ""
    except FolkmootError as error:
        return None, type(error).__name__
