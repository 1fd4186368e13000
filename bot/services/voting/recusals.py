"""Recuses members: their wallets take no part in a vote, and everybody can see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.log.entry_kinds import Kind, Votes
from bot.domain.power import VotingPower, depends_on_voters
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.proposals.vote_rules import supply_power
from bot.domain.shared.errors import NotAllowed, NotFound, NoWallet, PowerUnknown, WrongState
from bot.domain.shared.errors.faults.power import PowerGap
from bot.domain.shared.errors.kinds import Reserved, Step, Thing
from bot.domain.shared.types import Address, GuildId, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting.recusal import Recusal, RecusedWallet
from bot.ports import Clock, Repositories, Store
from bot.services.announcements.proposal_announcements import announce
from bot.services.audit.log_entries import step
from bot.services.power.voting_power import Power
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import known
from bot.services.voting.vote_reasons import take_reason_back

_TRIES = 8
"""How often the wallets are read again because the member linked one meanwhile."""


class Recusals:
    """Recuses members from votes that are not over."""

    def __init__(self, *, store: Store, clock: Clock, power: Power, clocks: Clocks) -> None:
        self._store, self._clock, self._power, self._clocks = store, clock, power, clocks

    async def recuse(
        self,
        guild: GuildId,
        proposal: ProposalId,
        member: MemberId,
        *,
        by: MemberId,
        moderator: bool,
        said: Timestamp | None = None,
    ) -> Recusal:
        """Recuse a member, with every wallet they linked or voted with, from a vote; it cannot be undone.

        Ballots that they cast for others no longer count, and those members may vote themselves. It is stored with an
        announcement for the proposal's thread. Done again, it adds the wallets linked since.

        Raises:
            NotFound: no such proposal in this guild.
            NotAllowed: neither the member's own nor a moderator's doing.
            WrongState: the vote is over, withdrawn, or still a draft.
            ClocksDiffer: as `Clocks.asked`, for a request that Discord received at `said`.
            NoWallet: the member has none, so there is no power to take out.
            ChainUnavailable, PowerUnknown: the power to take out is not known now; nothing was changed.

        """
        if by != member and not moderator:
            raise NotAllowed(Reserved.MEMBER_OR_MODERATOR_RECUSES)
        ahead = self._clock.now() - await self._clocks.asked(proposal, said)
        for _ in range(_TRIES):
            async with self._store.read() as repos:
                found = await self._open(repos, guild, proposal, self._moment(ahead))
                wallets = await _wallets(repos, found, member)
                votable = await repos.ballots.votable(proposal, wallets)
                others = await _others(repos, found, wallets)
            powers, changed = await self._read(found, wallets, others)
            async with self._store.write() as repos:
                moment = self._moment(ahead)
                found = await self._open(repos, guild, proposal, moment)
                if await _wallets(repos, found, member) != wallets:
                    continue
                earlier = found.recusal_of(member)
                if not wallets and earlier is None:
                    raise NoWallet
                if not wallets and earlier is not None:
                    return earlier
                now = Timestamp(max(moment, found.submitted_at or 0))
                recusal = _recusal(found, member, by, now, powers, votable)
                standing = tuple(entry for entry in found.recusals if entry.member != member)
                await repos.proposals.save(replace(found, recusals=(*standing, recusal)))
                await repos.ballots.add_powers(proposal, powers, now)
                await repos.ballots.rescore(proposal, changed)
                lent = [ballot for ballot in await repos.ballots.by_member(proposal, member) if ballot.member != member]
                await repos.ballots.drop(proposal, [ballot.wallet for ballot in lent])
                await take_reason_back(repos, found, member, self._clock.now())
                await repos.proposals.mark_card_stale(proposal, self._clock.now())
                out = sum(len(entry.wallets) for entry in (*standing, recusal))
                await announce(
                    repos,
                    found,
                    Topic.RECUSAL,
                    f"recusal/{out}",  # the wallets that are out by then, of which there are more each time
                    found.thread or found.channel,
                    now,
                    {"member": member, "by": by},  # both are named, and it is deleted when either is forgotten
                )
                await step(
                    repos,
                    found,
                    Kind.RECUSED,
                    now,
                    by=by,
                    about={"member": member},
                    facts={"wallets": [wallet.address for wallet in recusal.wallets]},
                    votes=Votes(
                        proposal=found.number,
                        dropped=[ballot.wallet for ballot in lent],
                        rescored={power.address: power.scores for power in changed},
                    ),
                )
                await repos.commit()
            return recusal
        raise PowerUnknown([], PowerGap.WALLETS_CHANGED_MEANWHILE)

    def _moment(self, ahead: int) -> Timestamp:
        """Return the time, in seconds, at which the request counts; the machine's clock is `ahead` seconds later."""
        return Timestamp(self._clock.now() - ahead)

    async def _open(self, repos: Repositories, guild: GuildId, proposal: ProposalId, moment: Timestamp) -> Proposal:
        """Return the proposal if it is not over at that time. Raises NotFound, WrongState."""
        found = await known(repos, proposal)
        if found.guild != guild or found.terms is None:
            raise NotFound(Thing.PROPOSAL, "")
        state = found.state(moment)
        if state not in (State.PENDING, State.VOTING):
            raise WrongState(number=found.number, state=state, step=Step.RECUSE_ANYBODY)
        return found

    async def _read(
        self, proposal: Proposal, wallets: Sequence[Address], others: Mapping[Address, tuple[Units, ...]]
    ) -> tuple[tuple[VotingPower, ...], list[VotingPower]]:
        """Return the power of the wallets, and the changed power of others, to whom they no longer give any."""
        if proposal.terms is None or not wallets:
            return (), []
        terms = proposal.terms
        powers = await self._power.read(terms.strategies, [*wallets, *others], terms.snapshot, voters=proposal.recused)
        if unknown := [power.address for power in powers if power.total is None]:
            raise PowerUnknown(unknown, PowerGap.CONTRACT_SILENT)
        theirs = powers[len(wallets) :]
        return powers[: len(wallets)], [power for power in theirs if power.scores != others[power.address]]


async def _others(
    repos: Repositories, proposal: Proposal, wallets: Sequence[Address]
) -> dict[Address, tuple[Units, ...]]:
    """Return the scores of all others that have voted, if power depends on who votes; else nothing."""
    if proposal.terms is None or not any(depends_on_voters(strategy) for strategy in proposal.terms.strategies):
        return {}
    out = proposal.recused | set(wallets)
    return {
        ballot.wallet: ballot.scores for ballot in await repos.ballots.in_force(proposal.id) if ballot.wallet not in out
    }


async def _wallets(repos: Repositories, proposal: Proposal, member: MemberId) -> list[Address]:
    """Return the wallets that the member linked or voted with and that are not recused yet."""
    linked = [wallet.address for wallet in await repos.wallets.of(proposal.guild, member)]
    voted = [ballot.wallet for ballot in await repos.ballots.by_member(proposal.id, member) if ballot.member == member]
    return sorted({*linked, *voted} - proposal.recused)


def _recusal(
    proposal: Proposal,
    member: MemberId,
    by: MemberId,
    now: Timestamp,
    powers: Sequence[VotingPower],
    votable: dict[Address, Units],
) -> Recusal:
    strategies = proposal.terms.strategies if proposal.terms else ()
    earlier = proposal.recusal_of(member)
    wallets = tuple(
        RecusedWallet(
            address=power.address,
            power=Units(sum(power.scores)),
            supply=supply_power(strategies, power.scores) or Units(0),
            linked=votable.get(power.address, Units(0)),
        )
        for power in powers
    )
    return Recusal(member=member, by=by, at=now, wallets=(*(earlier.wallets if earlier else ()), *wallets))
