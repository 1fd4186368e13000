"""Ballots that their wallets sign: each counts for the wallet, the member, the server, the text and the time alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Assurance, Rules
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.endpoint_confirmation import Alone, Confirmation
from bot.domain.shared.errors import (
    ChainFault,
    ChainUnavailable,
    InvalidInput,
    NotFound,
    NotVoting,
    NoVoter,
    Recused,
    RolesUnknown,
    SignatureNeeded,
    SignatureRejected,
)
from bot.domain.shared.types import Address, Block, ChainId, GuildId, MemberId, ProposalId, RoleId, Timestamp
from bot.domain.voting import Verdict, VotingType
from bot.domain.voting.ballot import Receipt
from bot.domain.voting.ballot_message import BallotMessage
from bot.domain.voting.ballot_signature_terms import ASKED_WITHIN, CONTRACT_LIFE, LIFE, SETTLED
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Unknown, Valid
from bot.domain.wallets.signature_flaw import Flaw
from bot.domain.wallets.wallet import Kind as WalletKind
from bot.domain.wallets.wallet import Wallet
from bot.ports import RoleRefused, Undelivered
from bot.settings import Settings, StorageSettings
from tests import logs
from tests.builders import GUILD, ONE, a_strategy
from tests.fakes import FakeAnnouncer, FakeChain, FakeClock, FakeKeeper
from tests.refusals import refused
from tests.services.conftest import House

OTHER = ChainId(10)
HOLDER = RoleId(501)
ANA, BEN = MemberId(1_100_000_000_000_000_201), MemberId(1_100_000_000_000_000_202)


class Keys(FakeChain):
    """A chain that knows who signed what, from a library that is not ours."""

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Valid | Invalid | Unknown]:
        for claim in claims:
            signer = Account._recover_hash(claim.digest, signature=claim.signature)
            self.signers["0x" + claim.signature.hex()] = Address(signer.lower())
        return await super().signed(claims, at, before=before)


def a_key(digit: str) -> LocalAccount:
    key: LocalAccount = Account.from_key("0x" + digit * 64)
    return key


def address(key: LocalAccount) -> Address:
    return Address(key.address.lower())


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    settings = Settings(storage=StorageSettings(url=SecretStr(database)))
    clock = FakeClock()
    chain = Keys(clock=clock)
    async with App.open(settings, clock=clock, chain=chain) as app:
        house = House(app=app, clock=clock, chain=chain, voice=FakeAnnouncer())
        await house.configure()
        await app.spaces.set_voting(GUILD, voting=None, rules=Rules(assurance=Assurance.SIGNED))
        yield house


async def link(house: House, member: MemberId, key: LocalAccount, tokens: int) -> None:
    house.chain.give(address(key), tokens * ONE)
    async with house.app.store.write() as repos:
        wallet = Wallet(guild=GUILD, member=member, address=address(key), linked_at=house.clock.now())
        await logs.link(repos, wallet)
        await repos.commit()


async def opened(house: House, **fields: Any) -> Proposal:
    proposal = await house.submit(**fields)
    assert proposal.terms is not None
    house.clock.time = proposal.terms.start
    await house.app.lifecycle.open_due()
    return await house.stored(proposal)


async def sign(
    house: House, proposal: Proposal, member: MemberId, key: LocalAccount, mark: object
) -> tuple[BallotMessage, str]:
    """What the page does: ask for the message, have the key sign it, and send it back."""
    message, _ = await house.app.signing.message(GUILD, proposal.id, member, address(key), mark)
    signature = key.sign_typed_data(full_message=message.typed_data()).signature.hex()
    return message, signature


async def cast(
    house: House, proposal: Proposal, member: MemberId, key: LocalAccount, mark: object, **other: Any
) -> tuple[Receipt, Proposal]:
    message, signature = await sign(house, proposal, member, key, mark)
    facts: dict[str, Any] = {
        "wallet": address(key),
        "mark": mark,
        "signed_at": message.timestamp,
        "signature": signature,
    } | other
    return await house.app.signing.cast(GUILD, proposal.id, member, **facts)


@pytest.fixture
async def vote(house: House) -> Proposal:
    for member, digit, tokens in ((ANA, "1", 700), (BEN, "2", 300)):
        await link(house, member, a_key(digit), tokens)
    return await opened(house)


async def test_a_signed_ballot_counts_with_its_wallets_power_and_keeps_its_signature(
    house: House, vote: Proposal
) -> None:
    receipt, _ = await cast(house, vote, ANA, a_key("1"), 1)
    assert receipt.power == 700 * ONE
    (ballot,) = await house.ballots(vote)
    assert ballot.signed is not None
    assert ballot.signed.message.proposal == vote.cid
    assert ballot.signed.message.space == f"discord:{GUILD}"
    recovered = Account._recover_hash(ballot.signed.message.digest(), signature=ballot.signed.signature)
    assert recovered == a_key("1").address
    await house.end(vote)
    await house.app.lifecycle.close_due()
    result = (await house.stored(vote)).result
    assert result is not None
    assert result.outcome.verdict is Verdict.PASSED


@pytest.fixture
async def restricted(house: House) -> tuple[Proposal, FakeKeeper]:
    """A vote in which only one role votes, which Ana has, and a hand on Discord that knows who has it."""
    await link(house, ANA, a_key("1"), 700)
    await house.app.spaces.set_voters(GUILD, [HOLDER])
    keeper = FakeKeeper()
    keeper.has.add((ANA, HOLDER))
    house.app.voter_roles.ask(keeper)
    return await opened(house), keeper


async def test_whoever_lost_the_role_that_votes_casts_nothing_by_an_address_they_still_have(
    house: House, restricted: tuple[Proposal, FakeKeeper]
) -> None:
    proposal, keeper = restricted
    await cast(house, proposal, ANA, a_key("1"), 1)
    house.clock.time += 5
    message, signature = await sign(house, proposal, ANA, a_key("1"), 2)
    keeper.has.clear()
    facts: dict[str, Any] = {
        "wallet": address(a_key("1")),
        "mark": 2,
        "signed_at": message.timestamp,
        "signature": signature,
    }
    for gone in (set[MemberId](), {ANA}):
        keeper.gone = gone
        with pytest.raises(NoVoter):
            await house.app.signing.cast(GUILD, proposal.id, ANA, **facts)
        with pytest.raises(NoVoter):
            await sign(house, proposal, ANA, a_key("1"), 2)
    assert [ballot.mark for ballot in await house.ballots(proposal)] == [1]


async def test_while_discord_does_not_say_who_has_the_role_nothing_is_cast(
    house: House, restricted: tuple[Proposal, FakeKeeper]
) -> None:
    proposal, keeper = restricted
    message, signature = await sign(house, proposal, ANA, a_key("1"), 1)
    facts: dict[str, Any] = {
        "wallet": address(a_key("1")),
        "mark": 1,
        "signed_at": message.timestamp,
        "signature": signature,
    }
    for fault in (Undelivered("no answer"), RoleRefused(Trouble.REFUSED), TimeoutError()):
        keeper.fail = [fault]
        with pytest.raises(RolesUnknown):
            await house.app.signing.cast(GUILD, proposal.id, ANA, **facts)
    assert await house.ballots(proposal) == []
    await house.app.signing.cast(GUILD, proposal.id, ANA, **facts)


async def test_where_everybody_votes_discord_is_asked_nothing(house: House, vote: Proposal) -> None:
    keeper = FakeKeeper()
    house.app.voter_roles.ask(keeper)
    await cast(house, vote, ANA, a_key("1"), 1)
    assert keeper.asked == []


async def test_a_press_without_a_signature_casts_nothing(house: House, vote: Proposal) -> None:
    with pytest.raises(SignatureNeeded):
        await house.vote(vote, ANA, 1)
    assert not await house.ballots(vote)


async def test_each_wallet_of_a_member_signs_for_itself(house: House) -> None:
    for digit in "13":
        await link(house, ANA, a_key(digit), 40)
    vote = await opened(house)
    await cast(house, vote, ANA, a_key("1"), 1)
    assert [ballot.wallet for ballot in await house.ballots(vote)] == [address(a_key("1"))]
    receipt, _ = await cast(house, vote, ANA, a_key("3"), 2)
    assert receipt.replaced is None, "what another wallet of hers signed is not replaced"
    assert {ballot.wallet: ballot.mark for ballot in await house.ballots(vote)} == {
        address(a_key("1")): 1,
        address(a_key("3")): 2,
    }


async def test_a_delegate_signs_for_nobody_else(house: House, vote: Proposal) -> None:
    await house.app.member_delegations.give(GUILD, BEN, ANA)
    receipt, _ = await cast(house, vote, ANA, a_key("1"), 1)
    assert receipt.power == 700 * ONE
    assert len(await house.ballots(vote)) == 1


async def test_the_newest_message_counts_and_an_older_one_does_not_come_back(house: House, vote: Proposal) -> None:
    older, signature = await sign(house, vote, ANA, a_key("1"), 1)
    house.clock.time = Timestamp(house.clock.time + 5)
    receipt, _ = await cast(house, vote, ANA, a_key("1"), 2)
    assert receipt.replaced is None
    with refused("older"):
        await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), 1, older.timestamp, signature)
    (ballot,) = await house.ballots(vote)
    assert ballot.mark == 2
    house.clock.time = Timestamp(house.clock.time + 5)
    receipt, _ = await cast(house, vote, ANA, a_key("1"), 1)
    assert receipt.replaced == 2


async def test_the_same_signature_sent_twice_is_one_ballot(house: House, vote: Proposal) -> None:
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    facts = (GUILD, vote.id, ANA, address(a_key("1")), 1, message.timestamp, signature)
    await house.app.signing.cast(*facts)
    with refused("older"):
        await house.app.signing.cast(*facts)
    assert len(await house.ballots(vote)) == 1


@pytest.mark.parametrize(("member", "wallet"), [(BEN, "1"), (MemberId(5), "1"), (ANA, "2"), (ANA, "9")])
async def test_a_wallet_of_somebody_else_signs_nothing_for_a_member(
    house: House, vote: Proposal, member: MemberId, wallet: Address
) -> None:
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    with pytest.raises((NotFound, SignatureRejected)):
        await house.app.signing.cast(GUILD, vote.id, member, address(a_key(wallet)), 1, message.timestamp, signature)
    assert not await house.ballots(vote)


async def test_a_wallet_that_moves_while_its_signature_is_checked_casts_nothing_for_who_held_it(
    house: House, vote: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.tampered = True  # it writes behind the log's back
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    signed = house.chain.signed

    async def meanwhile(*given: Any, **how: Any) -> list[Valid | Invalid | Unknown]:
        monkeypatch.setattr(house.chain, "signed", signed)
        async with house.app.store.write() as repos:
            await repos.wallets.remove(GUILD, address(a_key("1")))
            await logs.link(repos, Wallet(guild=GUILD, member=BEN, address=address(a_key("1")), linked_at=Timestamp(1)))
            await repos.commit()
        return await signed(*given, **how)

    monkeypatch.setattr(house.chain, "signed", meanwhile)
    facts: dict[str, Any] = {
        "wallet": address(a_key("1")),
        "mark": 1,
        "signed_at": message.timestamp,
        "signature": signature,
    }
    with pytest.raises(NotFound, match="own_wallet"):
        await house.app.signing.cast(GUILD, vote.id, ANA, **facts)
    assert await house.ballots(vote) == []


async def test_another_key_another_mark_or_another_time_is_not_what_was_signed(house: House, vote: Proposal) -> None:
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    house.clock.time = Timestamp(house.clock.time + 3)
    stranger = a_key("2").sign_typed_data(full_message=message.typed_data()).signature.hex()
    for changed in (
        {"signature": stranger},
        {"mark": 2},
        {"signed_at": Timestamp(message.timestamp + 1)},
    ):
        facts: dict[str, Any] = {"mark": 1, "signed_at": message.timestamp, "signature": signature} | changed
        with pytest.raises(SignatureRejected):
            await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), **facts)
    assert not await house.ballots(vote)


@pytest.mark.parametrize("field", ["space", "proposal", "app", "reason", "metadata"])
async def test_a_signature_for_another_server_proposal_or_program_is_refused(
    house: House, vote: Proposal, field: str
) -> None:
    message, _ = await house.app.signing.message(GUILD, vote.id, ANA, address(a_key("1")), 1)
    elsewhere: dict[str, Any] = {field: "elsewhere"}
    other = replace(message, **elsewhere)
    signature = a_key("1").sign_typed_data(full_message=other.typed_data()).signature.hex()
    with pytest.raises(SignatureRejected):
        await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), 1, message.timestamp, signature)


async def test_a_signature_of_another_domain_is_refused(house: House, vote: Proposal) -> None:
    message, _ = await house.app.signing.message(GUILD, vote.id, ANA, address(a_key("1")), 1)
    typed = message.typed_data()
    typed["domain"] = {"name": "snapshot", "version": "0.1.5"}
    signature = a_key("1").sign_typed_data(full_message=typed).signature.hex()
    with pytest.raises(SignatureRejected):
        await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), 1, message.timestamp, signature)


@pytest.mark.parametrize("late", [601, -1])
async def test_a_message_is_answered_within_ten_minutes_and_not_before_its_time(
    house: House, vote: Proposal, late: int
) -> None:
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    house.clock.time = Timestamp(message.timestamp + late)
    with pytest.raises((InvalidInput, NotVoting)):
        await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), 1, message.timestamp, signature)
    assert not await house.ballots(vote)


@pytest.mark.parametrize("off", [1, 3_600])
async def test_a_message_from_the_future_or_from_before_the_start_casts_nothing(
    house: House, vote: Proposal, off: int
) -> None:
    assert vote.terms is not None
    for moment, signed_at in (
        (vote.terms.start + 300, vote.terms.start + 300 + off),
        (vote.terms.start + 300, vote.terms.start - off),
    ):
        house.clock.time = Timestamp(moment)
        message, _ = await house.app.signing.message(GUILD, vote.id, ANA, address(a_key("1")), 1)
        other = replace(message, timestamp=Timestamp(signed_at))
        signature = a_key("1").sign_typed_data(full_message=other.typed_data()).signature.hex()
        with refused("another time"):
            await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), 1, other.timestamp, signature)
    assert not await house.ballots(vote)


async def test_nothing_is_written_to_sign_for_a_stranger_or_for_another_server(house: House, vote: Proposal) -> None:
    for guild, member, missing in ((GUILD, BEN, "no own_wallet"), (GuildId(5), ANA, "no proposal_with_signed_ballots")):
        with pytest.raises(NotFound, match=missing):
            await house.app.signing.message(guild, vote.id, member, address(a_key("1")), 1)


async def test_a_signature_that_comes_after_the_end_is_too_late(house: House, vote: Proposal) -> None:
    assert vote.terms is not None
    house.clock.time = vote.terms.end
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    house.clock.time = Timestamp(vote.terms.end + 1)
    with pytest.raises(NotVoting):
        await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), 1, message.timestamp, signature)


async def test_another_server_knows_nothing_of_it(house: House, vote: Proposal) -> None:
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    with pytest.raises(NotFound):
        await house.app.signing.cast(GuildId(5), vote.id, ANA, address(a_key("1")), 1, message.timestamp, signature)


async def test_who_is_recused_signs_in_vain(house: House, vote: Proposal) -> None:
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    await house.app.recusals.recuse(GUILD, ProposalId(vote.number), ANA, by=ANA, moderator=False)
    with pytest.raises(Recused):
        await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), 1, message.timestamp, signature)


async def test_whoever_takes_over_a_wallet_signs_anew_and_it_votes_once(house: House, vote: Proposal) -> None:
    older, signature = await sign(house, vote, ANA, a_key("1"), 1)
    house.clock.time = Timestamp(house.clock.time + 5)
    await cast(house, vote, ANA, a_key("1"), 2)
    async with house.app.store.write() as repos:
        await repos.wallets.remove(GUILD, address(a_key("1")))
        moved = Wallet(guild=GUILD, member=BEN, address=address(a_key("1")), linked_at=house.clock.now())
        await logs.link(repos, moved)
        await repos.commit()
    with pytest.raises(SignatureRejected):  # it was written for another member
        await house.app.signing.cast(GUILD, vote.id, BEN, address(a_key("1")), 1, older.timestamp, signature)
    house.clock.time = Timestamp(house.clock.time + 5)
    await cast(house, vote, BEN, a_key("1"), 3)
    assert [(ballot.wallet, ballot.mark) for ballot in await house.ballots(vote)] == [(address(a_key("1")), 3)]


@pytest.mark.parametrize(
    ("voting", "mark"),
    [
        ("single-choice", 2),
        ("approval", (1, 3)),
        ("approval", ()),
        ("weighted", (1, 0, 3)),
        ("quadratic", (5, 5, 0)),
        ("ranked-choice", (3, 1, 2)),
        ("copeland", (2, 1, 3)),
        ("schulze", (2,)),
        ("star", (5, 0, 1)),
    ],
)
async def test_every_voting_system_can_be_signed(house: House, voting: VotingType, mark: int | Sequence[int]) -> None:
    await link(house, ANA, a_key("1"), 10)
    vote = await opened(house, voting=voting, choices=("Alpha", "Beta", "Gamma"))
    await cast(house, vote, ANA, a_key("1"), mark)
    (ballot,) = await house.ballots(vote)
    assert ballot.mark == mark
    assert ballot.signed is not None
    assert ballot.signed.message.voter == address(a_key("1"))


async def test_an_author_may_ask_for_signatures_and_not_do_without(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, voting=None, rules=Rules(assurance=Assurance.ACCOUNT))
    await link(house, ANA, a_key("1"), 10)
    plain = await opened(house)
    assert plain.terms is not None
    assert plain.terms.rules.assurance is Assurance.ACCOUNT
    with pytest.raises(NotFound):
        await house.app.signing.message(GUILD, plain.id, ANA, address(a_key("1")), 1)


async def test_a_contract_wallet_is_asked_on_its_chain_and_the_block_of_its_answer_is_kept(
    house: House, vote: Proposal
) -> None:
    house.chain.contracts.add(address(a_key("1")))
    message, signature = await sign(house, vote, ANA, a_key("1"), 1)
    facts = (GUILD, vote.id, ANA, address(a_key("1")), 1, message.timestamp, signature)
    house.chain.down = ChainFault.UNREACHABLE
    with pytest.raises(ChainUnavailable):
        await house.app.signing.cast(*facts)
    assert not await house.ballots(vote)
    house.chain.down = None
    await house.app.signing.cast(*facts)
    (ballot,) = await house.ballots(vote)
    assert ballot.signed is not None
    assert ballot.signed.block == house.chain.head


async def test_what_a_contract_refuses_is_not_cast(house: House, vote: Proposal) -> None:
    house.chain.contracts.add(address(a_key("1")))
    message, _ = await sign(house, vote, ANA, a_key("1"), 1)
    foreign = a_key("2").sign_typed_data(full_message=message.typed_data()).signature.hex()
    with pytest.raises(SignatureRejected):
        await house.app.signing.cast(GUILD, vote.id, ANA, address(a_key("1")), 1, message.timestamp, foreign)
    assert not await house.ballots(vote)


async def test_a_contract_is_asked_on_a_chain_that_the_vote_reads_wherever_it_was_linked(
    house: House, vote: Proposal
) -> None:
    """What stands at its address on another chain may be anybody's, and `verify` would refuse what it says."""
    house.chain.contracts.add(address(a_key("1")))
    async with house.app.store.write() as repos:
        held = await repos.wallets.holder(GUILD, address(a_key("1")))
        assert held is not None
        await repos.wallets.remove(GUILD, held.address)
        await logs.link(repos, replace(held, chain=ChainId(424_242)))
        await repos.commit()
    await cast(house, vote, ANA, a_key("1"), 1)
    (ballot,) = await house.ballots(vote)
    assert ballot.signed is not None
    assert vote.terms is not None
    assert ballot.signed.chain == vote.terms.strategies[0].network


async def test_a_contract_is_not_asked_at_a_block_from_long_before(house: House, vote: Proposal) -> None:
    """At an old block somebody is an owner still who was put out since: the chain halted, or its endpoints lag."""
    house.chain.contracts.add(address(a_key("1")))
    for age, taken in ((ASKED_WITHIN, True), (ASKED_WITHIN + 1, False)):
        house.clock.time = Timestamp(house.chain.head.timestamp + age)
        if taken:
            await cast(house, vote, ANA, a_key("1"), 1)
            continue
        with pytest.raises(ChainUnavailable) as caught:
            await cast(house, vote, ANA, a_key("1"), 2)
        assert caught.value.fault is ChainFault.LAGGING
    assert [ballot.mark for ballot in await house.ballots(vote)] == [1]


class TwoChains(Keys):
    """The same chain under two numbers; on the second, contracts refuse what they are asked as of before `changed`."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.changed = self.unfinal = 0
        self.asked_before: list[Timestamp] = []

    def chains(self) -> Mapping[ChainId, str]:
        return {self.chain: "Ethereum", OTHER: "Base"}

    def _answer(self, chain: ChainId) -> None:
        super()._answer(self.chain)

    async def finalized(
        self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED, alone: Alone | None = None
    ) -> Block:
        return self.blocks[-1 - self.unfinal]

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Valid | Invalid | Unknown]:
        if claims and claims[0].chain == OTHER:
            if before is not None:
                self.asked_before.append(before)
            refused = before is not None and before < self.changed
            return [Invalid(flaw=Flaw.REFUSED) if refused else Valid(kind=Kind.CONTRACT) for _ in claims]
        return await super().signed(claims, at, before=before)


async def test_a_contract_is_asked_on_the_votes_other_chains_as_of_when_anybody_can_ask_again(database: str) -> None:
    """As of the newest block nobody could: what stands there then may say something else a block later."""
    settings, clock = Settings(storage=StorageSettings(url=SecretStr(database))), FakeClock()
    chain = TwoChains(clock=clock)
    async with App.open(settings, clock=clock, chain=chain) as app:
        house = House(app=app, clock=clock, chain=chain, voice=FakeAnnouncer())
        await house.configure()
        await app.spaces.set_strategies(
            GUILD, json.dumps([one.to_json() for one in (a_strategy(), a_strategy(network=OTHER))])
        )
        await app.spaces.set_voting(GUILD, voting=None, rules=Rules(assurance=Assurance.SIGNED))
        await link(house, ANA, a_key("1"), 700)
        vote = await opened(house)
        chain.contracts.add(address(a_key("1")))
        chain.mine(10)
        clock.time += 120
        chain.unfinal = 5
        kept, moment = chain.blocks[-6], chain.head.timestamp - SETTLED
        for changed, flaw, others in (
            (moment + 1, Flaw.DISPUTED, ("Base",)),
            (moment, Flaw.UNSETTLED, ()),
            (kept.timestamp - SETTLED + 1, Flaw.UNSETTLED, ()),
        ):
            chain.changed = changed
            with pytest.raises(SignatureRejected) as caught:
                await cast(house, vote, ANA, a_key("1"), 1)
            assert (caught.value.flaw, caught.value.elsewhere) == (flaw, others), "yes everywhere, but only since"
            assert set(chain.asked_before[-2:]) == {kept.timestamp - SETTLED, moment}
            assert await house.ballots(vote) == []
        chain.changed = kept.timestamp - SETTLED
        await cast(house, vote, ANA, a_key("1"), 1)
        (ballot,) = await house.ballots(vote)
        assert ballot.signed is not None
        assert ballot.signed.block == kept
        assert chain.asked_before[-1] == kept.timestamp - SETTLED


async def share(
    house: House, proposal: Proposal, member: MemberId, key: LocalAccount, mark: object
) -> tuple[BallotMessage, str]:
    """What the page does for a wallet that was linked as a contract: its owners may sign one after another."""
    message, checked = await house.app.signing.message(GUILD, proposal.id, member, address(key), mark)
    shared = await house.app.signing.shared(GUILD, proposal.id, member, message, checked)
    assert shared is not None
    async with house.app.store.write() as repos:
        if await repos.shared.get(shared.key) is None:
            await repos.shared.add(shared)
        await repos.commit()
    return message, key.sign_typed_data(full_message=message.typed_data()).signature.hex()


async def linked_as_a_contract(house: House, key: LocalAccount) -> None:
    """As an account is that was linked by the code to which it is delegated."""
    async with house.app.store.write() as repos:
        held = await repos.wallets.holder(GUILD, address(key))
        assert held is not None
        await repos.wallets.remove(GUILD, held.address)
        await repos.wallets.add(replace(held, kind=WalletKind.CONTRACT, chain=house.chain.chain))
        await repos.commit()


@pytest.fixture
async def delegated(house: House, vote: Proposal) -> Proposal:
    """A vote with an account that was linked as a contract, and signs with its own key."""
    await linked_as_a_contract(house, a_key("1"))
    return vote


async def test_what_a_key_signed_is_good_for_ten_minutes_however_its_wallet_was_linked(
    house: House, delegated: Proposal
) -> None:
    message, signature = await share(house, delegated, ANA, a_key("1"), 1)
    house.clock.time += LIFE + 1
    asked = (GUILD, delegated.id, ANA, address(a_key("1")), 1)
    with refused("another time"):
        await house.app.signing.cast(*asked, message.timestamp, signature)
    assert await house.ballots(delegated) == []
    message, signature = await share(house, delegated, ANA, a_key("1"), 1)
    await house.app.signing.cast(*asked, message.timestamp, signature)
    (ballot,) = await house.ballots(delegated)
    assert ballot.signed is not None
    assert ballot.signed.block is None
    assert ballot.cast_at - ballot.signed.message.timestamp <= LIFE


async def test_a_wallet_that_was_linked_as_a_contract_and_signs_with_its_key_can_return_to_an_earlier_mark(
    house: House, delegated: Proposal
) -> None:
    for mark in (1, 2, 1):
        message, signature = await share(house, delegated, ANA, a_key("1"), mark)
        await house.app.signing.cast(GUILD, delegated.id, ANA, address(a_key("1")), mark, message.timestamp, signature)
        house.clock.time += 5
    (ballot,) = await house.ballots(delegated)
    assert ballot.mark == 1


async def test_a_contracts_ballot_that_is_over_is_written_anew_before_it_is_forgotten(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, period=2 * CONTRACT_LIFE)
    await link(house, ANA, a_key("1"), 700)
    await linked_as_a_contract(house, a_key("1"))
    vote = await opened(house)
    first, _ = await share(house, vote, ANA, a_key("1"), 1)
    for wait, written_at in ((CONTRACT_LIFE, first.timestamp), (1, first.timestamp + CONTRACT_LIFE + 1)):
        house.clock.time += wait
        message, _ = await sign(house, vote, ANA, a_key("1"), 1)
        assert message.timestamp == written_at
