"""What was put to the vote is counted and named by the same bytes, whatever numbers its strategies hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.audit import proposal_document
from bot.domain.power.exact_numbers import fraction
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import MemberId
from bot.domain.voting.ballot import Receipt
from bot.services.proposals import drafts
from bot.services.proposals.text_revisions import mark_of
from bot.storage.tables import proposals
from tests.builders import AUTHOR, CHAIN, GUILD, a_strategy, a_text, an_address
from tests.services.audit.test_bundle_and_log import Proof
from tests.services.conftest import House
from tests.tables import connection_of

SCORE = {1e23: 10**23, 4.3176505607495254e23: 43176505607495254 * 10**7, 2**60 + 1: 2**60 + 1, 2.5e21: 25 * 10**20}
BASIC = ("For", "Against", "Abstain")


@pytest.fixture
async def story(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proof:
    return Proof(house, tmp_path, capsys)


async def submitted(story: Proof, number: float, delay: int = 0) -> MemberId:
    house = story.house
    params = {"addresses": {an_address(1): number}}
    listed = [{"name": "whitelist-weighted", "network": str(CHAIN), "params": params}, a_strategy().to_json()]
    await house.app.spaces.set_strategies(GUILD, json.dumps(listed))
    await house.app.spaces.set_voting(GUILD, delay=delay, period=7_200)
    ann = await house.member(1, tokens=1)
    story.proposal = await house.submit()
    return ann


async def verified(story: Proof, ann: int) -> tuple[Receipt, dict[str, Any]]:
    proposal = story.proposal
    receipt = await story.house.vote(proposal, MemberId(ann), 1)
    await story.count()
    document = json.loads(story.bundle)["proposal"]
    assert document["cid"] == story.proposal.cid == proposal.cid
    code, failing, _ = await story.verify()
    assert (code, failing) == (0, [])
    return receipt, document["document"]


def pasted(monkeypatch: pytest.MonkeyPatch, whole: Callable[[float], int]) -> None:
    """Submit as earlier versions did, which stored numbers as they were pasted, and wrote them into the document."""

    def cid(proposal: Proposal) -> str:
        assert proposal.terms is not None
        written = proposal_document._read_back(proposal.terms.strategies, whole)
        return proposal_document.proposal_cid(replace(proposal, terms=replace(proposal.terms, strategies=written)))

    monkeypatch.setattr(drafts, "in_documents_form", lambda strategies: strategies)
    monkeypatch.setattr(drafts, "proposal_cid", cid)


@pytest.mark.parametrize("number", SCORE)
async def test_the_count_is_of_the_document_that_was_submitted(story: Proof, number: float) -> None:
    ann = await submitted(story, number)
    receipt, _ = await verified(story, ann)
    assert receipt.powers[0].parts[0].amount == SCORE[number]


@pytest.mark.parametrize("whole", [int, lambda number: int(fraction(number))])
async def test_a_vote_that_an_earlier_version_began_is_counted_by_the_document_that_it_submitted(
    story: Proof, monkeypatch: pytest.MonkeyPatch, whole: Callable[[float], int]
) -> None:
    with monkeypatch.context() as earlier:
        pasted(earlier, whole)
        ann = await submitted(story, 1e23)
    receipt, document = await verified(story, ann)
    assert document["strategies"][0]["params"]["addresses"] == {an_address(1): str(whole(1e23))}
    assert receipt.powers[0].parts[0].amount == whole(1e23)


async def test_a_text_that_is_changed_on_a_vote_of_an_earlier_version_leaves_its_numbers_as_they_are(
    story: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = story.house
    with monkeypatch.context() as earlier:
        pasted(earlier, int)
        ann = await submitted(story, 1e23, delay=600)
    seen, text = mark_of(await house.stored(story.proposal)), a_text(body="We propose to fund a longer trial.")
    await house.app.text_revisions.edit(GUILD, story.proposal.number, AUTHOR, text, BASIC, seen=seen)
    story.proposal = await house.stored(story.proposal)
    assert story.proposal.terms is not None
    house.clock.time = story.proposal.terms.start
    await house.app.lifecycle.open_due()
    _, document = await verified(story, ann)
    assert document["strategies"][0]["params"]["addresses"] == {an_address(1): str(int(1e23))}


async def test_terms_that_are_stored_are_never_written_again(story: Proof, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log vouches for the row, and where a card stands is no entry."""
    house = story.house
    with monkeypatch.context() as earlier:
        pasted(earlier, int)
        await submitted(story, 1e23)
    async with house.app.store.write() as repos:
        asked = select(proposals.c.terms).where(proposals.c.id == story.proposal.id)
        before = await connection_of(repos).scalar(asked)
        found = await repos.proposals.get(story.proposal.id)
        assert found is not None
        proposal = replace(found, card=None)
        assert proposal is not None
        await repos.proposals.save(proposal)
        await repos.commit()
    async with house.app.store.read() as repos:
        assert await connection_of(repos).scalar(asked) == before
    assert "1e+23" in str(before)
