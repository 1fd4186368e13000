"""A bundle is held against the log: what the host drops, adds or changes between the two is named by its entry."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.__main__ import main
from bot.domain.audit.bundle.checking.bundle_checks import read
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.audit.log.hash_chain import Entry, entry
from bot.domain.audit.log.log_file import from_line, to_line
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import Address, MemberId, ProposalId, Timestamp, Units
from bot.domain.spaces.space import Space
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.recusal import Recusal, RecusedWallet
from tests.builders import GUILD, ONE, an_address
from tests.bundles import a_bundle, forged
from tests.services.conftest import House
from tests.tables import connection_of

MOD = MemberId(1_100_000_000_000_000_900)


def chained(contents: Sequence[dict[str, Any]]) -> list[Entry]:
    """A log that holds by itself: what a host makes who writes it anew."""
    made: list[Entry] = []
    for content in contents:
        said = {name: value for name, value in content.items() if name != "seq"}
        made.append(entry(made[-1] if made else None, said))
    return made


class Proof:
    """A vote that was counted, with its bundle and its log, as the bot made them."""

    def __init__(self, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.house, self.folder, self.capsys = house, tmp_path, capsys

    ballots: list[Ballot]
    """Those that count."""
    space: Space
    """Where it is not the server's own."""

    async def vote(self) -> None:
        """Ann votes twice, Ben through Cy, who holds a delegation, Dee by herself after Cy did, and Eve is out."""
        house = self.house
        self.ann, self.ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
        self.cy, self.dee = await house.member(3, tokens=5), await house.member(4, tokens=7)
        self.eve = await house.member(5, tokens=100)
        for delegator in (self.ben, self.dee):
            await house.app.member_delegations.give(GUILD, delegator, self.cy)
        house.clock.time += 5
        self.proposal = await house.submit()
        for member, mark in ((self.ann, 1), (self.cy, 2), (self.dee, 3), (self.eve, 2), (self.ann, 2)):
            house.clock.time += 1
            await house.vote(self.proposal, member, mark)
        await house.app.recusals.recuse(GUILD, ProposalId(self.proposal.number), self.eve, by=MOD, moderator=True)

    async def count(self) -> None:
        house = self.house
        await house.end(self.proposal)
        assert await house.app.lifecycle.close_due() == 1
        self.proposal = await house.stored(self.proposal)
        self.bundle = unpacked(await house.app.results.bundle(GUILD, self.proposal.number))
        await self.export()

    async def export(self) -> None:
        export = await self.house.app.audit.export(GUILD)
        lines = gzip.decompress(export.content).decode().splitlines()
        self.entries = [from_line(line) for line in lines]

    @property
    def contents(self) -> list[dict[str, Any]]:
        return [json.loads(one.content) for one in self.entries]

    def seq(self, kind: Kind, last: bool = True) -> int:
        found = [content["seq"] for content in self.contents if content["kind"] == kind]
        return int(found[-1 if last else 0])

    async def tamper(self, statement: str, wallet: Address) -> None:
        """What somebody with full control does to the database, between voting and the count."""
        self.house.tampered = True
        async with self.house.app.store.write() as repos:
            await connection_of(repos).execute(text(statement), {"wallet": wallet})
            await repos.commit()

    def forge(
        self,
        change: Callable[[Ballot], Ballot | None] = lambda one: one,
        proposal: Proposal | None = None,
        without: Address | None = None,
    ) -> bytes:
        """A bundle that agrees with itself, of other ballots or of another proposal."""
        proposal = proposal or self.proposal
        ballots = [b for b in map(change, self.ballots) if b is not None and b.wallet != without]
        return a_bundle(ballots, proposal, superseded=2).content

    async def verify(
        self, bundle: bytes | None = None, entries: Sequence[Entry] | None = None, *arguments: str | Path
    ) -> tuple[int, list[str], list[str]]:
        file, log = self.folder / "bundle.json", self.folder / "log.jsonl"
        file.write_bytes(self.bundle if bundle is None else bundle)
        log.write_text("".join(map(to_line, self.entries if entries is None else entries)))
        code = await asyncio.to_thread(main, ["verify", str(file), "--log", str(log), *map(str, arguments)])
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        lines = out.splitlines()
        return code, [line for line in lines if line.startswith("FAILS")], lines


@pytest.fixture
async def proof(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proof:
    made = Proof(house, tmp_path, capsys)
    await made.vote()
    return made


@pytest.fixture
async def counted(proof: Proof) -> Proof:
    proof.ballots = [b for b in await proof.house.ballots(proof.proposal) if b.wallet != an_address(5)]
    await proof.count()
    return proof


async def test_what_the_bot_made_agrees_line_by_line(counted: Proof) -> None:
    code, failing, lines = await counted.verify(None, None, "--head", counted.entries[-1].hash)
    assert (code, failing) == (0, [])
    stated = read(counted.bundle)
    assert "holds        log and proposal: number 1, from its submission to its count" in lines
    assert f"holds        log and text: {stated.cid}" in lines
    assert "holds        log and ballots: 4, each the last of its wallet; none that was logged is missing" in lines
    assert "holds        log and recusals: 1 wallets" in lines
    assert "holds        log and delegates: 1 ballots cast by them" in lines
    assert any(line.startswith("holds        log and result: bafk") and stated.root in line for line in lines)
    assert json.loads(counted.bundle)["superseded"] == 2


async def test_a_ballot_that_the_host_drops_before_the_count_is_named(proof: Proof) -> None:
    cast = [content for content in await _said(proof) if content["kind"] == Kind.BALLOTS]
    (seq,) = [content["seq"] for content in cast if [c["wallet"] for c in content["votes"]["cast"]] == [an_address(4)]]
    await proof.tamper("delete from ballots where wallet = :wallet", an_address(4))
    await proof.count()
    code, failing, _ = await proof.verify()
    assert code == 1
    assert (
        f"FAILS        log and ballots: ballot of {an_address(4)}: entry {seq} says that it was cast, and the "
        in (failing[0])
    )
    assert "the bundle lacks it" in failing[0]


async def _said(proof: Proof) -> Any:
    await proof.export()
    return proof.contents


async def test_a_vote_that_was_replaced_is_not_the_one_that_counts(proof: Proof) -> None:
    await proof.tamper("delete from ballots where wallet = :wallet and counts", an_address(1))
    await proof.tamper("update ballots set counts = true where wallet = :wallet", an_address(1))
    await proof.count()
    code, failing, _ = await proof.verify()
    first, last = (content["seq"] for content in proof.contents if _casts(content, 1))
    assert code == 1
    assert failing[0] == (
        f"FAILS        log and ballots: ballot of {an_address(1)}: it is the one of entry {first}, "
        f"which entry {last} replaced"
    )


def _casts(content: dict[str, Any], number: int) -> bool:
    return any(cast["wallet"] == an_address(number) for cast in content.get("votes", {}).get("cast", ()))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update ballots set mark = '1' where wallet = :wallet and counts", "it is not the one of entry"),
        ("update ballots set receipt = 'another' where wallet = :wallet and counts", "it is not the one of entry"),
        ("update ballots set cast_at = cast_at - 1 where wallet = :wallet and counts", "it is not the one of entry"),
        ("update ballots set via = null where wallet = :wallet and counts", None),
    ],
)
async def test_a_ballot_that_the_host_changes_before_the_count_is_named(
    proof: Proof, statement: str, words: str | None
) -> None:
    await proof.tamper(statement, an_address(4 if words else 2))
    await proof.count()
    code, failing, _ = await proof.verify()
    assert code == 1
    if words:
        assert words in failing[0]
    else:
        seq = next(content["seq"] for content in proof.contents if _casts(content, 2))
        assert f"log and delegates: ballot of {an_address(2)} via: entry {seq} names" in failing[0]


async def test_a_ballot_that_nobody_cast_is_named(counted: Proof) -> None:
    invented = replace(counted.ballots[0], wallet=an_address(77), receipt="f" * 32)
    counted.ballots.append(invented)
    code, failing, _ = await counted.verify(counted.forge())
    assert code == 1
    named = f"FAILS        log and ballots: ballot of {an_address(77)}: no entry says that it was cast"
    assert named in failing


async def test_power_that_was_not_logged_is_named(counted: Proof) -> None:
    def change(ballot: Ballot) -> Ballot:
        return replace(ballot, power=Units(61 * ONE), scores=(Units(61 * ONE),)) if _is(ballot, 1) else ballot

    _, failing, _ = await counted.verify(counted.forge(change))
    assert any(f"ballot of {an_address(1)} scores: they are not as the log says" in line for line in failing)


def _is(ballot: Ballot, number: int) -> bool:
    return ballot.wallet == an_address(number)


async def test_other_rules_or_another_text_have_another_name(counted: Proof) -> None:
    terms = counted.proposal.terms
    assert terms is not None
    for proposal in (
        replace(counted.proposal, terms=replace(terms, rules=replace(terms.rules, quorum="1"), quorum=Units(ONE))),
        replace(counted.proposal, text=replace(counted.proposal.text, title="Something else")),
        replace(counted.proposal, terms=replace(terms, start=Timestamp(terms.start - 1))),
    ):
        _, failing, _ = await counted.verify(counted.forge(proposal=proposal))
        assert any(line.startswith("FAILS        log and text: entry ") for line in failing), (proposal, failing)


async def test_an_invented_recusal_is_named_and_so_is_one_that_was_left_out(counted: Proof) -> None:
    gone = RecusedWallet(address=an_address(1), power=Units(60 * ONE), supply=Units(60 * ONE), linked=Units(0))
    assert counted.proposal.terms is not None
    recusal = Recusal(member=MemberId(9), by=MemberId(9), at=counted.proposal.terms.end, wallets=(gone,))
    more = replace(counted.proposal, recusals=(*counted.proposal.recusals, recusal))
    _, failing, _ = await counted.verify(counted.forge(proposal=more, without=an_address(1)))
    assert f"FAILS        log and recusals: recusal of {an_address(1)}: no entry says so" in failing
    assert any("the bundle lacks it" in line for line in failing)
    _, failing, _ = await counted.verify(counted.forge(proposal=replace(counted.proposal, recusals=())))
    seq = counted.seq(Kind.RECUSED)
    named = f"recusal of {an_address(5)}: entry {seq} says so, and the bundle does not"
    assert f"FAILS        log and recusals: {named}" in failing
    (only,) = counted.proposal.recusals
    other = replace(only, by=only.member)
    _, failing, _ = await counted.verify(counted.forge(proposal=replace(counted.proposal, recusals=(other,))))
    assert f"FAILS        log and recusals: recusal of {an_address(5)} by: it is not whom entry {seq} names" in failing


async def test_a_ballot_of_who_is_out_does_not_count_though_the_bundle_leaves_the_recusal_out(counted: Proof) -> None:
    every = await counted.house.ballots(counted.proposal)
    counted.ballots = every
    _, failing, _ = await counted.verify(counted.forge(proposal=replace(counted.proposal, recusals=())))
    named = f"ballot of {an_address(5)}: the log says that this wallet takes no part"
    assert f"FAILS        log and ballots: {named}" in failing


async def test_the_count_that_was_logged_is_of_this_bundle(counted: Proof) -> None:
    other = forged(counted.bundle, lambda value: value.update(software="folkmoot 9"))
    code, failing, _ = await counted.verify(other)
    seq = counted.seq(Kind.CLOSED)
    assert (code, len(failing)) == (1, 1)
    assert failing[0].startswith(f"FAILS        log and result: bundle: entry {seq} says bafk")
    contents = counted.contents
    again = [*contents, {**contents[seq - 1], "bundle": "bafkother"}]
    _, failing, _ = await counted.verify(None, chained(again))
    assert any("it says again that the proposal was counted" in line for line in failing)


async def test_superseded_ballots_are_as_many_as_the_log_knows(counted: Proof) -> None:
    other = forged(counted.bundle, lambda value: value.update(superseded=1))
    _, failing, _ = await counted.verify(other)
    assert "FAILS        log and result: superseded: it says 1, by the log it is 2" in failing


async def test_a_ballot_that_was_cast_behind_the_end_and_dated_back_is_named(counted: Proof) -> None:
    contents, seq = counted.contents, counted.seq(Kind.CLOSED)
    late = [content for content in contents if _casts(content, 4)][-1]
    others = [content for content in contents if content is not late and content["seq"] != seq]
    assert counted.proposal.terms is not None
    end = counted.proposal.terms.end
    told = {"kind": Kind.TOLD.value, "at": end + 7_200, "topic": "x", "ref": "y"}
    _, failing, _ = await counted.verify(None, chained([*others, told, late, contents[seq - 1]]))
    (named,) = failing
    assert named.startswith(f"FAILS        log and ballots: ballot of {an_address(4)}: entry ")
    assert named.endswith("was made 7,200 s after the end at least")


async def test_a_ballot_has_the_moment_of_its_entry(counted: Proof) -> None:
    contents = counted.contents
    for content in contents:
        if _casts(content, 4):
            content["at"] += 30
    _, failing, _ = await counted.verify(None, chained(contents))
    assert any(line.startswith(f"FAILS        log and ballots: ballot of {an_address(4)} at: ") for line in failing)


async def test_nothing_is_cast_behind_the_count(counted: Proof) -> None:
    contents = counted.contents
    last = next(content for content in contents if _casts(content, 4))
    _, failing, _ = await counted.verify(None, chained([*contents, last]))
    assert any("it is about ballots, and the count was made before it" in line for line in failing)


async def test_a_text_that_changed_when_voting_was_open_is_named(counted: Proof) -> None:
    contents = counted.contents
    cid = counted.proposal.cid
    place = counted.seq(Kind.BALLOTS, last=False)
    edit = {"kind": Kind.EDITED.value, "at": contents[place - 1]["at"], "proposal": 1, "cid": cid}
    _, failing, _ = await counted.verify(None, chained([*contents[:place], edit, *contents[place:]]))
    assert failing == [f"FAILS        log and text: entry {place + 1}: the text was changed when voting was open"]
    taken = {"kind": Kind.DELETED.value, "at": edit["at"], "proposal": 1, "cid": cid}
    _, failing, _ = await counted.verify(None, chained([*contents[:place], taken, *contents[place:]]))
    assert failing == [
        f"FAILS        log and proposal: entry {place + 1}: proposal 1 was taken back; it is not to be counted"
    ]


async def test_what_the_log_says_of_one_vote_fits_together(counted: Proof) -> None:
    """Each change is of one entry, with the chain made anew behind it."""
    submitted, recused = counted.seq(Kind.SUBMITTED), counted.seq(Kind.RECUSED)
    ballot = [content["seq"] for content in counted.contents if _casts(content, 4)][-1]

    def again(contents: list[dict[str, Any]]) -> None:
        contents.insert(submitted, contents[submitted - 1])

    def later(contents: list[dict[str, Any]]) -> None:
        contents[submitted - 1]["at"] += 9

    def renamed(contents: list[dict[str, Any]]) -> None:
        contents[recused - 1]["cid"] = "bafkother"

    def dropped(contents: list[dict[str, Any]]) -> None:
        contents[recused - 1]["votes"]["dropped"] = [an_address(4)]

    def signed(contents: list[dict[str, Any]]) -> None:
        contents[ballot - 1]["votes"]["cast"][0]["signed"] = "ab" * 32

    def begun(contents: list[dict[str, Any]]) -> None:
        contents.insert(ballot, {**contents[0], "at": 5, "votes": contents[ballot - 1]["votes"]})

    def sooner(contents: list[dict[str, Any]]) -> None:
        contents[recused - 1]["at"] -= 1

    def slower(contents: list[dict[str, Any]]) -> None:
        contents[closed - 1]["at"] += 5

    at, closed = counted.proposal.submitted_at, counted.seq(Kind.CLOSED)
    assert counted.proposal.result is not None
    assert at is not None
    out, told = counted.proposal.recusals[0].at, counted.proposal.result.counted_at
    for change, words in (
        (again, f"log and proposal: entry {submitted + 1}: it submits proposal 1 again"),
        (later, f"log and proposal: entry {submitted}: submitted at {at + 9}, the bundle says {at}"),
        (renamed, f"log and text: entry {recused}: it is about bafkother, and no entry says that the text was changed"),
        (dropped, f"log and ballots: ballot of {an_address(4)}: entry {recused} says that it counts no more"),
        (signed, f"log and ballots: ballot of {an_address(4)} signed: it is not as entry {ballot} says"),
        (sooner, f"log and recusals: recusal of {an_address(5)} at: it says {out}, entry {recused} is of {out - 1}"),
        (slower, f"log and result: counted_at: it says {told}, entry {closed} is of {told + 5}"),
        (begun, f"log and proposal: entry {ballot + 1}: it says something in a way in which nothing is logged"),
    ):
        contents = counted.contents
        change(contents)
        code, failing, _ = await counted.verify(None, chained(contents))
        assert code == 1
        assert f"FAILS        {words}" in failing


async def test_a_log_that_can_tell_nothing_of_the_vote_is_no_proof(counted: Proof) -> None:
    contents, closed = counted.contents, counted.seq(Kind.CLOSED)
    submitted = counted.seq(Kind.SUBMITTED)
    for entries, words in (
        (counted.entries[: closed - 1], f"no entry up to {closed - 1} says that proposal 1 was counted"),
        (counted.entries[submitted:], f"the log given begins with entry {submitted + 1}, behind the submission"),
        (chained([contents[0]]), "no entry says that proposal 1 was submitted"),
        (
            chained([{**content, **({"guild": "7"} if "guild" in content else {})} for content in contents]),
            f"entry 1: the log is of server 7, the bundle of {GUILD}",
        ),
    ):
        code, failing, _ = await counted.verify(None, entries)
        assert code == 1
        assert words in failing[0]


async def test_nothing_is_held_against_a_log_that_does_not_hold(counted: Proof) -> None:
    broken = [*counted.entries[:2], *counted.entries[3:]]
    code, _, lines = await counted.verify(None, broken)
    assert code == 1
    assert "not checked  log and bundle: the log does not hold, so nothing is held against it" in lines


@pytest.mark.parametrize(
    "votes",
    [
        {"proposal": 1, "cast": [{"wallet": ["0x"], "commitment": "", "scores": []}]},
        {"proposal": 1, "cast": [{"wallet": "0x", "commitment": {}, "scores": []}]},
        {"proposal": 1, "cast": [{"wallet": "0x", "scores": []}]},
        {"proposal": 1, "cast": [{"wallet": "0x", "commitment": "", "via": []}]},
        {"proposal": 1, "cast": 5},
        {"proposal": 1, "dropped": [[]]},
        {"proposal": 1, "rescored": []},
        {"cast": []},
        [1],
    ],
)
async def test_entries_that_nobody_writes_stop_the_match(counted: Proof, votes: Sequence[int] | dict[str, Any]) -> None:
    odd = {"kind": Kind.BALLOTS.value, "at": 1, "votes": votes}
    code, failing, _ = await counted.verify(None, chained([*counted.contents, odd]))
    place = len(counted.entries) + 1
    assert code == 1
    named = f"entry {place}: it says something in a way in which nothing is logged"
    assert failing == [f"FAILS        log and proposal: {named}"]


async def test_who_was_forgotten_is_said_and_fails_nothing(proof: Proof) -> None:
    for member in (proof.cy, proof.eve):
        preview = await proof.house.app.privacy.preview(GUILD, member)
        assert await proof.house.app.privacy.forget(GUILD, member, preview.agreed)
    await proof.count()
    code, failing, lines = await proof.verify()
    assert (code, failing) == (0, [])
    assert "not checked  log and delegates: 1 ballots were cast by a delegate who was forgotten since" in lines
    assert "not checked  log and recusals: who asked for 1: the person was forgotten since" in lines


async def test_a_delegate_whom_only_the_bundle_forgot_is_named(counted: Proof) -> None:
    def forget(value: dict[str, Any]) -> None:
        for ballot in value["ballots"]:
            if "via" in ballot:
                ballot["via"] = ""

    _, failing, _ = await counted.verify(forged(counted.bundle, forget))
    assert any(line.startswith("FAILS        log and delegates: ") for line in failing)


async def test_ballots_that_no_head_holds_yet_are_counted_out(counted: Proof) -> None:
    head = counted.entries[counted.seq(Kind.BALLOTS, last=False) - 1]
    code, _, lines = await counted.verify(None, None, "--head", head.hash)
    assert code == 0
    named = f"4 ballots stand behind the last head given (entry {head.seq}): give a later one"
    assert f"not checked  log and heads: {named}" in lines


async def test_a_receipt_is_looked_for_in_the_log_too(proof: Proof) -> None:
    _, receipt = await proof.house.app.results.receipt(GUILD, proof.proposal.number, proof.ann)
    await proof.export()
    file, log = proof.folder / "receipt.json", proof.folder / "log.jsonl"
    assert receipt is not None
    file.write_bytes(receipt)
    for entries, code, words in (
        (proof.entries, 0, f"holds        log and receipt: committed to in {proof.seq(Kind.BALLOTS)}"),
        (
            chained([content for content in proof.contents if not _casts(content, 1)]),
            1,
            f"FAILS        log and receipt: ballot of {an_address(1)}: no entry commits to it",
        ),
    ):
        log.write_text("".join(map(to_line, entries)))
        got = await asyncio.to_thread(main, ["verify", "--receipt", str(file), "--log", str(log)])
        out, _ = proof.capsys.readouterr()
        assert got == code
        assert words in out
    await proof.count()
    _, receipt = await proof.house.app.results.receipt(GUILD, proof.proposal.number, proof.ann)
    assert receipt is not None
    file.write_bytes(receipt)
    code, _, lines = await proof.verify(None, None, "--receipt", file)
    assert (code, f"holds        log and receipt: committed to in {proof.seq(Kind.BALLOTS)}" in lines) == (0, True)


@pytest.mark.parametrize("counted_already", [False, True])
async def test_a_receipt_is_of_a_ballot_on_its_own_proposal_and_of_its_own_wallet(
    proof: Proof, counted_already: bool
) -> None:
    """Or a host shows a member an entry that nobody counts: on another vote, or beside an accomplice's name."""
    if counted_already:
        await proof.count()
    _, receipt = await proof.house.app.results.receipt(GUILD, proof.proposal.number, proof.ann)
    await proof.export()
    seq, ann, file, log = proof.seq(Kind.BALLOTS), an_address(1), proof.folder / "receipt", proof.folder / "log.jsonl"
    assert receipt is not None
    file.write_bytes(receipt)
    other = proof.contents[proof.seq(Kind.SUBMITTED) - 1] | {"proposal": 2, "cid": "bafother"}
    for change, more, words in (
        ({"proposal": 9}, (), f"FAILS        log and receipt: ballot of {ann}: entry {seq} has it on number 9, which"),
        ({"proposal": 2}, (other,), f"FAILS        log and receipt: ballot of {ann}: entry {seq} has it on number 2,"),
        ({"proposal": [1]}, (), f"FAILS        log and receipt: ballot of {ann}: no entry commits to it"),
        ({"wallet": an_address(8)}, (), f"FAILS        log and receipt: ballot of {ann}: no entry commits to it"),
        ({}, (), f"holds        log and receipt: committed to in {seq}"),
    ):
        contents = proof.contents
        votes = contents[seq - 1]["votes"]
        votes |= {name: value for name, value in change.items() if name in votes}
        votes["cast"][0] |= {name: value for name, value in change.items() if name not in votes}
        log.write_text("".join(map(to_line, chained([*contents, *more]))))
        got = await asyncio.to_thread(main, ["verify", "--receipt", str(file), "--log", str(log)])
        out, _ = proof.capsys.readouterr()
        assert words in out
        assert got == int(bool(change))


async def test_a_log_that_names_no_proposal_of_a_receipts_ballots_says_so(counted: Proof) -> None:
    """A file that goes on from another begins behind the submission."""
    _, receipt = await counted.house.app.results.receipt(GUILD, 1, counted.ann)
    assert receipt is not None
    (counted.folder / "receipt").write_bytes(receipt)
    seq = counted.seq(Kind.BALLOTS)
    entries = [one for one in counted.entries[seq - 2 :] if json.loads(one.content)["seq"] <= seq]
    _, failing, lines = await counted.verify(None, entries, "--receipt", counted.folder / "receipt")
    assert not any("log and receipt" in line for line in failing)
    assert f"not checked  log and receipt: no entry given names proposal 1, which {seq} is about" in lines


@pytest.mark.parametrize("change", [{}, {"cid": None}, {"cid": 7}])
async def test_a_submission_says_what_text_it_is_of(counted: Proof, change: dict[str, Any]) -> None:
    """Or the text of a vote is chosen when it is over, where nobody voted."""
    contents, seq = counted.contents, counted.seq(Kind.SUBMITTED)
    del contents[seq - 1]["cid"]
    contents[seq - 1] |= change
    code, failing, _ = await counted.verify(None, chained(contents))
    assert code == 1
    assert f"FAILS        log and text: entry {seq}: it does not say what text it is about" in failing


@pytest.mark.parametrize(("field", "other"), [("root", "0" * 64), ("bundle", "bafother")])
async def test_a_receipt_names_the_root_and_the_bundle_of_the_count(counted: Proof, field: str, other: str) -> None:
    """Or a member is shown a count of their own, which nobody else has."""
    _, receipt = await counted.house.app.results.receipt(GUILD, 1, counted.ann)
    file, log, seq = counted.folder / "receipt", counted.folder / "log.jsonl", counted.seq(Kind.CLOSED)
    log.write_text("".join(map(to_line, counted.entries)))
    assert receipt is not None
    for told in (json.loads(receipt), json.loads(receipt) | {field: other}):
        file.write_text(json.dumps(told))
        code = await asyncio.to_thread(main, ["verify", "--receipt", str(file), "--log", str(log)])
        out, _ = counted.capsys.readouterr()
        assert code == int(told[field] == other)
        assert (f"FAILS        log and receipt: {field}: entry {seq} says " in out) is (told[field] == other)


async def test_of_a_receipts_count_nothing_is_held_where_no_entry_counts_it_or_one_hides_that_it_does(
    counted: Proof,
) -> None:
    _, receipt = await counted.house.app.results.receipt(GUILD, 1, counted.ann)
    file, log, contents = counted.folder / "receipt", counted.folder / "log.jsonl", counted.contents
    assert receipt is not None
    file.write_bytes(receipt)
    unknown = "not checked  log and receipt: no entry given says that its proposal was counted"
    odd = f"FAILS        log and receipt: entry {len(contents)}: it says something in a way in which nothing is logged"
    for entries, words, expected in (
        (contents, f"holds        log and receipt: committed to in {counted.seq(Kind.BALLOTS)}", 0),
        (contents[:-1], unknown, 0),
        ([*contents[:-1], contents[-1] | {"proposal": [1]}], odd, 1),
    ):
        made = chained(entries)
        log.write_text("".join(map(to_line, made)))
        code = await asyncio.to_thread(
            main, ["verify", "--receipt", str(file), "--log", str(log), "--head", made[-1].hash]
        )
        out, _ = counted.capsys.readouterr()
        assert words in out
        assert (code, unknown in out) == (expected, words == unknown or expected == 1)
    head = made[counted.seq(Kind.BALLOTS) - 1].hash
    log.write_text("".join(map(to_line, chained(contents))))
    await asyncio.to_thread(main, ["verify", "--receipt", str(file), "--log", str(log), "--head", head])
    out, _ = counted.capsys.readouterr()
    assert f"log and heads: entries {len(contents)} stand behind the last head given" in out
