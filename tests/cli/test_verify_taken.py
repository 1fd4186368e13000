"""What the bot would not have taken for a signed ballot, `verify` refuses too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from eth_account import Account

from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Settled
from bot.domain.shared.types import Address, Block, ChainId, Timestamp
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.ballot_message import salted
from bot.domain.voting.ballot_signature_terms import ASKED_WITHIN, CONTRACT_LIFE, LIFE, asked_chain
from tests.builders import CHAIN, NOW, a_block, a_proposal, some_terms
from tests.bundles import failures, forged
from tests.cli.node import block_hash
from tests.cli.test_verify import AT, KEYS, SIGNED, Verify, failing, signed_bundle, terms, the_node, verify
from tests.presence import present

__all__ = ["verify"]  # a fixture

WALLET = KEYS[1].address.lower()


def spoiled(change: Callable[[Ballot], Ballot], proposal: Proposal | None = None) -> bytes:
    """A bundle of signed ballots, of which that of one wallet is changed."""

    def spoil(ballot: Ballot) -> Ballot:
        return change(ballot) if ballot.wallet == WALLET else ballot

    return signed_bundle(spoil, proposal).content


def resigned(ballot: Ballot, **fields: Any) -> Ballot:
    """The ballot with another message, which the wallet's key did sign."""
    message = replace(present(ballot.signed).message, **fields)
    signature = bytes(KEYS[1].unsafe_sign_hash(message.digest()).signature)
    return replace(ballot, signed=replace(present(ballot.signed), message=message, signature=signature))


async def named(verify: Verify, content: bytes, words: str, *arguments: Any) -> list[str]:
    code, lines, _ = await verify(content, *arguments)
    found = [line for line in failing(lines) if words in line]
    assert (code, bool(found)) == (1, True), lines
    return found


class YesNode:
    """A node of any chain, on which every address is a contract that says yes to everything (EIP-1271)."""

    def __init__(self, chain: int) -> None:
        self.node = the_node(chain=chain)
        vars(self.node)["result"] = self.result
        self.asked: list[str] = []
        self.chain = chain

    def result(self, method: str, params: list[Any]) -> object:
        self.asked.append(method)
        match method:
            case "eth_chainId":
                return hex(self.chain)
            case "eth_call":
                return "0x1626ba7e" + "00" * 28
            case "eth_getCode":
                return "0x60"
        return {"number": hex(AT), "hash": block_hash(AT), "timestamp": hex(NOW)}


async def test_a_contract_of_a_chain_that_the_vote_does_not_read_has_no_say(verify: Verify) -> None:
    """Anybody can make a chain with a node that says yes; what counts stands on those of the document."""
    block = Block(chain=ChainId(424_242), number=AT, hash=block_hash(AT), timestamp=Timestamp(NOW))

    def elsewhere(ballot: Ballot) -> Ballot:
        return replace(
            ballot, signed=replace(present(ballot.signed), signature=b"", chain=ChainId(424_242), block=block)
        )

    content, yes = spoiled(elsewhere), YesNode(424_242)
    words = f"ballot of {WALLET} signed chain: this vote reads nothing on chain 424242"
    await named(verify, content, words)
    async with yes.node.served() as url:
        await named(verify, content, words, "--rpc", f"424242={url}")
    assert not yes.asked, "a chain that the document does not name is not asked at all"


async def test_an_accounts_ballot_names_a_chain_of_the_vote_too(verify: Verify) -> None:
    content = spoiled(lambda ballot: replace(ballot, signed=replace(present(ballot.signed), chain=ChainId(10))))
    await named(verify, content, "signed chain: this vote reads nothing on chain 10")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "I agree"}, "message: its reason, app or metadata are not as the bot writes them"),
        ({"app": "snapshot"}, "message: its reason, app or metadata are not as the bot writes them"),
        ({"metadata": '{"salt":"1"}'}, "message: its reason, app or metadata are not as the bot writes them"),
        ({"metadata": ""}, "message: its reason, app or metadata are not as the bot writes them"),
        ({"timestamp": NOW + 1}, "message timestamp: it is from before voting opened, or later than the ballot"),
        ({"timestamp": NOW - 1}, "message timestamp: it is from before voting opened, or later than the ballot"),
    ],
)
async def test_a_message_that_the_bot_does_not_write_is_no_ballot_though_the_wallet_signed_it(
    verify: Verify, fields: dict[str, Any], words: str
) -> None:
    await named(verify, spoiled(lambda ballot: resigned(ballot, **fields)), words)


async def test_the_salt_of_a_message_is_the_bots_and_messages_from_before_have_none(verify: Verify) -> None:
    for metadata in ("{}", salted("a0" * 16)):
        code, lines, _ = await verify(spoiled(partial(resigned, metadata=metadata)))
        assert (code, failing(lines)) == (0, [])


async def test_a_signature_is_good_for_a_while_only(verify: Verify) -> None:
    """Whoever collected signatures could cast them when it suits."""

    def later(ballot: Ballot, by: int) -> Ballot:
        return replace(ballot, cast_at=Timestamp(ballot.cast_at + by))

    for late, found in ((LIFE, False), (LIFE + 121, True)):
        content = spoiled(partial(later, by=late))
        code, lines, _ = await verify(content)
        assert (code, any("when it was good no more" in line for line in failing(lines))) == (int(found), found)


def by_contract(block: Block, **fields: Any) -> bytes:
    def change(ballot: Ballot) -> Ballot:
        signed = replace(present(ballot.signed), signature=b"\x01\x02", chain=block.chain, block=block)
        return replace(ballot, signed=signed, **fields)

    return spoiled(change)


async def test_the_owners_of_a_contract_have_longer(verify: Verify) -> None:
    end = some_terms().end
    assert end >= NOW + CONTRACT_LIFE
    late = a_block(200, timestamp=Timestamp(end))
    for begun, found in ((end - CONTRACT_LIFE, False), (end - CONTRACT_LIFE - 121, True)):
        proposal = a_proposal(
            submitted_at=Timestamp(begun - 100),
            terms=some_terms(
                start=Timestamp(begun), rules=SIGNED, snapshot={CHAIN: replace(a_block(), timestamp=Timestamp(1))}
            ),
        )

        def change(ballot: Ballot, at: int = begun) -> Ballot:
            message = replace(present(ballot.signed).message, timestamp=Timestamp(at))
            signed = replace(present(ballot.signed), message=message, signature=b"", block=late)
            return replace(ballot, signed=signed, cast_at=end)

        code, lines, _ = await verify(spoiled(change, proposal))
        assert (code, any("when it was good no more" in line for line in failing(lines))) == (int(found), found)


async def test_a_contract_is_asked_at_the_newest_block(verify: Verify) -> None:
    """At an old one somebody is an owner still who was put out since."""
    cast = Timestamp(NOW + 3 * ASKED_WITHIN)
    for age, found in ((ASKED_WITHIN, False), (ASKED_WITHIN + 121, True)):
        block = a_block(200, timestamp=Timestamp(cast - age))
        content = by_contract(block, cast_at=cast)
        code, lines, _ = await verify(content)
        assert (code, any("older than the ballot, and the newest one is asked" in line for line in lines)) == (
            int(found),
            found,
        )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"number": 200, "timestamp": a_block().timestamp - 1}, "block: it is older than the snapshot"),
        ({"number": 99}, "block: it is older than the snapshot"),
        ({"number": 200, "hash": a_block().hash}, "block: it is not the snapshot's, whose number or hash it has"),
        ({"hash": "0x" + "9" * 64}, "block: it is not the snapshot's, whose number or hash it has"),
    ],
)
async def test_the_block_of_a_contract_fits_the_snapshots(verify: Verify, fields: dict[str, Any], words: str) -> None:
    await named(verify, by_contract(replace(a_block(), **fields)), words)


async def test_a_vote_of_accounts_takes_no_signed_ballots(verify: Verify) -> None:
    await named(
        verify, signed_bundle(proposal=a_proposal(terms=some_terms(rules=Settled()))).content, "takes no signed"
    )


async def test_a_key_needs_no_contract(verify: Verify) -> None:
    """The bot asks no chain where the key signed, so a block beside its signature is made up."""
    content = spoiled(lambda ballot: replace(ballot, signed=replace(present(ballot.signed), block=a_block())))
    await named(verify, content, f"ballot of {WALLET} signed block: the account's key signed, so no contract was asked")


async def test_a_signature_that_no_contract_is_asked_about_is_named_without_a_node(verify: Verify) -> None:
    wrapper = b"\x00" * 31 + b"\x64\x92" * 16
    content = spoiled(
        lambda ballot: replace(ballot, signed=replace(present(ballot.signed), signature=wrapper, block=a_block()))
    )
    await named(verify, content, f"ballot of {WALLET} signature: wrapper")


def test_the_address_that_signs_is_written_as_it_is_signed() -> None:
    content = signed_bundle().content
    for change in (str.lower, str.upper, str.swapcase):

        def other(value: dict[str, Any], change: Callable[[str], str] = change) -> None:
            message = value["ballots"][0]["signed"]["message"]
            message["from"] = "0x" + change(message["from"][2:])

        (found,) = failures(forged(content, other))
        assert "signed message from is not in the form in which it is signed (EIP-55)" in found


def test_a_contract_is_asked_where_it_was_linked_if_the_vote_reads_that_chain() -> None:
    here, both = some_terms(), some_terms(snapshot={CHAIN: a_block(), 10: replace(a_block(), chain=ChainId(10))})
    assert asked_chain(here, None) == asked_chain(here, CHAIN) == asked_chain(both, None) == CHAIN
    assert asked_chain(both, ChainId(10)) == 10
    assert asked_chain(here, ChainId(10)) == CHAIN, "what stands there has no say over power that is read here"


@pytest.mark.parametrize(
    ("field", "value"),
    [("symbol", "USDC"), ("symbol", "VITA "), ("symbol", ""), ("scale", 6), ("scale", 17), ("scale", 19), ("scale", 0)],
)
def test_the_unit_is_that_of_the_strategies(field: str, value: str | int) -> None:
    """Readers would take 60 of one thing for 60 of another."""
    honest = json.loads(signed_bundle().content)["proposal"]["document"][field]
    found = failures(forged(signed_bundle().content, lambda one: one["proposal"]["document"].update({field: value})))
    written = (lambda one: f"“{one}”") if field == "symbol" else str
    words = f"unit: proposal document {field}: it says {written(value)}, by the strategies it is {written(honest)}"
    assert words in found


def test_the_wallet_of_a_test_is_a_keys() -> None:
    assert Address(Account.from_key((1).to_bytes(32, "big")).address.lower()) == WALLET
    assert terms(the_node()).strategies[0].network == 1
