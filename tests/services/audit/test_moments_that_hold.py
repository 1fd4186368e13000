"""What the bot takes at the edge of a moment, or by clocks that differ, `verify` takes too: no honest vote fails."""

from __future__ import annotations

import pytest

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.shared.errors import WrongState
from bot.domain.shared.types import Timestamp
from bot.services.proposals.text_revisions import mark_of
from tests.builders import AUTHOR, GUILD, a_text
from tests.services.audit.test_bundle_and_log import Proof

BASIC = ("For", "Against", "Abstain")


async def failing(house, proposal):
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    content = unpacked(await house.app.results.bundle(GUILD, proposal.number))
    contents = read(content)
    return [one.detail for one in check(content, contents) if one.state is State.FAILS]


async def test_a_recusal_of_the_last_second_is_of_that_second(house, monkeypatch):
    """The second in which it was judged is the one that is written down, however long the rest takes."""
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    for member in (ann, ben):
        await house.vote(proposal, member, 1)
    end = proposal.terms.end
    readings = iter([end] * 4)  # what follows them is of the next second
    monkeypatch.setattr(house.clock, "now", lambda: Timestamp(next(readings, end + 1)))
    recusal = await house.app.recusals.recuse(GUILD, proposal.id, ann, by=ann, moderator=False)
    monkeypatch.undo()
    assert (next(readings, None), recusal.at) == (None, end)
    assert await failing(house, proposal) == []


async def pending(house, delay=600):
    await house.app.spaces.set_voting(GUILD, delay=delay, period=7_200)
    return await house.submit()


async def edit(house, proposal, *, said=None):
    seen = mark_of(await house.stored(proposal))
    text = a_text(body="We propose to fund a longer trial.")
    return await house.app.text_revisions.edit(GUILD, proposal.number, AUTHOR, text, BASIC, seen=seen, said=said)


@pytest.fixture
async def story(house, tmp_path, capsys):
    return Proof(house, tmp_path, capsys)


async def test_no_text_changes_once_the_vote_was_opened_though_discord_took_the_change_before(story):
    """The machine's clock opens the vote, Discord's judges the change: a second between the two is enough."""
    house = story.house
    ann = await house.member(1, tokens=60)
    story.proposal = await pending(house)
    start = story.proposal.terms.start
    house.clock.time = start
    assert await house.app.lifecycle.open_due() == 1
    with pytest.raises(WrongState):
        await edit(house, story.proposal, said=Timestamp(start - 1))
    house.clock.time = start + 5
    await house.vote(story.proposal, ann, 1)
    await story.count()
    code, lines, _ = await story.verify()
    assert (code, lines) == (0, [])


async def test_a_change_is_written_down_at_the_moment_at_which_it_was_judged(story):
    """By a machine's clock that is an hour fast it would seem to be from behind the start."""
    house = story.house
    ann = await house.member(1, tokens=60)
    story.proposal = await pending(house, delay=7_200)
    start = story.proposal.terms.start
    house.chain.stands, house.clock.time = start - 600, start + 3_000
    edited = await edit(house, story.proposal, said=Timestamp(start - 600))
    _, versions = await house.app.text_revisions.history(GUILD, edited.number)
    assert versions[-1].written_at == start - 600
    house.chain.stands, house.clock.time = None, start + 3_100
    await house.vote(story.proposal, ann, 1)
    await story.count()
    code, lines, _ = await story.verify()
    assert (code, lines) == (0, [])
