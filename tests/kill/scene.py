"""A guild with open proposals and voters, and the bot's process that is killed in it."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bot.app.composition import App
from bot.domain.proposals.proposal import Proposal, Text
from bot.domain.shared.types import Address, ChannelId, GuildId, MemberId, ProposalId, RoleId, Timestamp
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.systems.basic import CHOICES
from bot.domain.wallets.wallet import Wallet
from bot.settings import read_settings
from tests.kill.chain import CHAIN, Chain, running_chain
from tests.kill.nursery import Nursery
from tests.postgres import Server
from tests.standin import Channel, Discord, Guild, Interaction, Member, Message

ONE = 10**18
TREASURY = Address("0x7ea5000000000000000000000000000000007ea5")
TIMES = {
    "proposals": ("created_at", "submitted_at", "starts_at", "ends_at", "opened_at", "counted_at"),
    "cards": ("touched_at", "shown_at"),
    "ballots": ("cast_at",),
    "role_rules": ("added_at", "checked_at"),
    "role_holders": ("checked_at",),
    "outbox": ("created_at", "attempted_at", "next_at", "told_at", "given_up_at"),
}
"""Every stored time that the bot compares with now."""


class Database:
    """A SQLite file, or the emptied database of a PostgreSQL server, as it is, the bot running or not."""

    def __init__(self, file: Path, server: Server | None) -> None:
        self._file, self._server = file, server
        self.url = f"sqlite+aiosqlite:///{file}" if server is None else server.empty()

    def ask(self, statement: str) -> list[Any]:
        """Run a statement by itself, and return its rows, whose values have the names of their columns."""
        if self._server is not None:
            return self._server.ask(statement)
        with closing(sqlite3.connect(self._file)) as raw, raw:
            raw.row_factory = sqlite3.Row
            return raw.execute(statement).fetchall()

    def let_go(self) -> None:
        """Take the lease from a bot that was killed: on PostgreSQL the next one would wait until it knows of that."""
        if self._server is not None:
            self.ask("DELETE FROM leases")


@dataclass(kw_only=True)
class Scene:
    """Everything around the bot, and the bot.

    `held` is what each member holds; `power` is what they held when a proposal was submitted.
    """

    discord: Discord
    guild: Guild
    chain: Chain
    bot: Nursery
    database: Database
    config: Path
    voters: list[Member]
    proposals: Channel
    announcements: Channel
    held: dict[MemberId, int] = field(default_factory=dict)
    targets: list[int] = field(default_factory=list)
    donated: int = 0
    power: dict[ProposalId, dict[MemberId, int]] = field(default_factory=dict)

    @asynccontextmanager
    async def app(self) -> AsyncIterator[App]:
        """Open the services upon the bot's own database and chain, beside the bot."""
        async with App.open(read_settings(self.config)) as app:
            yield app

    async def start(self) -> None:
        """Start the bot and wait until it hears the guild."""
        before = self.discord.gateway.identified
        await self.bot.start()
        await self.discord.until(lambda: self.discord.gateway.identified > before, timeout=20)

    async def kill(self) -> None:
        """Kill it."""
        await self.bot.kill()
        await self.discord.until(lambda: not self.discord.gateway.connected)
        self.database.let_go()

    def pass_time(self, seconds: int) -> None:
        """Move every stored time into the past, as if `seconds` had passed; only while the bot is dead."""
        assert not self.bot.running
        for table, columns in TIMES.items():
            moved = ", ".join(f"{column} = {column} - {seconds}" for column in columns)
            self.database.ask(f"UPDATE {table} SET {moved}")  # noqa: S608 - names from above

    async def give(self, voter: int, amount: int) -> None:
        """Mint tokens for a voter's wallet."""
        member = MemberId(self.voters[voter].id)
        await self.chain.mint(wallet_of(voter), amount)
        self.held[member] = self.held.get(member, 0) + amount

    async def start_campaign(self, targets: Sequence[int]) -> None:
        """Have the bot watch a treasury that is empty yet, with these milestones."""
        async with self.app() as app:
            space = await app.spaces.main(GuildId(self.guild.id))
            await app.treasury.start_campaign(
                space,
                MemberId(self.voters[0].id),
                title="A mouse study",
                chain=CHAIN,
                treasury=TREASURY,
                token=self.chain.token,
                targets=[(f"Stage {index}", str(target // ONE)) for index, target in enumerate(targets, start=1)],
                channel=ChannelId(self.announcements.id),
                deadline=None,
            )
        self.targets = list(targets)

    async def donate(self, amount: int) -> None:
        """Give to the treasury."""
        await self.chain.mint(TREASURY, amount)
        self.donated += amount

    def end(self, proposal: Proposal) -> None:
        """Let a proposal's voting, and the grace after it, be over; only while the bot is dead."""
        over = "UPDATE proposals SET starts_at = starts_at - 864000, ends_at = ends_at - 864000"
        self.database.ask(f"{over} WHERE id = {int(proposal.id)}")

    def retry_now(self) -> None:
        """Let what could not be said or given be due at once."""
        self.database.ask("UPDATE outbox SET next_at = created_at")
        self.database.ask("UPDATE role_holders SET retry_at = 0")

    def rows(self, statement: str) -> list[Any]:
        """Read the database as it is, the bot running or not."""
        return self.database.ask(statement)

    async def said(self, patience: float = 30) -> None:
        """Wait until the bot has nothing more to do: count, note, say, draw."""
        due = f"SELECT 1 FROM proposals WHERE counted_at IS NULL AND ends_at + 60 <= {int(time.time())}"  # noqa: S608 - a number
        reached = "SELECT 1 FROM milestones WHERE reached_at IS NOT NULL"
        waiting = "SELECT 1 FROM outbox WHERE told_at IS NULL AND given_up_at IS NULL"
        stale = "SELECT 1 FROM cards WHERE shown_at IS NULL OR touched_at > shown_at"
        await self.discord.until(
            lambda: (
                len(self.rows(reached)) == sum(target <= self.donated for target in self.targets)
                and not any(self.rows(each) for each in (due, waiting, stale))
            ),
            patience,
        )

    def card(self, proposal: Proposal) -> Message:
        """Return the one card of a proposal."""
        its = re.compile(rf"read:{proposal.id}(:|$)")
        (found,) = (each for each in self.proposals.history if any(map(its.match, each.controls)))
        return found

    async def press(self, proposal: Proposal, mark: int, member: Member, timeout: float = 10) -> Interaction:  # noqa: ASYNC109
        return await self.discord.press(self.card(proposal), CHOICES[mark - 1], member, timeout=timeout)

    async def stored(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        async with self.app() as app, app.store.read() as repos:
            return [found for each in proposals if (found := await repos.proposals.get(each.id)) is not None]

    async def ballots(self, proposal: ProposalId) -> dict[MemberId, list[Ballot]]:
        """Return every ballot of every voter, oldest first."""
        async with self.app() as app, app.store.read() as repos:
            return {
                MemberId(member.id): await repos.ballots.history(proposal, wallet_of(index))
                for index, member in enumerate(self.voters)
            }


def wallet_of(index: int) -> Address:
    return Address(f"0x{index + 0xA11CE:040x}")


@asynccontextmanager
async def a_scene(folder: Path, *, voters: int = 4, server: Server | None = None) -> AsyncIterator[Scene]:
    """Set up the guild, the chain and a migrated database, on PostgreSQL with a server; the bot is not started yet."""
    database = Database(folder / "folkmoot.sqlite3", server)
    config = folder / "config.toml"
    async with Discord() as discord, running_chain() as chain, Nursery(config, folder / "bot.log") as bot:
        guild = discord.create_guild("Methuselah Commons")
        channels = [discord.add_channel(guild, name) for name in ("proposals", "announcements", "moderators")]
        researcher = discord.add_role(guild, "researcher")
        members = [discord.add_member(guild, f"voter{number}", [researcher]) for number in range(voters)]
        config.write_text(
            f"""
[discord]
token = "{discord.token}"
api_base = "{discord.api_base}"
gateway_url = "{discord.gateway_url}"
[storage]
url = "{database.url}"
[chains.{CHAIN}]
rpc_urls = ["{chain.url}"]
[jobs]
open = 1
close = 1
observe = 1
outbox = 1
cards = 1
roles = 1
card_debounce = 0
"""
        )
        scene = Scene(
            discord=discord,
            guild=guild,
            chain=chain,
            bot=bot,
            database=database,
            config=config,
            voters=members,
            proposals=channels[0],
            announcements=channels[1],
        )
        async with scene.app() as app:
            await _configure(scene, app, channels, RoleId(researcher.id))
        yield scene


async def _configure(scene: Scene, app: App, channels: Sequence[Channel], researcher: RoleId) -> None:
    gid = GuildId(scene.guild.id)
    proposals, announcements, moderators = (ChannelId(channel.id) for channel in channels)
    params = {"address": scene.chain.token, "symbol": "MOOT", "decimals": 18}
    strategy = {"name": "erc20-balance-of", "network": str(CHAIN), "params": params}
    await app.spaces.main(gid, scene.guild.name)
    await app.spaces.set_strategies(gid, orjson.dumps([strategy]).decode())
    await app.spaces.set_channels(gid, proposals=proposals, announcements=announcements, moderators=moderators)
    await app.spaces.set_proposers(gid, roles=[researcher], power=None)
    for index, member in enumerate(scene.voters):
        await scene.give(index, (index + 1) * 1_000 * ONE + index)
        async with app.store.write() as repos:
            wallet = Wallet(guild=gid, member=MemberId(member.id), address=wallet_of(index), linked_at=Timestamp(1))
            await repos.wallets.add(wallet)
            await repos.commit()


async def submitted(scene: Scene, count: int) -> list[Proposal]:
    """Submit proposals; afterwards every voter's balance changes, which must not change their power."""
    gid, author = GuildId(scene.guild.id), MemberId(scene.voters[0].id)
    made = []
    async with scene.app() as app:
        space = await app.spaces.main(gid)
        for number in range(1, count + 1):
            text = Text(title=f"Proposal {number}", summary="Fund it.", body="Fund the study.")
            draft = await app.proposals.draft(space, author, text, "basic", CHOICES)
            made.append(await app.proposals.submit(gid, draft.number, author, space.proposer_roles))
            scene.power[made[-1].id] = dict(scene.held)
    for voter in range(len(scene.voters)):
        await scene.give(voter, 5 * ONE)
    return made
