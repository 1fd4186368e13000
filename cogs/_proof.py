"""Files that prove a result: attached to its announcement, and handed out by buttons."""

from __future__ import annotations

import io
import re
from typing import Any, Self

import discord

from bot.app import App
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.proposal import Proposal
from bot.domain.types import ProposalId
from cogs._cards.proof import add_proof, file_name, page_of, too_large
from cogs._places import Place, lacking
from cogs._replies import Interaction, answer, guild_of
from cogs._views import Buttons, pressed

BUNDLE, TABLE = "result.json.gz", "ballots.csv"


async def attach_bundle(app: App, proposal: Proposal, where: Place, embed: discord.Embed) -> discord.File | None:
    """Add to a result's announcement what proves it, and return the bundle where it can be attached there."""
    found = await app.results.counted(proposal.guild, proposal.number)
    if found.kept is None:
        return None
    page, limit = await public_page(app, proposal), where.guild.filesize_limit
    if lacking(where, files=True):
        add_proof(embed, found.kept, "I may not attach files here; /results gives the file.", page=page)
        return None
    if found.kept.size > limit:
        add_proof(embed, found.kept, too_large(found.kept, limit, page=page), page=page)
        return None
    add_proof(embed, found.kept, page=page)
    return attachment(await app.results.bundle(proposal.guild, proposal.number), proposal, BUNDLE)


async def public_page(app: App, proposal: Proposal) -> str | None:
    """Return the address at which anybody may read a proposal; None where moderators or the operator have none."""
    space = await app.spaces.of(proposal.guild)
    return page_of(app.settings.web.base_url, proposal) if space.public else None


def attachment(content: bytes, proposal: Proposal, ending: str) -> discord.File:
    """Return a file for Discord."""
    return discord.File(io.BytesIO(content), filename=file_name(proposal, ending))


class ResultButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"result:(?P<proposal>\d{1,18}):(?P<kind>bundle|table)"
):
    """Hands out a result as a file."""

    def __init__(self, proposal: ProposalId, kind: str) -> None:
        label = "Bundle (JSON)" if kind == "bundle" else "Table (CSV)"
        style = discord.ButtonStyle.primary if kind == "bundle" else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=f"result:{proposal}:{kind}"))
        self.proposal, self.kind = proposal, kind

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(ProposalId(int(match["proposal"])), match["kind"])

    @pressed(None)
    async def callback(self, interaction: Interaction) -> None:
        """Hand it out."""
        app, guild = interaction.client.app, guild_of(interaction)
        proposal = await app.cards.stored(self.proposal)
        if proposal.guild != guild or proposal.submitted_at is None:
            raise NotFound("proposal", "")
        bundle = self.kind == "bundle"
        content = await (app.results.bundle if bundle else app.results.table)(guild, proposal.number)
        limit = interaction.guild.filesize_limit if interaction.guild else discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES
        if len(content) > limit:
            problem = f"is larger than the {limit // 1024 // 1024} MiB that this server takes"
            raise InvalidInput(field="file", problem=problem, remedy="ask whoever runs this bot for it")
        words = "The bundle that proves the result." if bundle else "The ballots as a table, amounts in whole tokens."
        await answer(interaction, words, file=attachment(content, proposal, BUNDLE if bundle else TABLE))


def result_files(proposal: Proposal) -> Buttons:
    """Return what hands out the files of a result."""
    return Buttons(ResultButton(proposal.id, "bundle"), ResultButton(proposal.id, "table"))
