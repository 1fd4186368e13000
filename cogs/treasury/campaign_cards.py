"""What a campaign and a reached milestone look like: what is gathered of what, in words, a bar and a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import discord

from bot.domain.announcements.announcement import Announcement
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.amounts import humane
from bot.domain.shared.types import ChainId, Timestamp, Units
from bot.domain.treasury.campaigns import Campaign, Milestone
from bot.presentation.campaigns.campaign_progress import campaign_progress
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext, whole
from bot.presentation.markdown.safe_text import cut
from bot.presentation.pictures.campaign_image import campaign_image, campaign_image_words
from bot.presentation.pictures.drawing_process import DrawingProcess
from bot.presentation.results.quorum_words import text_bar
from cogs._shared.attached_picture import attached_picture
from cogs._shared.cards import ROOM, Card, Row
from cogs._shared.formatting import (
    amount_exact,
    amount_twice,
    block_words,
    chain_name,
    contract_words,
    cut_quoted,
    moment,
    plain,
)
from cogs.treasury.list_pages import on_page

PER_PAGE = 10
"""Campaigns on one page of the list."""
_COLOUR, _CORRECTED = 0x4FB286, 0xB08D2E
_ALT = 1024
"""What Discord takes as the description of a file."""


def campaign_card(
    campaign: Campaign,
    now: Timestamp,
    chains: Mapping[ChainId, str],
    explorer: str | None = None,
    rows: Iterable[Row] = (),
    picture: discord.File | None = None,
) -> Card:
    """Show where a campaign stands, what comes next, and what is counted."""
    until = _("open-ended") if campaign.deadline is None else _("until {end}", end=moment(campaign.deadline))
    head = [
        f"### {_title(campaign)}",
        " · ".join((f"**{state(campaign, now)}**", until, _("campaign {number}", number=campaign.number))),
        _standing(campaign),
        _next(campaign, now),
    ]
    small = [_counted(campaign, chains)]
    if campaign.reading is not None:
        block = campaign.reading.block
        small.append(
            _(
                "Last read: {amount}, at {block}, {time}.",
                amount=amount_exact(campaign.reading.amount, campaign.decimals, campaign.symbol),
                block=block_words(block, chains, explorer),
                time=moment(block.timestamp),
            )
        )
    small.append(_("Milestones are announced in {channel}.", channel=f"<#{campaign.channel}>"))
    first, last = "\n".join(head), "\n".join(f"-# {line}" for line in small)
    lines = _lines(campaign, ROOM - len(first) - len(last))
    return Card([first, lines], rows, colour=_COLOUR, picture=picture, below=[last])


def milestone_card(
    campaign: Campaign,
    index: int,
    chains: Mapping[ChainId, str],
    explorer: str | None = None,
    rows: Iterable[Row] = (),
    picture: discord.File | None = None,
) -> Card:
    """Announce that milestone number `index` was reached: of what, read where, what it funds, what comes next."""
    milestone = _milestone(campaign, index)
    then = as_reached(campaign, index)
    name = cut_quoted(milestone.name, 120)
    lines = [
        _("### Milestone reached: {name}", name=name),
        _("**{campaign}** has reached {target}.", campaign=_title(campaign), target=_target(campaign, milestone)),
        _standing(then),
        _("This funds **{name}**.", name=name),
        _next(then, then.reading.block.timestamp if then.reading else campaign.created_at),
    ]
    small = []
    if then.reading is not None:
        block = then.reading.block
        small += [
            _("The treasury holds {amount}.", amount=amount_twice(then.reading.amount, then.decimals, then.symbol)),
            _(
                "Read at {block}, which is final, {time}.",
                block=block_words(block, chains, explorer),
                time=moment(block.timestamp),
            ),
        ]
    small.append(_place_of(campaign, index))
    last = "\n".join(f"-# {line}" for line in small)
    return Card(["\n".join(lines)], rows, colour=_COLOUR, picture=picture, below=[last])


def as_reached(campaign: Campaign, index: int) -> Campaign:
    """Return a campaign as the reading showed it that reached a milestone; so its picture is drawn."""
    return replace(campaign, reading=_milestone(campaign, index).reached_by or campaign.reading)


async def drawn_campaign(drawing: DrawingProcess, campaign: Campaign) -> discord.File | None:
    """Draw a campaign's picture; None if it cannot be drawn now."""
    name = f"campaign-{campaign.number}.png"
    return await attached_picture(drawing, name, described(campaign), campaign_image, campaign, campaign_image_words())


def milestone_back_card(
    campaign: Campaign, correction: Announcement, chains: Mapping[ChainId, str], rows: Iterable[Row] = ()
) -> Card:
    """Say in the place of an announcement that its milestone was not reached, and what another reading showed."""
    index, facts = int(correction.facts["milestone"] or 0), correction.facts
    milestone = _milestone(campaign, index)
    told = {
        "held": amount_twice(Units(int(facts["amount"] or 0)), campaign.decimals, campaign.symbol),
        "block": f"{int(facts['block'] or 0):,}",
        "chain": chain_name(campaign.holding.chain, chains),
        "time": moment(int(facts["timestamp"] or 0)),
    }
    if (left := facts.get("left")) is None:
        why = _("That was wrong: a source had told another amount.")
        again = _("Read again at the same block, {block} of {chain}, {time}, the treasury held {held}.", **told)
    else:
        why = _("That was wrong: the chain has left block {left}, at which it was read.", left=whole(int(left)))
        again = _(
            "Read again at the block that stands there now, {block} of {chain}, {time}, the treasury held {held}.",
            **told,
        )
    lines = [
        _("### Corrected: {name} is not reached", name=cut_quoted(milestone.name, 120)),
        _(
            "It was announced here that **{campaign}** has reached {target}.",
            campaign=_title(campaign),
            target=_target(campaign, milestone),
        ),
        why,
        again,
        _("If the milestone is reached, it is said here."),
    ]
    return Card(["\n".join(lines), f"-# {_place_of(campaign, index)}"], rows, colour=_CORRECTED)


def campaigns_card(campaigns: Sequence[Campaign], now: Timestamp, page: int = 1, rows: Iterable[Row] = ()) -> Card:
    """List a guild's campaigns, `PER_PAGE` on a page."""
    page, pages = on_page(len(campaigns), page, PER_PAGE)
    lines = []
    for campaign in campaigns[(page - 1) * PER_PAGE : page * PER_PAGE]:
        standing = campaign_progress(campaign)
        reached = ngettext(
            "{reached} of {number} milestone reached",
            "{reached} of {number} milestones reached",
            standing.many,
            reached=standing.reached,
        )
        about = " · ".join((state(campaign, now), _held(campaign), reached))
        lines.append(f"**{campaign.number}. {_title(campaign)}**\n{about}")
    small = [_("/campaign view shows one with its picture.")]
    if pages > 1:
        small.insert(0, _("Page {page} of {last}.", page=page, last=pages))
    texts = ["\n\n".join([_("### Campaigns"), *lines]), f"-# {' '.join(small)}"]
    return Card(texts, rows, colour=_COLOUR)


def described(campaign: Campaign) -> str:
    """Say in words what the picture of a campaign shows."""
    standing = campaign_progress(campaign, lambda amount: cut(plain(amount), 60))
    head = _("Progress bar: not read yet, of {aim}.", aim=standing.aim)
    if campaign.reading is not None:
        held, share = _brief(campaign.reading.amount, campaign, 40), cut(standing.share or "", 40)
        head = _("Progress bar: {held} of {aim}, {share}.", held=held, aim=standing.aim, share=share)
    text = head
    for room in (80, 40, 24, 12, 8):
        milestones = [
            f"{milestone.index}. {plain(milestone.name, room)}, {_brief(milestone.target, campaign, room)}, "
            + (_("reached") if milestone.reached_at is not None else _("not reached"))
            for milestone in campaign.milestones
        ]
        text = f"{head} {_('Milestones: {milestones}.', milestones='; '.join(milestones))}"
        if len(text) <= _ALT:
            break
    return cut(text, _ALT)


def state(campaign: Campaign, now: Timestamp) -> str:
    """Return where a campaign stands, in a few words."""
    if all(milestone.reached_at is not None for milestone in campaign.milestones):
        return _("Every milestone reached")
    if campaign.deadline is not None and now > campaign.deadline:
        return _("Ended")
    return _("Open")


def _milestone(campaign: Campaign, index: int) -> Milestone:
    return next(milestone for milestone in campaign.milestones if milestone.index == index)


def _brief(units: int, campaign: Campaign, room: int) -> str:
    return cut(humane(units, campaign.decimals), room)


def _title(campaign: Campaign) -> str:
    return cut_quoted(campaign.title, 120)


def _target(campaign: Campaign, milestone: Milestone) -> str:
    return f"**{cut_quoted(milestone.name, 120)}** ({_amount(milestone.target, campaign)})"


def _amount(units: int, campaign: Campaign) -> str:
    """Write an amount so short that twenty of them fit, whatever a token calls itself and whatever it claims."""
    return cut_quoted(f"{humane(units, campaign.decimals)} {plain(campaign.symbol, 16)}", 60)


def _held(campaign: Campaign) -> str:
    standing, aim = campaign_progress(campaign), _amount(campaign.milestones[-1].target, campaign)
    if campaign.reading is None:
        return _("not read yet, of {aim}", aim=aim)
    held = _amount(campaign.reading.amount, campaign)
    return _("**{held}** of {aim} ({share})", held=held, aim=aim, share=standing.share)


def _standing(campaign: Campaign) -> str:
    """Say what is gathered of what, with a bar."""
    drawn = f"`{text_bar(campaign_progress(campaign).part, 1)}`"
    said = _held(campaign)
    return f"{drawn} {said[:1].upper()}{said[1:]}"


def _counted(campaign: Campaign, chains: Mapping[ChainId, str]) -> str:
    facts = {
        "unit": cut_quoted(campaign.symbol, 60),
        "contract": contract_words(campaign.holding.token),
        "treasury": f"`{checksummed(campaign.holding.holder)}`",
        "chain": chain_name(campaign.holding.chain, chains),
    }
    return _(
        "Counted: all {unit} ({contract}) that {treasury} holds on {chain}, from whoever it came, once its block is "
        "final.",
        **facts,
    )


def _place_of(campaign: Campaign, index: int) -> str:
    return _(
        "Milestone {index} of {last}, campaign {number}.",
        index=index,
        last=len(campaign.milestones),
        number=campaign.number,
    )


def _next(campaign: Campaign, now: Timestamp) -> str:
    waiting = [milestone for milestone in campaign.milestones if milestone.reached_at is None]
    if not waiting:
        return _("That was the last milestone; the bot goes on reading the treasury.")
    if campaign.deadline is not None and now > campaign.deadline:
        return _("Only what the treasury held by the deadline counts.")
    first = waiting[0]
    held, target = campaign.reading.amount if campaign.reading else 0, _target(campaign, first)
    if held >= first.target:
        return _("The treasury holds enough for {target}; it is announced with the next reading.", target=target)
    return _("Next: {target}, {more} more.", target=target, more=_amount(first.target - held, campaign))


def _lines(campaign: Campaign, room: int) -> str:
    """List the milestones, names cut so far that all of them fit."""
    text = ""
    for most in (120, 60, 30, 12):
        lines = []
        for milestone in campaign.milestones:
            done = milestone.reached_at is not None
            told = _("reached {time}", time=f"<t:{milestone.reached_at}:d>") if done else _("not reached")
            name, target = cut_quoted(milestone.name, most), _amount(milestone.target, campaign)
            lines.append(f"{'●' if done else '○'} {milestone.index}\\. {name}: {target}, {told}")
        text = "\n".join(lines)
        if len(text) <= room:
            break
    return text
