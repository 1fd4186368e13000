"""What goes with a vote: giving a reason for it, and taking no part in it."""

from __future__ import annotations

from typing import ClassVar, Self

import discord

from bot.domain.proposals.proposal import Proposal, State
from bot.domain.proposals.vote_rules import VoteVisibility
from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import MemberId, ProposalId, Timestamp
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.services.voting.vote_reasons import MAX_REASON
from cogs._shared.cards import Row
from cogs._shared.command_space import may_change
from cogs._shared.components import Buttons, Form, Parsers, ProposalItem, pressed
from cogs._shared.formatting import amount, quoted
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, said_at
from cogs._shared.seen_proposals import pressed_proposal
from cogs.power.power_button import PowerButton

RECUSABLE = (State.PENDING, State.VOTING)


class ReasonForm(Form):
    """Takes a reason, to be posted under the member's name."""

    def __init__(self, interaction: Interaction, proposal: ProposalId) -> None:
        super().__init__(interaction, title=_("Why you voted like this"))
        self._proposal = proposal
        self._reason: discord.ui.TextInput[Self] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, custom_id="reason", max_length=MAX_REASON
        )
        self.add_item(
            discord.ui.Label(
                text=_("Your reason"),
                description=_("Everybody reads it in the proposal's thread, with your name and how you voted."),
                component=self._reason,
            )
        )

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Have it posted."""
        await acknowledge(interaction)
        await interaction.client.check_on(guild_of(interaction), "voting")
        await pressed_proposal(interaction, self._proposal)
        given = await interaction.client.app.reasons.give(
            guild_of(interaction),
            self._proposal,
            member_of(interaction),
            self._reason.value,
            said=said_at(interaction),
        )
        if given:
            await answer(interaction, _("Your reason appears in the proposal's thread in a moment."))
        else:
            await answer(
                interaction,
                _(
                    "A reason for this vote of yours is in the thread already, and it stays as it is. Next: write in "
                    "the thread yourself, or vote again and give another."
                ),
            )


class ReasonButton(ProposalItem, template=r"reason:(?P<proposal>\d{1,18})"):
    """Opens the form for a reason."""

    def __init__(self, proposal: ProposalId) -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=_("Give a reason"), style=discord.ButtonStyle.secondary, custom_id=f"reason:{proposal}"
            ),
        )

    @pressed("voting", first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        await pressed_proposal(interaction, self.proposal)
        await ReasonForm(interaction, self.proposal).show(interaction)


class RecuseButton(ProposalItem, template=r"recuse:(?P<proposal>\d{1,18}):(?P<member>\d{1,20})"):
    """Confirms that a member takes no part."""

    READ: ClassVar[Parsers] = {"member": int}

    def __init__(self, proposal: ProposalId, member: MemberId) -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=_("Recuse, for good"), style=discord.ButtonStyle.danger, custom_id=f"recuse:{proposal}:{member}"
            ),
        )
        self.member = member

    @pressed("voting", first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Recuse the member, after checking again that this is allowed."""
        app, guild = interaction.client.app, guild_of(interaction)
        asked = await pressed_proposal(interaction, self.proposal)
        recusal = await app.recusals.recuse(
            guild,
            self.proposal,
            self.member,
            by=member_of(interaction),
            moderator=may_change(interaction, await app.spaces.get(asked.space)),
            said=said_at(interaction),
        )
        found = await app.cards.stored(self.proposal)
        if found.terms is None:
            raise NotFound(Thing.PROPOSAL, "")
        power = amount(sum(wallet.power for wallet in recusal.wallets), found.terms.scale, found.terms.symbol)
        await answer(
            interaction,
            ngettext(
                "Recused from #{proposal}: {member}, {number} wallet with {power}. The thread of the proposal says so "
                "in a moment.",
                "Recused from #{proposal}: {member}, {number} wallets with {power}. The thread of the proposal says so "
                "in a moment.",
                len(recusal.wallets),
                proposal=found.number,
                member=f"<@{self.member}>",
                power=power,
            ),
            view=None,
        )


def receipt_buttons(proposal: Proposal, now: Timestamp) -> Row:
    """Return what stands below a receipt: a way to give a reason, where it can be given, and what the power is of."""
    power = PowerButton(proposal.id)
    terms = proposal.terms
    if (
        terms is None
        or proposal.thread is None
        or terms.rules.shown is not VoteVisibility.TALLY
        or proposal.state(now) is not State.VOTING
    ):
        return [power]
    return [ReasonButton(proposal.id), power]


async def ask_to_recuse(interaction: Interaction, proposal: Proposal, member: MemberId) -> None:
    """Ask for confirmation, and say what it means."""
    facts = {"number": proposal.number, "title": quoted(proposal.text.title, 80)}
    await answer(
        interaction,
        _(
            "Recuse yourself from #{number} ({title})? No vote of yours on it counts then, a vote already cast "
            "neither. Everybody reads it in the thread. This can't be undone.",
            **facts,
        )
        if member == member_of(interaction)
        else _(
            "Recuse {member} from #{number} ({title})? No vote of theirs on it counts then, a vote already cast "
            "neither. Everybody reads it in the thread. This can't be undone.",
            member=f"<@{member}>",
            **facts,
        ),
        view=Buttons(RecuseButton(proposal.id, member)),
    )
