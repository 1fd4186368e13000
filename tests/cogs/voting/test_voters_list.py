"""Who voted: wallets with their power and mark, where everybody may see them."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest

from bot.domain.audit.public_view import PublicBallots
from bot.domain.proposals.proposal import GRACE, State
from bot.domain.proposals.vote_rules import Rules, VoteVisibility
from bot.domain.shared.addresses import short
from bot.domain.shared.types import MemberId, Units
from bot.domain.spaces.space import DAY, Space
from bot.domain.voting import Mark, VotingType
from cogs.voting.voters_list import PAGE, VotersButton, voters_card
from tests.builders import ONE, a_ballot, a_proposal, some_terms
from tests.cogs.answers import answer, is_told
from tests.cogs.conftest import World, fits, labels, said


async def _result(world: World) -> discord.Message:
    await world.sweep(3 * DAY + GRACE)
    await world.sweep()
    (message,) = [message for message in world.announcements.history() if is_told(message)]
    return message


async def test_wallets_are_listed_by_power_a_page_at_a_time(world: World) -> None:
    ada = await world.member("ada", 5_000, researcher=True)
    voters = [ada] + [await world.member(f"voter{number}", 100 + number) for number in range(PAGE + 1)]
    proposal = await world.open_proposal(ada)
    for voter in voters:
        await world.app.voting.cast(world.guild_id, proposal.id, MemberId(voter.id), 2 if voter is ada else 1)
    result = await _result(world)
    first = await ada.click(result, label="Who voted")
    lines = said(first).splitlines()
    assert f"`{short(world.people['ada'])}` 5,000 VITA: **Against**" in lines
    assert lines.index(f"`{short(world.people['ada'])}` 5,000 VITA: **Against**") < min(
        at for at, line in enumerate(lines) if "**For**" in line
    )
    assert sum("VITA: **" in line for line in lines) == PAGE
    assert f"{PAGE + 2} wallets, the most power first · page 1 of 2 · whose they are is not shown" in lines[-1]
    assert labels(answer(first)) == ["More"]
    second = await ada.click(answer(first), label="More")
    assert sum("VITA: **" in line for line in said(second).splitlines()) == 2
    assert "100 VITA: **For**" in said(second)
    assert labels(answer(second)) == ["Back"]
    assert str(ada.id) not in said(first) + said(second)


async def test_beyond_the_last_page_is_the_last_one(world: World) -> None:
    ada = await world.member("ada", 5_000, researcher=True)
    voters = [ada] + [await world.member(f"voter{number}", 100 + number) for number in range(PAGE)]
    proposal = await world.open_proposal(ada)
    for voter in voters:
        await world.app.voting.cast(world.guild_id, proposal.id, MemberId(voter.id), 1)
    await _result(world)
    view = discord.ui.View(timeout=None)
    view.add_item(VotersButton(proposal.id, 99_999, "More"))
    last = await ada.click(await world.channel(world.general).send(view=view), label="More")
    assert "100 VITA: **For**" in said(last)
    assert "page 2 of 2" in said(last)
    assert labels(answer(last)) == ["Back"]
    assert "page 1 of 2" in said(await ada.click(answer(last), label="Back"))


async def test_nobody_is_listed_while_votes_are_hidden_and_nobody_where_nobody_voted(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await world.configure(rules={None: Rules(shown=VoteVisibility.NOTHING)})
    proposal = await world.open_proposal(ada)
    await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
    view = discord.ui.View(timeout=None)
    view.add_item(VotersButton(proposal.id))
    posted = await world.channel(world.general).send(view=view)
    hidden = said(await ada.click(posted, label="Who voted"))
    assert hidden.strip() == "How members vote is hidden until the result. Next: come back when it is out."
    assert "VITA: **For**" in said(await ada.click(await _result(world), label="Who voted"))


async def test_a_vote_without_voters_says_so(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await world.open_proposal(ada)
    assert said(await ada.click(await _result(world), label="Who voted")).strip() == "Nobody has voted yet."


async def test_it_is_refused_in_another_server(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    other = world.env.create_guild("Elsewhere")
    channel = other.create_text_channel("general")
    eve = other.add_member(world.env.create_user("eve"))
    await world.env.settle()
    view = discord.ui.View(timeout=None)
    view.add_item(VotersButton(proposal.id))
    posted = await world.channel(channel).send(view=view)
    assert "There is no proposal" in said(await eve.click(posted, label="Who voted"))


@pytest.mark.parametrize(
    ("voting", "mark"),
    [("star", (5,) * 25), ("ranked-choice", tuple(range(1, 26))), ("approval", (1, 2)), ("basic", 1)],
)
def test_the_longest_page_fits(voting: VotingType, mark: Mark) -> None:
    choices = ("For", "Against", "Abstain") if voting == "basic" else tuple(f"{n:02}" + "*_" * 39 for n in range(25))
    terms = some_terms(symbol="*" * 16)
    proposal = a_proposal(voting=voting, choices=choices, terms=terms, number=10**6)
    ballots = [replace(a_ballot(number, mark, ONE), power=Units(2**256 - 1)) for number in range(1, PAGE + 1)]
    space = Space(id=proposal.space, guild=proposal.guild, name="x")
    fits(voters_card(PublicBallots(proposal=proposal, state=State.CLOSED, space=space, ballots=ballots, many=10**6), 3))
