"""The bundle that proves a result, made at its count, and the files made from it later."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot import __version__
from bot.domain.audit.bundle.checking.bundle_checks import read
from bot.domain.audit.bundle.reading.bundle_file import packed, unpacked
from bot.domain.audit.bundle.receipts import make_commitments, make_receipt
from bot.domain.audit.bundle.writing.ballots_csv import table
from bot.domain.audit.bundle.writing.bundle_builder import Bundle, BundleSource, StoredBundle, make_bundle
from bot.domain.audit.bundle.writing.sections import Registered
from bot.domain.audit.hashing.merkle_sum_tree import SALT_BYTES
from bot.domain.audit.linked_power import LinkedPower, commit_to
from bot.domain.audit.log.hash_chain import reference
from bot.domain.audit.proposal_document import proposal_cid
from bot.domain.audit.public_view import PublicBallots
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Whole
from bot.domain.shared.errors import NotCounted, NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import Address, GuildId, MemberId, ProposalId, SpaceId, Units
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.ballot_listing import BallotListing
from bot.ports import Clock, Repositories, Store
from bot.services.audit.public_pages import open_ballots
from bot.services.shared.lookup import known, numbered
from bot.services.shared.proposal_view import ProposalView, view
from bot.services.shared.worker_thread import in_thread


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedView:
    """A counted proposal and its bundle, None if it was counted before bundles existed."""

    view: ProposalView
    kept: StoredBundle | None


class Results:
    """Returns results and their files, none before the count; before it, ballots only of a vote that shows them."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def counted(
        self, guild: GuildId, number: int | None, spaces: Collection[SpaceId] | None = None
    ) -> CountedView:
        """Return a counted proposal; without a number, the newest of `spaces` (None: of all spaces).

        Raises NotFound, NotCounted.
        """
        async with self._store.read() as repos:
            proposal = await self._counted(repos, guild, number, spaces)
            found = await view(repos, proposal, self._clock.now())
            return CountedView(view=found, kept=await repos.bundles.get(proposal.id))

    async def ballots(self, proposal: ProposalId, asked: BallotListing) -> PublicBallots:
        """Return ballots of a proposal, for members of its server. Raises NotFound."""
        async with self._store.read() as repos:
            found = await view(repos, await known(repos, proposal), self._clock.now())
            return await open_ballots(repos, found, await repos.spaces.get(found.proposal.space), asked)

    async def bundle(self, guild: GuildId, number: int) -> bytes:
        """Return a bundle as a gzip file, the same bytes every time. Raises NotFound, NotCounted."""
        async with self._store.read() as repos:
            return await _packed(repos, await self._counted(repos, guild, number))

    async def table(self, guild: GuildId, number: int) -> bytes:
        """Return the ballots as CSV, safe to open in spreadsheets. Raises NotFound, NotCounted."""
        async with self._store.read() as repos:
            proposal = await self._counted(repos, guild, number)
            file = await _packed(repos, proposal)
        return await in_thread(lambda: table(read(unpacked(file))))

    async def receipt(self, guild: GuildId, number: int, member: MemberId) -> tuple[Proposal, bytes | None]:
        """Return a file that proves the member's ballots, None if there are none.

        Before the count it has their commitments; afterwards their Merkle proofs in the bundle, with the ballots that
        the member cast for others. Raises NotFound.
        """
        async with self._store.read() as repos:
            proposal = await numbered(repos, guild, number)
            if proposal.terms is None:
                raise NotFound(Thing.PROPOSAL, str(number))
            mine = await repos.ballots.by_member(proposal.id, member)
            kept = None if proposal.result is None else await repos.bundles.get(proposal.id)
            file = None if kept is None else await _packed(repos, proposal)
        mine = [ballot for ballot in mine if ballot.wallet not in proposal.recused]
        if file is None or kept is None:
            mine = [ballot for ballot in mine if ballot.member == member]
            if not mine:
                return proposal, None
            return proposal, _written(make_commitments(proposal.cid or proposal_cid(proposal), mine))
        if not mine:
            return proposal, None
        return proposal, await in_thread(partial(_receipt, file, kept.cid, mine))

    async def _counted(
        self, repos: Repositories, guild: GuildId, number: int | None, spaces: Collection[SpaceId] | None = None
    ) -> Proposal:
        if number is None:
            every = [one for one in await repos.proposals.of(guild) if spaces is None or one.space in spaces]
            counted = [(found.result.counted_at, found) for found in every if found.result is not None]
            if not counted:
                raise NotFound(Thing.COUNTED_PROPOSAL, "")
            return max(counted, key=lambda entry: entry[0])[1]
        proposal = await numbered(repos, guild, number)
        if proposal.submitted_at is None:
            raise NotFound(Thing.PROPOSAL, str(number))
        if proposal.result is None:
            now = self._clock.now()
            end = proposal.terms.end if proposal.terms else None
            raise NotCounted(number=number, state=proposal.state(now), end=end)
        return proposal


async def prove(
    store: Store, proposal: Proposal, ballots: Sequence[Ballot], registered: Iterable[Registered]
) -> tuple[Bundle, bytes]:
    """Return the bundle of a count, and its file. `proposal` holds its result, `ballots` are those that were counted.

    It is made in a thread, so the event loop stays free.
    """
    async with store.read() as repos:
        superseded = await repos.bundles.superseded(proposal.id)
        powers = await repos.bundles.votable(proposal.id)
        salts = await repos.log.salts(proposal.guild) if any(ballot.via is not None for ballot in ballots) else {}
    delegates = {ballot.via for ballot in ballots if ballot.via is not None}
    count = BundleSource(
        proposal=proposal,
        ballots=ballots,
        software=f"folkmoot {__version__}",
        superseded=superseded,
        votable=_linked(proposal, powers, [ballot.wallet for ballot in ballots]),
        registered=tuple(registered),
        references={member: reference(salts[member], member) for member in delegates & salts.keys()},
    )
    return await in_thread(partial(_made, count))


def _linked(proposal: Proposal, powers: Mapping[Address, Units], voters: Sequence[Address]) -> LinkedPower | None:
    """Return the commitment to the linked power, if the rules take a share of it.

    Wallets that neither voted nor are recused are not named.
    """
    if proposal.terms is None or Whole.LINKED not in proposal.terms.wholes:
        return None
    return commit_to(powers, {*voters, *proposal.recused}, lambda: secrets.token_bytes(SALT_BYTES))


def _made(count: BundleSource) -> tuple[Bundle, bytes]:
    bundle = make_bundle(count)
    return bundle, packed(bundle.content)


async def _packed(repos: Repositories, proposal: Proposal) -> bytes:
    file = await repos.bundles.packed(proposal.id)
    if file is None:
        raise NotFound(Thing.BUNDLE, str(proposal.number))
    return file


def _receipt(file: bytes, cid: str, ballots: Sequence[Ballot]) -> bytes:
    return _written(make_receipt(read(unpacked(file)), cid, [ballot.wallet for ballot in ballots]))


def _written(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode()
