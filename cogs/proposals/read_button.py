"""The button that shows the whole text of a proposal to whoever presses it."""

from __future__ import annotations

import discord

from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.components import ProposalItem, pressed
from cogs._shared.replies import Interaction, answer
from cogs._shared.seen_proposals import pressed_proposal
from cogs.proposals.whole_text import whole_text

REF = r"(?::(?P<ref>[0-9A-Z]{8}))?"
"""The reference of the announcement in which a button stands, by which that is found again."""


def with_ref(custom_id: str, ref: str) -> str:
    """Return a button's id with the reference of its announcement, where it stands in one."""
    return f"{custom_id}:{ref}" if ref else custom_id


class ReadButton(ProposalItem, template=r"read:(?P<proposal>\d{1,18})" + REF):
    """Shows the whole text to whoever presses."""

    def __init__(self, proposal: ProposalId, ref: str = "") -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=_("Read all"),
                style=discord.ButtonStyle.secondary,
                custom_id=with_ref(f"read:{proposal}", ref),
            ),
        )

    @pressed("proposals")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        found = await pressed_proposal(interaction, self.proposal)
        if found.submitted_at is None:
            raise NotFound(Thing.PROPOSAL, "")
        await answer(interaction, view=whole_text(found))
