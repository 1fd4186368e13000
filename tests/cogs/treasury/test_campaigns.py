"""Campaigns, from the command to the announced milestone."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
import simcord
from PIL import Image

from bot.domain.shared.errors import ChainFault
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import ChannelId, MemberId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.treasury.campaigns import MAX_CAMPAIGNS, MAX_NAME, MAX_TARGETS, Campaign
from bot.presentation.pictures.drawing_process import DrawingProcess
from cogs._shared.components import Buttons
from cogs._shared.formatting import lasting
from cogs._shared.typed_times import parse_deadline, parse_length
from cogs.treasury.campaign_cards import as_reached, campaign_card, campaigns_card, described, milestone_card
from cogs.treasury.campaign_form import FixButton
from tests.builders import CHAIN, NOW, ONE, TOKEN, TREASURY, a_block, a_campaign, a_milestone, a_reading, an_address
from tests.cogs.answers import answer, buttons, filled_in, present, text_of
from tests.cogs.conftest import World, fits, labels, parts, said

CHAINS = {CHAIN: "Ethereum"}
GALLERY = 12
TARGETS = "Ethics approval: 100\nFirst 40 volunteers: 1.5k"


async def ask(world: World, member: simcord.MemberActor | None = None, **options: object) -> simcord.InteractionResult:
    options = {"title": "A mouse study", "treasury": TREASURY, "token": TOKEN} | options
    return await (member or world.moderator).slash(world.general, "campaign new", **options)


async def start(world: World, targets: str = TARGETS, **options: Any) -> simcord.InteractionResult:
    return await world.moderator.submit_modal(await ask(world, **options), {"targets": targets})


async def campaigns(world: World) -> list[Campaign]:
    return await world.app.treasury.campaigns(await world.app.spaces.main(world.guild_id))


def the_longest_campaign() -> Campaign:
    name = ("*_`~|[]<>@" * MAX_NAME)[:MAX_NAME]
    amount = 2**256 - 1
    return a_campaign(
        title=name,
        symbol="*" * 32,
        decimals=0,
        deadline=Timestamp(NOW + DAY),
        milestones=tuple(
            a_milestone(n, amount - MAX_TARGETS + n, name=name, reached_at=NOW, reached_by=a_reading(amount=amount))
            for n in range(1, MAX_TARGETS + 1)
        ),
        reading=a_reading(amount=amount, block=a_block(10**12)),
    )


async def test_a_campaign_is_started_and_shown_with_its_picture(world: World) -> None:
    world.chain.give(TREASURY, 250 * ONE)
    result = await start(world, deadline="30 days")
    assert result.ephemeral
    assert "Started" in said(result)
    campaign = (await campaigns(world))[0]
    assert [(m.name, m.target) for m in campaign.milestones] == [
        ("Ethics approval", 100 * ONE),
        ("First 40 volunteers", 1_500 * ONE),
    ]
    assert campaign.deadline == world.clock.now() + 30 * DAY
    assert campaign.channel == world.announcements.id

    alice = await world.member("alice")
    shown = await alice.slash(world.general, "campaign view", campaign="1")
    (picture,) = answer(shown).attachments
    assert any(part["type"] == GALLERY for part in parts(answer(shown).components))
    assert picture.description == described((await campaigns(world))[0])
    assert "250 of 1,500 VITA, 16.7 %" in picture.description
    assert Image.open(io.BytesIO(await picture.read())).width == 1120
    assert "**250 VITA** of 1,500 VITA (16.7 %)" in said(shown)


async def test_a_reached_milestone_is_announced_once_with_its_picture(world: World) -> None:
    await start(world)
    world.chain.give(TREASURY, 120 * ONE)
    await world.sweep()
    await world.sweep()
    (message,) = world.announcements.history()
    text = text_of(message)
    assert "Milestone reached: Ethics approval" in text
    assert f"block {world.chain.head.number}" in text
    assert "Next: **First 40 volunteers** (1,500 VITA), 1,380 VITA more" in text
    (show,) = buttons(message)
    assert re.fullmatch(r"campaign:show:1:[0-9A-Z]{8}", present(show.custom_id))
    shown = await world.moderator.click(message, label="Show the campaign")
    assert "**120 VITA** of 1,500 VITA (8 %)" in said(shown)
    assert "1. Ethics approval, 100, reached" in (message.attachments[0].description or "")


async def test_an_announcement_whose_block_the_chain_left_says_so_where_it_stands(world: World) -> None:
    await start(world)
    world.chain.give(TREASURY, 120 * ONE)
    at = world.chain.head.number
    await world.sweep()
    world.chain.reorganise(at)
    await world.sweep()
    await world.sweep()
    (message,) = world.announcements.history()
    text = text_of(message)
    assert "Corrected: Ethics approval is not reached" in text
    assert f"the chain has left block {at:,}, at which it was read" in text
    assert f"Read again at the block that stands there now, {at:,} of Ethereum" in text
    assert "the treasury held 0 VITA" in text


async def test_an_announcement_that_was_wrong_is_corrected_where_it_stands_and_reached_after_all_too(
    world: World,
) -> None:
    await start(world)
    world.chain.give(TREASURY, 120 * ONE)
    at = world.chain.head.number
    await world.sweep()
    world.chain._balances[TOKEN, TREASURY] = [(at, 7 * ONE)]
    await world.sweep()
    await world.sweep()
    (message,) = world.announcements.history()
    text = text_of(message)
    assert "Corrected: Ethics approval is not reached" in text
    assert f"Read again at the same block, {at:,} of Ethereum" in text
    assert "the treasury held 7 VITA" in text
    assert not message.attachments
    world.clock.time += 60
    world.chain.give(TREASURY, 120 * ONE)
    await world.sweep()
    await world.sweep()
    (message,) = world.announcements.history()
    assert "Milestone reached: Ethics approval" in text_of(message)
    assert message.attachments


async def test_of_corrections_that_waited_together_what_is_so_now_stands(world: World) -> None:
    await start(world)
    world.chain.give(TREASURY, 120 * ONE)
    at = world.chain.head.number
    await world.sweep()
    world.chain._balances[TOKEN, TREASURY] = [(at, 7 * ONE)]
    assert await world.app.corrections.look_again() == 1
    world.clock.time += 60
    world.chain.give(TREASURY, 120 * ONE)
    assert await world.app.treasury.observe() == 1
    async with world.app.store.read() as repos:
        (back,) = await repos.outbox.due(world.clock.now(), 10)
    await world.sweep()
    await world.sweep()
    assert back.facts["amount"] == str(7 * ONE)
    await world.client.announcer.say(back)  # it comes after the one that follows it
    (message,) = world.announcements.history()
    assert "Milestone reached: Ethics approval" in text_of(message)


async def test_what_it_held_at_the_start_counts_with_the_next_reading(world: World) -> None:
    world.chain.give(TREASURY, 120 * ONE)
    assert "it is announced with the next reading" in said(await start(world))


async def test_only_moderators_start_campaigns(world: World) -> None:
    alice = await world.member("alice")
    refused = await ask(world, alice)
    assert refused.modal is None
    assert "may manage this server" in said(refused)


async def test_a_forged_button_starts_nothing_for_a_member(world: World) -> None:
    alice = await world.member("alice")
    view = Buttons(FixButton(CHAIN, ChannelId(world.announcements.id)))
    forged = await world.channel(world.general).send("x", view=view)
    pressed = await alice.click(forged, label="Fix it")
    assert pressed.modal is None
    assert "may manage this server" in said(pressed)


@pytest.mark.parametrize(
    ("targets", "why"),
    [
        ("Ethics approval 100", "line 1"),
        ("Ethics approval: 100\n\nVolunteers: lots", "line 3"),
        ("Ethics approval: 100\nVolunteers: 100", "same amount twice"),
        ("Ethics approval: 0", "nought"),
        ("Ethics approval: 0.0000000000000000001", "finer than the token"),
        ("N" * 81 + ": 5", "81 characters"),
        ("\n".join(f"Stage {n}: {n}" for n in range(1, 22)), "number 21"),
        ("\n \n", "number 0"),
    ],
)
async def test_wrong_targets_are_kept_for_correction(world: World, targets: str, why: str) -> None:
    result = await start(world, targets)
    answered = said(result)
    assert why in answered
    assert "Nothing was started" in answered
    assert await campaigns(world) == []
    form = await world.moderator.click(answer(result).message, label="Fix it")
    kept = filled_in(form)
    assert (kept["targets"] or "").strip() == targets.strip()
    assert kept["title"] == "A mouse study"
    assert kept["treasury"] == TREASURY
    await world.moderator.submit_modal(
        form, {"targets": TARGETS, "title": "Renamed", "treasury": TREASURY, "token": TOKEN}
    )
    assert [c.title for c in await campaigns(world)] == ["Renamed"]
    assert labels(answer(result)) == []


async def test_what_was_typed_survives_a_restart(world: World) -> None:
    result = await start(world, "Stage: lots", deadline="2034-01-31")
    await world.restart()
    form = await world.moderator.click(answer(result).message, label="Fix it")
    kept = filled_in(form)
    assert kept == {
        "title": "A mouse study",
        "treasury": TREASURY,
        "token": TOKEN,
        "deadline": "2034-01-31",
        "targets": "Stage: lots",
    }


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"treasury": "0x12"}, "not an address"),
        ({"token": "0x12"}, "not an address"),
        ({"deadline": "soon"}, "not a time"),
        ({"deadline": "2020-01-31"}, "in the past"),
        ({"chain": "Gnosis"}, "not configured here"),
    ],
)
async def test_wrong_options_are_refused_before_the_form(world: World, options: dict[str, Any], why: str) -> None:
    refused = await ask(world, **options)
    assert refused.modal is None
    assert why in said(refused)


async def test_a_deadline_that_passes_while_the_form_is_open_is_refused(world: World) -> None:
    form = await ask(world, deadline="2 hours")
    passed = await ask(world, deadline=f"{_iso(world.clock.time + 60)}")
    await world.moderator.submit_modal(form, {"targets": TARGETS})
    world.clock.time += 120
    result = await world.moderator.submit_modal(passed, {"targets": TARGETS})
    assert "in the past" in said(result)
    assert len(await campaigns(world)) == 1


def _iso(moment: int) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415 - one line of the test

    return datetime.fromtimestamp(moment, UTC).isoformat()


async def test_a_chain_that_is_down_keeps_what_was_typed(world: World) -> None:
    form = await ask(world)
    world.chain.down = ChainFault.RATE_LIMITED
    result = await world.moderator.submit_modal(form, {"targets": TARGETS})
    assert "could not be read" in said(result)
    world.chain.down = None
    again = await world.moderator.click(answer(result).message, label="Fix it")
    await world.moderator.submit_modal(
        again, {"targets": TARGETS, "title": "A mouse study", "treasury": TREASURY, "token": TOKEN}
    )
    assert len(await campaigns(world)) == 1


async def test_an_unknown_token_is_refused(world: World) -> None:
    assert "not a token" in said(await start(world, token=an_address(5)))


async def test_fifty_campaigns_are_listed_and_the_next_is_refused(world: World) -> None:
    assert "/campaign new" in said(await world.moderator.slash(world.general, "campaign list"))
    space = await world.app.spaces.main(world.guild_id)
    for number in range(1, MAX_CAMPAIGNS + 1):
        await world.app.treasury.start_campaign(
            space,
            MemberId(world.moderator.id),
            title=f"Study {number}",
            chain=CHAIN,
            treasury=TREASURY,
            token=TOKEN,
            targets=[("All", str(number))],
            channel=ChannelId(world.announcements.id),
            deadline=None,
        )
    listed = ""
    for page in range(1, 6):
        result = await world.moderator.slash(world.general, "campaign list", page=page)
        fits(answer(result))
        listed += said(result)
    assert all(f"Study {number}**" in listed for number in range(1, MAX_CAMPAIGNS + 1))
    offered = await world.moderator.autocomplete(world.general, "campaign view", "campaign", "")
    assert len(offered) == 25
    offered = await world.moderator.autocomplete(world.general, "campaign view", "campaign", "study 3")
    assert {choice["value"] for choice in offered} == {"3", *map(str, range(30, 40))}
    result = await start(world)
    assert "number 50 already" in said(result)
    assert answer(result).components


async def test_an_unknown_campaign_is_told(world: World) -> None:
    assert "Next:" in said(await world.moderator.slash(world.general, "campaign view", campaign="7"))


def test_the_longest_campaign_fits_in_every_card() -> None:
    campaign = the_longest_campaign()
    chains, explorer = {CHAIN: "C" * 40}, "https://" + "x" * 80
    fits(campaign_card(campaign, NOW, chains, explorer))
    fits(milestone_card(campaign, MAX_TARGETS, chains, explorer))
    for pictured in (campaign, as_reached(campaign, MAX_TARGETS)):
        assert len(described(pictured)) <= 1024
        assert all(f"{m.index}. " in described(pictured) for m in campaign.milestones)
    fits(campaigns_card([campaign] * MAX_CAMPAIGNS, NOW))


def test_members_words_stay_words() -> None:
    hostile = "@everyone **x** [free](https://evil.example)"
    campaign = a_campaign(title=hostile, milestones=(a_milestone(1, name=hostile),), reading=a_reading())
    for card in (campaign_card(campaign, NOW, CHAINS), milestone_card(campaign, 1, CHAINS)):
        text = card.text()
        assert "@everyone" not in text
        assert " [free](" not in text
        assert "**x**" not in text.replace("\\*\\*x\\*\\*", "")


def test_a_campaign_says_where_it_stands() -> None:
    def state(now: int, **fields: object) -> str:
        return campaign_card(a_campaign(**fields), Timestamp(now), CHAINS).text()

    assert "Not read yet" in state(NOW)
    assert "**Open**" in state(NOW, reading=a_reading(0))
    assert "**Ended**" in state(NOW + 1, reading=a_reading(0), deadline=NOW)
    done = tuple(a_milestone(n, reached_at=NOW) for n in (1, 2))
    assert "**Every milestone reached**" in state(NOW, reading=a_reading(500 * ONE), milestones=done)


def test_careful_words_are_kept() -> None:
    campaign = a_campaign(reading=a_reading(150 * ONE))
    texts = [
        campaign_card(campaign, NOW, CHAINS).text(),
        milestone_card(campaign, 1, CHAINS).text(),
    ]
    for text in texts:
        assert not [word for word in ("dividend", "profit", "return", "invest", "guarantee") if word in text.lower()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-31", 1_801_439_999),
        ("2027-01-31 18:00", 1_801_418_400),
        ("2027-01-31T18:00:00Z", 1_801_418_400),
        ("2027-01-31T18:00+02:00", 1_801_411_200),
        ("30 days", NOW + 30 * DAY),
        ("1w 2d", NOW + 9 * DAY),
    ],
)
def test_deadlines_are_read_exactly(text: str, expected: int) -> None:
    assert parse_deadline(text, NOW) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("3d 12h", 302_400), ("90 minutes", 5_400), ("1 day, 1 hour and 5 min", 90_300), ("2w", 14 * DAY)],
)
def test_lengths_are_read_exactly_and_read_back(text: str, seconds: int) -> None:
    assert parse_length(text, field=Field.DELAY) == seconds
    assert parse_length(lasting(seconds), field=Field.DELAY) == seconds


@pytest.mark.parametrize("text", ["", "3", "d", "3 fortnights", "-1d", "1.5d", "3dd", "3 months", "1d -1h"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(Exception, match="length of time"):
        parse_length(text, field=Field.DELAY)


def test_a_late_announcement_tells_the_reading_that_reached_it() -> None:
    reached = a_milestone(1, reached_at=NOW, reached_by=a_reading(120 * ONE, block=a_block(100)))
    spent = a_campaign(milestones=(reached, a_milestone(2)), reading=a_reading(5 * ONE, block=a_block(900)))
    told = milestone_card(spent, 1, CHAINS).text()
    assert "The treasury holds 120 VITA" in told
    assert "block 100" in told
    assert "120 of 200 VITA" in described(as_reached(spent, 1))


async def test_what_cannot_be_drawn_just_now_is_said_without_its_picture(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await start(world)
    closed = DrawingProcess()
    await closed.close()
    world.client.app = replace(world.app, drawing=closed)
    result = await world.moderator.slash(world.general, "campaign view", campaign="1")
    assert "of 1,500 VITA" in said(result)
    assert not answer(result).attachments
    assert "campaign-1.png goes without its picture" in caplog.text
