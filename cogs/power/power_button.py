"""The button below a proposal that shows a member's vote on it, and their power with every part."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord.utils import MISSING

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import FolkmootError, NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import MemberId, ProposalId
from bot.domain.voting.ballot import Receipt
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.components import ProposalItem, pressed
from cogs._shared.formatting import mark_words, person
from cogs._shared.replies import MEANT, Interaction, answer, explorers, guild_of, member_of
from cogs._shared.seen_proposals import pressed_proposal
from cogs._shared.space_choice import several_spaces, shown_space
from cogs.general.error_messages import words
from cogs.power.power_card import power_card
from cogs.wallets.way_back import POWER_NOW


class PowerButton(ProposalItem, template=r"power:(?P<proposal>\d{1,18})"):
    """Shows it to whoever presses."""

    def __init__(self, proposal: ProposalId) -> None:
        super().__init__(
            proposal,
            discord.ui.Button(label=_("My power"), style=discord.ButtonStyle.secondary, custom_id=f"power:{proposal}"),
        )

    @pressed("power")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        app, guild, member = interaction.client.app, guild_of(interaction), member_of(interaction)
        found = await pressed_proposal(interaction, self.proposal)
        interaction.extras[MEANT] = f"power:{self.proposal}"
        if found.submitted_at is None:
            raise NotFound(Thing.PROPOSAL, "")
        told = _vote_words(found, await app.voting.own_receipt(guild, found.number, member), member)
        try:
            report = await app.power.report(guild, member, found.number)
        except FolkmootError as error:  # the vote is known all the same
            buttons = interaction.client.next_steps.buttons_for(interaction, error)
            view = MISSING if buttons is None else buttons
            await answer(interaction, f"{told}\n{words(error, app.chain.chains())}", view=view)
            return
        back = f"power:{self.proposal}"
        await answer(interaction, view=power_card(report, app.chain.chains(), explorers(app), told=told, back=back))


class PowerNow(discord.ui.DynamicItem[discord.ui.Button[Any]], template=POWER_NOW):
    """Shows whoever presses the power that they have now."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label=_("My power"), custom_id=POWER_NOW))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls()

    @pressed("power")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await show_power_now(interaction)


async def show_power_now(interaction: Interaction) -> None:
    """Show a member's power now, in the space that is meant."""
    app = interaction.client.app
    space = await shown_space(interaction)
    report = await app.power.report(guild_of(interaction), member_of(interaction), None, space=space.number)
    named = space.name if await several_spaces(interaction) else None
    await answer(interaction, view=power_card(report, app.chain.chains(), explorers(app), space=named))


def _vote_words(proposal: Proposal, receipt: Receipt | None, member: MemberId) -> str:
    """Say how the member voted, or their delegate for them, and whether it counts."""
    recused = _("You are recused from this vote, so none counts.") if proposal.is_without(member) else ""
    if receipt is None:
        told = _("You have not voted on this.")
    else:
        mark = mark_words(receipt.mark, proposal.choices, proposal.voting)
        told = _("Your vote: **{mark}**.", mark=mark)
        if receipt.via is not None:
            told = _("Your delegate {member} voted for you: **{mark}**.", member=person(receipt.via), mark=mark)
    return f"{told} {recused}" if recused else told
