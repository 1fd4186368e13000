"""One request in one transaction: casts its ballots, or returns what must be read before it can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.audit.log.entry_kinds import AHEAD, Kind, Votes
from bot.domain.power import VotingPower, depends_on_voters
from bot.domain.proposals.proposal import GRACE, Proposal, State, Terms
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import (
    InvalidInput,
    NoPower,
    NotFound,
    NotVoting,
    NoVoter,
    NoWallet,
    Recused,
    SignatureNeeded,
)
from bot.domain.shared.errors.faults.ballots import BallotFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import Address, MemberId, RoleId, Timestamp, Units
from bot.domain.voting import SYSTEMS, Mark
from bot.domain.voting.ballot import Ballot, Lent, PowerChange, Receipt, Signed
from bot.ports import Repositories
from bot.services.delegation.member_delegations import wallets_behind
from bot.services.voting.vote_reasons import take_reason_back
from bot.services.voting.vote_request import Missing, Overtaken, PressedElsewhere, Read, VoteRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voters:
    """Whose wallets a request is for: the member's own, and by wallet every owner, delegators among them.

    `replaced` are the ballots that counted for the member, or that the member cast, before; `spared` the wallets of
    delegators without which the request is cast if need be.
    """

    own: Sequence[Address]
    owners: Mapping[Address, MemberId]
    replaced: Sequence[Ballot]
    spared: frozenset[Address]


async def cast(
    repos: Repositories, request: VoteRequest, now: Timestamp, read: Read | None, *, last: bool
) -> tuple[Receipt, Proposal] | Missing:
    """Cast a request's ballots and commit; or store nothing and say what is missing.

    With `last` nothing is asked for again: what was read counts, though somebody voted meanwhile. A wallet whose power
    is zero gets a ballot too where one of it counts already, or where the zero is doubted: should the count read
    more, the member's last mark is what it counts for. A request that only asks stores what was read and no ballot.
    Raises as `Voting.cast` does, and Overtaken.
    """
    proposal = await repos.proposals.get(request.proposal)
    if proposal is None or proposal.guild != request.guild:
        raise NotFound(Thing.PROPOSAL, "")
    terms = _taken(proposal, request, now)
    mark = _mark(proposal, request)
    voters = await (
        _signer(repos, proposal, request, request.signed) if request.signed else _voters(repos, proposal, request)
    )
    if request.press is not None and any(
        (ballot.press or 0) > request.press for ballot in voters.replaced if ballot.caster == request.member
    ):
        raise Overtaken
    stored = await repos.ballots.powers(proposal.id, list(voters.owners))
    powers = sure = {wallet: power for wallet, power in stored.items() if power.confirmed}
    changes: list[PowerChange] = []
    by_voters, seen = any(depends_on_voters(strategy) for strategy in terms.strategies), None
    stale = False
    if by_voters:
        seen = (await repos.ballots.version(proposal.id), proposal.recused)
        powers = {}
        stale = read is None or (read.seen != seen and not last)
    elif read is not None:
        # Confirmed powers stay: another request may have read them at the same time.
        changes = await repos.ballots.add_powers(proposal.id, read.fresh, now)
    powers = {**(read.powers if read is not None else {}), **powers}
    needed = set(voters.owners) if read is None else set(voters.owners) - voters.spared
    if stale or not needed <= powers.keys():
        if last:
            raise NoWallet  # the member's links changed during every reading
        return Missing(
            proposal=proposal,
            wallets=list(voters.owners),
            spared=voters.spared,
            known=stored if by_voters else sure,
            unsure={wallet: power for wallet, power in stored.items() if not power.confirmed and not by_voters},
            others=await _others(repos, proposal, voters.owners) if by_voters else {},
            seen=seen,
        )
    zero = [wallet for wallet in voters.owners if wallet in powers and not powers[wallet].total]
    marked = (await repos.ballots.voted_among(proposal.id, zero) if zero else frozenset()) | (
        read.doubted if read is not None else frozenset()
    )
    ballots = [
        _ballot(request, proposal, owner, mark, powers[wallet])
        for wallet, owner in voters.owners.items()
        if wallet in powers and (powers[wallet].total or wallet in marked)
    ]
    if request.asks or not any(ballot.power for ballot in ballots):
        await repos.commit()  # so that what was read, a power of zero too, is not read again
        return _asked(proposal, request, ballots, [powers[wallet] for wallet in voters.owners if wallet in powers])
    gone = [b.wallet for b in voters.replaced if b.via is not None and b.wallet not in voters.owners]
    await repos.ballots.drop(proposal.id, gone)
    await repos.ballots.cast_all(proposal.id, ballots)
    if request.signed is not None:
        message = request.signed.message
        await repos.shared.supersede(proposal.id, message.voter, message.timestamp)
    rescored = read.fresh if by_voters and read is not None else ()
    await repos.ballots.rescore(proposal.id, rescored)
    if terms.rules.progress_shown:
        await repos.proposals.mark_card_stale(proposal.id, now)
    await repos.log.append(
        proposal.guild,
        Kind.BALLOTS,
        at=request.at,
        by=request.member,
        facts={AHEAD: request.ahead} if request.ahead > CLOCK_SKEW else None,
        votes=Votes(
            proposal=proposal.number,
            cast=ballots,
            dropped=gone,
            rescored={power.address: power.scores for power in rescored},
        ),
    )
    earlier = newest(voters.replaced, request.member)
    changed = bool(earlier) and earlier[0].caster == request.member and earlier[0].mark != mark
    unsaid = changed and await take_reason_back(repos, proposal, request.member, now)
    await repos.commit()
    receipt = replace(
        receipt_of(proposal, request.member, ballots, [powers[wallet] for wallet in voters.own]),
        unread=tuple({owner: None for wallet, owner in voters.owners.items() if wallet not in powers}),
        replaced=earlier[0].mark if earlier else None,
        replaced_via=earlier[0].via if earlier and earlier[0].caster != request.member else None,
        changes=tuple(change for change in changes if change.wallet in voters.own),
        reason_gone=unsaid,
    )
    return receipt, proposal


def _asked(
    proposal: Proposal, request: VoteRequest, ballots: Sequence[Ballot], powers: Sequence[VotingPower]
) -> tuple[Receipt, Proposal]:
    """Return what a ballot would be cast with. Raises NoPower if that is nothing."""
    if proposal.terms is None:
        raise NotFound(Thing.PROPOSAL, str(proposal.number))
    if not any(ballot.power for ballot in ballots):
        home = proposal.terms.strategies[0].network
        raise NoPower(symbol=proposal.terms.symbol, block=proposal.terms.snapshot[home], powers=powers)
    return receipt_of(proposal, request.member, ballots, powers), proposal


def newest(ballots: Sequence[Ballot], member: MemberId) -> list[Ballot]:
    """Return the ballots of the newest request: the member's own if there is one, else of their delegate's."""
    cast_ = [ballot for ballot in ballots if ballot.caster == member] or ballots
    receipt = max(cast_, key=lambda ballot: ballot.cast_at).receipt if cast_ else ""
    return [ballot for ballot in cast_ if ballot.receipt == receipt]


def receipt_of(
    proposal: Proposal, member: MemberId, ballots: Sequence[Ballot], powers: Sequence[VotingPower]
) -> Receipt:
    """Return what a member is told of the ballots of one request."""
    first = ballots[0]
    lent: dict[MemberId, int] = {}
    for ballot in ballots:
        if ballot.via == member and ballot.power:
            lent[ballot.member] = lent.get(ballot.member, 0) + ballot.power
    return Receipt(
        id=first.receipt,
        proposal=proposal.id,
        number=proposal.number,
        mark=first.mark,
        powers=tuple(powers),
        power=Units(sum(ballot.power for ballot in ballots)),
        cast_at=first.cast_at,
        replaced=None,
        lent=tuple(Lent(member=delegator, power=Units(power)) for delegator, power in lent.items()),
        via=None if first.via == member else first.via,
    )


async def _signer(repos: Repositories, proposal: Proposal, request: VoteRequest, signed: Signed) -> _Voters:
    """Return the one wallet that signed; nobody signs for a delegator. Raises Recused, NotFound, InvalidInput."""
    wallet = signed.message.voter
    if wallet not in await _taking_part(repos, proposal, request.member):
        raise NotFound(Thing.OWN_WALLET, wallet)
    for earlier in await repos.ballots.history(proposal.id, wallet):
        if earlier.signed and earlier.signed.message.timestamp >= signed.message.timestamp:
            raise InvalidInput(Field.SIGNATURE, BallotFlaw.SIGNED_BEFORE_THE_ONE_IT_REPLACES)
    replaced = [
        ballot for ballot in await repos.ballots.by_member(proposal.id, request.member) if ballot.wallet == wallet
    ]
    return _Voters(own=[wallet], owners={wallet: request.member}, replaced=replaced, spared=frozenset())


async def _voters(repos: Repositories, proposal: Proposal, request: VoteRequest) -> _Voters:
    """Return whose wallets a request is for. Raises Recused, NoWallet."""
    member = request.member
    own = await _taking_part(repos, proposal, member)
    signed = proposal.terms is not None and proposal.terms.rules.assurance is Assurance.SIGNED
    behind = {} if signed else await wallets_behind(repos, proposal, member)
    if not own and not behind:
        raise NoWallet
    replaced = await repos.ballots.by_member(proposal.id, member)
    return _Voters(
        own=own,
        owners=dict.fromkeys(own, member) | {w: owner for w, owner in behind.items() if w not in own},
        replaced=replaced,
        spared=frozenset(behind) - {ballot.wallet for ballot in replaced} - set(own),
    )


async def _others(
    repos: Repositories, proposal: Proposal, wallets: Collection[Address]
) -> dict[Address, tuple[Units, ...]]:
    """Return the scores of all other wallets that have voted."""
    found = await repos.ballots.counted(proposal.id, rescored=True)
    voted = {wallet: scores for wallet, (_, _, scores) in found.items() if wallet not in wallets}
    # A recused member votes for nobody else either.
    gone = await repos.ballots.powers(proposal.id, sorted(proposal.recused - voted.keys()))
    return voted | {wallet: power.scores for wallet, power in gone.items()}


async def _taking_part(repos: Repositories, proposal: Proposal, member: MemberId) -> list[Address]:
    """Return the member's wallets that are not recused. Raises Recused if all are, or the member is."""
    linked = [wallet.address for wallet in await repos.wallets.of(proposal.guild, member)]
    left = [wallet for wallet in linked if wallet not in proposal.recused]
    if proposal.is_without(member) or len(left) < min(len(linked), 1):
        raise Recused(number=proposal.number)
    return left


def _ballot(request: VoteRequest, proposal: Proposal, owner: MemberId, mark: Mark, power: VotingPower) -> Ballot:
    return Ballot(
        proposal=request.proposal,
        wallet=power.address,
        member=owner,
        mark=mark,
        scores=power.scores,
        power=Units(sum(power.scores)),
        cast_at=request.at,
        receipt=request.receipt,
        via=None if request.member == owner else request.member,
        cid=proposal.cid,
        signed=request.signed,
        press=request.press,
    )


def _mark(proposal: Proposal, request: VoteRequest) -> Mark:
    """Return what is on the ballot, nothing for a request that only asks. Raises InvalidInput."""
    check = SYSTEMS[proposal.voting].check_mark
    return () if request.asks else check(request.mark, len(proposal.choices), proposal.options)


def _taken(proposal: Proposal, request: VoteRequest, now: Timestamp) -> Terms:
    """Raises PressedElsewhere, NotVoting, NoVoter, SignatureNeeded."""
    if request.card is not None:
        if not request.seen and request.card[0] != proposal.card:
            raise PressedElsewhere
        proposal.check_card(*request.card, casts=True)
    check_open(proposal, request.at)
    if proposal.terms is None or now - request.ahead >= proposal.terms.end + GRACE:
        raise _not_voting(proposal, now)
    if request.roles is not None:
        check_voter(proposal, request.roles)
    if request.signed is None and not request.asks and proposal.terms.rules.assurance is Assurance.SIGNED:
        raise SignatureNeeded(number=proposal.number)
    return proposal.terms


def check_voter(proposal: Proposal, roles: Collection[RoleId]) -> None:
    """Raise NoVoter where only some roles vote, and the member has none of them."""
    wanted = proposal.terms.voters if proposal.terms else ()
    if wanted and not set(wanted) & set(roles):
        raise NoVoter(number=proposal.number, roles=wanted)


def check_open(proposal: Proposal, now: Timestamp) -> None:
    """Raise NotVoting unless ballots are taken now."""
    if proposal.state(now) is not State.VOTING:
        raise _not_voting(proposal, now)


def _not_voting(proposal: Proposal, now: Timestamp) -> NotVoting:
    terms = proposal.terms
    return NotVoting(
        number=proposal.number,
        state=proposal.state(now),
        start=terms.start if terms else None,
        end=terms.end if terms else None,
    )
