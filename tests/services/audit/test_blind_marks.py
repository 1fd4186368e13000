"""While a vote is hidden, nothing that others see lets them try out a mark, though a signature can be guessed."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.__main__ import main
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.log.ballot_commitment import signature_digest
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.audit.log.hash_chain import Entry, entry
from bot.domain.audit.log.log_file import from_line, to_line
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Assurance, Rules, VoteVisibility
from bot.domain.shared.types import Block, Timestamp
from bot.domain.voting.ballot import Signed
from bot.domain.voting.ballot_message import BallotMessage
from tests.builders import GUILD, an_address
from tests.logs import disagreements
from tests.services.conftest import House
from tests.tables import connection_of

MARKS = (1, 2, 3)


@pytest.fixture
async def vote(house: House) -> Proposal:
    """A hidden vote with signed ballots, and a contract wallet that takes no signature at all for one."""
    await house.app.spaces.set_voting(
        GUILD, voting=None, rules=Rules(assurance=Assurance.SIGNED, shown=VoteVisibility.NOTHING)
    )
    house.members = [await house.member(1, tokens=60)]
    house.chain.contracts.add(an_address(1))
    house.chain.signers["0x"] = an_address(1)
    vote = await house.submit()
    assert vote.terms is not None
    house.clock.time = Timestamp(vote.terms.start + 100)
    await house.app.lifecycle.open_due()
    return await house.stored(vote)


async def cast(house: House, vote: Proposal, mark: int = 2) -> BallotMessage:
    message, _ = await house.app.signing.message(GUILD, vote.id, house.members[0], an_address(1), mark)
    house.clock.time += 7
    await house.app.signing.cast(GUILD, vote.id, house.members[0], an_address(1), mark, message.timestamp, "0x")
    return message


async def entries(house: House) -> list[Entry]:
    export = await house.app.audit.export(GUILD)
    return [from_line(line) for line in gzip.decompress(export.content).decode().splitlines()]


def hashes(value: Any) -> Iterator[str]:
    """Every text in JSON."""
    match value:
        case dict():
            for inner in value.values():
                yield from hashes(inner)
        case list():
            for inner in value:
                yield from hashes(inner)
        case str():
            yield value
        case _:
            pass


def guessed(vote: Proposal, block: Block, now: int) -> Iterator[tuple[int, Signed]]:
    """What somebody can try who knows the wallet and the chain: each mark, in each of the last seconds."""
    for mark in MARKS:
        for at in range(now - 60, now + 1):
            message = BallotMessage(
                voter=an_address(1),
                space=f"discord:{GUILD}",
                timestamp=Timestamp(at),
                proposal=vote.cid or "",
                choice=mark,
            )
            yield mark, Signed(message=message, signature=b"", chain=block.chain, block=block)


async def test_no_hash_in_the_log_is_that_of_a_signature_that_can_be_guessed(house: House, vote: Proposal) -> None:
    await cast(house, vote)
    public = {text for one in await entries(house) for text in hashes(json.loads(one.content))}
    now = int(house.clock.now())
    found = [mark for mark, one in guessed(vote, house.chain.head, now) if signature_digest(one) in public]
    assert found == []


async def test_what_a_contract_may_keep_on_chain_of_a_ballot_cannot_be_tried_out(house: House, vote: Proposal) -> None:
    message = await cast(house, vote)
    now = int(house.clock.now())
    tried = {one.message.digest() for _, one in guessed(vote, house.chain.head, now)}
    assert message.digest() not in tried


async def test_each_message_has_a_salt_of_its_own_and_is_the_same_when_its_signature_comes_back(
    house: House, vote: Proposal
) -> None:
    first = await cast(house, vote, 1)
    house.clock.time += 5
    second = await cast(house, vote, 1)
    salts = [json.loads(message.metadata)["salt"] for message in (first, second)]
    assert [len(salt) for salt in salts] == [32, 32]
    assert len(set(salts)) == len(salts)
    (ballot,) = await house.ballots(vote)
    assert ballot.signed is not None
    assert ballot.signed.message == second


async def test_a_ballot_that_was_replaced_stays_sealed_when_the_result_is_out(house: House, vote: Proposal) -> None:
    first = await cast(house, vote, 1)
    house.clock.time += 5
    await cast(house, vote, 2)
    first_cast, *_ = [said for one in await entries(house) for said in _cast(one)]
    sealed = first_cast["sealed"]
    await house.end(vote)
    await house.app.lifecycle.close_due()
    block = house.chain.head
    known = json.loads(gzip.decompress(await house.app.results.bundle(GUILD, vote.number)))["ballots"][0]["receipt"]
    form: dict[str, Any] = {
        "from": first.voter,
        "space": first.space,
        "timestamp": first.timestamp,
        "proposal": first.proposal,
        "choice": 1,
        "reason": "",
        "app": "folkmoot",
        "metadata": first.metadata,
        "signature": "",
        "chain": block.chain,
        "block": {"chain": block.chain, "number": block.number, "hash": block.hash, "timestamp": block.timestamp},
    }
    assert sealed != sha256(canonical(form)).hexdigest()
    assert sealed != sha256(canonical({**form, "receipt": known})).hexdigest()


def _cast(one: Entry) -> list[dict[str, Any]]:
    cast: list[dict[str, Any]] = json.loads(one.content).get("votes", {}).get("cast", [])
    return cast


def rewritten(contents: Sequence[dict[str, Any]]) -> list[Entry]:
    made: list[Entry] = []
    for content in contents:
        made.append(entry(made[-1] if made else None, {name: v for name, v in content.items() if name != "seq"}))
    return made


async def verified(
    house: House, vote: Proposal, tmp_path: Path, capsys: pytest.CaptureFixture[str], log: Sequence[Entry]
) -> tuple[int, list[str]]:
    bundle, file = tmp_path / "bundle.json.gz", tmp_path / "log.jsonl"
    bundle.write_bytes(await house.app.results.bundle(GUILD, vote.number))
    file.write_text("".join(map(to_line, log)))
    code = await asyncio.to_thread(main, ["verify", str(bundle), "--log", str(file)])
    return code, [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAILS")]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda said, old: said, None),
        (lambda said, old: {**said, "sealed": "ab" * 32}, "signed: it is not as entry"),
        (lambda said, old: _without(said, "sealed"), "signed: it is not as entry"),
        (lambda said, old: {**_without(said, "sealed"), "signed": old}, None),
        (lambda said, old: {**_without(said, "sealed"), "signed": "ab" * 32}, "signed: it is not as entry"),
        (lambda said, old: {**said, "signed": "ab" * 32}, "signed: it is not as entry"),
    ],
)
async def test_the_verifier_holds_the_signature_to_its_seal_and_to_what_older_logs_have_of_it(
    house: House,
    vote: Proposal,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[..., object],
    problem: str | None,
) -> None:
    await cast(house, vote)
    (ballot,) = await house.ballots(vote)
    assert ballot.signed is not None
    old = signature_digest(ballot.signed)
    await house.end(vote)
    await house.app.lifecycle.close_due()
    contents = [json.loads(one.content) for one in await entries(house)]
    for content in contents:
        if content["kind"] == Kind.BALLOTS:
            content["votes"]["cast"] = [change(said, old) for said in content["votes"]["cast"]]
    code, failing = await verified(house, vote, tmp_path, capsys, rewritten(contents))
    assert code == (1 if problem else 0)
    assert len(failing) == bool(problem)
    assert all((problem or "") in line for line in failing)


async def test_the_bot_holds_what_it_stores_to_entries_of_before_too(house: House, vote: Proposal) -> None:
    await cast(house, vote)
    (ballot,) = await house.ballots(vote)
    contents = [json.loads(one.content) for one in await entries(house)]
    assert ballot.signed is not None
    for digest, problems in ((signature_digest(ballot.signed), 0), ("ab" * 32, 1)):
        for content in contents:
            if content["kind"] == Kind.BALLOTS:
                content["votes"]["cast"] = [
                    {**_without(said, "sealed"), "signed": digest} for said in content["votes"]["cast"]
                ]
        await _put(house, rewritten(contents))
        assert len(await disagreements(house.app.store, GUILD)) == problems
    house.tampered = True


async def test_a_signature_that_is_changed_in_the_database_is_found(house: House, vote: Proposal) -> None:
    await cast(house, vote)
    (ballot,) = await house.ballots(vote)
    assert ballot.signed is not None
    async with house.app.store.write() as repos:
        await repos.ballots.cast(replace(ballot, signed=replace(ballot.signed, signature=b"\x01")))
        await connection_of(repos).execute(text("delete from ballots where not counts"))
        await repos.commit()
    house.tampered = True
    (problem,) = await disagreements(house.app.store, GUILD)
    assert problem.startswith("the signature on the ballot of")


async def _put(house: House, log: Sequence[Entry]) -> None:
    async with house.app.store.write() as repos:
        connection = connection_of(repos)
        for one in log:
            values = {"entry": one.content, "hash": one.hash, "guild": GUILD, "seq": one.seq}
            changed = text("update log set entry = :entry, hash = :hash where guild = :guild and seq = :seq")
            await connection.execute(changed, values)
        await repos.commit()


def _without(said: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key != name}
