"""Taking a proposal back: asked once more before it is done, with the reason that everybody will read."""

from __future__ import annotations

import discord

from bot.domain.proposals.proposal import State
from bot.domain.shared.errors import NotAllowed, NotFound, WrongState
from bot.domain.shared.errors.kinds import Reserved, Step, Thing
from bot.domain.shared.types import ProposalId
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.command_space import may_change
from cogs._shared.components import Buttons, ProposalItem, pressed
from cogs._shared.formatting import plural, quoted
from cogs._shared.kept_input import keep, kept
from cogs._shared.replies import Interaction, answer, guild_of, member_of, said_at
from cogs._shared.seen_proposals import check_moderates, pressed_proposal, proposal_view

WITHDRAWABLE = (State.DRAFT, State.PENDING, State.VOTING)
DELETABLE = (State.PENDING, State.VOTING, State.HELD)


class RemoveButton(ProposalItem, template=r"(?P<step>withdraw|delete):(?P<proposal>\d{1,18})"):
    """Confirms it; the reason is in the message that it stands below."""

    def __init__(self, proposal: ProposalId, step: str) -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=f"{step.capitalize()} it", style=discord.ButtonStyle.danger, custom_id=f"{step}:{proposal}"
            ),
        )
        self.step = step

    @pressed("proposals", first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Withdraw or delete the proposal, after checking again that the member may."""
        app, guild = interaction.client.app, guild_of(interaction)
        found = await pressed_proposal(interaction, self.proposal)
        reason = kept(interaction.message)[""]
        if self.step == "delete":
            taken = await app.withdrawals.delete(
                guild,
                found.number,
                reason,
                moderator=may_change(interaction, await app.spaces.get(found.space)),
                by=member_of(interaction),
                said=said_at(interaction),
            )
        else:
            taken = await app.withdrawals.withdraw(
                guild, found.number, member_of(interaction), reason, said=said_at(interaction)
            )
        told = "Its card and its thread say so in a moment." if taken.submitted_at else "Nobody else saw it."
        done = "Deleted" if self.step == "delete" else "Withdrawn"
        title = quoted(taken.text.title, 80)
        await answer(interaction, f"{done}: #{taken.number} ({title}). {told}", embed=None, view=None)


async def ask_to_withdraw(interaction: Interaction, number: int, reason: str) -> None:
    """Ask an author for confirmation."""
    member = member_of(interaction)
    view = await proposal_view(interaction, number)
    if view.proposal.author != member:
        raise NotAllowed(Reserved.AUTHOR_WITHDRAWS)
    if view.state not in WITHDRAWABLE:
        raise WrongState(number=number, state=view.state, step=Step.WITHDRAW)
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
    lost = f" {plural(votes, 'vote')} already cast will count for nothing." if votes else ""
    title = quoted(proposal.text.title, 80)
    told = " Everybody will read why:" if reason and proposal.terms else ""
    await answer(
        interaction,
        f"{step.capitalize()} #{proposal.number} ({title})? This can't be undone.{lost}{told}",
        embed=discord.Embed(description=keep(reason)) if reason else None,
        view=Buttons(RemoveButton(proposal.id, step)),
    )
