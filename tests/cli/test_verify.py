"""`folkmoot verify` says what holds and what fails, and exits with 0 only if all that was checked holds."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import pytest
from eth_account import Account

from bot.__main__ import main
from bot.domain.audit.bundle.reading.bundle_file import packed
from bot.domain.audit.bundle.reading.bundle_reader import read_bundle
from bot.domain.audit.bundle.receipts import make_commitments, make_receipt
from bot.domain.audit.bundle.writing.bundle_builder import Bundle
from bot.domain.audit.bundle.writing.sections import Registered
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation
from bot.domain.power import parse_strategy
from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.proposals.vote_rules import Approval, Assurance, Settled, Share, Whole, resolve
from bot.domain.shared.types import Address, Block, ChainId, MemberId, Timestamp, Units
from bot.domain.voting.ballot import Ballot, Signed
from bot.domain.voting.ballot_message import BallotMessage, choice_of
from bot.domain.voting.recusal import Recusal, RecusedWallet
from tests.builders import CHAIN, NOW, ONE, a_ballot, a_block, a_proposal, an_address, some_terms
from tests.bundles import BALLOTS, a_bundle, forged
from tests.cli.node import RecordedNode, block_hash
from tests.presence import present


class Verify(Protocol):
    """Runs the command on a file; its exit code, lines and error."""

    async def __call__(
        self, content: bytes, *arguments: object, name: str = "bundle.json"
    ) -> tuple[int, list[str], str]: ...


Receipt = Callable[..., tuple[int, list[str]]]
"""Runs the command on a receipt and words; its exit code and lines."""
TOKEN = "0x" + "7a" * 20
AT = 18_999_900
SUPPLY = "0x18160ddd"


def balance(wallet: str, amount: int, token: str = TOKEN) -> dict[str, str]:
    return {"to": token, "data": "0x70a08231" + wallet[2:].rjust(64, "0"), "ret": f"0x{amount:064x}"}


def the_node(**fields: Any) -> RecordedNode:
    """A node on which the wallets of `BALLOTS` hold what these say."""
    calls = [balance(ballot.wallet, ballot.power) for ballot in BALLOTS]
    calls += [balance(an_address(9), 8 * ONE), {"to": TOKEN, "data": SUPPLY, "ret": f"0x{500 * ONE:064x}"}]
    return RecordedNode(calls, **fields)


def terms(node: RecordedNode, **fields: Any) -> Terms:
    strategy = parse_strategy(
        {"name": "erc20-balance-of", "network": "1", "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18}}, 1
    )
    block = Block(chain=ChainId(1), number=AT, hash=block_hash(AT), timestamp=Timestamp(node.time(AT)))
    return some_terms(**{"strategies": (strategy,), "snapshot": {1: block}} | fields)


@pytest.fixture
def verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Run the command in a thread, so that the node answers meanwhile; return its exit code and its lines."""

    async def run(content: bytes, *arguments: object, name: str = "bundle.json") -> tuple[int, list[str], str]:
        (tmp_path / name).write_bytes(content)
        code = await asyncio.to_thread(main, ["verify", str(tmp_path / name), *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert all(line.isprintable() for line in out.splitlines())
        return code, out.splitlines(), err

    return run


def failing(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.startswith("FAILS")]


async def test_a_bundle_holds_offline_and_what_was_not_checked_is_named(verify: Verify) -> None:
    bundle = a_bundle()
    for content, name in ((bundle.content, "bundle.json"), (packed(bundle.content), "bundle.json.gz")):
        code, lines, _ = await verify(content, "--cid", bundle.cid, "--root", bundle.root, name=name)
        assert code == 0
        assert "holds        tally: basic" in lines
        assert "not checked  blocks and power: chain 31337 was not asked: add --rpc 31337=URL" in lines
        assert lines[-1] == "All that was checked holds; 3 not checked (who voted, blocks and power, log)"
        assert {line.split(" ")[0] for line in lines[:-2]} == {"holds", "not"}


async def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (a_bundle().content, packed(a_bundle().content)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert await asyncio.to_thread(main, ["verify", "-"]) == 0
    assert "holds        Merkle root" in capsys.readouterr().out


async def test_json_says_the_same(verify: Verify) -> None:
    code, lines, _ = await verify(a_bundle().content, "--json")
    (told,) = map(json.loads, lines)
    assert (code, told["holds"], told["unchecked"]) == (0, True, 4)
    assert {"state": "holds", "check": "tally", "detail": "basic"} in told["findings"]
    code, lines, _ = await verify(b"{}", "--json")
    (told,) = map(json.loads, lines)
    assert (code, told["holds"]) == (1, False)
    assert told["findings"][0]["state"] == "FAILS"


async def test_with_a_node_power_and_blocks_are_read_again(verify: Verify) -> None:
    node = the_node()
    bundle = a_bundle(proposal=a_proposal(terms=terms(node)))
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--cid", bundle.cid, "--rpc", f"1={url}")
    assert failing(lines) == []
    assert (code, lines[-1]) == (0, "All that was checked holds; 2 not checked (who voted, log)")
    assert f"holds        block: chain 1, number 18,999,900, {block_hash(AT)}" in lines
    assert "holds        voting power: 3 wallets read at block 18,999,900 of chain 1" in lines


async def test_power_that_a_wallet_never_had_is_found_by_a_node_though_all_else_agrees(verify: Verify) -> None:
    node = the_node()
    ballots = [replace(BALLOTS[0], power=Units(61 * ONE), scores=(Units(61 * ONE),)), *BALLOTS[1:]]
    bundle = a_bundle(ballots, a_proposal(terms=terms(node)))
    assert (await verify(bundle.content))[0] == 0
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--rpc", f"1={url}")
    assert code == 1
    (found,) = failing(lines)
    named = f"ballot of {an_address(1)} scores: by erc20-balance-of it says {61 * ONE}, read is {60 * ONE}"
    assert found == f"FAILS        voting power: {named}"
    assert lines[-1].startswith(
        "It does NOT hold: 1 of 21; 3 not checked (who voted, log, posted result). But nothing that"
    )


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("hash", block_hash(7), f"snapshot 1 hash: it says {block_hash(7)}, the chain has {block_hash(AT)}"),
        ("timestamp", 1, "snapshot 1 timestamp: it says 1, the chain has"),
        ("number", AT + 1, f"snapshot 1 hash: it says {block_hash(AT)}, the chain has {block_hash(AT + 1)}"),
        ("number", 10**9, "it does not have block 1000000000"),
    ],
)
async def test_another_block_is_found_and_no_power_is_read_there(
    verify: Verify, field: str, value: str | int, named: str
) -> None:
    node = the_node()
    plain = terms(node)
    changed: dict[str, Any] = {field: value}
    block = replace(plain.snapshot[ChainId(1)], **changed)
    bundle = a_bundle(proposal=a_proposal(terms=replace(plain, snapshot={ChainId(1): block})))
    assert (await verify(bundle.content))[0] == 0
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--rpc", f"1={url}")
    assert code == 1
    assert any(named in line for line in failing(lines)), lines
    assert any(line.startswith("not checked  voting power") for line in lines)


async def test_other_strategies_give_other_power(verify: Verify) -> None:
    node = the_node()
    node.returned |= RecordedNode([balance(ballot.wallet, 5, "0x" + "7b" * 20) for ballot in BALLOTS]).returned
    other = parse_strategy(
        {
            "name": "erc20-balance-of",
            "network": "1",
            "params": {"address": "0x" + "7b" * 20, "symbol": "VITA", "decimals": 18},
        },
        1,
    )
    bundle = a_bundle(proposal=a_proposal(terms=terms(node, strategies=(other,))))
    assert (await verify(bundle.content))[0] == 0
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--rpc", f"1={url}")
    assert code == 1
    assert len(failing(lines)) == 3


async def test_a_ballot_that_is_left_out_makes_another_bundle(verify: Verify) -> None:
    bundle, other = a_bundle(), a_bundle(BALLOTS[:2])
    assert (await verify(other.content))[0] == 0
    for expected, value in (("--cid", bundle.cid), ("--root", bundle.root)):
        code, lines, _ = await verify(other.content, expected, value)
        assert code == 1
        assert any(value in line for line in failing(lines))


def of_shares(node: RecordedNode) -> tuple[Proposal, dict[Address, int]]:
    rules = Settled(
        quorum=Share(share=Fraction(1, 20), of=Whole.LINKED), approval=Approval(share=Fraction(1, 10), of=Whole.SUPPLY)
    )
    wholes = {Whole.LINKED: Units(108 * ONE), Whole.SUPPLY: Units(500 * ONE)}
    quorum, threshold = resolve(rules, wholes, 18)
    gone = RecusedWallet(address=an_address(9), power=Units(8 * ONE), supply=Units(8 * ONE), linked=Units(8 * ONE))
    recusal = Recusal(member=MemberId(9), by=MemberId(9), at=NOW, wallets=(gone,))
    votable = {an_address(1): 60 * ONE, an_address(2): 40 * ONE, an_address(9): 8 * ONE}
    fields = {"rules": rules, "wholes": wholes, "quorum": quorum, "threshold": threshold}
    return a_proposal(terms=terms(node, **fields), recusals=(recusal,)), votable


async def test_supply_linked_power_and_recused_power_are_read_again(verify: Verify) -> None:
    node = the_node()
    proposal, votable = of_shares(node)
    bundle = a_bundle(proposal=proposal, votable=votable)
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--rpc", f"1={url}")
    assert (code, failing(lines)) == (0, [])
    assert "holds        wholes: the token supply and the power of 3 linked wallets as the chain has it" in lines
    assert [line for line in lines if line.startswith("not checked  linked power: that this total is true")]
    assert "holds        recused power: as the chain has it" in lines
    node.returned[TOKEN, SUPPLY] = f"0x{499 * ONE:064x}"
    node.returned |= RecordedNode([balance(an_address(9), 7 * ONE)]).returned
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--rpc", f"1={url}")
    assert code == 1
    told = "\n".join(failing(lines))
    assert "wholes token supply: it says 500000000000000000000, read is 499000000000000000000" in told
    assert f"votable {an_address(9)}: it says {8 * ONE}, read is {7 * ONE}" in told
    assert f"recusal of {an_address(9)} power: it says {8 * ONE}, read is {7 * ONE}" in told
    assert f"recusal of {an_address(9)} supply: it says {8 * ONE}, read is {7 * ONE}" in told


async def test_delegations_of_the_registry_are_read_again(verify: Verify) -> None:
    ann, ben = an_address(1), an_address(2)
    node = the_node(
        delegations=[Delegation(delegator=ben, id=EVERYWHERE, delegate=ann, block=AT - 50, index=0)],
    )
    inner = {"name": "erc20-balance-of", "network": "1", "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18}}
    params = {"symbol": "VITA", "strategies": [inner], "delegationSpace": "vote.example.eth"}
    strategy = parse_strategy({"name": "delegation", "network": "1", "params": params}, 1)
    proposal = a_proposal(terms=terms(node, strategies=(strategy,)))
    ballots = [replace(BALLOTS[0], power=Units(40 * ONE), scores=(Units(40 * ONE),))]
    ids = (EVERYWHERE, *("0x" + name.ljust(32, b"\0").hex() for name in (b"vote.example.eth", b"vote.example")))
    honest = a_bundle(ballots, proposal, registered=[Registered(chain=ChainId(1), ids=ids, given={ben: ann})])
    false = a_bundle(ballots, proposal, registered=[Registered(chain=ChainId(1), ids=ids, given={an_address(3): ann})])
    async with node.served() as url:
        code, lines, _ = await verify(honest.content, "--rpc", f"1={url}")
        assert (code, failing(lines)) == (0, [])
        code, lines, _ = await verify(false.content, "--rpc", f"1={url}")
    assert code == 1
    assert any(f"delegations 1 given {ben}: it is missing" in line for line in failing(lines))
    assert any(f"delegations 1 given {an_address(3)}: it should not be there" in line for line in failing(lines))


async def test_power_among_linked_wallets_that_depends_on_who_votes_is_never_said_to_hold(verify: Verify) -> None:
    """It was read with the votes of wallets that nobody is told of."""
    ann, ben = an_address(1), an_address(2)
    node = the_node(delegations=[Delegation(delegator=ben, id=EVERYWHERE, delegate=ann, block=AT - 50, index=0)])
    inner = {"name": "erc20-balance-of", "network": "1", "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18}}
    params = {"symbol": "VITA", "strategies": [inner], "delegationSpace": "vote.example.eth"}
    strategy = parse_strategy({"name": "delegation", "network": "1", "params": params}, 1)
    rules = Settled(quorum=Share(share=Fraction(1, 20), of=Whole.LINKED))
    wholes = {Whole.LINKED: Units(77 * ONE)}
    quorum, threshold = resolve(rules, wholes, 18)
    fields = {"rules": rules, "wholes": wholes, "quorum": quorum, "threshold": threshold, "strategies": (strategy,)}
    ids = (EVERYWHERE, *("0x" + name.ljust(32, b"\0").hex() for name in (b"vote.example.eth", b"vote.example")))
    bundle = a_bundle(
        [replace(BALLOTS[0], power=Units(40 * ONE), scores=(Units(40 * ONE),))],
        a_proposal(terms=terms(node, **fields)),
        votable={ann: 70 * ONE, an_address(3): 7 * ONE},
        registered=[Registered(chain=ChainId(1), ids=ids, given={ben: ann})],
    )
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--rpc", f"1={url}")
    assert (code, failing(lines)) == (0, [])
    assert not [line for line in lines if line.startswith("holds        wholes")]
    assert [
        line for line in lines if line.startswith("not checked  wholes: power of linked wallets: it depends on who")
    ]


async def test_a_node_that_was_named_and_cannot_be_asked_is_a_failure_without_its_address(verify: Verify) -> None:
    node = the_node()
    bundle = a_bundle(proposal=a_proposal(terms=terms(node)))
    code, lines, _ = await verify(bundle.content, "--rpc", "1=http://127.0.0.1:1/secret-key")
    assert code == 1
    assert "secret-key" not in "\n".join(lines)
    assert any("unreachable" in line for line in failing(lines))


async def test_a_node_of_another_chain_is_told(verify: Verify) -> None:
    node = the_node(chain=10)
    bundle = a_bundle(proposal=a_proposal(terms=terms(node)))
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--rpc", f"1={url}")
    assert code == 1
    assert any("wrong chain" in line for line in failing(lines))


KEYS = {number: Account.from_key(number.to_bytes(32, "big")) for number in (1, 2, 3)}


SIGNED = Settled(assurance=Assurance.SIGNED)


def signed_bundle(
    change: Callable[[Ballot], Ballot] = lambda ballot: ballot, proposal: Proposal | None = None, **fields: Any
) -> Bundle:
    """A bundle whose ballots are signed by keys; `change` is done to each ballot before."""
    proposal = proposal or a_proposal(terms=some_terms(rules=SIGNED))
    chain = present(proposal.terms).strategies[0].network
    name = json.loads(a_bundle((), proposal).content)["proposal"]["cid"]
    ballots = []
    for number, key in KEYS.items():
        wallet = Address(key.address.lower())
        message = BallotMessage(
            voter=wallet,
            space=f"discord:{proposal.guild}",
            timestamp=NOW,
            proposal=name,
            choice=choice_of("basic", number),
            **fields,
        )
        signature = bytes(key.unsafe_sign_hash(message.digest()).signature)
        signed = Signed(message=message, signature=signature, chain=chain)
        ballots.append(change(a_ballot(mark=number, wallet=wallet, signed=signed, receipt=f"{number:032x}")))
    return a_bundle(ballots, proposal)


async def test_signed_ballots_are_recovered(verify: Verify) -> None:
    code, lines, _ = await verify(signed_bundle().content)
    assert (code, failing(lines)) == (0, [])
    assert "holds        signed messages: 3 say what their ballots say" in lines
    assert "holds        signatures: 3 by account" in lines


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda signed: replace(signed, signature=signed.signature[:-1] + b"\x1d"), "malformed"),
        (lambda signed: replace(signed, signature=signed.signature[:64]), "compact"),
        (lambda signed: replace(signed, signature=b""), "malformed"),
        (lambda signed: replace(signed, message=replace(signed.message, reason="else")), "other signer"),
        (lambda signed: replace(signed, message=replace(signed.message, choice=2)), "choice: it is not the mark"),
        (lambda signed: replace(signed, message=replace(signed.message, proposal="0x")), "proposal: it is not this"),
        (lambda signed: replace(signed, message=replace(signed.message, space="discord:1")), "space: it is another"),
        (lambda signed: replace(signed, message=replace(signed.message, timestamp=NOW + 1)), "later than the ballot"),
        (lambda signed: replace(signed, message=replace(signed.message, timestamp=2**53 - 1)), "later than the ballot"),
        (lambda signed: replace(signed, message=replace(signed.message, timestamp=NOW - 1)), "before voting opened"),
        (lambda signed: replace(signed, message=replace(signed.message, choice=-1)), "signed message"),
        (lambda _signed: None, "it is missing, and this vote takes signed ballots only"),
    ],
)
async def test_a_signature_that_does_not_hold_is_named_by_its_wallet(
    verify: Verify, change: Callable[[Signed], Signed | None], named: str
) -> None:
    wallet = KEYS[1].address.lower()

    def spoil(ballot: Ballot) -> Ballot:
        return replace(ballot, signed=change(present(ballot.signed))) if ballot.wallet == wallet else ballot

    code, lines, _ = await verify(signed_bundle(spoil).content)
    assert code == 1
    assert any(f"ballot of {wallet}" in line and named in line for line in failing(lines)), lines


async def test_the_signature_of_a_contract_is_named_as_not_checked_and_asked_for_where_a_node_is_named(
    verify: Verify,
) -> None:
    wallet, block = KEYS[1].address.lower(), replace(terms(the_node()).snapshot[ChainId(1)], timestamp=NOW)
    proposal = a_proposal(terms=terms(the_node(), rules=SIGNED, snapshot={ChainId(1): block}))

    def by_contract(ballot: Ballot) -> Ballot:
        signed = replace(present(ballot.signed), signature=b"\x01\x02", block=block)
        return replace(ballot, signed=signed) if ballot.wallet == wallet else ballot

    content = signed_bundle(by_contract, proposal).content
    code, lines, _ = await verify(content)
    assert code == 0
    assert "not checked  signatures: 1 by contracts on chain 1: add --rpc 1=URL" in lines
    async with the_node().served() as url:
        code, lines, _ = await verify(content, "--rpc", f"1={url}")
    assert code == 1
    assert any(line.startswith(f"FAILS        signatures: ballot of {wallet}") for line in lines)


async def test_a_contract_asked_at_a_block_from_before_the_vote_signed_nothing(verify: Verify) -> None:
    """An owner whom a Safe has dropped since would still be one there."""
    wallet, at = KEYS[1].address.lower(), some_terms().snapshot[CHAIN]

    def at_block(block: Block) -> bytes:
        def change(ballot: Ballot) -> Ballot:
            signed = replace(present(ballot.signed), signature=b"\x01\x02", chain=CHAIN, block=block)
            return replace(ballot, signed=signed) if ballot.wallet == wallet else ballot

        return signed_bundle(change).content

    code, lines, _ = await verify(at_block(a_block(at.number)))
    assert (code, failing(lines)) == (0, [])
    code, lines, _ = await verify(at_block(a_block(at.number - 1)))
    assert code == 1
    assert any(f"ballot of {wallet} signed block: it is older than the snapshot" in line for line in failing(lines))


async def test_that_a_bundle_was_not_made_anew_is_named_as_not_checked(verify: Verify) -> None:
    """Fewer ballots, or other rules, with all hashes computed anew: nothing but what was posted tells."""
    other = a_bundle(proposal=a_proposal(terms=some_terms(quorum=ONE, rules=Settled(quorum="1"))))
    for arguments, named in (((), "fewer ballots"), (("--root", other.root), "--root is of the ballots alone")):
        code, lines, _ = await verify(other.content, *arguments)
        assert code == 0
        assert any(line.startswith("not checked  posted result") and named in line for line in lines), lines
    code, lines, _ = await verify(other.content, "--cid", a_bundle().cid, "--root", other.root)
    assert code == 1
    assert failing(lines)[0].startswith("FAILS        content identifier")


async def test_receipts_are_verified_by_themselves_and_against_a_bundle(verify: Verify, tmp_path: Path) -> None:
    bundle = a_bundle()
    contents = read_bundle(json.loads(bundle.content))
    proof = json.dumps(make_receipt(contents, bundle.cid, [an_address(2)])).encode()
    early = json.dumps(make_commitments(contents.cid, BALLOTS[:1])).encode()
    (tmp_path / "proof").write_bytes(proof)
    (tmp_path / "early").write_bytes(early)
    for name in ("proof", "early"):
        code, lines, _ = await verify(bundle.content, "--receipt", tmp_path / name)
        assert (code, failing(lines)) == (0, [])
    assert any("1 counted as they are here" in line for line in lines)
    other = a_bundle([replace(BALLOTS[0], mark=2), *BALLOTS[1:]])
    for name in ("proof", "early"):
        code, lines, _ = await verify(other.content, "--receipt", tmp_path / name)
        assert code == 1


@pytest.fixture
def receipt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Receipt:
    def run(content: bytes, *arguments: str) -> tuple[int, list[str]]:
        (tmp_path / "receipt.json").write_bytes(content)
        code = main(["verify", "--receipt", str(tmp_path / "receipt.json"), *arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out.splitlines()

    return run


def test_every_ballot_of_every_size_of_count_has_a_proof(receipt: Receipt) -> None:
    for many in (1, 2, 3, 5, 8, 13):
        bundle = a_bundle([a_ballot(number) for number in range(1, many + 1)])
        contents = read_bundle(json.loads(bundle.content))
        for number in range(1, many + 1):
            file = json.dumps(make_receipt(contents, bundle.cid, [an_address(number)])).encode()
            code, lines = receipt(file, "--root", bundle.root)
            assert (code, failing(lines)) == (0, [])


def test_a_changed_receipt_is_found(receipt: Receipt) -> None:
    bundle = a_bundle()
    contents = read_bundle(json.loads(bundle.content))
    file = canonical(make_receipt(contents, bundle.cid, [an_address(2)]))
    commitments = canonical(make_commitments(contents.cid, BALLOTS))
    for whole, named in ((file, ["--root", bundle.root]), (commitments, [])):
        value = json.loads(whole)
        ignored = {value.get("bundle"), value["proposal"] if whole is file else None}
        for place in range(0, len(whole), 9):
            changed = bytearray(whole)
            changed[place] ^= 1 << place % 8
            code, _ = receipt(bytes(changed), *named)
            if code == 0:  # what only names the bundle, or the same number written otherwise, proves nothing
                again = json.loads(changed)
                assert {again.get("bundle"), again["proposal"]} != ignored
                assert {**again, "bundle": 0, "proposal": 0} == {**value, "bundle": 0, "proposal": 0}


async def test_a_receipt_that_names_another_vote_or_bundle_is_not_that_of_the_bundle(
    verify: Verify, tmp_path: Path
) -> None:
    bundle = a_bundle()
    made = make_receipt(read_bundle(json.loads(bundle.content)), bundle.cid, [an_address(2)])
    other = a_bundle(proposal=a_proposal(number=2))
    for changed, holds in (({}, True), ({"bundle": other.cid}, False), ({"proposal": other.cid}, False)):
        (tmp_path / "receipt.json").write_text(json.dumps({**made, **changed}))
        for root in ([], ["--root", bundle.root]):
            code, lines, _ = await verify(bundle.content, "--receipt", tmp_path / "receipt.json", *root)
            assert (code == 0) is holds
    (tmp_path / "receipt.json").write_text(json.dumps(made))
    code, lines, _ = await verify(other.content, "--receipt", tmp_path / "receipt.json")
    assert failing(lines) == ["FAILS        receipt root: it is not that of this bundle"]


@pytest.mark.parametrize("written", [b"", b"[]", b"{}", b"[" * 10**5, b'{"schema":"folkmoot/receipt/1"}', b"\x1f\x8b"])
def test_what_is_no_receipt_is_told_in_one_line(receipt: Receipt, written: bytes) -> None:
    code, lines = receipt(written)
    assert (code, len(lines)) == (1, 3)
    assert lines[0].startswith("FAILS        receipt: ")


async def test_words_in_a_file_do_nothing_to_a_terminal(verify: Verify) -> None:
    spoilt = forged(a_bundle().content, lambda value: value["outcome"].update(sentence="\x1b[2J\u202eholds\x07"))
    code, lines, _ = await verify(spoilt)
    assert code == 1
    assert any("\\x1b[2J\\u202eholds\\x07" in line for line in failing(lines))


@pytest.mark.parametrize("blanks", [" " * 49, "\u3164" * 49, "\u2800" * 49, " \u2800" * 25])
async def test_no_choice_is_drawn_as_a_line_of_its_own(verify: Verify, blanks: str) -> None:
    """A terminal that is 80 signs wide would go on in the next line, with what only verify may say."""
    choices = ("For" + blanks + "holds        all", "Against", "Abstain")
    code, lines, _ = await verify(a_bundle(proposal=a_proposal(choices=choices)).content)
    (line,) = [line for line in lines if line.startswith("holds        outcome")]
    assert code == 0
    assert "  " not in line.removeprefix("holds        ")
    assert not set(line) & {"\u3164", "\u2800"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["verify"], "nothing is given to verify"),
        (["verify", "-", "--receipt", "-"], "one file only"),
        (["verify", "/nowhere/at/all"], "cannot be read"),
        (["verify", "{file}", "--rpc", "http://127.0.0.1:1/key"], "is not CHAIN=URL"),
    ],
)
def test_a_wrong_command_line_is_told_in_one_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "bundle").write_bytes(a_bundle().content)
    code = main([argument.format(file=tmp_path / "bundle") for argument in arguments])
    err = capsys.readouterr().err
    assert code == 2
    assert says in err
    assert err.count("\n") == 1
    assert "/key" not in err


async def test_a_file_that_is_far_too_large_is_refused_soon(verify: Verify) -> None:
    bomb = packed(b" " * (200 * 1024 * 1024))
    began = time.process_time()
    code, lines, _ = await verify(bomb)
    assert time.process_time() - began < 10
    assert code == 1
    assert "FAILS        file: it holds more than 128 MiB" in lines


async def test_a_vote_of_ten_thousand_is_verified(verify: Verify) -> None:
    ballots = [a_ballot(number, number % 3 + 1, number) for number in range(1, 10_001)]
    code, lines, _ = await verify(packed(a_bundle(ballots).content))
    assert code == 0
    assert any(line.startswith("holds        wallets: 10,000") for line in lines)


def test_it_starts_without_the_large_libraries(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_bytes(signed_bundle().content)
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "verify", str(tmp_path / "bundle.json")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert asked.returncode == 0, asked.stdout
    loaded = {name.split(".")[0] for name in re.findall(r"\|\s+([\w.]+)$", asked.stderr, re.MULTILINE)}
    assert "coincurve" in loaded
    assert not loaded & {"discord", "web3", "aiohttp", "sqlalchemy", "pydantic", "eth_abi", "eth_account"}
