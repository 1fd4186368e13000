"""Everything that a count holds beyond its scores: the rounds, or who beats whom; shown to whoever asks."""

from __future__ import annotations

import discord

from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId
from bot.domain.voting import Tally
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.components import ProposalItem, pressed
from cogs._shared.replies import Interaction, answer
from cogs._shared.seen_proposals import pressed_proposal
from cogs.voting.cards.count_rounds import details_card


def details_name(tally: Tally) -> str:
    """Return what there is to show beyond scores, nothing if there is nothing."""
    if tally.rounds:
        return _("Every round")
    return _("Head to head") if tally.pairs and tally.ballots else ""


class DetailsButton(ProposalItem, template=r"details:(?P<proposal>\d{1,18})"):
    """Shows the rounds, or the duels."""

    def __init__(self, proposal: ProposalId, label: str = "") -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=label or _("Details"), style=discord.ButtonStyle.secondary, custom_id=f"details:{proposal}", row=4
            ),
        )

    @pressed("proposals")
    async def callback(self, interaction: Interaction) -> None:
        """Show them."""
        found = await pressed_proposal(interaction, self.proposal)
        view = await interaction.client.app.cards.current_view(found.id)
        if view.proposal.terms is None:
            raise NotFound(Thing.PROPOSAL, "")
        if view.hidden:
            await answer(interaction, _("How members vote is hidden until the result. Next: come back when it is out."))
            return
        if view.tally is None or not details_name(view.tally):
            await answer(interaction, _("There is nothing to show yet: no vote is counted."))
            return
        await answer(interaction, view=details_card(view.proposal, view.tally, view.proposal.terms))
