"""The bundle is stored with the result and holds to the last unit; nothing of a vote is handed out before."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import Finding, State
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.audit.bundle.receipts import check_receipt
from bot.domain.audit.bundle.writing.bundle_builder import Bundle
from bot.domain.audit.hashing.content_id import cid
from bot.domain.audit.proposal_document import proposal_cid
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Approval, Rules, Share, VoteVisibility, Whole
from bot.domain.shared.errors import ChainFault, NotCounted, NotFound
from bot.storage.repositories.audit.result_bundles import SqlBundles
from tests.builders import GUILD, ONE, TOKEN, an_address
from tests.services.conftest import House


async def closed(house: House, *votes: Any, **fields: Any) -> Proposal:
    """A proposal on which members with 60, 59 … tokens voted, counted."""
    members = [await house.member(number, tokens=61 - number) for number in range(1, len(votes) + 1)]
    proposal = await house.submit(**fields)
    for member, mark in zip(members, votes, strict=True):
        await house.vote(proposal, member, mark)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    return await house.stored(proposal)


def failing(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.state is State.FAILS]


async def contents(house: House, proposal: Proposal) -> Any:
    content = unpacked(await house.app.results.bundle(GUILD, proposal.number))
    assert failing(check(content, read(content))) == []
    return json.loads(content)


async def test_a_count_stores_its_bundle_which_holds(house: House) -> None:
    proposal = await closed(house, 1, 2, 1)
    found = await house.app.results.counted(GUILD, proposal.number)
    value = await contents(house, proposal)
    assert found.kept is not None
    assert found.kept.root == value["root"]
    assert found.kept.cid == cid(unpacked(await house.app.results.bundle(GUILD, proposal.number)))
    assert found.kept.size == len(await house.app.results.bundle(GUILD, proposal.number))
    assert value["proposal"]["cid"] == proposal.cid == proposal_cid(proposal)
    assert [entry["mark"] for entry in value["ballots"]] == [1, 2, 1]
    assert proposal.result is not None
    assert value["counted_at"] == proposal.result.counted_at == found.kept.made_at
    assert value["tally"]["scores"] == [str(118 * ONE), str(59 * ONE), "0"]
    assert all(len(entry["receipt"]) == 32 for entry in value["ballots"])


async def test_it_is_the_same_file_every_time(house: House) -> None:
    proposal = await closed(house, 1)
    assert await house.app.results.bundle(GUILD, 1) == await house.app.results.bundle(GUILD, proposal.number)


async def test_a_count_that_cannot_be_made_leaves_no_bundle(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.end(proposal)
    house.chain.down = ChainFault.UNREACHABLE
    assert await house.app.lifecycle.close_due() == 0
    with pytest.raises(NotCounted):
        await house.app.results.bundle(GUILD, proposal.number)


async def test_a_result_and_its_bundle_are_stored_together_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.end(proposal)

    async def broken(*_args: bytes | int | SqlBundles | Bundle) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("bot.storage.repositories.audit.result_bundles.SqlBundles.add", broken)
    assert await house.app.lifecycle.close_due() == 0
    assert (await house.stored(proposal)).result is None
    monkeypatch.undo()
    assert await house.app.lifecycle.close_due() == 1
    await contents(house, proposal)


@pytest.mark.parametrize("shown", VoteVisibility)
async def test_nothing_is_handed_out_before_the_count(house: House, shown: VoteVisibility) -> None:
    await house.app.spaces.set_voting(GUILD, rules=Rules(shown=shown))
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    results = house.app.results
    for late in (None, 0, 59):
        if late is not None:
            await house.end(proposal, late=late)
        for asked in (results.counted, results.bundle, results.table):
            with pytest.raises(NotCounted) as refused:
                await asked(GUILD, proposal.number)
            assert proposal.terms is not None
            assert refused.value.end == proposal.terms.end
    async with house.app.store.read() as repos:
        assert await repos.bundles.packed(proposal.id) is None


async def test_without_a_number_the_newest_count_is_meant(house: House) -> None:
    with pytest.raises(NotFound):
        await house.app.results.counted(GUILD, None)
    first = await closed(house, 1)
    assert (await house.app.results.counted(GUILD, None)).view.proposal.number == first.number
    with pytest.raises(NotFound):
        await house.app.results.counted(GUILD, 77)


async def test_a_draft_is_not_told_of(house: House) -> None:
    draft = await house.draft()
    with pytest.raises(NotFound):
        await house.app.results.counted(GUILD, draft.number)


async def test_replaced_ballots_are_counted_and_not_shown(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    for mark in (2, 3, 1):
        await house.vote(proposal, ann, mark)
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    value = await contents(house, proposal)
    assert value["superseded"] == 2
    assert [entry["mark"] for entry in value["ballots"]] == [1]


async def test_a_delegate_is_a_reference_that_is_the_same_for_all_they_cast(house: House) -> None:
    ann, ben, cleo = [await house.member(number, tokens=10) for number in (1, 2, 3)]
    for delegator in (ann, ben):
        await house.app.member_delegations.give(GUILD, delegator, cleo)
    house.clock.time += 1
    proposal = await house.submit()
    await house.vote(proposal, cleo, 1)
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    value = await contents(house, proposal)
    via = [entry.get("via") for entry in value["ballots"]]
    assert via[0] == via[1]
    assert via[2] is None
    assert str(cleo) not in json.dumps(value)
    assert len(via[0]) == 32


async def test_recused_wallets_and_shares_of_wholes_are_in_it(house: House) -> None:
    rules = Rules(
        quorum=Share(share=Fraction(1, 4), of=Whole.LINKED),
        approval=Approval(of=Whole.SUPPLY),
    )
    await house.app.spaces.set_voting(GUILD, rules=rules)
    house.chain.supplies[TOKEN] = 200 * ONE
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.app.recusals.recuse(GUILD, proposal.id, ben, by=ben, moderator=False)
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    value = await contents(house, proposal)
    shown = [(one["wallet"], one["power"]) for one in value["votable"]["leaves"]]
    assert shown == [(an_address(1), str(60 * ONE)), (an_address(2), str(40 * ONE))]
    assert (value["votable"]["sum"], value["votable"]["rest"]["sum"]) == (str(100 * ONE), "0")
    assert value["standing"]["wholes"] == {"linked wallets": str(60 * ONE), "token supply": str(160 * ONE)}
    (recusal,) = value["recusals"]
    assert recusal["by"] == "member"
    assert recusal["wallets"][0]["wallet"] == an_address(2)


async def test_a_receipt_before_the_count_commits_and_the_bundle_keeps_it(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ann, 2)
    await house.vote(proposal, ben, 1)
    _, early = await house.app.results.receipt(GUILD, proposal.number, ann)
    assert early is not None
    assert json.loads(early)["schema"] == "folkmoot/commitment/1"
    assert [entry["wallet"] for entry in json.loads(early)["ballots"]] == [an_address(1)]
    assert failing(check_receipt(early, None)) == []
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    bundle = read(unpacked(await house.app.results.bundle(GUILD, proposal.number)))
    assert failing(check_receipt(early, bundle)) == []
    _, proof = await house.app.results.receipt(GUILD, proposal.number, ann)
    assert proof is not None
    assert json.loads(proof)["schema"] == "folkmoot/receipt/1"
    assert failing(check_receipt(proof, bundle, expected_root=bundle.root)) == []
    assert failing(check_receipt(proof, None, expected_root="0" * 64))


async def test_a_vote_that_was_changed_is_not_the_one_of_an_earlier_receipt(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 2)
    _, early = await house.app.results.receipt(GUILD, proposal.number, ann)
    await house.vote(proposal, ann, 1)
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    bundle = read(unpacked(await house.app.results.bundle(GUILD, proposal.number)))
    assert early is not None
    (found,) = failing(check_receipt(early, bundle))
    assert an_address(1) in found.detail


async def test_who_did_not_vote_has_no_receipt(house: House) -> None:
    proposal = await closed(house, 1)
    other = await house.member(9)
    _, none = await house.app.results.receipt(GUILD, proposal.number, other)
    assert none is None


async def test_one_members_receipt_does_not_tell_of_others(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 2)
    for _ in range(2):
        _, file = await house.app.results.receipt(GUILD, proposal.number, ben)
        assert file is not None
        assert an_address(1) not in file.decode()
        await house.end(proposal)
        await house.app.lifecycle.close_due()


async def test_the_table_holds_every_ballot_exactly(house: House) -> None:
    proposal = await closed(house, 1, 2)
    head, *rows = csv.reader(io.StringIO((await house.app.results.table(GUILD, proposal.number)).decode()))
    assert head[:5] == ["wallet", "mark", "choice", "power in VITA", "power by erc20-balance-of on chain 31337"]
    assert [row[:5] for row in rows] == [
        [an_address(1), "1", "For", "60", "60"],
        [an_address(2), "2", "Against", "59", "59"],
    ]


@pytest.mark.parametrize("label", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\uff1d1+1", '=1+1,"x"'])
async def test_a_choice_is_never_a_formula(house: House, label: str) -> None:
    proposal = await closed(house, 1, voting="single-choice", choices=(label, "No"))
    _, row = csv.reader(io.StringIO((await house.app.results.table(GUILD, proposal.number)).decode()))
    assert row[2] == f"'{label}"
