"""What the bot takes at the edge of a moment, or by clocks that differ, `verify` takes too: no honest vote fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import WrongState
from bot.domain.shared.types import MemberId, Timestamp
from bot.services.proposals.text_revisions import mark_of
from tests.builders import AUTHOR, GUILD, a_text
from tests.services.audit.test_bundle_and_log import MOD, Proof, chained
from tests.services.conftest import House

BASIC = ("For", "Against", "Abstain")


async def failing(house: House, proposal: Proposal) -> list[object]:
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    content = unpacked(await house.app.results.bundle(GUILD, proposal.number))
    contents = read(content)
    return [one.detail for one in check(content, contents) if one.state is State.FAILS]


async def test_a_recusal_of_the_last_second_is_of_that_second(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second in which it was judged is the one that is written down, however long the rest takes."""
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    for member in (ann, ben):
        await house.vote(proposal, member, 1)
    assert proposal.terms is not None
    end = proposal.terms.end
    readings = iter([end] * 4)  # what follows them is of the next second
    monkeypatch.setattr(house.clock, "now", lambda: Timestamp(next(readings, end + 1)))
    recusal = await house.app.recusals.recuse(GUILD, proposal.id, ann, by=ann, moderator=False)
    monkeypatch.undo()
    assert (next(readings, None), recusal.at) == (None, end)
    assert await failing(house, proposal) == []


async def pending(house: House, delay: int = 600) -> Proposal:
    await house.app.spaces.set_voting(GUILD, delay=delay, period=7_200)
    return await house.submit()


async def edit(house: House, proposal: Proposal, *, said: Timestamp | None = None) -> Proposal:
    seen = mark_of(await house.stored(proposal))
    text = a_text(body="We propose to fund a longer trial.")
    return await house.app.text_revisions.edit(GUILD, proposal.number, AUTHOR, text, BASIC, seen=seen, said=said)


@pytest.fixture
async def story(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proof:
    return Proof(house, tmp_path, capsys)


async def test_no_text_changes_once_the_vote_was_opened_though_discord_took_the_change_before(story: Proof) -> None:
    """The machine's clock opens the vote, Discord's judges the change: a second between the two is enough."""
    house = story.house
    ann = await house.member(1, tokens=60)
    story.proposal = await pending(house)
    assert story.proposal.terms is not None
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


async def lately(story: Proof, off: int) -> None:
    """A vote whose last ballot comes 40 seconds before its end, the machine's clock is off."""
    house = story.house
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    story.proposal = await house.submit()
    await house.vote(story.proposal, ann, 1)
    assert story.proposal.terms is not None
    true = story.proposal.terms.end - 40
    house.clock.time, house.chain.stands = true + off - 5, true
    await house.member(3)  # what is logged by the machine's clock
    house.clock.time += 5
    await house.app.voting.cast(GUILD, story.proposal.id, ben, 2, said=Timestamp(true))
    house.chain.stands = None
    await story.count()


@pytest.mark.parametrize("off", [-7_200, -130, 0, 61, 130, 170, 7_200])
async def test_a_ballot_of_the_last_minute_holds_against_the_log_by_whichever_clock_the_machine_has(
    story: Proof, off: int
) -> None:
    await lately(story, off)
    code, failing, lines = await story.verify()
    assert (code, failing) == (0, [])
    told = [line for line in lines if line.startswith("not checked  log and ballots") and "ahead of Discord's" in line]
    assert len(told) == (off > 130), "what rests on the word of the entry alone is said"


async def test_no_entry_says_that_it_was_in_time_behind_a_press_that_was_late(story: Proof) -> None:
    """A clock that is said to be fast excuses what was made by that clock, and no moment of Discord's."""
    await lately(story, 7_200)
    contents, closed = story.contents, story.seq(Kind.CLOSED)
    assert story.proposal.terms is not None
    end, late = story.proposal.terms.end, contents[story.seq(Kind.BALLOTS) - 1]
    ballots = {"proposal": 2, "cast": [{**late["votes"]["cast"][0], "commitment": "00" * 32}]}
    other = {"kind": Kind.BALLOTS.value, "at": end + 600, "by": late["by"], "votes": ballots}
    entries = chained([*contents[: late["seq"] - 1], other, *contents[late["seq"] - 1 : closed]])
    _, failing, _ = await story.verify(None, entries)
    (named,) = failing
    assert named.endswith("was made 600 s after the end at least")


async def test_a_machine_that_says_less_of_its_clock_than_its_entries_do_made_a_ballot_late(story: Proof) -> None:
    await lately(story, 7_200)
    contents = story.contents
    for content in contents:
        if "ahead" in content:
            content["ahead"] -= 600
    _, failing, _ = await story.verify(None, chained(contents))
    (named,) = [line for line in failing if "log and ballots" in line]
    assert named.endswith("was made 555 s after the end at least")


@pytest.mark.parametrize("ahead", [-1, "600", None, True])
async def test_what_an_entry_says_of_the_clock_is_whole_seconds(story: Proof, ahead: int | str | None) -> None:
    await lately(story, 7_200)
    contents = story.contents
    for content in contents:
        if "ahead" in content:
            content["ahead"] = ahead
    _, failing, _ = await story.verify(None, chained(contents))
    assert any("it says something in a way in which nothing is logged" in line for line in failing)


async def test_a_change_is_written_down_at_the_moment_at_which_it_was_judged(story: Proof) -> None:
    """By a machine's clock that is an hour fast it would seem to be from behind the start."""
    house = story.house
    ann = await house.member(1, tokens=60)
    story.proposal = await pending(house, delay=7_200)
    assert story.proposal.terms is not None
    start = story.proposal.terms.start
    house.chain.stands, house.clock.time = start - 600, start + 3_000
    edited = await edit(house, story.proposal, said=Timestamp(start - 600))
    _, versions = await house.app.text_revisions.history(GUILD, edited.number)
    assert versions[-1].written_at == start - 600
    house.chain.stands, house.clock.time = None, start + 3_100
    await house.app.lifecycle.open_due()
    await house.vote(story.proposal, ann, 1)
    await story.count()
    code, lines, _ = await story.verify()
    assert (code, lines) == (0, [])


async def put_back(story: Proof, act: Callable[[MemberId, MemberId], Awaitable[object]]) -> None:
    """An hour before the end something is logged by a clock that is two hours fast; it is put back, and `act` comes."""
    house = story.house
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    story.proposal = await house.submit()
    await house.vote(story.proposal, ann, 1)
    assert story.proposal.terms is not None
    true = Timestamp(story.proposal.terms.end - 3_600)
    house.clock.time = true + 7_200
    await house.member(3)
    house.clock.time = true + 30
    await house.member(4)  # what a clock said before is not forgotten by what it says now
    house.clock.time = true + 60
    await act(ann, ben)
    await story.count()


async def test_a_ballot_holds_that_comes_when_a_fast_clock_was_put_back(story: Proof) -> None:
    await put_back(story, lambda _, ben: story.house.vote(story.proposal, ben, 2))
    code, failing, lines = await story.verify()
    assert (code, failing) == (0, [])
    assert sum("log and ballots: that 1 came before the end" in line for line in lines) == 1


def recuse(story: Proof) -> Callable[[MemberId, MemberId], Awaitable[object]]:
    return lambda ann, ben: story.house.app.recusals.recuse(
        GUILD, story.proposal.id, ann, by=ben, moderator=True, said=story.house.clock.now()
    )


async def test_a_recusal_behind_a_later_moment_holds_by_the_word_of_its_entry_alone(story: Proof) -> None:
    await put_back(story, recuse(story))
    code, failing, lines = await story.verify()
    assert (code, failing) == (0, [])
    assert sum("log and recusals: that 1 came before the end" in line for line in lines) == 1


async def test_a_recusal_that_the_host_dates_back_behind_the_end_is_named(story: Proof) -> None:
    """Or whoever sees how a vote goes takes a member out of it, until it is counted."""
    await put_back(story, recuse(story))
    entries = chained([{name: v for name, v in content.items() if name != "ahead"} for content in story.contents])
    _, failing, _ = await story.verify(None, entries)
    (named,) = [line for line in failing if "log and recusals" in line]
    assert named.endswith("was made 3,600 s after the end at least")


async def test_a_submission_that_is_dated_back_is_said(story: Proof) -> None:
    house = story.house
    house.clock.time += 86_400
    await house.member(1, tokens=60)
    house.clock.time -= 86_400
    story.proposal = await house.submit()
    await story.count()
    code, failing, lines = await story.verify()
    assert (code, failing) == (0, [])
    assert any("log and proposal: when it was submitted" in line and "86,400 s later" in line for line in lines)


async def test_what_an_entry_says_of_the_clock_is_seen_however_much_it_says_besides(story: Proof) -> None:
    """Whom it is about stands before its moment, and may name many; what was said before is carried on all the same."""
    house = story.house
    await house.member(1, tokens=60)
    async with house.app.store.write() as repos:
        about = {f"member{number}": MOD for number in range(30)}
        later = Timestamp(house.clock.now() + 900)
        await repos.log.append(GUILD, Kind.RULES_CHANGED, at=later, by=MOD, about=about, facts={"zeal": ["x"] * 2_000})
        await repos.log.append(GUILD, Kind.RULES_CHANGED, at=house.clock.now(), by=MOD)
        await repos.log.append(GUILD, Kind.RULES_CHANGED, at=Timestamp(later + 30), by=MOD)
        await repos.commit()
    house.tampered = True  # nothing was configured
    await story.export()
    assert [content.get("ahead") for content in story.contents[-3:]] == [None, 900, None]


@pytest.mark.parametrize("step", [1, 30, 60])
async def test_a_ballot_in_time_holds_though_the_clock_was_put_back_in_many_small_steps(
    story: Proof, step: int
) -> None:
    """Each step is less than what two clocks may differ by; together they are more than the end is held with."""
    house = story.house
    ann = await house.member(1, tokens=60)
    story.proposal = await house.submit()
    assert story.proposal.terms is not None
    end = story.proposal.terms.end
    for at in range(end + 360, end, -step):
        async with house.app.store.write() as repos:
            await repos.log.append(GUILD, Kind.RULES_CHANGED, at=Timestamp(at), by=MOD)
            await repos.commit()
    house.clock.time = end - 1
    await house.vote(story.proposal, ann, 1)
    house.tampered = True  # nothing was configured
    await story.count()
    code, failing, lines = await story.verify()
    assert (code, failing) == (0, [])
    assert any("log and ballots: that 1 came before the end" in line for line in lines)
