"""Looks whether a member can vote at all before a form is opened, so that nobody types for nothing."""

from __future__ import annotations

import asyncio

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import Units
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.command_space import knows_roles
from cogs._shared.components import Buttons, Form
from cogs._shared.formatting import amount
from cogs._shared.replies import MEANT, Interaction, acknowledge, answer, guild_of, member_of, roles_of, said_at

QUICK = 1.5
"""Seconds that the look may take: a form has to be opened within three."""


async def check_can_vote(interaction: Interaction, proposal: Proposal) -> Units:
    """Return the power with which the member could vote now. Raises as casting a ballot does."""
    interaction.extras[MEANT] = proposal.id, None
    return await interaction.client.app.voting.could_cast(
        guild_of(interaction),
        proposal.id,
        member_of(interaction),
        said=said_at(interaction),
        roles=roles_of(interaction) if knows_roles(interaction) else None,
    )


async def open_for_voter(interaction: Interaction, proposal: Proposal, form: Form, again: Buttons) -> None:
    """Open a form for a member who can vote. Raises as casting a ballot does.

    Where that takes too long to find out, the answer is `again`, whose button opens the form.
    """
    look = asyncio.create_task(check_can_vote(interaction, proposal))
    done, _waiting = await asyncio.wait({look}, timeout=QUICK)
    if done:
        await look
        await form.show(interaction)
        return
    await acknowledge(interaction)
    power, terms = await look, proposal.terms
    told = _("You can vote, with {power}.", power=amount(power, terms.scale, terms.symbol)) if terms else ""
    await answer(interaction, told, view=again)
