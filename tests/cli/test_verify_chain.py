"""What a node is asked: each line that says “holds” is of what was read, and the rest is named with its reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from bot.domain.audit.bundle.writing.sections import Registered
from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation
from bot.domain.power import parse_strategy
from bot.domain.proposals.vote_rules import Settled, Share, Whole, resolve
from bot.domain.shared.types import Address, Block, ChainId, MemberId, Timestamp, Units
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.ballot_signature_terms import SETTLED
from bot.domain.voting.recusal import Recusal, RecusedWallet
from tests.builders import NOW, ONE, a_proposal, an_address
from tests.bundles import BALLOTS, a_bundle
from tests.cli.node import GET_TIME, RecordedNode, block_hash
from tests.cli.test_verify import (
    AT,
    KEYS,
    SIGNED,
    TOKEN,
    Verify,
    failing,
    signed_bundle,
    terms,
    the_node,
    verify,
)
from tests.presence import present

__all__ = ["verify"]  # a fixture

ANN, BEN, EVE = an_address(1), an_address(2), an_address(9)
IDS = (EVERYWHERE, *("0x" + name.ljust(32, b"\0").hex() for name in (b"vote.example.eth", b"vote.example")))


def of_supply(node: RecordedNode, supply: int) -> bytes:
    """A vote by balances and by delegations, with a quorum of the supply, of which Eve's wallet was taken out."""
    inner = {"name": "erc20-balance-of", "network": "1", "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18}}
    params = {"symbol": "VITA", "strategies": [inner], "delegationSpace": "vote.example.eth"}
    both = [parse_strategy(one, 1) for one in (inner, {"name": "delegation", "network": "1", "params": params})]
    rules, wholes = Settled(quorum=Share(share=Fraction(1, 2), of=Whole.SUPPLY)), {Whole.SUPPLY: Units(500 * ONE)}
    quorum, threshold = resolve(rules, wholes, 18)
    gone = RecusedWallet(address=EVE, power=Units(777 * ONE), supply=Units(supply), linked=Units(0))
    recusal = Recusal(member=MemberId(9), by=MemberId(9), at=NOW, wallets=(gone,))
    made = terms(node, strategies=tuple(both), rules=rules, wholes=wholes, quorum=quorum, threshold=threshold)
    ballots = [replace(BALLOTS[0], power=Units(100 * ONE), scores=(Units(60 * ONE), Units(40 * ONE)))]
    registered = [Registered(chain=ChainId(1), ids=IDS, given={BEN: ANN})]
    return a_bundle(ballots, a_proposal(terms=made, recusals=(recusal,)), registered=registered).content


async def test_a_false_supply_of_a_recused_wallet_is_found_though_power_depends_on_who_votes(verify: Verify) -> None:
    """It moves the quorum; and that of the wallet's power which nobody can read again is said."""
    node = the_node(delegations=[Delegation(delegator=BEN, id=EVERYWHERE, delegate=ANN, block=AT - 50, index=0)])
    async with node.served() as url:
        code, lines, _ = await verify(of_supply(node, 8 * ONE), "--rpc", f"1={url}")
        assert (code, failing(lines)) == (0, [])
        assert "holds        recused power: what of it is supply, as the chain has it" in lines
        told = "how much power each wallet had, which depends on who else had voted when it was taken out"
        assert any(line.startswith(f"not checked  recused power: {told}") for line in lines)
        code, lines, _ = await verify(of_supply(node, 400 * ONE), "--rpc", f"1={url}")
    assert code == 1
    words = f"recusal of {EVE} supply: it says {400 * ONE}, read is {8 * ONE}"
    assert failing(lines) == [f"FAILS        recused power: {words}"]
    assert not any(line.startswith("holds        recused power") for line in lines)


async def test_of_a_vote_without_ballots_no_power_is_said_to_hold(verify: Verify) -> None:
    node = the_node()
    async with node.served() as url:
        code, lines, _ = await verify(a_bundle((), a_proposal(terms=terms(node))).content, "--rpc", f"1={url}")
    assert code == 0
    assert not any(words in line for line in lines for words in ("voting power", "registry", "signatures"))


class Wallets:
    """A node of a chain on which a contract stands at every address; `words` are what it says, from which block on."""

    def __init__(self, chain: int, word: str) -> None:
        self.node, self.chain, self.words = the_node(chain=chain, final=19_000_000), chain, {0: word}
        vars(self.node)["result"] = self.result
        self.at: list[Any] = []

    def result(self, method: str, params: list[Any]) -> object:  # noqa: PLR0911 - one a method
        match method:
            case "eth_chainId":
                return hex(self.chain)
            case "eth_call" if params[0]["data"] == GET_TIME:  # by which an answer proves its block
                named = params[1]["blockHash"] if isinstance(params[1], dict) else params[1]
                return f"0x{self.time(int(named, 16)):064x}"
            case "eth_call":
                self.at.append(params[1])
                named = int(params[1]["blockHash"], 16) if isinstance(params[1], dict) else int(params[1], 16)
                return self.words[max(since for since in self.words if since <= named)]
            case "eth_getCode":
                return "0x60"
            case "eth_getBalance":
                return "0x0"
        number = self.node.final if params[0] in {"finalized", "latest"} else int(params[0], 16)
        if number > self.node.final:
            return None
        return {"number": hex(number), "hash": block_hash(number), "timestamp": hex(self.time(number))}

    def time(self, number: int) -> int:
        return NOW + 12 * (number - AT)


YES, NO = "0x1626ba7e" + "00" * 28, "0x" + "ff" * 4 + "00" * 28


def on_two_chains(block: Block | None = None) -> tuple[Address, bytes]:
    """A bundle of signed ballots on a vote that reads two chains, one of them by a contract on the first."""
    wallet = KEYS[1].address.lower()
    chains = [
        parse_strategy(
            {"name": "erc20-balance-of", "network": n, "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18}},
            1,
        )
        for n in ("1", "10")
    ]
    at = {n: Block(chain=ChainId(n), number=AT, hash=block_hash(AT), timestamp=Timestamp(NOW)) for n in (1, 10)}
    proposal = a_proposal(terms=terms(the_node(), strategies=tuple(chains), rules=SIGNED, snapshot=at))

    def by_contract(ballot: Ballot) -> Ballot:
        ballot = replace(ballot, scores=(ballot.power, Units(0)))
        signed = replace(present(ballot.signed), signature=b"\x01\x02", block=block or at[1])
        return replace(ballot, signed=signed) if ballot.wallet == wallet else ballot

    return wallet, signed_bundle(by_contract, proposal).content


async def test_a_contract_that_refuses_on_another_chain_of_the_vote_disputes_a_signature(verify: Verify) -> None:
    """Whoever controls a contract on one chain need not control what stands at its address on the other."""
    wallet, content = on_two_chains()
    for word, disputed in ((YES, False), (NO, True)):
        here, there = Wallets(1, YES), Wallets(10, word)
        async with here.node.served() as one, there.node.served() as two:
            _, lines, _ = await verify(content, "--rpc", f"1={one}", f"10={two}")
            _, half, _ = await verify(content, "--rpc", f"1={one}")
        words = (
            f"contracts elsewhere: ballot of {wallet} signature: the contract at this address on chain 10 refuses it"
        )
        assert any(words in line for line in failing(lines)) is disputed, lines
        assert ("holds        contracts elsewhere: none of 1 refuses" in lines) is not disputed
        assert "not checked  contracts elsewhere: 1 on chain 10: add --rpc 10=URL" in half
        asked = block_hash(AT - SETTLED // 12)
        assert all(place == {"blockHash": asked, "requireCanonical": True} for place in there.at[:1]), there.at


async def test_what_changed_its_mind_on_another_chain_afterwards_disputes_nothing(verify: Verify) -> None:
    """Else a voter makes a lie of a result, by a contract that says yes when the bot asks and no a block later."""
    _, content = on_two_chains()
    for since, disputed in ((AT - SETTLED // 12 + 1, False), (AT - SETTLED // 12, True)):
        here, there = Wallets(1, YES), Wallets(10, YES)
        there.words[since] = NO
        async with here.node.served() as one, there.node.served() as two:
            _, lines, _ = await verify(content, "--rpc", f"1={one}", f"10={two}")
        assert any("contracts elsewhere" in line for line in failing(lines)) is disputed, lines


async def test_a_block_that_its_chain_replaced_makes_no_lie_of_a_ballot(verify: Verify) -> None:
    """A contract is asked at the newest block. Where that is replaced, it is asked at the one that stands there now."""
    orphan = Block(chain=ChainId(1), number=AT + 2, hash=block_hash(7), timestamp=Timestamp(NOW))
    wallet, content = on_two_chains(orphan)
    there = Wallets(10, YES)
    for word, code in ((YES, 0), (NO, 1)):
        here = Wallets(1, word)
        async with here.node.served() as one, there.node.served() as two:
            found, lines, _ = await verify(content, "--rpc", f"1={one}", f"10={two}")
        signs = [line for line in failing(lines) if "signature" in line]
        assert (bool(signs), any("signature: refused" in line for line in signs)) == (bool(code), bool(code)), lines
        told = (
            f"not checked  blocks of signatures: ballot of {wallet}: its contract was asked at {orphan.hash}, and "
            f"chain 1 has {block_hash(AT + 2)} at that height"
        )
        assert any(line.startswith(told) for line in lines), lines
        assert not any(line.startswith("holds        blocks of signatures") for line in lines)
        assert {"blockHash": block_hash(AT + 2), "requireCanonical": True} in here.at
        assert found == 1, "its power is another node's to tell"


async def test_a_block_of_another_time_is_none_that_was_replaced(verify: Verify) -> None:
    """At a height of long before or after the ballot a contract may have had other owners."""
    for number, words in ((AT - 1, "it is older than the snapshot"), (AT + 50, "it is later than the ballot")):
        wallet, content = on_two_chains(
            Block(chain=ChainId(1), number=number, hash=block_hash(7), timestamp=Timestamp(NOW))
        )
        here, there = Wallets(1, YES), Wallets(10, YES)
        async with here.node.served() as one, there.node.served() as two:
            _, lines, _ = await verify(content, "--rpc", f"1={one}", f"10={two}")
        named = f"FAILS        blocks of signatures: ballot of {wallet} signed block: {words}"
        assert any(line.startswith(named) for line in lines), lines
