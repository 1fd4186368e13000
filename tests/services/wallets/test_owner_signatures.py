"""Contract wallets have three days to sign, their owners one after another; accounts have ten minutes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32
from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Assurance, Rules
from bot.domain.shared.errors import ChallengeUnusable, NotVoting, SignatureRejected, TicketUnusable
from bot.domain.shared.types import Address, ChainId, ProposalId, Timestamp
from bot.domain.voting.ballot_signature_terms import CONTRACT_LIFE, LIFE
from bot.domain.wallets.owner_signatures import SharedSigning
from bot.domain.wallets.safe import Safe
from bot.domain.wallets.signature_claim import personal_digest
from bot.domain.wallets.wallet import CHALLENGE_LIFE, Challenge, Kind, Wallet
from bot.domain.wallets.web_ticket import TICKET_LIFE, Purpose
from bot.settings import Settings, StorageSettings, WebSettings
from tests.builders import (
    AUTHOR,
    CHAIN,
    GUILD,
    ONE,
    PROPOSALS,
    RESEARCHER,
    VOTER,
    a_block,
    a_strategy,
    a_text,
    an_address,
)
from tests.fakes import FakeClock
from tests.refusals import refused
from tests.web.conftest import SigningChain

OWNERS = [Account.from_key(bytes([number]) * 32) for number in (0xA1, 0xB2, 0xC3)]
ADDRESSES = sorted(key.address.lower() for key in OWNERS)
SAFE = an_address(77)
NAMES: dict[str, Any] = {"guild_name": "Hearthspan", "member_name": "finn"}


class Slow(SigningChain):
    """A chain on which a contract is seen too late."""

    async def chains_with_contract(self, address: Address) -> frozenset[ChainId]:
        await asyncio.sleep(60)
        return frozenset({self.chain})


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def chain() -> SigningChain:
    chain = SigningChain()
    chain.contracts.add(SAFE)
    chain.safes[SAFE] = Safe(address=SAFE, chain=CHAIN, owners=tuple(ADDRESSES), threshold=2)
    return chain


@pytest.fixture
def start(database: str, clock: FakeClock, chain: SigningChain) -> Callable[[], AbstractAsyncContextManager[App]]:
    """Begin a process on the same database."""
    settings = Settings(
        storage=StorageSettings(url=SecretStr(database)),
        web=WebSettings(base_url="https://vote.example.org"),
    )
    return lambda: App.open(settings, clock=clock, chain=chain)


async def asked(app: App, address: str = SAFE) -> Challenge:
    return await app.wallets.challenge(GUILD, VOTER, address, **NAMES)


async def begun(app: App, challenge: Challenge) -> tuple[str, SharedSigning]:
    """A text that owners sign at an address of the member's."""
    invited = await app.tickets.issue(Purpose.LINK, GUILD, VOTER, **NAMES)
    token = invited.url.rpartition("/")[2]
    shared = SharedSigning(
        key=challenge.nonce,
        guild=GUILD,
        member=VOTER,
        wallet=SAFE,
        chain=CHAIN,
        digest=personal_digest(challenge.text),
        written_at=challenge.issued_at,
        expires_at=challenge.expires_at,
    )
    return token, await app.owner_signatures.begin(await app.tickets.look(token, Purpose.LINK), shared)


def by(key: LocalAccount, chain: SigningChain, shared: SharedSigning) -> str:
    hashed = chain.safes[SAFE].message_hash(shared.digest)
    return "0x" + bytes(key.unsafe_sign_hash(Hash32(hashed)).signature).hex()


async def kept(app: App) -> list[int]:
    async with app.store.read() as repos:
        return [
            len(one.signatures) for about in (None, ProposalId(1)) for one in await repos.shared.of(GUILD, VOTER, about)
        ]


@pytest.mark.parametrize(("address", "life"), [(SAFE, CONTRACT_LIFE), (an_address(5), CHALLENGE_LIFE)])
async def test_a_text_says_itself_until_when_it_is_good_and_is_good_until_then(
    start: Callable[[], AbstractAsyncContextManager[App]],
    clock: FakeClock,
    chain: SigningChain,
    address: Address,
    life: int,
) -> None:
    async with start() as app:
        challenge = await asked(app, address)
        assert challenge.expires_at == challenge.issued_at + life
        assert f"Expiration Time: {_iso(challenge.expires_at)}\n" in challenge.text
        chain.signers["0xab"] = address
        clock.time = challenge.expires_at + 1
        with pytest.raises(ChallengeUnusable):
            await app.wallets.confirm(GUILD, VOTER, challenge.nonce, "0xab")
        clock.time = challenge.expires_at
        assert (await app.wallets.confirm(GUILD, VOTER, challenge.nonce, "0xab")).address == address


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pass_time(clock: FakeClock, chain: SigningChain, seconds: int) -> None:
    """Let time pass on the host and on the chain."""
    clock.time = Timestamp(clock.time + seconds)
    chain.blocks.append(a_block(chain.head.number + 1, chain=chain.chain, timestamp=clock.time))


async def test_where_nothing_is_seen_soon_ten_minutes_are_given(
    database: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.wallets.wallet_linking._PATIENCE", 0.01)
    settings = Settings(storage=StorageSettings(url=SecretStr(database)))
    async with App.open(settings, clock=clock, chain=Slow()) as app:
        challenge = await asked(app)
        assert not challenge.lasting


async def test_a_contract_wallets_text_is_given_again_while_it_waits_and_an_accounts_is_not(
    start: Callable[[], AbstractAsyncContextManager[App]], clock: FakeClock
) -> None:
    async with start() as app:
        first = await asked(app)
        clock.time += 60 * 3_600
        assert await asked(app) == first
        clock.time += 11 * 3_600 + 1
        assert (await asked(app)).nonce != first.nonce, "less than an hour is left"
        account = an_address(5)
        assert (await asked(app, account)).nonce != (await asked(app, account)).nonce


async def test_signatures_of_owners_survive_a_restart_and_are_joined(
    start: Callable[[], AbstractAsyncContextManager[App]], clock: FakeClock, chain: SigningChain
) -> None:
    async with start() as app:
        challenge = await asked(app)
        token, shared = await begun(app, challenge)
        _, far, whole = await app.owner_signatures.sign(
            GUILD, VOTER, shared.key, ADDRESSES[0], by(_of(ADDRESSES[0]), chain, shared)
        )
        assert (far.threshold, far.signed, whole) == (2, frozenset({ADDRESSES[0]}), None)
    clock.time += 70 * 3_600
    async with start() as app:
        with pytest.raises(TicketUnusable, match="expired"):
            await app.tickets.look(token, Purpose.LINK)
        ticket = await app.tickets.look(token, Purpose.LINK, about=shared.key)
        assert [one.key for one in await app.owner_signatures.waiting(ticket)] == [shared.key]
        last = by(_of(ADDRESSES[2]), chain, shared)
        _, _, whole = await app.owner_signatures.sign(GUILD, VOTER, shared.key, ADDRESSES[2], last)
        assert whole is not None
        assert len(whole) == 130
        chain.signers["0x" + whole.hex()] = SAFE
        ticket = await app.tickets.look(token, Purpose.LINK, about=shared.key)
        linked = await app.wallets.confirm(GUILD, VOTER, shared.key, "0x" + whole.hex(), ticket=ticket)
        assert (linked.address, linked.kind) == (SAFE, Kind.CONTRACT)
        assert await kept(app) == [], "removed as it was used"
        with pytest.raises(ChallengeUnusable):
            await app.owner_signatures.sign(GUILD, VOTER, shared.key, ADDRESSES[2], last)
        with pytest.raises(TicketUnusable, match="used"):
            await app.tickets.visit(token, Purpose.LINK)


def _of(address: str) -> LocalAccount:
    found: LocalAccount = next(key for key in OWNERS if key.address.lower() == address)
    return found


async def test_only_owners_of_today_count(
    start: Callable[[], AbstractAsyncContextManager[App]], chain: SigningChain
) -> None:
    async with start() as app:
        _, shared = await begun(app, await asked(app))
        for owner in ADDRESSES[:1]:
            await app.owner_signatures.sign(GUILD, VOTER, shared.key, owner, by(_of(owner), chain, shared))
        chain.safes[SAFE] = replace(chain.safes[SAFE], owners=tuple(ADDRESSES[1:]))
        with refused("not among the owners"):
            await app.owner_signatures.sign(
                GUILD, VOTER, shared.key, ADDRESSES[0], by(_of(ADDRESSES[0]), chain, shared)
            )
        signed = by(_of(ADDRESSES[1]), chain, shared)
        _, far, whole = await app.owner_signatures.sign(GUILD, VOTER, shared.key, ADDRESSES[1], signed)
        assert (far.signed, whole) == (frozenset({ADDRESSES[1]}), None)


async def test_a_signature_of_somebody_else_or_of_something_else_is_not_kept(
    start: Callable[[], AbstractAsyncContextManager[App]], chain: SigningChain
) -> None:
    async with start() as app:
        _, shared = await begun(app, await asked(app))
        stranger = by(Account.from_key(b"\x99" * 32), chain, shared)
        other = by(_of(ADDRESSES[0]), chain, replace(shared, digest=personal_digest("another text")))
        for signature in (stranger, other, "0x", "0x" + "11" * 64):
            with pytest.raises(SignatureRejected):
                await app.owner_signatures.sign(GUILD, VOTER, shared.key, ADDRESSES[0], signature)
        with pytest.raises(ChallengeUnusable):
            await app.owner_signatures.sign(
                GUILD, AUTHOR, shared.key, ADDRESSES[0], by(_of(ADDRESSES[0]), chain, shared)
            )
        assert await kept(app) == [0]


async def test_what_is_over_is_removed_with_its_signatures_and_a_forgotten_members_is_at_once(
    start: Callable[[], AbstractAsyncContextManager[App]], clock: FakeClock, chain: SigningChain
) -> None:
    async with start() as app:
        await app.spaces.main(GUILD, "Hearthspan")
        token, shared = await begun(app, await asked(app))
        await app.owner_signatures.sign(GUILD, VOTER, shared.key, ADDRESSES[0], by(_of(ADDRESSES[0]), chain, shared))
        clock.time += CONTRACT_LIFE + 1
        with pytest.raises(TicketUnusable, match="expired"):
            await app.tickets.visit(token, Purpose.LINK)
        chain.stands = clock.time
        assert await app.retention.remove_expired() == 1
        assert await kept(app) == []
        await begun(app, await asked(app))
        assert await kept(app) == [0]
        told = json.loads(await app.privacy.export(GUILD, VOTER))["stored"]["shared_signings"]
        assert [row["wallet"] for row in told] == [SAFE]
        preview = await app.privacy.preview(GUILD, VOTER)
        await app.privacy.forget(GUILD, VOTER, preview.agreed)
        assert await kept(app) == []


async def a_vote(app: App, clock: FakeClock, chain: SigningChain) -> Proposal:
    """A vote under way that takes signed ballots, in which a linked Safe and an account have power."""
    for wallet, kind in ((SAFE, Kind.CONTRACT), (ADDRESSES[0], Kind.ACCOUNT)):
        chain.give(wallet, 700 * ONE)
        async with app.store.write() as repos:
            linked = Wallet(guild=GUILD, member=VOTER, address=wallet, linked_at=clock.now(), kind=kind)
            await repos.wallets.add(linked)
            await repos.commit()
    await app.spaces.main(GUILD, "Hearthspan")
    await app.spaces.set_strategies(GUILD, json.dumps([a_strategy().to_json()]))
    await app.spaces.set_channels(GUILD, proposals=PROPOSALS)
    await app.spaces.set_proposers(GUILD, roles=[RESEARCHER])
    await app.spaces.set_voting(GUILD, rules=Rules(assurance=Assurance.SIGNED))
    draft = await app.proposals.draft(
        await app.spaces.main(GUILD), AUTHOR, a_text(), "basic", ("For", "Against", "Abstain")
    )
    proposal = await app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    assert proposal.terms is not None
    clock.time = proposal.terms.start
    await app.lifecycle.open_due()
    return proposal


async def test_a_contract_wallets_ballot_waits_for_its_owners_and_ends_with_the_vote(
    start: Callable[[], AbstractAsyncContextManager[App]], clock: FakeClock, chain: SigningChain
) -> None:
    async with start() as app:
        vote = await a_vote(app, clock, chain)
        message, mark = await app.signing.message(GUILD, vote.id, VOTER, SAFE, 1)
        shared = await app.signing.shared(GUILD, vote.id, VOTER, message, mark)
        assert shared is not None
        assert vote.terms is not None
        assert shared.expires_at == min(clock.now() + CONTRACT_LIFE, vote.terms.end)
        account, mark = await app.signing.message(GUILD, vote.id, VOTER, ADDRESSES[0], 1)
        assert await app.signing.shared(GUILD, vote.id, VOTER, account, mark) is None
        invited = await app.tickets.issue(Purpose.VOTE, GUILD, VOTER, proposal=vote.id, **NAMES)
        ticket = await app.tickets.look(invited.url.rpartition("/")[2], Purpose.VOTE)
        await app.owner_signatures.begin(ticket, shared)
        pass_time(clock, chain, LIFE + 1)
        assert (await app.signing.message(GUILD, vote.id, VOTER, SAFE, 1))[0] == message, "it is the one that waits"
        assert (await app.signing.message(GUILD, vote.id, VOTER, SAFE, 2))[0].timestamp == clock.now()
        chain.signers["0xab"], chain.signers["0xcd"] = SAFE, ADDRESSES[0]
        with refused("another time"):
            await app.signing.cast(GUILD, vote.id, VOTER, ADDRESSES[0], 1, account.timestamp, "0xcd")
        receipt, _ = await app.signing.cast(GUILD, vote.id, VOTER, SAFE, 1, message.timestamp, "0xab")
        assert receipt.mark == 1
        assert await kept(app) == []
        (stored,) = await app.signing.stored(GUILD, vote.id, VOTER)
        assert (stored.wallet, stored.mark) == (SAFE, 1)
        late, _ = await app.signing.message(GUILD, vote.id, VOTER, SAFE, 2)
        pass_time(clock, chain, vote.terms.end - clock.now() + 1)
        with pytest.raises(NotVoting):
            await app.signing.cast(GUILD, vote.id, VOTER, SAFE, 2, late.timestamp, "0xab")


async def test_a_newer_ballot_of_the_wallet_ends_what_waited_before_it(
    start: Callable[[], AbstractAsyncContextManager[App]], clock: FakeClock, chain: SigningChain
) -> None:
    async with start() as app:
        vote = await a_vote(app, clock, chain)
        invited = await app.tickets.issue(Purpose.VOTE, GUILD, VOTER, proposal=vote.id, **NAMES)
        ticket = await app.tickets.look(invited.url.rpartition("/")[2], Purpose.VOTE)
        for mark in (1, 2):
            message, checked = await app.signing.message(GUILD, vote.id, VOTER, SAFE, mark)
            shared = await app.signing.shared(GUILD, vote.id, VOTER, message, checked)
            assert shared is not None
            await app.owner_signatures.begin(ticket, shared)
            pass_time(clock, chain, 60)
        assert await kept(app) == [0, 0]
        chain.signers["0xab"] = SAFE
        await app.signing.cast(GUILD, vote.id, VOTER, SAFE, 2, message.timestamp, "0xab")
        assert await kept(app) == []


async def test_a_ticket_that_lasts_is_kept_as_long_and_forgotten_then(
    start: Callable[[], AbstractAsyncContextManager[App]], clock: FakeClock, chain: SigningChain
) -> None:
    async with start() as app:
        token, _ = await begun(app, await asked(app))
        for wait, known in ((2 * 86_400, True), (2 * 86_400 + TICKET_LIFE, False)):
            clock.time = chain.stands = Timestamp(clock.time + wait)
            await app.retention.remove_expired()
            with pytest.raises(TicketUnusable) as caught:
                await app.tickets.look(token, Purpose.LINK)
            assert (caught.value.reason != "unknown") == known
