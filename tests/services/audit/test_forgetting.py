"""Forgetting a member: nothing of them is left, in no byte of the file, and no vote is broken by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.app import scheduled_jobs
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Approval, Rules, Whole
from bot.domain.shared.types import MemberId, ProposalId
from tests.builders import GUILD, ONE
from tests.bundles import failures
from tests.services.conftest import House


async def _forget(house: House, member: MemberId) -> None:
    preview = await house.app.privacy.preview(GUILD, member)
    assert await house.app.privacy.forget(GUILD, member, preview.agreed)


async def _bundle(house: House, proposal: Proposal) -> bytes:
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    return unpacked(await house.app.results.bundle(GUILD, proposal.number))


@pytest.mark.parametrize("moderated", [True, False])
@pytest.mark.parametrize("first", ["member", "moderator"])
async def test_who_recused_a_member_stays_told_once_both_are_forgotten(
    house: House, first: str, *, moderated: bool
) -> None:
    ann, ben, mona = [await house.member(number, tokens=40) for number in (1, 2, 3)]
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    await house.app.recusals.recuse(GUILD, proposal.id, ann, by=mona if moderated else ann, moderator=moderated)
    for member in (ann, mona) if first == "member" else (mona, ann):
        await _forget(house, member)
    (recusal,) = (await house.stored(proposal)).recusals
    assert (recusal.member, recusal.by, recusal.alone) == (0, 0, not moderated)
    bundle = json.loads(await _bundle(house, proposal))
    assert [entry["by"] for entry in bundle["recusals"]] == ["moderator" if moderated else "member"]
    assert (await house.stored(proposal)).recusals[0].alone is not moderated


@pytest.mark.parametrize("votes", [True, False])
async def test_a_member_forgotten_during_a_vote_breaks_no_proof_of_it(house: House, votes: bool) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    await house.app.spaces.set_voting(
        GUILD, voting="basic", rules=Rules(approval=Approval(of=Whole.LINKED, strict=True))
    )
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    if votes:
        await house.vote(proposal, ben, 2)
    await _forget(house, ben)
    assert failures(await _bundle(house, proposal)) == []


async def test_a_recused_member_who_is_forgotten_stays_out_and_the_proof_holds(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    await house.app.spaces.set_voting(
        GUILD, voting="basic", rules=Rules(approval=Approval(of=Whole.LINKED, strict=True))
    )
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.app.recusals.recuse(GUILD, ProposalId(proposal.number), ben, by=ben, moderator=False)
    await _forget(house, ben)
    assert failures(await _bundle(house, proposal)) == []


def _everywhere(folder: Path, member: int) -> list[str]:
    wanted = [str(member).encode(), member.to_bytes(8, "big")]
    return sorted({path.name for path in folder.iterdir() for word in wanted if word in path.read_bytes()})


@pytest.mark.sqlite
async def test_no_byte_of_the_database_names_who_was_forgotten(house: House, tmp_path: Path) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.app.member_delegations.give(GUILD, ben, ann)
    await house.vote(proposal, ben, 2)
    await house.app.privacy.export(GUILD, ben)
    assert _everywhere(tmp_path, ben)
    await _forget(house, ben)
    await scheduled_jobs.forget(house.app)
    assert _everywhere(tmp_path, ben) == []
    assert _everywhere(tmp_path, ann)


async def test_forgetting_a_delegate_gives_a_running_vote_to_no_other_delegate(house: House) -> None:
    ann, ben, cid = [await house.member(number, tokens) for number, tokens in ((1, 10), (2, 20), (3, 40))]
    await house.app.member_delegations.give(GUILD, ann, ben)
    await house.app.member_delegations.give(GUILD, ann, cid, topic="basic")
    running = await house.submit()
    await _forget(house, cid)
    assert (await house.vote(running, ben, 1)).power == 20 * ONE
    assert (await house.app.power.report(GUILD, ann, running.number)).member_delegations == ()
    assert [
        member_delegation.delegate for member_delegation in (await house.app.member_delegations.of(GUILD, ann))[0]
    ] == [ben]
    house.clock.time += 5
    later = await house.submit()
    assert (await house.vote(later, ben, 1)).power == 30 * ONE
    assert failures(await _bundle(house, running)) == []
