"""Finds what a member refers to, or raises NotFound."""

from __future__ import annotations

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.spaces import SpaceArchived
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import GuildId, ProposalId
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import Campaign
from bot.ports import Repositories


async def numbered(repos: Repositories, guild: GuildId, number: int) -> Proposal:
    """Return a guild's proposal by its number. Raises NotFound."""
    proposal = await repos.proposals.numbered(guild, number)
    if proposal is None:
        raise NotFound(Thing.PROPOSAL, str(number))
    return proposal


async def known(repos: Repositories, proposal: ProposalId) -> Proposal:
    """Return a proposal by its id. Raises NotFound."""
    found = await repos.proposals.get(proposal)
    if found is None:
        raise NotFound(Thing.PROPOSAL, "")
    return found


async def space_numbered(repos: Repositories, guild: GuildId, number: int) -> Space:
    """Return a guild's space by its number, also one that is archived. Raises NotFound."""
    space = await repos.spaces.numbered(guild, number)
    if space is None:
        raise NotFound(Thing.SPACE, str(number))
    return space


def check_active(space: Space) -> None:
    """Raise InvalidInput if a space is archived."""
    if space.archived_at is not None:
        raise InvalidInput(Field.SPACE, SpaceArchived(space.name))


async def campaign_numbered(repos: Repositories, guild: GuildId, number: int) -> Campaign:
    """Return a guild's campaign by its number. Raises NotFound."""
    campaign = await repos.treasury.campaign_numbered(guild, number)
    if campaign is None:
        raise NotFound(Thing.CAMPAIGN, str(number))
    return campaign
