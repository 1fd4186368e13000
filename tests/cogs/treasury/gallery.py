"""Campaigns, their milestones and watched treasuries."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import discord

from bot.domain.announcements.announcement import Topic
from bot.domain.shared.types import ChannelId, Timestamp, Units
from bot.domain.treasury.campaigns import MAX_NAME, MAX_TARGETS, Campaign, Watch
from bot.presentation.pictures.campaign_image import campaign_image
from cogs.treasury.campaign_buttons import CampaignButton, CampaignPage
from cogs.treasury.campaign_cards import (
    PER_PAGE,
    campaign_card,
    campaigns_card,
    described,
    milestone_back_card,
    milestone_card,
)
from cogs.treasury.campaign_form import CampaignForm, Typed
from cogs.treasury.treasury_card import STALE, treasury_card, watch_lines, watched_card
from tests.builders import (
    CHAIN,
    GUILD,
    NOW,
    ONE,
    a_block,
    a_campaign,
    a_holding,
    a_milestone,
    a_reading,
    a_space,
    a_watch,
    an_announcement,
)
from tests.gallery.asking import CHAINS, interaction
from tests.gallery.messages import Message, Shown

_EXPLORER = "https://explorer.example"
_HUGE = Units(10**15 * ONE + 123_456_789)
_NAMES = {
    "everyday": ("A mouse study", "Ethics approval", "VITA"),
    "shortest": ("A", "B", "C"),
    "longest": ("A study of mice that live long " * 3, "The first forty volunteers are found " * 3, "*" * 64),
    "marks": (r"*_~`|[]<\\" * 8, "`" * MAX_NAME, "`*"),
    "right to left": ("دراسة الفئران", "الموافقة الأخلاقية", "توكن"),
    "emoji": ("🧬 mice 👩‍🔬", "🎉" * 40, "🪙"),
}


def shown() -> Iterator[Shown]:
    """Return all of it."""
    for name, message, says, *pictures in (*_campaigns(), *_forms(), *_treasuries()):
        yield Shown(section="treasury", name=name, message=message, says=(says,), pictures=dict(pictures))


def _campaign(kind: str, many: int = 3, held: int | None = None, reached: int = 0, **fields: Any) -> Campaign:
    title, name, symbol = (text[:MAX_NAME] for text in _NAMES[kind])
    by = a_reading(_HUGE, block=a_block(99_999_999))
    milestones = tuple(
        a_milestone(
            n,
            n * (10**15 if kind == "longest" else 100) * ONE,
            name=name,
            reached_at=NOW if n <= reached else None,
            reached_by=by if n <= reached else None,
        )
        for n in range(1, many + 1)
    )
    reading = None if held is None else a_reading(held * ONE, block=a_block())
    return replace(a_campaign(title=title, milestones=milestones, symbol=symbol, reading=reading), **fields)


def _drawn(campaign: Campaign) -> tuple[discord.File, tuple[str, bytes]]:
    name, png = f"campaign-{campaign.number}.png", campaign_image(campaign)
    return discord.File(io.BytesIO(png), name, description=described(campaign)), (name, png)


def _campaigns() -> Iterator[tuple[Any, ...]]:
    end = Timestamp(NOW + 86_400)
    for kind in _NAMES:
        states = {
            "not read yet": _campaign(kind),
            "nothing yet": _campaign(kind, held=0),
            "begun": _campaign(kind, held=50, deadline=end),
            "about to be announced": _campaign(kind, held=150),
            "one reached": _campaign(kind, held=150, reached=1),
            "all reached": _campaign(kind, held=10**6, reached=3),
            "one milestone": _campaign(kind, many=1, held=1),
            "ended": _campaign(kind, held=50, deadline=Timestamp(NOW - 1)),
            "the most milestones": _campaign(kind, MAX_TARGETS, 10**15, 9, number=2**31, deadline=end),
        }
        for name, campaign in states.items():
            picture, drawn = _drawn(campaign)
            card = campaign_card(campaign, NOW, CHAINS, _EXPLORER, picture=picture)
            yield f"campaign, {name}, {kind}", card, "Counted: all", drawn
        for index in (1, 9, MAX_TARGETS):
            campaign = _campaign(kind, MAX_TARGETS, 10**15, index)
            picture, drawn = _drawn(campaign)
            card = milestone_card(campaign, index, CHAINS, _EXPLORER, [[CampaignButton(1, "0123ABCD")]], picture)
            yield f"milestone, {index}, {kind}", card, "Milestone reached", drawn
        facts: dict[str, int | str | None] = {"milestone": 1, "amount": str(_HUGE), "block": 99, "timestamp": NOW}
        for name, left in (("another amount", None), ("left block", 98)):
            told = an_announcement(Topic.MILESTONE_CORRECTED, facts={**facts, "left": left})
            back = milestone_back_card(_campaign(kind, reached=1), told, CHAINS, [[CampaignButton(1, "0123ABCD")]])
            yield f"milestone, taken back, {name}, {kind}", back, "is not reached"
        listed = [_campaign(kind, held=n, number=n) for n in range(1, PER_PAGE + 2)]
        turn = [CampaignPage(a_space().id, 2, "More")]
        yield f"campaigns, one, {kind}", campaigns_card(listed[:1], NOW), "/campaign view"
        yield f"campaigns, two pages, {kind}", campaigns_card(listed, NOW, 1, [turn]), "Page 1 of 2"


def _forms() -> Iterator[tuple[str, Message, str]]:
    empty = Typed(title="", treasury="", token="", deadline="", targets="", chain=CHAIN, channel=ChannelId(GUILD))
    full = replace(empty, title="t" * 200, treasury="0" * 200, token="0" * 200, deadline="9" * 99, targets="x" * 9_999)
    for name, typed in (("empty", empty), ("full", full)):
        yield f"form, milestones, {name}", CampaignForm(interaction(), typed, everything=False), "Milestones"
        yield f"form, everything, {name}", CampaignForm(interaction(), typed, everything=True), "Deadline"


def _treasuries() -> Iterator[tuple[str, Message, str]]:
    for kind, (label, _name, symbol) in _NAMES.items():
        old = a_block(1, timestamp=Timestamp(NOW - STALE - 1))
        states: dict[str, dict[str, Any]] = {
            "not read yet": {"reading": None},
            "nothing": {"reading": a_reading(0)},
            "read": {"reading": a_reading(12_400 * ONE)},
            "to the last digit": {"reading": a_reading(_HUGE)},
            "old": {"reading": a_reading(block=old)},
            "own coin": {"reading": a_reading(), "holding": replace(a_holding(), token=None)},
        }
        watches: list[tuple[str, Watch]] = [
            (name, replace(a_watch(label=label[:MAX_NAME], symbol=symbol), **fields)) for name, fields in states.items()
        ]
        for name, watch in watches:
            told = watched_card(watch_lines(watch, NOW, CHAINS, {CHAIN: _EXPLORER}))
            yield f"treasury, watched, {name}, {kind}", told, "Watched from now on"
        every = [watch for _name, watch in watches]
        yield f"treasuries, {kind}", treasury_card(every, NOW, CHAINS, {CHAIN: _EXPLORER}), "Page 1 of 2"
