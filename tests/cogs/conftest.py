"""The real bot on a simulated Discord: real services and a real SQLite file, a chain and a clock that tests move."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, Unpack

import discord
import pytest
import simcord
from pydantic import SecretStr

from bot.app.composition import App
from bot.app.scheduled_jobs import sweep_all
from bot.client.discord_client import Folkmoot
from bot.domain.power import Strategy
from bot.domain.proposals.proposal import Proposal, Text
from bot.domain.shared.types import Address, ChannelId, GuildId, MemberId, RoleId, Timestamp
from bot.domain.voting import VotingType
from bot.domain.voting.systems.basic import CHOICES
from bot.domain.wallets.wallet import Wallet
from bot.presentation.pictures.drawing_process import DrawingProcess
from bot.settings import ChainSettings, JobSettings, Settings, StorageSettings
from cogs._shared.cards import Card
from tests.builders import CHAIN, NOW, ONE, a_strategy, an_address
from tests.cogs.answers import answer, embed_text
from tests.fakes import FakeChain, FakeClock
from tests.logs import link

BOT_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def chain(clock: FakeClock) -> FakeChain:
    return FakeChain(clock=clock)


@pytest.fixture
def settings(database: str) -> Settings:
    return Settings(
        storage=StorageSettings(url=SecretStr(database)),
        chains={
            CHAIN: ChainSettings(
                name="Ethereum", rpc_urls=(SecretStr("http://127.0.0.1:1"),), explorer="https://scan.example"
            )
        },
        jobs=JobSettings(card_debounce=0),
    )


@pytest.fixture
async def app(settings: Settings, clock: FakeClock, chain: FakeChain, drawing: DrawingProcess) -> AsyncIterator[App]:
    async with App.open(settings, clock=clock, chain=chain, drawing=drawing) as opened:
        yield opened


@pytest.fixture
def unforeseen(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Errors that nobody foresaw. A test that provokes one clears the list."""
    expected: list[str] = []
    yield expected
    errors = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert [error for error in errors if not any(part in error for part in expected)] == []


@pytest.fixture
async def env(app: App, clock: FakeClock, chain: FakeChain, unforeseen: list[str]) -> AsyncIterator[simcord.Env]:
    # What the bot refuses is raised through discord.py's doors and recorded there; `unforeseen` tells it apart.
    running = simcord.Env(Folkmoot(app), check_errors=False, settle_timeout=15)
    await running.start()
    clock.time = int(running.now().timestamp())
    chain.blocks = [replace(block, timestamp=Timestamp(block.timestamp - NOW + clock.time)) for block in chain.blocks]
    yield running
    await running.shutdown()


class DraftFields(TypedDict, total=False):
    """What a test may say of a draft."""

    title: str
    summary: str
    body: str
    discussion: str
    voting: VotingType
    choices: tuple[str, ...]


@dataclass
class World:
    """A guild in which everything is configured, and its people."""

    app: App
    env: simcord.Env
    clock: FakeClock
    chain: FakeChain
    guild: simcord.GuildHandle
    proposals: simcord.ChannelHandle
    announcements: simcord.ChannelHandle
    moderators: simcord.ChannelHandle
    general: simcord.ChannelHandle
    researcher: simcord.RoleHandle
    moderator: simcord.MemberActor
    people: dict[str, Address] = field(default_factory=dict)

    @property
    def client(self) -> Folkmoot:
        assert isinstance(self.env.bot, Folkmoot)
        return self.env.bot

    @property
    def guild_id(self) -> GuildId:
        return GuildId(self.guild.id)

    def channel(self, handle: simcord.ChannelHandle) -> discord.TextChannel:
        """A channel as the bot's client knows it."""
        found = self.client.get_channel(handle.id)
        assert isinstance(found, discord.TextChannel)
        return found

    async def member(
        self, name: str, tokens: int | None = None, *, researcher: bool = False, number: int | None = None
    ) -> simcord.MemberActor:
        """A member; with `tokens` (whole ones) also a wallet that is linked."""
        roles = [self.researcher] if researcher else []
        actor = self.guild.add_member(self.env.create_user(name), roles=roles)
        if tokens is not None:
            await self.link(actor, number or 1000 + len(self.people), tokens)
        return actor

    async def link(self, actor: simcord.MemberActor, number: int, tokens: int) -> Address:
        """Give a member a linked wallet with tokens in it."""
        address = self.people[actor.name] = an_address(number)
        self.chain.give(address, tokens * ONE)
        wallet = Wallet(guild=self.guild_id, member=MemberId(actor.id), address=address, linked_at=self.clock.now())
        async with self.app.store.write() as repos:
            await link(repos, wallet)
            await repos.commit()
        return address

    async def draft(
        self,
        author: simcord.MemberActor,
        *,
        title: str = "Fund the mouse study",
        summary: str = "Twelve months of a rapamycin trial.",
        body: str = "We propose to fund a trial.",
        discussion: str = "",
        voting: VotingType = "basic",
        choices: tuple[str, ...] = CHOICES,
    ) -> Proposal:
        """A stored draft, by the service."""
        text = Text(title=title, summary=summary, body=body, discussion=discussion)
        space = await self.app.spaces.main(self.guild_id)
        return await self.app.proposals.draft(space, MemberId(author.id), text, voting, choices)

    async def open_proposal(self, author: simcord.MemberActor, **fields: Unpack[DraftFields]) -> Proposal:
        """A proposal that is open, whose card stands in the channel."""
        draft = await self.draft(author, **fields)
        await self.app.proposals.submit(self.guild_id, draft.number, MemberId(author.id), [RoleId(self.researcher.id)])
        await self.sweep()
        return (await self.app.cards.current_view(draft.id)).proposal

    def card(self, proposal: Proposal) -> discord.Message:
        """The proposal's card, as it stands in the channel now."""
        return next(message for message in self.proposals.history() if message.id == proposal.card)

    async def later(self, seconds: int) -> None:
        """Let time pass, for the bot and for Discord."""
        self.clock.time += seconds
        await self.env.advance_time(seconds)

    async def sweep(self, seconds: int = 1) -> None:
        """Let a moment pass and run every job once."""
        await self.later(seconds)
        await sweep_all(self.app, self.client.announcer, self.client.guild_roles)

    async def restart(self) -> None:
        """Restart the bot's process: a fresh client on the same database."""
        await self.env.restart_bot(Folkmoot(self.app))

    async def configure(self, **rules: Any) -> None:
        """Change rules of the space without asking the chain."""
        async with self.app.store.write() as repos:
            space = await repos.spaces.main(self.guild_id)
            assert space is not None
            await repos.spaces.save(replace(space, **rules))
            await repos.commit()


@pytest.fixture
async def world(env: simcord.Env, app: App, clock: FakeClock, chain: FakeChain) -> World:
    return await a_world(env, app, clock, chain, "Methuselah Commons")


async def a_world(env: simcord.Env, app: App, clock: FakeClock, chain: FakeChain, name: str) -> World:
    """A server of that name, with a moderator of its own, in which everything is configured."""
    guild = env.create_guild(name)
    proposals, announcements, moderators, general = (
        guild.create_text_channel(name) for name in ("proposals", "announcements", "moderators", "general")
    )
    researcher = guild.create_role("Researcher")
    managers = guild.create_role("Moderator", permissions=discord.Permissions(manage_guild=True, manage_roles=True))
    moderator = guild.add_member(env.create_user("mona"), roles=[managers])
    await env.settle()
    made = World(app, env, clock, chain, guild, proposals, announcements, moderators, general, researcher, moderator)
    await app.spaces.main(made.guild_id, guild.name)
    strategies: tuple[Strategy, ...] = (a_strategy(),)
    await made.configure(
        strategies=strategies,
        proposals_channel=ChannelId(made.proposals.id),
        announcements_channel=ChannelId(made.announcements.id),
        moderators_channel=ChannelId(made.moderators.id),
        proposer_roles=(RoleId(researcher.id),),
        proposer_power="1000",
    )
    return made


def said(result: simcord.InteractionResult) -> str:
    """All that an answer says."""
    response = answer(result)
    layout = [part["content"] for part in parts(response.components) if part["type"] == _TEXT]
    return "\n".join(filter(None, [response.content, *(embed_text(embed) for embed in response.embeds), *layout]))


def shown_text(message: simcord.ResponseMessage) -> str:
    """What a message says now: its content, and the texts of its layout."""
    texts = [str(part["content"]) for part in parts(message.components) if part["type"] == _TEXT]
    return "\n".join(filter(None, [message.content, *texts]))


async def press_twice(world: World, actor: simcord.MemberActor, shown: simcord.ResponseMessage, label: str) -> str:
    """Press a button twice, as if the second press came before the first one's answer; return what the first said."""
    stored = world.env.backend.get_message(shown.channel_id, shown.id)
    before = list(stored.components)
    await actor.click(shown, label=label)
    first = shown_text(shown)
    stored.components = before
    await actor.click(shown, label=label)
    return first


_ROW, _BUTTON, _MENU, _TEXT, _CONTAINER = 1, 2, 3, 10, 17


def parts(components: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Every component in Discord's form, at all depths, in order."""
    for component in components:
        yield component
        yield from parts(component.get("components", ()))


def fits(shown: discord.Embed | Card | simcord.ResponseMessage) -> None:
    """Fail unless Discord takes the embed, or the layout."""
    if isinstance(shown, simcord.ResponseMessage):
        _fits_layout(list(parts(shown.components)))
        return
    if isinstance(shown, Card):
        _fits_layout(list(parts(shown.payload())))
        return
    embed, raw = shown, shown.to_dict()
    assert len(embed) <= 6000, len(embed)
    assert len(raw.get("title", "")) <= 256
    assert len(raw.get("description", "")) <= 4096
    assert len(raw.get("footer", {}).get("text", "")) <= 2048
    fields = raw.get("fields", [])
    assert len(fields) <= 25
    for entry in fields:
        assert 1 <= len(entry["name"]) <= 256, entry
        assert 1 <= len(entry["value"]) <= 1024, entry
    assert json.dumps(raw)


def fits_laid_out(message: simcord.ResponseMessage | discord.Message) -> None:
    """Fail unless a message is in Discord's layout, within its limits."""
    raw = message.components
    shown = [part if isinstance(part, dict) else part.to_dict() for part in raw]
    assert [part["type"] for part in shown] == [_CONTAINER]
    _fits_layout(list(parts(shown)))


def _fits_layout(all_of: list[dict[str, Any]]) -> None:
    assert len(all_of) <= 40
    texts = [part["content"] for part in all_of if part["type"] == _TEXT]
    assert all(texts)
    assert sum(map(len, texts)) <= 4000, [len(text) for text in texts]
    for row in (part for part in all_of if part["type"] == _ROW):
        assert 1 <= len(row["components"]) <= (1 if row["components"][0]["type"] == _MENU else 5)
    ids = [part["custom_id"] for part in all_of if "custom_id" in part]
    assert len(set(ids)) == len(ids)
    assert all(len(custom_id) <= 100 for custom_id in ids)
    assert all(len(part["label"]) <= 80 for part in all_of if part["type"] == _BUTTON)
    for menu in (part for part in all_of if part["type"] == _MENU):
        assert 1 <= len(menu["options"]) <= 25


def labels(message: simcord.ResponseMessage) -> list[str | None]:
    """What the buttons and menus of a message are called."""
    items = [part for part in parts(message.components) if part["type"] in (_BUTTON, _MENU)]
    return [item.get("label") or item.get("placeholder") for item in items]
