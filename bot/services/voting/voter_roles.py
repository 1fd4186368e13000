"""Whether a member may vote by their roles when the ballot is cast, where the request does not say which they have."""

from __future__ import annotations

import asyncio

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import RolesUnknown
from bot.domain.shared.types import GuildId, MemberId, RoleId
from bot.ports import GuildRoles, MemberGone, RoleRefused, Undelivered
from bot.ports.deadline import DEADLINE
from bot.services.voting.cast_transaction import check_voter


class VoterRoles:
    """Asks Discord. An address of a page lasts for days where owners sign; a role may be taken meanwhile."""

    def __init__(self) -> None:
        self._guild_roles: GuildRoles | None = None

    def ask(self, guild_roles: GuildRoles) -> None:
        """Have roles asked for there from now on."""
        self._guild_roles = guild_roles

    async def check(self, proposal: Proposal, member: MemberId) -> None:
        """See that the member may vote now; where everybody may, nothing is asked. Who left has no role.

        Raises:
            NoVoter: the member has none of the roles that vote.
            RolesUnknown: Discord does not say which roles they have.

        """
        if proposal.terms is not None and proposal.terms.voters:
            check_voter(proposal, await self.held(proposal.guild, member, proposal.number))

    async def held(self, guild: GuildId, member: MemberId, number: int) -> frozenset[RoleId]:
        """Return the roles that the member has now; none of who left. Raises RolesUnknown of the proposal `number`."""
        if self._guild_roles is None:
            raise RolesUnknown(number=number)
        try:
            async with asyncio.timeout_at(DEADLINE.get()):
                return await self._guild_roles.roles_of(guild, member)
        except MemberGone:
            return frozenset()
        except (Undelivered, RoleRefused, TimeoutError):
            raise RolesUnknown(number=number) from None
