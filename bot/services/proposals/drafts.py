"""Proposals from draft to submission."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.domain.announcements.announcement import Topic
from bot.domain.announcements.moderator_notice import SnapshotOld
from bot.domain.audit.hashing.merkle_sum_tree import MOST
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.audit.proposal_document import in_documents_form, proposal_cid
from bot.domain.power import VotingPower, scale_of, symbol_of
from bot.domain.proposals.proposal import Proposal, Terms, Text, check_content
from bot.domain.proposals.vote_rules import OPEN, Rules, Settled, Whole, check_one_supply, check_wholes, resolve
from bot.domain.shared.amounts import stored_amount
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import (
    CannotPropose,
    InvalidInput,
    NotFound,
    PowerUnknown,
    WrongState,
)
from bot.domain.shared.errors.faults.power import PowerGap
from bot.domain.shared.errors.faults.proposals import ProposalFlaw, TooManyDrafts
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import EDITING, Step, Thing
from bot.domain.shared.types import (
    Address,
    Block,
    ChainId,
    GuildId,
    MemberId,
    ProposalId,
    RoleId,
    Timestamp,
    Units,
)
from bot.domain.spaces.space import DAY, Space
from bot.domain.voting import SYSTEMS, VotingType
from bot.ports import Clock, Repositories, Store
from bot.services.announcements.moderator_notices import notice
from bot.services.announcements.proposal_announcements import announce
from bot.services.audit.log_entries import step
from bot.services.power.voting_power import Power
from bot.services.proposals.snapshot_blocks import Snapshots
from bot.services.proposals.submission_basis import SubmissionBasis
from bot.services.proposals.text_revisions import version_of
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import check_active, numbered
from bot.services.shared.proposal_view import ProposalView, view

_TRIES = 3
"""How often a submission begins again, if rules are changed while chains are asked, until its author is told."""
MAX_DRAFTS = 10
"""Drafts that a member may keep in one guild."""
LISTED = 200
"""Proposals that are listed and suggested; any other is reached by its number."""


class Proposals:
    """Drafts, submits and returns proposals."""

    def __init__(self, *, store: Store, clock: Clock, power: Power, clocks: Clocks, snapshots: Snapshots) -> None:
        self._store, self._clock, self._power = store, clock, power
        self._clocks, self._snapshots = clocks, snapshots

    async def draft(
        self,
        space: Space,
        author: MemberId,
        text: Text,
        voting: VotingType,
        choices: tuple[str, ...],
        chosen: Rules = OPEN,
    ) -> Proposal:
        """Store a draft that only its author sees.

        `chosen` are its options: what is shown, whether rankings may be partial, whether ballots are signed. Raises
        InvalidInput.
        """
        text = check_content(text, voting, choices)
        chosen = _authors(voting, chosen)
        async with self._store.write() as repos:
            check_active(await repos.spaces.get(space.id))
            await _check_room(repos, space, author)
            draft = await repos.proposals.add(
                Proposal(
                    id=ProposalId(0),
                    space=space.id,
                    guild=space.guild,
                    number=0,
                    author=author,
                    text=text,
                    voting=voting,
                    choices=choices,
                    chosen=chosen,
                    created_at=self._clock.now(),
                )
            )
            await repos.commit()
        return draft

    async def check_author(self, space: Space, author: MemberId, roles: Collection[RoleId]) -> None:
        """Look before a draft is written whether it could be submitted now, as far as that depends on its author.

        Where no strategies are set yet, only the number of drafts is looked at.

        Raises:
            InvalidInput: the author has as many drafts as one may have.
            CannotPropose: neither a proposer role nor enough power.
            ChainUnavailable, PowerUnknown, UnfitBlock: the power could not be read.

        """
        async with self._store.read() as repos:
            await _check_room(repos, space, author)
            wallets = [wallet.address for wallet in await repos.wallets.of(space.guild, author)]
        if space.strategies and not set(space.proposer_roles) & set(roles):
            snapshot = await self._snapshots.pin(space.strategies)
            await self._check_proposer_power(space, wallets, snapshot, drafted=False)

    async def submit(self, guild: GuildId, number: int, author: MemberId, roles: Collection[RoleId]) -> Proposal:
        """Put a draft to the vote: freeze its terms, pin the snapshot, name it, and announce its card.

        The snapshot is the newest final block now, so nobody picks a block that suits them; voting starts after
        the space's delay and lasts its period.

        Raises:
            NotFound, WrongState: no such draft of the author's.
            NotConfigured: strategies or the proposals channel are not set.
            CannotPropose: neither a proposer role nor enough power.
            InvalidInput: the rules take a share of a supply that the strategies don't have, of linked power that no
                result could prove, or of nothing.
            ChainUnavailable, PowerUnknown: the snapshot, power, or what the rules take shares of could not be read.
            UnfitBlock: the newest final block is too old, or ahead of the clock.

        """
        for _ in range(_TRIES):
            if (submitted := await self._submit(guild, number, author, roles)) is not None:
                return submitted
        raise WrongState(number=number, state=EDITING, step=Step.SUBMIT)

    async def _submit(
        self, guild: GuildId, number: int, author: MemberId, roles: Collection[RoleId]
    ) -> Proposal | None:
        """Submit a draft by the rules that hold now; None if they were changed while chains were asked."""
        async with self._store.read() as repos:
            basis = await SubmissionBasis.read(repos, guild, number, author, self._clock.now())
        space, rules = basis.space, basis.rules
        snapshot = await self._snapshots.pin(space.strategies)
        if not set(space.proposer_roles) & set(roles):
            await self._check_proposer_power(space, basis.wallets, snapshot)
        wholes, votable = await self._wholes(rules, space, basis.linked, snapshot)
        check_wholes(rules, wholes)
        scale = scale_of(space.strategies)
        quorum, threshold = resolve(rules, wholes, scale)
        now = self._clock.now()
        async with self._store.write() as repos:
            latest = await SubmissionBasis.read(repos, guild, number, author, now)
            if not basis.stands(latest):
                return None
            draft = latest.draft
            # Delegations changed until now count, even if a clock that was set back dates them later.
            changed = await repos.member_delegations.newest_change(space.id) or now
            at = max(now, min(changed, Timestamp(now + CLOCK_SKEW)))
            start = Timestamp(at + space.voting_delay)
            terms = Terms(
                start=start,
                end=Timestamp(start + space.voting_period),
                snapshot=snapshot,
                strategies=in_documents_form(space.strategies),
                scale=scale,
                symbol=symbol_of(space.strategies),
                quorum=quorum,
                # Whether a delegator holds a role is unknown: the delegator may not be on the server.
                delegation=not space.voters and basis.delegated,
                threshold=threshold,
                rules=rules,
                wholes=wholes,
                voters=space.voters,
            )
            proposal = replace(
                draft,
                submitted_at=at,
                terms=terms,
                opened_at=None if space.voting_delay else at,
                channel=space.proposals_channel,
            )
            proposal = replace(proposal, cid=proposal_cid(proposal))
            await repos.proposals.save(proposal)
            await repos.versions.add(version_of(proposal, 1, at))
            await repos.ballots.add_votable(proposal.id, votable)
            await announce(repos, proposal, Topic.PROPOSAL_CARD, "card", space.proposals_channel, now)
            await _check_age(repos, proposal, snapshot[space.strategies[0].network], now)
            await step(repos, proposal, Kind.SUBMITTED, at, by=author)
            await repos.commit()
        return proposal

    async def _wholes(
        self, rules: Settled, space: Space, linked: Sequence[Address], snapshot: Mapping[ChainId, Block]
    ) -> tuple[dict[Whole, Units], tuple[VotingPower, ...]]:
        """Return the totals that the rules take shares of, and the linked power by wallet if one of them is of it."""
        wholes: dict[Whole, Units] = {}
        votable: tuple[VotingPower, ...] = ()
        if Whole.SUPPLY in rules.wholes:
            check_one_supply(space.strategies)
            wholes[Whole.SUPPLY] = await self._power.supply(space.strategies, snapshot)
        if Whole.LINKED in rules.wholes:
            votable = await self._power.read(space.strategies, linked, snapshot) if linked else ()
            if any(power.total is None for power in votable):  # the author must not learn whose wallets they are
                raise PowerUnknown([], PowerGap.CONTRACT_SILENT)
            wholes[Whole.LINKED] = Units(sum(power.total or 0 for power in votable))
            if wholes[Whole.LINKED] > MOST:
                raise InvalidInput(Field.LINKED_WALLETS_SHARE, ProposalFlaw.LINKED_POWER_TOO_LARGE)
        return wholes, votable

    async def _check_proposer_power(
        self, space: Space, wallets: Sequence[Address], snapshot: Mapping[ChainId, Block], *, drafted: bool = True
    ) -> None:
        scale = scale_of(space.strategies)
        needed = None if space.proposer_power is None else stored_amount(space.proposer_power, scale)
        held = Units(0)
        if needed is not None and wallets:
            powers = await self._power.read(space.strategies, wallets, snapshot)
            held = Units(sum(power.total or 0 for power in powers))
            if held < needed and any(power.total is None for power in powers):
                raise PowerUnknown([p.address for p in powers if p.total is None], PowerGap.CONTRACT_SILENT)
        if needed is None or held < needed:
            raise CannotPropose(
                needed=needed,
                held=held,
                decimals=scale,
                symbol=symbol_of(space.strategies),
                roles=space.proposer_roles,
                block=snapshot[space.strategies[0].network],
                drafted=drafted,
            )

    async def view(self, guild: GuildId, number: int, viewer: MemberId) -> ProposalView:
        """Return a proposal in its present state. Raises NotFound, also for somebody else's draft."""
        async with self._store.read() as repos:
            proposal = await numbered(repos, guild, number)
            if proposal.author != viewer and proposal.submitted_at is None:
                raise NotFound(Thing.PROPOSAL, str(number))
            return await view(repos, proposal, self._clocks.now(proposal))

    async def visible(self, guild: GuildId, viewer: MemberId) -> list[ProposalView]:
        """Return the newest proposals that `viewer` may see, newest first, without tallies of open votes."""
        now = self._clock.now()
        async with self._store.read() as repos:
            return [
                ProposalView(proposal=proposal, tally=proposal.result.tally if proposal.result else None, now=now)
                for proposal in await repos.proposals.visible(guild, viewer, LISTED)
            ]


async def _check_room(repos: Repositories, space: Space, author: MemberId) -> None:
    if await repos.proposals.drafts(space.guild, author) >= MAX_DRAFTS:
        raise InvalidInput(Field.DRAFTS, TooManyDrafts(MAX_DRAFTS))


async def _check_age(repos: Repositories, proposal: Proposal, block: Block, now: Timestamp) -> None:
    """Ask moderators whether a snapshot more than a day old, which the chain's settings allow, is intended."""
    if now - block.timestamp > DAY:
        hours = (now - block.timestamp) // 3_600
        await notice(
            repos,
            proposal.guild,
            space=proposal.space,
            key=f"age/{proposal.id}",
            fact=SnapshotOld(number=proposal.number, block=block.number, hours=hours),
            at=now,
        )


def _authors(voting: VotingType, chosen: Rules) -> Rules:
    """Return the rules that an author may choose; partial rankings only if the voting system has them."""
    partial = chosen.partial if SYSTEMS[voting].partial else None
    return Rules(shown=chosen.shown, partial=partial, assurance=chosen.assurance)
