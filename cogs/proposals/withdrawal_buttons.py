"""Taking a proposal back: asked once more before it is done, with the reason that everybody will read."""

from __future__ import annotations

import discord

from bot.domain.proposals.proposal import Proposal, Remover, State
from bot.domain.shared.errors import NotFound, WrongState
from bot.domain.shared.errors.kinds import Step, Thing
from bot.domain.shared.types import ProposalId
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.command_space import may_change
from cogs._shared.components import Buttons, ProposalItem, pressed
from cogs._shared.formatting import quoted
from cogs._shared.kept_input import keep, kept
from cogs._shared.replies import Interaction, answer, guild_of, member_of, said_at
from cogs._shared.seen_proposals import check_moderates, pressed_proposal, proposal_view

WITHDRAWABLE = (State.DRAFT, State.PENDING, State.VOTING)
DELETABLE = (State.PENDING, State.VOTING, State.HELD)


class RemoveButton(ProposalItem, template=r"(?P<step>withdraw|delete):(?P<proposal>\d{1,18})"):
    """Confirms it; the reason is in the message that it stands below."""

    def __init__(self, proposal: ProposalId, step: str) -> None:
        label = _("Delete it") if step == "delete" else _("Withdraw it")
        super().__init__(
            proposal,
            discord.ui.Button(label=label, style=discord.ButtonStyle.danger, custom_id=f"{step}:{proposal}"),
        )
        self.step = step

    @pressed("proposals", first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Withdraw or delete the proposal, after checking again that the member may; once done, it stays done."""
        found = await pressed_proposal(interaction, self.proposal)
        remover = Remover.MODERATOR if self.step == "delete" else Remover.AUTHOR
        taken = found
        if not _taken_back(found, remover):
            try:
                taken = await self._take_back(interaction, found)
            except WrongState:
                taken = await interaction.client.app.cards.stored(self.proposal)
                if not _taken_back(taken, remover):
                    raise
        title = quoted(taken.text.title, 80)
        if remover is Remover.MODERATOR:
            told = _("Deleted: #{number} ({title}).", number=taken.number, title=title)
        else:
            told = _("Withdrawn: #{number} ({title}).", number=taken.number, title=title)
        seen = _("Its card and its thread say so in a moment.") if taken.submitted_at else _("Nobody else saw it.")
        await answer(interaction, f"{told} {seen}", embed=None, view=None)

    async def _take_back(self, interaction: Interaction, found: Proposal) -> Proposal:
        app, guild = interaction.client.app, guild_of(interaction)
        reason = kept(interaction.message)[""]
        if self.step != "delete":
            member = member_of(interaction)
            return await app.withdrawals.withdraw(guild, found.number, member, reason, said=said_at(interaction))
        return await app.withdrawals.delete(
            guild,
            found.number,
            reason,
            moderator=may_change(interaction, await app.spaces.get(found.space)),
            by=member_of(interaction),
            said=said_at(interaction),
        )


def _taken_back(proposal: Proposal, remover: Remover) -> bool:
    return proposal.tombstone is not None and proposal.tombstone.by is remover


async def ask_to_withdraw(interaction: Interaction, number: int, reason: str) -> None:
    """Ask an author for confirmation."""
    view = await proposal_view(interaction, number)
    await interaction.client.app.withdrawals.check_withdraw(
        guild_of(interaction), number, member_of(interaction), reason, said=said_at(interaction)
    )
    await _ask(interaction, view, "withdraw", reason)


async def ask_to_delete(interaction: Interaction, number: int, reason: str) -> None:
    """Ask a moderator for confirmation."""
    view = await check_moderates(interaction, number)
    if view.proposal.terms is None:
        raise NotFound(Thing.PROPOSAL, str(number))
    if view.state not in DELETABLE:
        raise WrongState(number=number, state=view.state, step=Step.DELETE)
    await _ask(interaction, view, "delete", reason)


async def _ask(interaction: Interaction, view: ProposalView, step: str, reason: str) -> None:
    proposal = view.proposal
    votes = view.progress.ballots if view.progress else 0
    title = quoted(proposal.text.title, 80)
    if step == "delete":
        asked = _("Delete #{number} ({title})? This can't be undone.", number=proposal.number, title=title)
    else:
        asked = _("Withdraw #{number} ({title})? This can't be undone.", number=proposal.number, title=title)
    lost = ngettext(
        "{number} vote already cast will count for nothing.",
        "{number} votes already cast will count for nothing.",
        votes,
    )
    told = [asked, *([lost] if votes else [])]
    told += [_("Everybody will read why:")] if reason and proposal.terms else []
    await answer(
        interaction,
        " ".join(told),
        embed=discord.Embed(description=keep(reason)) if reason else None,
        view=Buttons(RemoveButton(proposal.id, step)),
    )
