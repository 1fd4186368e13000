"""What a host tries who has the bot, its database and its keys, and posts what comes of it: each is found, or said.

What nobody can find in a bundle alone, and what finds it, is in docs/proof.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from eth_account import Account

from bot.chain.chain_reader import ChainReader
from bot.cli.verifying.signature_checks import check_signatures
from bot.domain.audit.bundle.checking.bundle_checks import read
from bot.domain.audit.bundle.reading.bundle_file import packed
from bot.domain.power import parse_strategy, symbol_of
from bot.domain.power.voting_power import MOST_DIGITS
from bot.domain.proposals.vote_rules import Approval, Assurance, Settled, Whole, resolve
from bot.domain.shared.types import Address, Block, ChainId, MemberId, Timestamp, Units
from bot.domain.voting import SYSTEMS, Mark
from bot.domain.voting.ballot import Signed
from bot.domain.voting.ballot_message import BallotMessage, choice_of
from bot.domain.voting.recusal import Recusal, RecusedWallet
from bot.domain.voting.system_registry import VotingType
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Valid, Verdict
from bot.domain.wallets.signature_flaw import Flaw
from tests.builders import CHAIN, NOW, ONE, a_ballot, a_block, a_proposal, a_strategy, an_address, some_terms
from tests.bundles import BALLOTS, a_bundle, a_commitment, broken, failures, forged
from tests.cli.node import RecordedNode, block_hash
from tests.cli.test_verify import AT, TOKEN, Verify, balance, failing, terms, the_node, verify
from tests.fakes import FakeChain
from tests.second_verifier.bundle import Verified
from tests.second_verifier.polls import a_mark

__all__ = ["verify"]  # a fixture


async def test_that_nobody_signed_is_said_of_as_many_ballots_as_it_is_true_of(verify: Verify) -> None:
    code, lines, _ = await verify(a_bundle().content)
    (said,) = [line for line in lines if line.startswith("not checked  who voted: ")]
    assert code == 0
    assert said.startswith(
        "not checked  who voted: 3 of 3 ballots are not signed: that whoever holds those wallets cast"
    )
    code, lines, _ = await verify(a_bundle(()).content)
    assert not any("who voted" in line for line in lines)


async def test_a_snapshot_from_behind_the_submission_is_told(verify: Verify) -> None:
    for later in (0, 60, 61, 600):
        block = replace(a_block(), timestamp=Timestamp(NOW - 30 + later))
        proposal = a_proposal(terms=some_terms(snapshot={CHAIN: block}))
        code, lines, _ = await verify(a_bundle(proposal=proposal).content)
        told = [line for line in lines if line.startswith("not checked  snapshot: its block is")]
        assert code == 0
        assert len(told) == (later > 60)
        assert all(f"{later} s later than the submission" in line for line in told)
        assert any("s old at the submission" in line for line in lines) == (later <= 60)


async def test_how_old_the_snapshot_was_is_told(verify: Verify) -> None:
    block = replace(a_block(), timestamp=Timestamp(NOW - 30 - 86_400))
    proposal = a_proposal(terms=some_terms(snapshot={CHAIN: block}))
    _, lines, _ = await verify(a_bundle(proposal=proposal).content)
    assert "holds        times: the block was 86,400 s old at the submission; counted 60 s after the end" in lines


def test_recusals_are_made_while_the_vote_is_on() -> None:
    wallet = RecusedWallet(address=an_address(9), power=Units(8), supply=Units(8), linked=Units(0))
    for at, named in ((NOW - 31, "before the submission"), (NOW + 10**7, "after the end")):
        recusal = Recusal(member=MemberId(3), by=MemberId(3), at=Timestamp(at), wallets=(wallet,))
        (found,) = failures(a_bundle(proposal=a_proposal(recusals=(recusal,))).content)
        assert found == f"recusals: recusal at: {at} is {named}"


def test_no_delegate_votes_where_none_may_or_where_the_wallet_signed() -> None:
    ballots = [replace(BALLOTS[0], via=MemberId(5)), *BALLOTS[1:]]
    on, off = (a_proposal(terms=some_terms(delegation=delegation)) for delegation in (True, False))
    assert failures(a_bundle(ballots, on).content) == []
    (found,) = failures(a_bundle(ballots, off).content)
    assert found == f"delegations: ballot of {an_address(1)} via: no delegate votes for others here"
    signed = Signed(message=_message(an_address(1), "x", 1), signature=b"1", chain=ChainId(1))
    ballots[0] = replace(ballots[0], signed=signed)
    (found,) = failures(a_bundle(ballots, on).content)
    assert found == f"delegations: ballot of {an_address(1)} via: the wallet signed it, so no delegate cast it"


def _message(wallet: Address, proposal: str, mark: Mark) -> BallotMessage:
    return BallotMessage(
        voter=wallet,
        space=f"discord:{a_proposal().guild}",
        timestamp=NOW,
        proposal=proposal,
        choice=choice_of("basic", mark),
    )


def by_contract(block: Block, **fields: Any) -> tuple[Address, bytes]:
    """A bundle with one ballot, which a contract signed at a block of the chain that the vote reads."""
    made = some_terms if block.chain == CHAIN else partial(terms, the_node())
    proposal = a_proposal(terms=made(rules=Settled(assurance=Assurance.SIGNED), **fields))
    name = json.loads(a_bundle((), proposal).content)["proposal"]["cid"]
    wallet = Address(Account.from_key(b"\x01" * 32).address.lower())
    signed = Signed(message=_message(wallet, name, 1), signature=b"\x01\x02", chain=block.chain, block=block)
    return wallet, a_bundle([a_ballot(mark=1, wallet=wallet, signed=signed)], proposal).content


async def test_a_contract_asked_long_after_the_ballot_signed_nothing(verify: Verify) -> None:
    """An owner who came to a Safe later could sign then, and date it back."""
    for later, named in ((60, False), (61, True)):
        wallet, content = by_contract(
            Block(chain=ChainId(1), number=AT + 1, hash=block_hash(AT + 1), timestamp=Timestamp(NOW + later))
        )
        code, lines, _ = await verify(content)
        words = f"ballot of {wallet} signed block: it is later than the ballot"
        assert (code, any(words in line for line in failing(lines))) == (int(named), named)


async def test_where_a_chains_clock_is_fast_its_contracts_are_asked_as_much_later(verify: Verify) -> None:
    ahead = 600
    pinned = replace(a_block(), timestamp=Timestamp(NOW - 30 + ahead))
    for later, named in ((60, False), (61, True)):
        block = replace(pinned, number=pinned.number + 1, timestamp=Timestamp(NOW + ahead + later))
        _, content = by_contract(block, snapshot={CHAIN: pinned})
        _, lines, _ = await verify(content)
        assert any("signed block: it is later than the ballot" in line for line in failing(lines)) == named


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"timestamp": Timestamp(5)}, " timestamp: it says 5, the chain has"),
        ({"number": 10**9}, ": chain 1: "),
    ],
)
async def test_the_block_at_which_a_contract_was_asked_is_the_chains(
    verify: Verify, change: dict[str, Any], named: str
) -> None:
    block = Block(chain=ChainId(1), number=AT, hash=block_hash(AT), timestamp=Timestamp(the_node().time(AT)))
    for asked, found in ((block, False), (replace(block, **change), True)):
        wallet, content = by_contract(asked)
        async with the_node().served() as url:
            _, lines, _ = await verify(content, "--rpc", f"1={url}")
        words = f"FAILS        blocks of signatures: ballot of {wallet} signed block{named}"
        assert any(line.startswith(words) for line in lines) == found
        assert any(line == "holds        blocks of signatures: 1 as their chains have them" for line in lines) != found


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (Invalid(flaw=Flaw.DELEGATED), "FAILS"),
        (Valid(kind=Kind.DELEGATED), "not checked"),
        (Valid(kind=Kind.CONTRACT), "holds"),
    ],
)
async def test_code_that_speaks_for_an_account_is_believed_only_as_far_as_it_was_asked(
    verdict: Verdict, told: str
) -> None:
    """Code that says yes to everything lets a stranger sign; what it says on other chains is known when it is cast."""

    class Chain(FakeChain):
        async def signed(
            self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
        ) -> list[Verdict]:
            return [verdict for _ in claims]

    chain = Chain(chain=CHAIN)
    wallet, content = by_contract(chain.head)
    found = [
        one async for one in check_signatures(read(content), cast("ChainReader", chain)) if one.check == "signatures"
    ]
    assert [one.state.value for one in found] == (["FAILS"] if told == "FAILS" else [*dict.fromkeys(("holds", told))])
    assert any(wallet in one.detail for one in found) == (told == "FAILS")


async def test_an_older_block_of_another_chain_than_need_be_is_told(verify: Verify) -> None:
    home, other = the_node(), the_node(chain=10, final=18_000_000)
    strategies = [
        parse_strategy(
            {
                "name": "erc20-balance-of",
                "network": chain,
                "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18},
            },
            1,
        )
        for chain in ("1", "10")
    ]
    nearest = 18_000_000 - (19_000_000 - AT)
    ballots = [replace(b, scores=(b.power, b.power), power=Units(2 * b.power)) for b in BALLOTS]

    async def lines(number: int) -> list[str]:
        block = Block(
            chain=ChainId(10), number=number, hash=block_hash(number), timestamp=Timestamp(other.time(number))
        )
        pinned = {1: terms(home).snapshot[ChainId(1)], 10: block}
        proposal = a_proposal(terms=terms(home, strategies=tuple(strategies), snapshot=pinned))
        async with home.served() as one, other.served() as two:
            code, told, _ = await verify(a_bundle(ballots, proposal).content, "--rpc", f"1={one}", f"10={two}")
        assert (code, failing(told)) == (0, [])
        return [line for line in told[:-1] if "newest block" in line]

    assert await lines(nearest) == ["holds        newest block: chain 10: none is nearer before that of chain 1"]
    (told,) = await lines(nearest - 300)
    assert told.startswith("not checked  newest block: chain 10: the one taken is 3,600 s before that of chain 1, and ")


async def test_a_chain_whose_block_is_not_pinned_is_told_in_one_line(verify: Verify) -> None:
    node = the_node()
    strategies = (terms(node).strategies[0], a_strategy(network=10))
    ballots = [replace(b, scores=(b.power, Units(0))) for b in BALLOTS]
    content = a_bundle(ballots, a_proposal(terms=terms(node, strategies=strategies))).content
    async with node.served() as one, the_node(chain=10).served() as two:
        for arguments in ((), ("--rpc", f"1={one}"), ("--rpc", f"1={one}", f"10={two}")):
            code, lines, _ = await verify(content, *arguments)
            assert code == 1
            assert "FAILS        times: proposal document snapshot: it lacks chain 10, which strategies read" in lines


async def test_power_that_no_node_can_tell_is_no_power(verify: Verify) -> None:
    node = RecordedNode([balance(ballot.wallet, ballot.power) for ballot in BALLOTS[1:]])
    bundle = a_bundle(proposal=a_proposal(terms=terms(node)))
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--rpc", f"1={url}")
    assert code == 1
    assert any(line.startswith("FAILS        voting power: ") for line in lines)


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["ballots"].append({**value["ballots"][0]}),
        lambda value: value["ballots"].append(
            {**value["ballots"][0], "wallet": "0x" + value["ballots"][0]["wallet"][2:].upper()}
        ),
        lambda value: value["ballots"].reverse(),
        lambda value: value["ballots"][0].update(power="61"),
        lambda value: value["ballots"][0].update(power=None),
        lambda value: value["ballots"][0].update(power="-1", scores=["-1"]),
        lambda value: value["ballots"][0].update(scores=["unknown"]),
        lambda value: value["ballots"][0].update(scores=[]),
        lambda value: value["ballots"][0].update(mark=4),
        lambda value: value["ballots"][0].update(mark=True),
        lambda value: value["ballots"][0].update(at=value["ballots"][0]["at"] - 10**6),
        lambda value: value["tally"].update(winners=[2]),
        lambda value: value["tally"]["by_strategy"].reverse(),
        lambda value: value["outcome"].update(quorum="1"),
        lambda value: value["outcome"].update(verdict="rejected"),
        lambda value: value["standing"].update(quorum="1"),
        lambda value: value["proposal"]["document"]["quorum"].update(amount="1"),
        lambda value: value["proposal"]["document"]["threshold"].update(share="1/3"),
        lambda value: value["proposal"]["document"]["rules"].update(counts="for"),
        lambda value: value["proposal"]["document"]["text"].update(title="Else"),
        lambda value: value["proposal"]["document"]["strategies"][0]["params"].update(decimals=17),
        lambda value: value.update(counted_at=value["counted_at"] - 1),
        lambda value: value.update(votable=a_commitment({an_address(8): 5})),
        lambda value: value.update(votable={}),
    ],
)
def test_a_bundle_whose_hashes_were_all_made_anew_does_not_hold(change: Callable[[dict[str, Any]], object]) -> None:
    assert broken(forged(a_bundle().content, change))


@pytest.mark.parametrize("quorum", ["kk", ".", "1.2.3", "0." + 36 * "0" + "1"])
@pytest.mark.parametrize("recused", [False, True])
async def test_a_quorum_that_is_no_amount_is_told_in_one_line(verify: Verify, quorum: str, recused: bool) -> None:
    """Also where wallets were taken out of a whole, so that quorum and threshold are made anew before all else."""
    rules = Settled(quorum="5", approval=Approval(of=Whole.SUPPLY))
    wholes = {Whole.SUPPLY: Units(500 * ONE)}
    amount, threshold = resolve(rules, wholes, 18)
    gone = RecusedWallet(address=an_address(9), power=Units(7), supply=Units(7), linked=Units(0))
    recusals = (Recusal(member=MemberId(3), by=MemberId(3), at=NOW, wallets=(gone,)),) * recused
    made = some_terms(rules=rules, wholes=wholes, quorum=amount, threshold=threshold)
    content = a_bundle(proposal=a_proposal(terms=made, recusals=recusals)).content
    assert failures(content) == []
    false = forged(content, lambda value: value["proposal"]["document"]["rules"].update(quorum=quorum))
    code, lines, _ = await verify(false)
    assert (code, len(failing(lines))) == (1, 1)
    assert failing(lines)[0].startswith("FAILS        file: proposal document rules quorum is ")


NUMBER = b'"counted_at":'


@pytest.mark.parametrize(
    ("put", "named"),
    [
        (b"NaN", "the number NaN is no whole one"),
        (b"-Infinity", "the number -Infinity is no whole one"),
        (b"1.0", "the number 1.0 is no whole one"),
        (b"1e999", "the number 1e999 is no whole one"),
        (b"9" * 5_000, "is too large: amounts are texts"),
        (b"[" * 5_000, "it is nested too deeply"),
        (b'{"a":1,"a":2}', "stands twice in one object"),
        (b'"\\ud800"', ""),
        (b"\xff", "is not UTF-8"),
    ],
)
async def test_json_that_readers_differ_on_is_refused_in_one_line(verify: Verify, put: bytes, named: str) -> None:
    before, name, after = a_bundle().content.partition(NUMBER)
    content = before + name + put + after.lstrip(b"0123456789")
    for written in (content, packed(content)):
        code, lines, _ = await verify(written)
        assert code == 1
        assert lines[0].startswith("FAILS        file: ")
        assert named in lines[0]


async def test_a_path_that_is_no_file_is_told_in_one_line(
    verify: Verify, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "nowhere").symlink_to(tmp_path / "none")
    for name in ("loop", "nowhere", "."):
        code, _, err = await verify(a_bundle().content, "--receipt", tmp_path / name)
        assert (code, err.startswith("problem: "), "cannot be read" in err) == (2, True, True)
    bundle = a_bundle()
    (tmp_path / "real").write_bytes(bundle.content)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    code, lines, _ = await verify(packed(bundle.content), "--cid", bundle.cid, name="link")
    assert (code, failing(lines)) == (0, [])


def test_ten_times_the_power_of_everybody_does_not_overflow() -> None:
    ballots = [a_ballot(number, 1, 10**70, receipt=str(number)) for number in (1, 2)]
    assert failures(a_bundle(ballots).content) == []
    assert ONE < 10**70


@pytest.mark.parametrize("system", SYSTEMS)
def test_whatever_power_the_bot_takes_its_bundle_can_be_read(system: VotingType) -> None:
    """A formula may multiply balances of 2^256; weights that share no factor make the longest fractions there are."""
    random, most = Random(system), 10**MOST_DIGITS - 1  # noqa: S311 - the same ballots each time
    strategies = tuple(a_strategy(params={"address": TOKEN, "symbol": f"T{n}", "decimals": 18}) for n in range(10))
    proposal = a_proposal(
        voting=system,
        choices=("A", "B", "C"),
        terms=some_terms(strategies=strategies, symbol=symbol_of(strategies)),
    )
    ballots = []
    for number in range(1, 60):
        mark = a_mark(random, system, 3, partial=False)
        if system in {"weighted", "quadratic"}:
            mark = (10_000 - number, 9_967 - 2 * number, number)
        scores = tuple(Units(most // 10 - random.randrange(10**9)) for _ in strategies)
        ballots.append(a_ballot(number, mark, scores=scores, power=Units(sum(scores)), receipt=f"{number:032x}"))
    content = a_bundle(ballots, proposal).content
    assert failures(content) == []
    assert Verified(content).false == []
