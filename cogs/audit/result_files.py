"""Files that prove a result: attached to its announcement, and handed out by buttons."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass

import discord

from bot.app.composition import App
from bot.domain.announcements.announcement import Announcement
from bot.domain.audit.bundle.reading.bundle_file import packed
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.general import AnswerTooLarge
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ChannelId, ProposalId
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card, Row
from cogs._shared.components import Buttons, ProposalItem, pressed
from cogs._shared.replies import Interaction, answer, guild_of
from cogs._shared.seen_proposals import pressed_proposal
from cogs.announcements.channels import Place, lacking
from cogs.audit.result_cards import file_name, in_parts, page_of, part_card, part_ending

BUNDLE, TABLE = "result.json.gz", "ballots.csv"
_LABELS = {"bundle": N_("Bundle (JSON)"), "table": N_("Table (CSV)")}
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attached:
    """The file that proves a result, or the sentence that says where it is."""

    file: discord.File | None = None
    told: str = ""


async def attach_bundle(app: App, proposal: Proposal, where: Place, limit: int) -> Attached:
    """Return the bundle of a result if it can be attached to its announcement.

    One that is larger than `limit` bytes follows in parts, which are stored to be posted before this returns.
    """
    found = await app.results.counted(proposal.guild, proposal.number)
    if found.kept is None:
        return Attached()
    if lacking(where, files=True):
        cid = f"`{found.kept.cid}`"
        return Attached(told=_("I may not attach files here; /results gives the file. Content id {cid}", cid=cid))
    if found.kept.size > limit:
        of = await app.bundle_parts.post(proposal.id, ChannelId(where.id))
        return Attached(told=in_parts(found.kept, of))
    return Attached(attachment(await app.results.bundle(proposal.guild, proposal.number), proposal, BUNDLE))


async def public_page(app: App, proposal: Proposal) -> str | None:
    """Return the address at which anybody may read a proposal; None where moderators or the operator have none."""
    space = await app.spaces.get(proposal.space)
    return page_of(app.settings.web.base_url, proposal) if space.public else None


def attachment(content: bytes, proposal: Proposal, ending: str) -> discord.File:
    """Return a file for Discord."""
    return discord.File(io.BytesIO(content), filename=file_name(proposal, ending))


async def part_message(app: App, announcement: Announcement, proposal: Proposal) -> Card:
    """Return one part of a bundle with its words."""
    part, of = int(announcement.facts["part"] or 0), int(announcement.facts["of"] or 0)
    found = await app.results.counted(proposal.guild, proposal.number)
    content = await app.bundle_parts.part(proposal.guild, proposal.number, part, of)
    file = attachment(content, proposal, part_ending(part, of))
    return part_card(found, part, of, announcement.ref, file)


class ResultButton(
    ProposalItem, template=r"result:(?P<proposal>\d{1,18}):(?P<kind>bundle|table|part[1-9]\d?of[1-9]\d?)"
):
    """Hands out a result as a file."""

    def __init__(self, proposal: ProposalId, kind: str) -> None:
        if kind in _LABELS:
            label = _(_LABELS[kind])
        else:
            part, of = _numbers(kind)
            label = _("Part {part} of {of}", part=part, of=of)
        style = discord.ButtonStyle.primary if kind == "bundle" else discord.ButtonStyle.secondary
        super().__init__(proposal, discord.ui.Button(label=label, style=style, custom_id=f"result:{proposal}:{kind}"))
        self.kind = kind

    @pressed(None)
    async def callback(self, interaction: Interaction) -> None:
        """Hand it out."""
        app, guild = interaction.client.app, guild_of(interaction)
        proposal = await pressed_proposal(interaction, self.proposal)
        if proposal.submitted_at is None:
            raise NotFound(Thing.PROPOSAL, "")
        if self.kind in _LABELS:
            await self._hand_out(interaction, proposal)
            return
        part, of = _numbers(self.kind)
        content = await app.bundle_parts.part(guild, proposal.number, part, of)
        _check_size(interaction, content)
        words = _(
            "Part {part} of {of} of the bundle. `folkmoot verify` takes all of them together, in any order.",
            part=part,
            of=of,
        )
        await answer(interaction, words, file=attachment(content, proposal, part_ending(part, of)))

    async def _hand_out(self, interaction: Interaction, proposal: Proposal) -> None:
        """Hand out the whole; what is too large in parts, a table packed."""
        app, guild = interaction.client.app, proposal.guild
        if self.kind == "table":
            content, ending = await app.results.table(guild, proposal.number), TABLE
            if len(content) > _limit(interaction):
                content, ending = await asyncio.to_thread(packed, content), f"{TABLE}.gz"
            _check_size(interaction, content)
            words = _("The ballots as a table, amounts in whole tokens.")
            await answer(interaction, words, file=attachment(content, proposal, ending))
            return
        content = await app.results.bundle(guild, proposal.number)
        if len(content) <= _limit(interaction):
            words = _("The bundle that proves the result.")
            await answer(interaction, words, file=attachment(content, proposal, BUNDLE))
            return
        of = await app.bundle_parts.count(proposal.id)
        limit = _limit(interaction) // _MIB
        words = _("The bundle is larger than the {limit} MiB that this server takes: save its parts.", limit=limit)
        kinds = (f"part{part}of{of}" for part in range(1, of + 1))
        await answer(interaction, words, view=Buttons(*(ResultButton(proposal.id, kind) for kind in kinds)))


def _numbers(kind: str) -> tuple[int, int]:
    part, _, of = kind.removeprefix("part").partition("of")
    return int(part), int(of)


def _limit(interaction: Interaction) -> int:
    return interaction.guild.filesize_limit if interaction.guild else discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES


def _check_size(interaction: Interaction, content: bytes) -> None:
    if len(content) > (limit := _limit(interaction)):
        raise InvalidInput(Field.FILE, AnswerTooLarge(limit // _MIB))


def result_files(proposal: Proposal) -> Row:
    """Return what hands out the files of a result."""
    return [ResultButton(proposal.id, "bundle"), ResultButton(proposal.id, "table")]
