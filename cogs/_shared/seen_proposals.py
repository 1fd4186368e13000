"""Finds proposals for a member: none of a space that the member does not see."""

from __future__ import annotations

from collections.abc import Mapping

from discord import app_commands

from bot.app.composition import App
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId, SpaceId
from bot.domain.spaces.space import Space
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.command_space import check_may_change, may_change, may_see, say_whose, spaces_meant
from cogs._shared.replies import Interaction, guild_of, member_of, message_pressed
from cogs._shared.space_choice import several_spaces


async def proposal_view(interaction: Interaction, number: int) -> ProposalView:
    """Return a proposal by its number, as the member may see it; the answer says whose it is. Raises NotFound."""
    view = await interaction.client.app.proposals.view(guild_of(interaction), number, member_of(interaction))
    await check_sees(interaction, view.proposal)
    return view


async def pressed_proposal(interaction: Interaction, proposal: ProposalId, *, casts: bool = False) -> Proposal:
    """Return the proposal whose button was pressed; the answer names its space where the place does not show it.

    Raises NotFound, as if it did not exist, if it is another server's or the member does not see it: its space, or the
    draft of somebody else. Raises InvalidInput where the button was another proposal's; what casts ballots (`casts`)
    also where it is from before the submission.
    """
    found = await interaction.client.app.cards.stored(proposal)
    unseen = found.submitted_at is None and found.author != member_of(interaction)
    if unseen or found.guild != guild_of(interaction):
        raise NotFound(Thing.PROPOSAL, "")
    await check_sees(interaction, found, named="")
    if (message := message_pressed(interaction)) is not None:
        found.check_card(*message, casts=casts)
    return found


async def check_sees(interaction: Interaction, proposal: Proposal, *, named: str | None = None) -> None:
    """Make the answer name the space of a proposal, where the place of the command does not show it.

    Raises NotFound, as if it did not exist, if the member does not see its space; members always see their own.
    `named` is by what it was asked for, its number if nothing is said.
    """
    space = await interaction.client.app.spaces.get(proposal.space)
    if proposal.author != member_of(interaction) and not may_see(interaction, space):
        raise NotFound(Thing.PROPOSAL, str(proposal.number) if named is None else named)
    await say_whose(interaction, space)


async def check_moderates(interaction: Interaction, number: int) -> ProposalView:
    """Return a proposal by its number. Raises NotFound; MissingPermissions if not a moderator of its space."""
    if not any(may_change(interaction, space) for space in (await seen_spaces(interaction)).values()):
        raise app_commands.MissingPermissions(["manage_guild"])
    view = await proposal_view(interaction, number)
    check_may_change(interaction, await interaction.client.app.spaces.get(view.proposal.space))
    return view


async def name_of(app: App, proposal: Proposal) -> str | None:
    """Return the name of a proposal's space where its server has several; None where it has one."""
    spaces = await app.space_list.all(proposal.guild)
    return next(space.name for space in spaces if space.id == proposal.space) if len(spaces) > 1 else None


async def seen_spaces(interaction: Interaction) -> Mapping[SpaceId, Space]:
    """Return all spaces that the member sees, archived ones too."""
    every = await interaction.client.app.space_list.all(guild_of(interaction))
    return {space.id: space for space in every if may_see(interaction, space)}


async def seen_space(interaction: Interaction, space: SpaceId) -> Space:
    """Return a space of this server that the member sees. Raises NotFound."""
    found = await interaction.client.app.spaces.get(space)
    if found.guild != guild_of(interaction) or not may_see(interaction, found):
        raise NotFound(Thing.SPACE, str(found.number))
    return found


async def spaces_listed(interaction: Interaction) -> Mapping[SpaceId, Space]:
    """Return the spaces whose proposals are listed: the one that is meant, else all that the member sees.

    Those of archived spaces are among them, because votes that run there go on.
    """
    meant = await spaces_meant(interaction)
    if len(meant) == 1 and await several_spaces(interaction):
        return {meant[0].id: meant[0]}
    return await seen_spaces(interaction)
