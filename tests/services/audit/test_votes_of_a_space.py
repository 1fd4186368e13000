"""What proves a vote in which only members with some roles take part, also once its space is archived."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.audit.hashing.content_id import cid_of
from bot.domain.audit.log.log_file import to_line
from bot.domain.shared.types import MemberId, RoleId
from tests.builders import GUILD, RESEARCHER, a_text
from tests.bundles import failures, forged
from tests.refusals import refused
from tests.second_verifier.bundle import Verified
from tests.second_verifier.log import hold
from tests.services.audit.test_bundle_and_log import Proof
from tests.services.conftest import House

HOLDER, MONA = RoleId(501), MemberId(7)


@pytest.fixture
async def restricted(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proof:
    """A vote of another space, whose holders alone vote; two did, and the space is archived while it runs."""
    proof = Proof(house, tmp_path, capsys)
    made = await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    main = await house.app.spaces.main(GUILD)
    async with house.app.store.write() as repos:
        channels: dict[str, Any] = {
            "proposals_channel": 9_001,
            "announcements_channel": 9_002,
            "proposer_roles": (RESEARCHER,),
        }
        await repos.spaces.save(replace(made, strategies=main.strategies, voters=(HOLDER,), **channels))
        await repos.commit()
    house.tampered = True  # the rules were stored without an entry of the log
    members = [await house.member(1, tokens=60), await house.member(2, tokens=40)]
    async with house.app.store.read() as repos:
        space = await repos.spaces.get(made.id)
    draft = await house.app.proposals.draft(space, MONA, a_text(), "basic", ("For", "Against", "Abstain"))
    proof.proposal = await house.app.proposals.submit(GUILD, draft.number, MONA, [RESEARCHER])
    for member, mark in zip(members, (1, 2), strict=True):
        house.clock.time += 1
        await house.app.voting.cast(GUILD, proof.proposal.id, member, mark, roles=(HOLDER,))
    await house.app.space_list.archive(GUILD, made.number, by=MONA)
    await proof.count()
    proof.space = made
    return proof


async def test_a_vote_that_runs_in_an_archived_space_is_counted_and_told_in_its_channel(restricted: Proof) -> None:
    house, result = restricted.house, restricted.proposal.result
    assert result is not None
    assert (result.outcome.verdict, result.tally.ballots) == ("passed", 2)
    with refused("is archived"):
        await house.app.proposals.draft(restricted.space, MONA, a_text(), "basic", ("For", "Against", "Abstain"))
    await house.said()
    channels = {announcement.key.rsplit("/", 1)[-1]: announcement.channel for announcement in house.voice.said}
    assert channels["result"] == 9_002


async def test_such_a_bundle_holds_and_that_nobody_can_check_the_roles_is_said(restricted: Proof) -> None:
    document = json.loads(restricted.bundle)["proposal"]["document"]
    assert (document["schema"], document["voters"]) == ("folkmoot/proposal/2", [str(HOLDER)])
    code, failing, lines = await restricted.verify(None, None, "--head", restricted.entries[-1].hash)
    assert (code, failing) == (0, [])
    (said,) = [line for line in lines if line.startswith("not checked  voters")]
    assert "known to Discord alone" in said
    strict, _, _ = await restricted.verify(None, None, "--strict")
    assert strict != 0


async def test_other_voters_make_another_document(restricted: Proof) -> None:
    other = json.loads(restricted.bundle)
    other["proposal"]["document"]["voters"] = ["502"]
    code, failing, _ = await restricted.verify(json.dumps(other).encode())
    assert code == 1
    assert any("content identifier" in line or "cid" in line for line in failing), failing


async def test_no_delegate_votes_where_only_some_roles_do(restricted: Proof) -> None:
    """Which roles a delegator holds nobody can tell, so the bot submits no such vote with delegations."""

    def allow(bundle: dict[str, Any]) -> None:
        bundle["proposal"]["document"]["delegation"] = True
        bundle["proposal"]["cid"] = cid_of(bundle["proposal"]["document"])

    content = forged(restricted.bundle, allow)
    words = "proposal document delegation: where only some roles vote, no delegate votes for others"
    assert failures(content) == [f"delegations: {words}"]
    assert [one.split(":")[0] for one in Verified(content).false] == ["delegation of restricted votes"]


async def test_the_second_verifier_finds_the_same(restricted: Proof) -> None:
    verified = Verified(restricted.bundle)
    hold(verified, [json.loads(to_line(entry)) for entry in restricted.entries], restricted.entries[-1].hash)
    assert verified.false == []
