"""Ballots signed by wallets: the message to sign, and casting the ballot once it is signed."""

from __future__ import annotations

from bot.domain.audit.log.hash_chain import reference
from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import (
    ChainFault,
    ChainUnavailable,
    ClocksDiffer,
    InvalidInput,
    NotFound,
    SignatureRejected,
)
from bot.domain.shared.errors.faults.ballots import BallotFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import Address, Block, GuildId, MemberId, ProposalId, Timestamp
from bot.domain.voting import SYSTEMS, Mark
from bot.domain.voting.ballot import Ballot, Receipt, Signed
from bot.domain.voting.ballot_message import BallotMessage, choice_of, salted
from bot.domain.voting.ballot_signature_terms import (
    ASKED_WITHIN,
    CONTRACT_LIFE,
    LIFE,
    SETTLED,
    asked_chain,
    follows,
    lead,
    life,
    settled,
)
from bot.domain.wallets.owner_signatures import SharedSigning
from bot.domain.wallets.pasted_signature import parse_signature
from bot.domain.wallets.signature_claim import Claim, Kind
from bot.domain.wallets.signature_flaw import Flaw
from bot.domain.wallets.wallet import Kind as WalletKind
from bot.domain.wallets.wallet import Wallet
from bot.ports import ChainReader, Clock, Repositories, Store
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import known
from bot.services.voting.cast_transaction import check_open
from bot.services.voting.vote_casting import Voting
from bot.services.voting.voter_roles import VoterRoles
from bot.services.wallets.signature_check import lasting, proved, undisputed

_SPACE = "discord:{guild}"
"""The space that a signed ballot names, so that it is good in one server alone."""


class Signing:
    """Writes the messages that wallets sign, and casts the ballots that come back signed."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        chain: ChainReader,
        voting: Voting,
        clocks: Clocks,
        voter_roles: VoterRoles,
    ) -> None:
        self._store, self._clock, self._chain, self._voting = store, clock, chain, voting
        self._clocks, self._voter_roles = clocks, voter_roles

    async def proposal(self, guild: GuildId, proposal: ProposalId) -> Proposal:
        """Return a proposal that takes signed ballots now. Raises NotFound, NotVoting, and as `Clocks.came`."""
        async with self._store.read() as repos:
            found = await _asked(repos, guild, proposal)
        check_open(found, await self._clocks.came(found))
        return found

    async def wallets(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the wallets with which the member can sign."""
        async with self._store.read() as repos:
            return await repos.wallets.of(guild, member)

    async def message(
        self, guild: GuildId, proposal: ProposalId, member: MemberId, wallet: Address, mark: object
    ) -> tuple[BallotMessage, Mark]:
        """Return what `wallet` signs to cast `mark` now, and the mark as it counts.

        Raises:
            NotFound: no such proposal that takes signed ballots here, or the wallet is not the member's.
            NotVoting: the window is not open.
            ClocksDiffer, ChainUnavailable: it can't be told whether it is.
            NoVoter, RolesUnknown: as `VoterRoles.check`.
            InvalidInput: the mark does not fit the ballot.

        """
        now = self._clock.now()
        async with self._store.read() as repos:
            found = await _asked(repos, guild, proposal)
            held = await _own(repos, guild, member, wallet)
            waiting = await repos.shared.of(guild, member, proposal) if held.kind is WalletKind.CONTRACT else []
        check_open(found, await self._clocks.came(found))
        await self._voter_roles.check(found, member)
        checked = _checked(found, mark)
        begun = [
            one.written_at for one in waiting if (one.wallet, one.mark) == (wallet, checked) and one.expires_at >= now
        ]
        written_at = max(begun, default=now)
        return _message(found, wallet, checked, written_at, await self._salt(guild, member)), checked

    async def shared(
        self, guild: GuildId, proposal: ProposalId, member: MemberId, message: BallotMessage, mark: Mark
    ) -> SharedSigning | None:
        """Return the ballot as owners of a contract wallet sign it one after another; None for an account.

        It can be cast as long as the wallet may answer, but not after the vote. Raises as `message`.
        """
        async with self._store.read() as repos:
            found = await _asked(repos, guild, proposal)
            held = await _own(repos, guild, member, message.voter)
        if held.kind is not WalletKind.CONTRACT or found.terms is None:
            return None
        return SharedSigning(
            key=message.digest().hex(),
            guild=guild,
            member=member,
            wallet=message.voter,
            chain=asked_chain(_terms(found), held.chain),
            digest=message.digest(),
            written_at=message.timestamp,
            expires_at=Timestamp(min(message.timestamp + CONTRACT_LIFE, found.terms.end)),
            proposal=proposal,
            mark=mark,
        )

    async def stored(self, guild: GuildId, proposal: ProposalId, member: MemberId) -> list[Ballot]:
        """Return the counting ballots of the member's wallets, newest first."""
        async with self._store.read() as repos:
            found = await _asked(repos, guild, proposal)
            mine = await repos.ballots.by_member(found.id, member)
        own = [ballot for ballot in mine if ballot.member == member]
        return sorted(own, key=lambda ballot: ballot.cast_at, reverse=True)

    async def cast(
        self,
        guild: GuildId,
        proposal: ProposalId,
        member: MemberId,
        wallet: Address,
        mark: object,
        signed_at: Timestamp,
        signature: str,
    ) -> tuple[Receipt, Proposal]:
        """Cast the ballot that `message` wrote at `signed_at`; the one with the newest message counts.

        Raises:
            InvalidInput: the message is too old, from before the start or from the future, or not newer than the
                wallet's ballot that counts.
            SignatureRejected: the wallet did not sign this, or its contract says so only since a moment (UNSETTLED).
            ChainUnavailable: the wallet's contract could not be asked at a new block.
            ClocksDiffer: that block is later than the ballot would be, by the machine's clock.
            FolkmootError: as `message` and `Voting.cast` do.

        """
        now = self._clock.now()
        async with self._store.read() as repos:
            found = await _asked(repos, guild, proposal)
            held = await _own(repos, guild, member, wallet)
            salt = await repos.log.salt(guild, member) or ""
        check_open(found, await self._clocks.came(found))
        await self._voter_roles.check(found, member)
        most = CONTRACT_LIFE if held.kind is WalletKind.CONTRACT else LIFE
        if not max(_terms(found).start, now - most) <= signed_at <= now:
            raise _another_time()
        checked = _checked(found, mark)
        message, raw = _message(found, wallet, checked, signed_at, salt), parse_signature(signature)
        chain = asked_chain(_terms(found), held.chain)
        claim = Claim(chain=chain, address=wallet, digest=message.digest(), signature=raw)
        valid = await proved(self._chain, claim)
        if now - signed_at > life(valid.block):
            # An account that was linked by the code to which it is delegated, and signed with its own key.
            await self._end(message)
            raise _another_time()
        block = None if valid.block is None else await self._kept(found, claim, valid.kind, valid.block, now)
        signed = Signed(message=message, signature=raw, chain=chain, block=block)
        return await self._voting.cast(guild, proposal, member, checked, signed=signed)

    async def _kept(self, proposal: Proposal, claim: Claim, kind: Kind, newest: Block, came: Timestamp) -> Block:
        """Return the block to store for a contract that accepted a signature of this kind at its newest block.

        It is one that its chain hardly ever replaces, since whoever verifies the ballot asks there. The contracts at
        its address on the vote's other chains, which do not dispute it now, are asked again at blocks a moment before
        it, which can be found again. Raises as `cast`, also where all this holds only since a moment.
        """
        self._check_block(proposal, newest, came)
        snapshot = _terms(proposal).snapshot
        pinned, others = snapshot[claim.chain], snapshot.keys() - {claim.chain}
        block = await lasting(
            self._chain,
            claim,
            kind,
            newest,
            settled=settled(newest),
            taken=lambda older: follows(older, pinned) and came - older.timestamp <= ASKED_WITHIN,
        )
        if block is None and came - newest.timestamp >= SETTLED + CLOCK_SKEW:
            block = newest  # no other came after it in that time, so it hardly is replaced now
        try:
            await undisputed(self._chain, claim, kind, others, before=settled(block or newest))
        except SignatureRejected:
            if block in {None, newest}:
                raise
            # Elsewhere the contract accepts the signature only since a moment after that block, or does not at all.
            await undisputed(self._chain, claim, kind, others, before=settled(newest))
            block = None
        if block is None:
            asked = self._chain.chains().get(claim.chain, "")
            raise SignatureRejected(expected=claim.address, signer=None, flaw=Flaw.UNSETTLED, asked=asked)
        return block

    def _check_block(self, proposal: Proposal, block: Block, came: Timestamp) -> None:
        """Raise for an answer of a contract that `verify` would refuse: ChainUnavailable, ClocksDiffer."""
        chain, now = block.chain, self._clock.now()
        if came - block.timestamp > ASKED_WITHIN:
            raise ChainUnavailable(chain, ChainFault.LAGGING, "its newest block is too old to ask a contract there")
        if not follows(block, _terms(proposal).snapshot[chain]):
            detail = f"its newest block, {block.number:,}, is not behind the one on which the vote stands"
            raise ChainUnavailable(chain, ChainFault.LAGGING, detail)
        if block.timestamp > now + lead(proposal, chain):
            raise ClocksDiffer(number=proposal.number, host=now, head=block.timestamp)

    async def _end(self, message: BallotMessage) -> None:
        """End the collection of owners' signatures, so that the next message is a new one."""
        async with self._store.write() as repos:
            await repos.shared.remove(message.digest().hex())
            await repos.commit()

    async def _salt(self, guild: GuildId, member: MemberId) -> str:
        async with self._store.read() as repos:
            salt = await repos.log.salt(guild, member)
        if salt is None:
            async with self._store.write() as repos:
                salt = await repos.log.made_salt(guild, member)
                await repos.commit()
        return salt


def _another_time() -> InvalidInput:
    return InvalidInput(Field.SIGNATURE, BallotFlaw.SIGNED_FOR_ANOTHER_TIME)


async def _asked(repos: Repositories, guild: GuildId, proposal: ProposalId) -> Proposal:
    found = await known(repos, proposal)
    if found.guild != guild or found.terms is None or found.terms.rules.assurance is not Assurance.SIGNED:
        raise NotFound(Thing.PROPOSAL_WITH_SIGNED_BALLOTS, str(found.number))
    return found


async def _own(repos: Repositories, guild: GuildId, member: MemberId, wallet: Address) -> Wallet:
    held = await repos.wallets.holder(guild, wallet)
    if held is None or held.member != member:
        raise NotFound(Thing.OWN_WALLET, wallet)
    return held


def _checked(proposal: Proposal, mark: object) -> Mark:
    return SYSTEMS[proposal.voting].check_mark(mark, len(proposal.choices), proposal.options)


def _message(proposal: Proposal, wallet: Address, mark: Mark, at: Timestamp, salt: str) -> BallotMessage:
    """Return the message that a wallet signs.

    A contract may publish its hash, so the message contains a value that nobody can guess. It is derived from the
    member's salt, so that the same message can be built again when its signature comes back.
    """
    return BallotMessage(
        voter=wallet,
        space=_SPACE.format(guild=proposal.guild),
        timestamp=at,
        proposal=proposal.cid or "",
        choice=choice_of(proposal.voting, mark),
        metadata=salted(reference(salt, f"ballot/{proposal.cid}/{wallet}/{at}")),
    )


def _terms(proposal: Proposal) -> Terms:
    assert proposal.terms is not None  # noqa: S101 - `_asked` has seen to it
    return proposal.terms
