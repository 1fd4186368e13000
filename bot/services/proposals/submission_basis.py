"""What a submission stands on, as stored when it began: looked at again in the transaction that stores it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.domain.proposals.proposal import Proposal, State
from bot.domain.proposals.vote_rules import Settled, Whole, settle
from bot.domain.shared.errors import NotAllowed, NotConfigured, NotFound, WrongState
from bot.domain.shared.errors.kinds import Reserved, ServerSetting, Step, Thing
from bot.domain.shared.types import Address, GuildId, MemberId, SpaceId, Timestamp
from bot.domain.spaces.space import Space
from bot.ports import Repositories
from bot.services.shared.lookup import check_active, numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionBasis:
    """A draft and what decides on its submission: while chains are asked, moderators and members may change it.

    `wallets` are the author's; `linked` all linked ones, where the rules take a share of their power. `delegated` says
    whether members' delegations are switched on.
    """

    draft: Proposal
    space: Space
    rules: Settled
    delegated: bool
    wallets: tuple[Address, ...]
    linked: tuple[Address, ...]

    @classmethod
    async def read(cls, repos: Repositories, guild: GuildId, number: int, author: MemberId, now: Timestamp) -> Self:
        """Read it. Raises NotFound, NotAllowed, WrongState, NotConfigured, as `Proposals.submit`."""
        draft = await _draft(repos, guild, number, author, now)
        space = await _space(repos, draft.space)
        main = await repos.spaces.main(guild)
        rules = settle(space.rules, draft.voting, draft.chosen)
        linked = await repos.wallets.linked(guild) if Whole.LINKED in rules.wholes else ()
        return cls(
            draft=draft,
            space=space,
            rules=rules,
            delegated=main is None or "delegation" not in main.cogs_off,
            wallets=tuple(wallet.address for wallet in await repos.wallets.of(guild, author)),
            linked=tuple(linked),
        )

    def stands(self, now: SubmissionBasis) -> bool:
        """Return whether what was decided on this still holds on that: only the draft's text may differ."""
        return (self.space, self.rules, self.delegated, self.wallets, self.linked, self.draft.voting) == (
            now.space,
            now.rules,
            now.delegated,
            now.wallets,
            now.linked,
            now.draft.voting,
        )


async def _draft(repos: Repositories, guild: GuildId, number: int, author: MemberId, now: Timestamp) -> Proposal:
    proposal = await numbered(repos, guild, number)
    state = proposal.state(now)
    if proposal.author != author and state is State.DRAFT:
        raise NotFound(Thing.PROPOSAL, str(number))
    if proposal.author != author:
        raise NotAllowed(Reserved.AUTHOR_SUBMITS)
    if state is not State.DRAFT:
        raise WrongState(number=number, state=state, step=Step.SUBMIT)
    return proposal


async def _space(repos: Repositories, of: SpaceId) -> Space:
    space = await repos.spaces.get(of)
    check_active(space)
    if not space.strategies:
        raise NotConfigured(ServerSetting.VOTING_POWER)
    if space.proposals_channel is None:
        raise NotConfigured(ServerSetting.PROPOSALS_CHANNEL)
    return space
