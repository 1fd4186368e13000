"""The bot's process is killed at many moments of voting, closing and announcing; then the facts are looked at."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import GuildId, MemberId
from bot.domain.spaces.space import DAY
from bot.domain.voting import Verdict
from bot.domain.voting.ballot import Ballot
from bot.services.proposals.text_revisions import mark_of
from tests.kill.conftest import LATE, SOAK, SOON, few
from tests.kill.moments import Moment
from tests.kill.scene import ONE, Scene, a_scene, submitted
from tests.postgres import Server
from tests.standin import Interaction, Member

pytestmark = [pytest.mark.kill, pytest.mark.timeout(600 if SOAK else 180)]

SEED = 20
CALLBACK, ANSWER = r"/callback$", r"^/webhooks/"
SAY, THREAD, CARD = r"/channels/\d+/messages$", r"/messages/\d+/threads$", r"/channels/\d+/messages/\d+$"


@dataclass(frozen=True, kw_only=True)
class Press:
    """What a member pressed, and what came of it. Those that were pressed twice in a row share `row`."""

    proposal: Proposal
    member: Member
    mark: int
    shown: Interaction
    row: object = field(default_factory=object)


async def press_all(scene: Scene, proposals: Sequence[Proposal], rng: random.Random) -> list[Press]:
    made = []
    for member in scene.voters:
        proposal, mark = rng.choice(proposals), rng.randint(1, 3)
        row = object()
        for _ in range(rng.choice((1, 1, 2))):  # some press twice
            shown = await scene.press(proposal, mark, member, timeout=0)
            made.append(Press(proposal=proposal, member=member, mark=mark, shown=shown, row=row))
    return made


def check_ballots(scene: Scene, ballots: Sequence[Ballot], presses: Sequence[Press]) -> None:
    """Check that what the member was told is what is stored, and that nothing else is."""
    receipts = [ballot.receipt for ballot in ballots]
    assert len(set(receipts)) == len(receipts) <= len(presses)
    assert all(ballot.power == sum(ballot.scores) == scene.power[ballot.proposal][ballot.member] for ballot in ballots)
    told = [[receipt for receipt in receipts if receipt[:8] in press.shown.text] for press in presses]
    for press, found in zip(presses, told, strict=True):
        assert len(found) == ("Recorded" in press.shown.text), press.shown.text
    for receipt in receipts:  # of two in a row the first may come last: it replaces nothing, and is told what counts
        rows = [press.row for press, found in zip(presses, told, strict=True) if receipt in found]
        assert len(rows) <= 2 and len(set(rows)) <= 1, receipt  # noqa: PT018 - one rule
    if ballots:
        last = max((index for index, found in enumerate(told) if found), default=0)
        assert ballots[-1].mark in {press.mark for press in presses[last:]}


async def test_an_acknowledged_ballot_is_stored_once_with_the_power_of_the_snapshot(
    tmp_path: Path, server: Server | None
) -> None:
    rng = random.Random(SEED)  # noqa: S311 - repeatable
    print("seed", SEED)
    moments = [
        Moment(method="POST", path=CALLBACK),
        Moment(method="POST", path=CALLBACK, after=True),
        Moment(method="PATCH", path=ANSWER),
        Moment(method="PATCH", path=ANSWER, after=True),
        *(Moment(pause=rng.uniform(0, 0.06)) for _ in range(12)),
    ]
    async with a_scene(tmp_path, server=server) as scene:
        proposals = await submitted(scene, 2)
        await scene.start()
        await scene.said()
        presses: list[Press] = []
        for moment in few(moments, server, 6):
            print(moment)
            waiting = asyncio.create_task(moment.comes(scene))
            await asyncio.sleep(0)
            presses += await press_all(scene, proposals, rng)
            await waiting
            await scene.kill()
            await scene.start()
        assert any("Recorded" not in press.shown.text for press in presses), "no kill came before an answer"
        for member in scene.voters:  # the buttons still work, at once
            shown = await scene.press(proposals[0], 1, member)
            assert "Recorded" in shown.text, shown.text
            presses.append(Press(proposal=proposals[0], member=member, mark=1, shown=shown))
        for proposal in proposals:
            by_member = await scene.ballots(proposal.id)
            for member in scene.voters:
                mine = [press for press in presses if (press.proposal, press.member) == (proposal, member)]
                check_ballots(scene, by_member[MemberId(member.id)], mine)


async def _check_result(scene: Scene, proposal: Proposal) -> None:
    assert proposal.terms is not None
    assert proposal.result is not None
    last = [ballots[-1] for ballots in (await scene.ballots(proposal.id)).values() if ballots]
    assert all(ballot.power == scene.power[ballot.proposal][ballot.member] for ballot in last)
    scores = [sum(ballot.power for ballot in last if ballot.mark == mark) for mark in (1, 2, 3)]
    outcome = Verdict.PASSED if scores[0] > scores[1] else Verdict.REJECTED if scores[1] > scores[0] else Verdict.TIED
    assert list(proposal.result.tally.scores) == scores
    assert (proposal.result.tally.ballots, proposal.result.outcome.verdict) == (len(last), outcome)


def check_said_once(scene: Scene) -> None:
    """Check that each announcement stands in its channel exactly once, and nothing else does."""
    rows = scene.rows("SELECT key, channel, ref, message, given_up FROM outbox")
    for row in rows:
        history = scene.discord.channels[row["channel"]].history
        found = [message for message in history if row["ref"] in message.first_marks]
        assert row["given_up"] is None, (row["key"], row["given_up"])
        assert [message.id for message in found] == [row["message"]], row["key"]
    expected = Counter(row["channel"] for row in rows)
    for channel in list(scene.guild.channels.values()):
        if channel.parent is None:
            assert len(channel.history) == expected[channel.id], channel.name


async def _interrupted(
    scene: Scene, moments: Sequence[Moment], work: Callable[[int], Awaitable[object]], wait: int
) -> None:
    """Give the bot work, start it and kill it, at each of the moments; in the end let it finish.

    Between two starts `wait` seconds pass, and what could not be said is due at once.
    """
    for index, moment in enumerate(moments):
        print(moment)
        await work(index)
        waiting = asyncio.create_task(moment.comes(scene))
        await asyncio.sleep(0)
        await scene.bot.start()
        await waiting
        await scene.kill()
        scene.pass_time(wait)
        scene.retry_now()
    await scene.start()
    await scene.said()
    await asyncio.sleep(1.5)  # further sweeps say nothing more; a message under way arrives
    await scene.kill()


async def test_a_proposal_is_counted_once_and_each_announcement_stands_once(
    tmp_path: Path, nonce_window: float, wait: int, server: Server | None
) -> None:
    rng = random.Random(SEED + wait)  # noqa: S311 - repeatable
    print("seed", SEED + wait)
    at_any_time = [Moment(pause=rng.uniform(0, 0.5)) for _ in range(8)]
    saying = [Moment(method="POST", path=SAY, after=after) for after in (False, True)]
    # Looking for an earlier message comes too early for this one; only the nonce makes it one.
    overtaken = [Moment(method="POST", path=SAY, late=3)] if nonce_window else []
    growing = [Moment(method="POST", path=THREAD, after=after) for after in (False, True)]
    drawing = [Moment(method="PATCH", path=CARD, after=after) for after in (False, True)]
    async with a_scene(tmp_path, server=server) as scene:
        scene.discord.nonce_window = nonce_window
        proposals: list[Proposal] = []

        async def submit(_: int) -> None:
            proposals.extend(await submitted(scene, 1))

        async def end(index: int) -> None:
            scene.end(proposals[index])
            if index in (0, 3, 6):
                await scene.donate(100 * ONE)

        moments = [*saying, *overtaken, *growing, *at_any_time[:4]]
        await _interrupted(scene, few(moments, server, 2), submit, wait)
        check_said_once(scene)
        assert len([channel for channel in scene.guild.channels.values() if channel.parent]) == len(proposals)
        await _vote(scene, proposals, rng)
        await scene.start_campaign([100 * ONE, 200 * ONE, 300 * ONE])
        moments = [*overtaken, *saying, *drawing, *at_any_time[4:8]]
        await _interrupted(scene, few(moments, server, 2), end, wait)
        check_said_once(scene)
        for proposal in await scene.stored(proposals):
            await _check_result(scene, proposal)
            assert not any(name.startswith("vote:") for name in scene.card(proposal).controls)
        reached = scene.donated // (100 * ONE)
        assert reached == (3 if len(proposals) > 6 else 1)
        assert len(scene.rows("SELECT 1 FROM outbox WHERE key LIKE 'campaign/%'")) == reached


async def _vote(scene: Scene, proposals: Sequence[Proposal], rng: random.Random) -> None:
    async with scene.app() as app:
        for proposal in proposals:
            for member in rng.sample(scene.voters, 3):
                await app.voting.cast(GuildId(scene.guild.id), proposal.id, MemberId(member.id), rng.randint(1, 3))


@pytest.mark.parametrize(("nonce_window", "wait"), [SOON, LATE], ids=["soon", "late"])
async def test_every_change_of_a_text_and_a_deletion_is_told_once(
    tmp_path: Path, nonce_window: float, wait: int, soaked_server: Server | None
) -> None:
    rng = random.Random(SEED + wait)  # noqa: S311 - repeatable
    print("seed", SEED + wait)
    saying = [Moment(method="POST", path=SAY, after=after) for after in (False, True)]
    drawing = [Moment(method="PATCH", path=CARD, after=after) for after in (False, True)]
    async with a_scene(tmp_path, server=soaked_server) as scene:
        scene.discord.nonce_window = nonce_window
        gid, author = GuildId(scene.guild.id), MemberId(scene.voters[0].id)
        async with scene.app() as app:
            await app.spaces.set_voting(gid, delay=30 * DAY, period=DAY)
        (proposal,) = await submitted(scene, 1)
        await scene.start()
        await scene.said()
        await scene.kill()
        moments = [*saying, *drawing, *(Moment(pause=rng.uniform(0, 0.5)) for _ in range(2)), saying[1]]

        async def change(index: int) -> None:
            async with scene.app() as app:
                found = await app.cards.stored(proposal.id)
                if index == len(moments) - 1:
                    await app.withdrawals.delete(gid, proposal.number, "It is spam.", moderator=True)
                    return
                text = replace(found.text, title=f"Title {index}")
                await app.text_revisions.edit(gid, proposal.number, author, text, found.choices, seen=mark_of(found))

        await _interrupted(scene, moments, change, wait)
        check_said_once(scene)
        (thread,) = [channel for channel in scene.guild.channels.values() if channel.parent]
        assert sum("Text changed" in message.first_text for message in thread.history) == len(moments) - 1
        assert sum("Deleted by a moderator" in message.first_text for message in thread.history) == 1
        assert len(scene.rows("SELECT 1 FROM texts")) == len(moments)
