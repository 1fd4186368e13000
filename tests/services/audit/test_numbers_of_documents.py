"""What was put to the vote is counted and named by the same bytes, whatever numbers its strategies hold."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.audit import proposal_document
from bot.services.proposals import drafts
from bot.services.proposals.text_revisions import mark_of
from bot.storage.tables import proposals
from tests.builders import AUTHOR, CHAIN, GUILD, a_strategy, a_text, an_address
from tests.services.audit.test_bundle_and_log import Proof

SCORE = {1e23: 10**23, 4.3176505607495254e23: 43176505607495254 * 10**7, 2**60 + 1: 2**60 + 1, 2.5e21: 25 * 10**20}
BASIC = ("For", "Against", "Abstain")


@pytest.fixture
async def story(house, tmp_path, capsys):
    return Proof(house, tmp_path, capsys)


async def submitted(story, number, delay=0):
    house = story.house
    params = {"addresses": {an_address(1): number}}
    listed = [{"name": "whitelist-weighted", "network": str(CHAIN), "params": params}, a_strategy().to_json()]
    await house.app.spaces.set_strategies(GUILD, json.dumps(listed))
    await house.app.spaces.set_voting(GUILD, delay=delay, period=7_200)
    ann = await house.member(1, tokens=1)
    story.proposal = await house.submit()
    return ann


async def verified(story, ann):
    proposal = story.proposal
    receipt = await story.house.vote(proposal, ann, 1)
    await story.count()
    document = json.loads(story.bundle)["proposal"]
    assert document["cid"] == story.proposal.cid == proposal.cid
    code, failing, _ = await story.verify()
    assert (code, failing) == (0, [])
    return receipt, document["document"]


def pasted(monkeypatch, whole):
    """Submit as earlier versions did, which stored numbers as they were pasted, and wrote them into the document."""

    def cid(proposal):
        written = proposal_document._read_back(proposal.terms.strategies, whole)
        return proposal_document.proposal_cid(replace(proposal, terms=replace(proposal.terms, strategies=written)))

    monkeypatch.setattr(drafts, "in_documents_form", lambda strategies: strategies)
    monkeypatch.setattr(drafts, "proposal_cid", cid)


@pytest.mark.parametrize("number", SCORE)
async def test_the_count_is_of_the_document_that_was_submitted(story, number):
    ann = await submitted(story, number)
    receipt, _ = await verified(story, ann)
    assert receipt.powers[0].parts[0].amount == SCORE[number]


@pytest.mark.parametrize("whole", [int, lambda number: int(proposal_document.fraction(number))])
async def test_a_vote_that_an_earlier_version_began_is_counted_by_the_document_that_it_submitted(
    story, monkeypatch, whole
):
    with monkeypatch.context() as earlier:
        pasted(earlier, whole)
        ann = await submitted(story, 1e23)
    receipt, document = await verified(story, ann)
    assert document["strategies"][0]["params"]["addresses"] == {an_address(1): str(whole(1e23))}
    assert receipt.powers[0].parts[0].amount == whole(1e23)


async def test_a_text_that_is_changed_on_a_vote_of_an_earlier_version_leaves_its_numbers_as_they_are(
    story, monkeypatch
):
    house = story.house
    with monkeypatch.context() as earlier:
        pasted(earlier, int)
        ann = await submitted(story, 1e23, delay=600)
    seen, text = mark_of(await house.stored(story.proposal)), a_text(body="We propose to fund a longer trial.")
    await house.app.text_revisions.edit(GUILD, story.proposal.number, AUTHOR, text, BASIC, seen=seen)
    story.proposal = await house.stored(story.proposal)
    house.clock.time = story.proposal.terms.start
    _, document = await verified(story, ann)
    assert document["strategies"][0]["params"]["addresses"] == {an_address(1): str(int(1e23))}


async def test_terms_that_are_stored_are_never_written_again(story, monkeypatch):
    """The log vouches for the row, and where a card stands is no entry."""
    house = story.house
    with monkeypatch.context() as earlier:
        pasted(earlier, int)
        await submitted(story, 1e23)
    async with house.app.store.write() as repos:
        asked = select(proposals.c.terms).where(proposals.c.id == story.proposal.id)
        before = await repos.proposals._connection.scalar(asked)
        found = await repos.proposals.get(story.proposal.id)
        await repos.proposals.save(replace(found, card=None))
        await repos.commit()
    async with house.app.store.read() as repos:
        assert await repos.proposals._connection.scalar(asked) == before
    assert "1e+23" in before
