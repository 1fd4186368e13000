"""The demo's stage: the bot on a simulated Discord and an embedded chain, all on one clock."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import discord
import simcord

from bot.app.composition import App, open_store
from bot.app.configured_chains import networks
from bot.app.scheduled_jobs import sweep_all
from bot.chain.chain_reader import ChainReader
from bot.client.discord_client import Folkmoot
from bot.demo.chain.clock import DemoClock
from bot.demo.chain.dao_contracts import BLOCK_TIME, UNFINAL, DaoContracts
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.json_rpc import Rpc
from bot.demo.job_triggers import NotifyingStore, sweeping
from bot.demo.people import DAO, MARA, PEOPLE, Person
from bot.domain.proposals.proposal import GRACE, Terms
from bot.domain.shared.types import ChainId, GuildId, Timestamp
from bot.presentation.pictures.drawing_process import DrawingProcess
from bot.settings import ChainSettings, JobSettings, SecretStr, Settings, StorageSettings, WebSettings

CHAIN = ChainId(31_337)
BEGIN = Timestamp(1_767_225_600)
"""The time at which the simulated Discord begins: the first second of 2026, UTC."""
Channel = Literal["proposals", "announcements", "moderators", "hall"]


@dataclass(slots=True, kw_only=True)
class Stage:
    """What the demo is played on. A restart replaces `app` and `client`; the rest stays.

    `name` is the server's. `channels` may all be one channel. `node` is the chain's address for other programs, while
    it is served. `committed` is set after each commit outside of a sweep. `after_sweep` is done after each sweep.
    """

    clock: DemoClock
    ledger: DaoContracts
    folder: Path
    make_client: Callable[[App, Stage], Folkmoot]
    base_url: str | None = None
    name: str = DAO
    node: str | None = None
    after_sweep: Callable[[], Awaitable[None]] | None = None
    committed: asyncio.Event = field(default_factory=asyncio.Event)
    restart_wanted: asyncio.Event = field(default_factory=asyncio.Event)
    preview: Any = None
    env: Any = None
    guild: Any = None
    channels: dict[Channel, Any] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _client: Folkmoot | None = None
    _sweeps: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def client(self) -> Folkmoot:
        """The client of the bot that is running."""
        if self._client is None:
            raise RuntimeError("the bot is not running")
        return self._client

    @property
    def app(self) -> App:
        """The services of the bot that is running."""
        return self.client.app

    @property
    def database(self) -> Path:
        """The path of the bot's database."""
        return self.folder / "folkmoot.sqlite3"

    def name_of(self, number: int) -> str:
        """Return the name of a member, role, channel or thread by its id, as Discord shows it in a mention."""
        guild = self.client.get_guild(self.guild.id)
        for person in PEOPLE:
            if self.members[person.name].id == number:
                return person.display
        found = guild and (guild.get_channel_or_thread(number) or guild.get_role(number))
        return found.name if found else str(number)

    async def start(self, *, one_channel: bool, at: Timestamp = BEGIN) -> None:
        """Start the bot, and let it join the DAO's guild at the time `at`."""
        client = await self._open()
        self.env = simcord.Env(client, settle_timeout=30)
        await self.env.start()
        await self.env.advance_time(max(0, at - int(self.env.now().timestamp())))
        self.clock.follow(self.env.now)
        self.ledger.catch_up(self.clock.now())
        with self.env.time_context():
            await client.user.edit(username="Folkmoot")  # type: ignore[union-attr]
        self._furnish(one_channel)
        await self.env.settle()

    def _furnish(self, one_channel: bool) -> None:
        self.guild = self.env.create_guild(self.name)
        manage = discord.Permissions(manage_guild=True, manage_roles=True)
        self.roles = {
            "Moderator": self.guild.create_role("Moderator", permissions=manage),
            "Researcher": self.guild.create_role("Researcher"),
            "Steward": self.guild.create_role("Steward"),
        }
        private = {
            self.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            self.roles["Moderator"]: discord.PermissionOverwrite(view_channel=True),
            self.client.user: discord.PermissionOverwrite(view_channel=True, send_messages=True, embed_links=True),
        }
        proposals = self.guild.create_text_channel("governance" if one_channel else "proposals")
        self.channels = {
            "proposals": proposals,
            "announcements": proposals if one_channel else self.guild.create_text_channel("announcements"),
            "hall": self.guild.create_text_channel("hall"),
            "moderators": self.guild.create_text_channel("moderators", overwrites=private),
        }
        for person in PEOPLE:
            user = self.env.create_user(person.name, global_name=person.display)
            roles = [self.roles["Moderator"]] if person is MARA else []
            self.members[person.name] = self.guild.add_member(user, roles=roles)

    def member(self, person: Person) -> Any:  # noqa: ANN401 - simcord's actor
        """Return somebody as a member of the guild."""
        return self.members[person.name]

    def person(self, member: int) -> Person:
        """Return the person behind a member. Raises LookupError for a stranger."""
        for person in PEOPLE:
            if self.members[person.name].id == member:
                return person
        raise LookupError(f"member {member} is nobody of the demo")

    async def sweep(self) -> None:
        """Run every job once, as the schedule of `folkmoot run` does."""
        async with self._sweeps:
            token = sweeping.set(True)
            try:
                with self.env.time_context():
                    await sweep_all(self.app, self.client.announcer, self.client.guild_roles)
                if self.after_sweep is not None:
                    await self.after_sweep()
            finally:
                sweeping.reset(token)

    async def pass_time(self, seconds: int) -> None:
        """Move the time of Discord, bot and chain by so many seconds. Must not be called by the bot itself."""
        for step in await self._steps(seconds):
            await self.env.advance_time(step)
            self.ledger.catch_up(self.clock.now())
            await self.work()

    async def move_clock(self, seconds: int) -> None:
        """Move the time from within a command of the bot, which cannot await Discord's clock."""
        for step in await self._steps(seconds):
            self.env.backend.advance_clock(step)
            self.ledger.catch_up(self.clock.now())
            await self.sweep()
        if self.preview is not None:
            self.preview.capture_time = self.env.now()

    async def work(self) -> None:
        """Run the jobs, and wait until Discord has handled their messages. Must not be called by the bot itself."""
        await self.sweep()
        await self.env.settle()

    async def until_counted(self, seconds: int) -> int:
        """Return in how many seconds at least `seconds` have passed, and the votes that end by then are counted."""
        until = self.clock.now() + seconds
        ends = [each.end + GRACE for each in await self._terms() if each.end <= until < each.end + GRACE]
        return max([until, *ends]) - self.clock.now()

    async def _terms(self) -> list[Terms]:
        async with self.app.store.read() as repos:
            return [one.terms for one in await repos.proposals.of(GuildId(self.guild.id)) if one.terms is not None]

    async def _steps(self, seconds: int) -> list[int]:
        """Divide a number of seconds at the moments at which a vote opens or is counted, so that no job is late."""
        now, until = self.clock.now(), self.clock.now() + max(0, seconds)
        terms = await self._terms()
        due = {moment for each in terms for moment in (each.start, each.end + GRACE) if now < moment < until}
        moments = [now, *sorted(due), until]
        return [later - earlier for earlier, later in pairwise(moments)]

    async def restart(self) -> None:
        """Stop the bot and start it anew on the same database, as if another process had started."""
        before = self._opened
        self._opened = AsyncExitStack()
        await self.env.restart_bot(await self._open())
        await before.aclose()
        await self.env.settle()

    async def close(self) -> None:
        """Stop the bot and release all resources."""
        try:
            if self.env is not None:
                await self.env.shutdown()
        finally:
            await self._opened.aclose()

    async def _open(self) -> Folkmoot:
        settings = _settings(self.database, self.base_url)
        store = await self._opened.enter_async_context(open_store(settings.storage))
        chain = ChainReader({one.id: one for one in networks(settings)}, lambda _address: Rpc(self.ledger.evm))
        self._opened.push_async_callback(chain.close)
        drawing = DrawingProcess()
        self._opened.push_async_callback(drawing.close)
        told = NotifyingStore(store, self.committed)
        app = App.of(settings=settings, clock=self.clock, store=told, chain=chain, drawing=drawing)
        self._client = self.make_client(app, self)
        return self._client


@asynccontextmanager
async def open_stage(
    *,
    one_channel: bool,
    at: Timestamp = BEGIN,
    make_client: Callable[[App, Stage], Folkmoot] = lambda app, _stage: Folkmoot(app),
    base_url: str | None = None,
    name: str = DAO,
) -> AsyncIterator[Stage]:
    """Set up the stage in a temporary folder, removed at the end. `base_url` is where web pages will be served."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-demo-") as folder:
        clock = DemoClock(at)
        evm = Evm(chain_id=CHAIN, genesis=at - 3_600, block_time=BLOCK_TIME, unfinal=UNFINAL)
        ledger = DaoContracts.deploy(evm)
        stage = Stage(
            clock=clock, ledger=ledger, folder=Path(folder), make_client=make_client, base_url=base_url, name=name
        )
        try:
            await stage.start(one_channel=one_channel, at=at)
            yield stage
        finally:
            await stage.close()


def _settings(database: Path, base_url: str | None) -> Settings:
    """Return the settings of an operator; the RPC address is never used, because the chain is in this process."""
    return Settings(
        storage=StorageSettings(url=SecretStr(f"sqlite+aiosqlite:///{database}")),
        chains={
            CHAIN: ChainSettings.model_validate(
                {
                    "name": "Demo chain",
                    "rpc_urls": ["http://127.0.0.1:8545", "http://127.0.0.1:8546"],
                    "block_time": BLOCK_TIME,
                }
            )
        },
        jobs=JobSettings(card_debounce=0),
        web=WebSettings(base_url=base_url),
    )
