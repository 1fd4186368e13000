"""The demo's bot: `/demo` commands move time, blocks and tokens, and sign."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app.composition import App
from bot.client.discord_client import Folkmoot
from bot.demo.chain.call_execution import Reverted
from bot.demo.chain.dao_contracts import UNFINAL
from bot.demo.people import HOLDERS, PEOPLE, STABLE_SYMBOL, SYMBOL, signer
from bot.demo.stage import CHAIN
from bot.demo.story.verify_process import program
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.types import GuildId, MemberId
from bot.domain.wallets.wallet import Challenge
from bot.presentation.refusals.invalid_input import input_refusal
from bot.services.wallets.wallet_linking import Wallets

if TYPE_CHECKING:
    from bot.demo.stage import Stage

HOUR, DAY = 3_600, 86_400
_GIVERS = [app_commands.Choice(name=person.display, value=person.name) for person in HOLDERS]
_TAKERS = [app_commands.Choice(name=person.display, value=person.name) for person in PEOPLE]


class RememberingWallets(Wallets):
    """`Wallets` that remember each member's newest challenge, so that the demo can sign it."""

    newest: dict[tuple[GuildId, MemberId], Challenge]

    async def challenge(self, guild: GuildId, member: MemberId, address: str, **about: Any) -> Challenge:  # noqa: ANN401
        """Issue a challenge as `Wallets` does."""
        made = await super().challenge(guild, member, address, **about)
        self.newest[guild, member] = made
        return made


class DemoClient(Folkmoot):
    """The bot's client, with `/demo` besides its commands."""

    def __init__(self, app: App, stage: Stage) -> None:
        origin = app.settings.web.origin
        wallets = RememberingWallets(store=app.store, clock=app.clock, chain=app.chain, origin=origin)
        wallets.newest = {}
        super().__init__(replace(app, wallets=wallets))
        self._demo = Demo(stage, wallets)

    async def setup_hook(self) -> None:
        """Load every cog, and the demo's."""
        await super().setup_hook()
        await self.add_cog(self._demo)
        self._everywhere = self.tree.get_commands()

    async def sync_guild(self, guild_id: GuildId) -> None:
        """Set up the guild's commands, and keep them there alone: the page takes others for not set up."""
        for command in self._everywhere:
            self.tree.add_command(command, override=True)
        await super().sync_guild(guild_id)
        self.tree.clear_commands(guild=None)


class Demo(commands.GroupCog, group_name="demo", group_description="Only in this demo: move time, blocks and tokens"):
    """The `/demo` commands.

    Each answers before it moves the time, because moving it lets the interaction expire.
    """

    def __init__(self, stage: Stage, wallets: RememberingWallets) -> None:
        self._stage, self._wallets = stage, wallets
        self._sweeper: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Start to run the jobs whenever something was stored."""
        self._sweeper = asyncio.create_task(self._keep_sweeping())

    async def cog_unload(self) -> None:
        """Stop running the jobs."""
        if self._sweeper is not None:
            self._sweeper.cancel()

    async def _keep_sweeping(self) -> None:
        while True:
            waiting = self._stage.committed.wait()
            await self._stage.env.external_wait(waiting, reason="the demo waits for something to be stored")
            self._stage.committed.clear()
            await self._stage.sweep()

    @app_commands.command(name="pass")
    @app_commands.describe(days="Days that pass", hours="Hours that pass")
    async def pass_time(
        self,
        interaction: discord.Interaction,
        days: app_commands.Range[int, 0, 60],
        hours: app_commands.Range[int, 0, 48] = 0,
    ) -> None:
        """Let time pass: votes open and close, and the chain goes on."""
        seconds = await self._stage.until_counted(days * DAY + hours * HOUR)
        words = " and ".join(f"{n} {what}{'s' * (n > 1)}" for n, what in ((days, "day"), (hours, "hour")) if n)
        later = self._stage.clock.now() + seconds
        await _say(interaction, f"**{words or 'No time'} pass.** It is now <t:{later}:F>.")
        await self._stage.move_clock(seconds)

    @app_commands.command()
    @app_commands.describe(blocks="How many, 12 seconds each")
    async def mine(self, interaction: discord.Interaction, blocks: app_commands.Range[int, 1, 100] = UNFINAL) -> None:
        """Add empty blocks to the chain; a block is final when two more stand on it."""
        evm = self._stage.ledger.evm
        head = evm.head.number + blocks
        await _say(interaction, f"Mined {blocks}. The chain is at block **{head:,}**, final up to {head - UNFINAL:,}.")
        evm.mine(blocks)
        await self._stage.move_clock(evm.head.header.timestamp - self._stage.clock.now())

    @app_commands.command()
    @app_commands.describe(amount=f"{STABLE_SYMBOL}, such as 5,000 or 12.5k")
    async def donate(self, interaction: discord.Interaction, amount: str) -> None:
        """Have a patron send stablecoins to the treasury, and mine until that is final."""
        await self._send(
            interaction,
            lambda: self._stage.ledger.donate(amount).number,
            f"A patron sent **{amount} {STABLE_SYMBOL}** to the treasury",
        )

    @app_commands.command()
    @app_commands.describe(giver="Whose tokens", taker="Who gets them", amount=f"{SYMBOL}, such as 1,000 or 50k")
    @app_commands.choices(giver=_GIVERS, taker=_TAKERS)
    @app_commands.rename(giver="from", taker="to")
    async def move(self, interaction: discord.Interaction, giver: str, taker: str, amount: str) -> None:
        """Send governance tokens from one member to another, and mine until that is final."""
        people = {person.name: person for person in PEOPLE}
        await self._send(
            interaction,
            lambda: self._stage.ledger.move(people[giver], people[taker], amount).number,
            f"{people[giver].display} sent **{amount} {SYMBOL}** to {people[taker].display}",
        )

    @app_commands.command()
    async def wallet(self, interaction: discord.Interaction) -> None:
        """Show the address of the wallet that the demo keeps for you, to paste into /wallet link."""
        person = self._stage.person(interaction.user.id)
        await _say(
            interaction,
            f"The demo keeps this wallet for {person.display}:\n```\n{checksummed(person.wallet)}\n```\n"
            "Next: /wallet link with it, then /demo sign.",
        )

    @app_commands.command()
    async def sign(self, interaction: discord.Interaction) -> None:
        """Sign the text of your /wallet link, as your wallet would; the demo holds the keys of its people."""
        challenge = self._wallets.newest.get((GuildId(interaction.guild_id or 0), MemberId(interaction.user.id)))
        if challenge is None:
            await _say(interaction, "Nothing to sign. /wallet link gives you a text; /demo wallet tells your address.")
            return
        holder = signer(challenge.address)
        if holder is None:
            await _say(interaction, "The demo does not hold the key of that wallet: sign the text with your own.")
            return
        await _say(
            interaction,
            f"{holder.display}'s wallet signed. Paste this into the form of /wallet link:\n"
            f"```\n{holder.sign(challenge.text)}\n```",
        )

    @app_commands.command()
    @app_commands.describe(proposal="The number of the proposal; the newest result without it")
    async def verify(
        self, interaction: discord.Interaction, proposal: app_commands.Range[int, 1] | None = None
    ) -> None:
        """Say how to check a result on your own machine, with a file and the address of the chain."""
        app = self._stage.app
        try:
            found = await app.results.counted(GuildId(interaction.guild_id or 0), proposal)
        except NotFound:
            await _say(interaction, "Nothing is counted yet. /demo pass lets time pass.")
            return
        if found.kept is None or self._stage.node is None or self._stage.base_url is None:
            await _say(interaction, "Nothing is served here: open the demo's page for that.")
            return
        shown = found.view.proposal
        name = f"proposal-{shown.number}-result.json.gz"
        await _say(
            interaction,
            f"The bundle of #{shown.number} is under its result, and at "
            f"<{self._stage.base_url}/p/{shown.guild}/{shown.number}/result.json.gz>. Where you saved it:\n```\n"
            f"{program()} verify {name} --cid {found.kept.cid} --rpc {CHAIN}={self._stage.node}\n```\n"
            "It needs nothing but the file and that address, which answers for as long as this demo runs.",
        )

    @app_commands.command()
    async def restart(self, interaction: discord.Interaction) -> None:
        """Stop the bot and start it anew on the same database; buttons and votes go on."""
        await _say(interaction, "The bot restarts. Press a button on an old card: it still works.")
        self._stage.restart_wanted.set()

    async def _send(self, interaction: discord.Interaction, transaction: Any, words: str) -> None:  # noqa: ANN401
        try:
            block = transaction()
        except InvalidInput as error:
            what, step = input_refusal(error, str)
            await _say(interaction, f"Not sent. {what} Next: {step}")
            return
        except Reverted as error:
            await _say(interaction, f"The chain refused: {error.reason}.")
            return
        evm = self._stage.ledger.evm
        evm.mine(UNFINAL)
        await _say(interaction, f"{words} in block **{block:,}**, which is final now.")
        await self._stage.move_clock(evm.head.header.timestamp - self._stage.clock.now())


async def _say(interaction: discord.Interaction, text: str) -> None:
    await interaction.response.send_message(text, ephemeral=True)
