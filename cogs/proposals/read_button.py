"""The button that shows the whole text of a proposal to whoever presses it."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.components import pressed
from cogs._shared.replies import Interaction, answer
from cogs._shared.seen_proposals import check_sees, pressed_proposal
from cogs.proposals.whole_text import whole_text

REF = r"(?::(?P<ref>[0-9A-Z]{8}))?"
"""The reference of the announcement in which a button stands, by which that is found again."""


def with_ref(custom_id: str, ref: str) -> str:
    """Return a button's id with the reference of its announcement, where it stands in one."""
    return f"{custom_id}:{ref}" if ref else custom_id


class ReadButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"read:(?P<proposal>\d{1,18})" + REF):
    """Shows the whole text to whoever presses."""

    def __init__(self, proposal: ProposalId, ref: str = "") -> None:
        super().__init__(
            discord.ui.Button(
                label=_("Read all"),
                style=discord.ButtonStyle.secondary,
                custom_id=with_ref(f"read:{proposal}", ref),
            )
        )
        self.proposal = proposal

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(ProposalId(int(match["proposal"])), match["ref"] or "")

    @pressed("proposals")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        found = await pressed_proposal(interaction, self.proposal)
        if found.submitted_at is None:
            raise NotFound(Thing.PROPOSAL, "")
        await check_sees(interaction, found)
        embed, file = whole_text(found)
        await answer(interaction, embed=embed, file=file)
