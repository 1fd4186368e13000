"""What a campaign and a reached milestone look like, as an embed with its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import discord

from bot.domain.announcements.announcement import Announcement
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.amounts import humane, percent
from bot.domain.shared.types import ChainId, Timestamp, Units
from bot.domain.treasury.campaigns import Campaign, Milestone
from bot.presentation.markdown.safe_text import cut
from bot.presentation.pictures.campaign_image import campaign_image
from bot.presentation.pictures.drawing_process import DrawingProcess
from cogs._shared.attached_picture import attached_picture
from cogs._shared.formatting import (
    amount_exact,
    amount_twice,
    block_words,
    chain_name,
    contract_words,
    cut_quoted,
    moment,
    plain,
    plural,
)

PER_PAGE = 10
"""Campaigns on one page of the list."""
_COLOUR = discord.Colour(0x4FB286)
_ALL = Fraction(1)
_ALT = 1024
"""What Discord takes as the description of a file."""


def campaign_message(
    campaign: Campaign, now: Timestamp, chains: Mapping[ChainId, str], explorer: str | None = None
) -> tuple[discord.Embed, Campaign]:
    """Show where a campaign stands; return what its picture shows besides."""
    embed = discord.Embed(
        title=cut_quoted(f"Campaign {campaign.number}: {campaign.title}", 256),
        description="\n".join(
            (_standing(campaign), f"**{_state(campaign, now)}.** {_next(campaign, now)}", "", *_lines(campaign))
        ),
        colour=_COLOUR,
    )
    holder, token = campaign.holding.holder, campaign.holding.token
    where = f"`{checksummed(holder)}` on {chain_name(campaign.holding.chain, chains)}"
    embed.add_field(name="Treasury", value=where, inline=False)
    embed.add_field(name="Counted in", value=f"{cut_quoted(campaign.symbol, 60)}, {contract_words(token)}")
    if campaign.reading is not None:
        read = amount_exact(campaign.reading.amount, campaign.decimals, campaign.symbol)
        block = campaign.reading.block
        embed.add_field(
            name="Last read", value=f"{read}, at {block_words(block, chains, explorer)} of {moment(block.timestamp)}"
        )
    until = moment(campaign.deadline) if campaign.deadline is not None else "open-ended"
    embed.add_field(name="Deadline", value=until)
    embed.add_field(name="Milestones are announced in", value=f"<#{campaign.channel}>")
    embed.set_footer(text="Everything the treasury holds counts, from whoever it came, once its block is final.")
    return embed, campaign


def milestone_message(
    campaign: Campaign, index: int, ref: str, chains: Mapping[ChainId, str], explorer: str | None = None
) -> tuple[discord.Embed, Campaign]:
    """Announce that milestone number `index` was reached, as the reading showed that reached it, and so its picture."""
    milestone = next(milestone for milestone in campaign.milestones if milestone.index == index)
    reading = milestone.reached_by or campaign.reading
    then = replace(campaign, reading=reading)
    lines = [f"**{_title(campaign)}** has reached {_target(campaign, milestone)}."]
    if reading is not None:
        block = reading.block
        lines += [
            f"The treasury holds {amount_twice(reading.amount, campaign.decimals, campaign.symbol)}.",
            f"Read at {block_words(block, chains, explorer)}, which is final, of {moment(block.timestamp)}.",
        ]
    lines += ["", _next(then, reading.block.timestamp if reading else campaign.created_at)]
    embed = discord.Embed(
        title=cut_quoted(f"Milestone reached: {milestone.name}", 256), description="\n".join(lines), colour=_COLOUR
    )
    embed.add_field(
        name="Treasury",
        value=f"`{checksummed(campaign.holding.holder)}` on {chain_name(campaign.holding.chain, chains)}",
        inline=False,
    )
    embed.set_footer(text=f"Milestone {index} of {len(campaign.milestones)}, campaign {campaign.number} · ref {ref}")
    return embed, then


async def with_picture(
    drawing: DrawingProcess, embed: discord.Embed, campaign: Campaign
) -> tuple[discord.Embed, discord.File | None]:
    """Draw a campaign into a message about it; no file if it cannot be drawn now."""
    name = f"campaign-{campaign.number}.png"
    file = await attached_picture(drawing, name, described(campaign), campaign_image, campaign)
    if file is not None:
        embed.set_image(url=f"attachment://{name}")
    return embed, file


def milestone_back_message(
    campaign: Campaign, correction: Announcement, ref: str, chains: Mapping[ChainId, str]
) -> discord.Embed:
    """Say in the place of an announcement that its milestone was not reached, and what another reading showed."""
    index, facts = int(correction.facts["milestone"] or 0), correction.facts
    milestone = next(milestone for milestone in campaign.milestones if milestone.index == index)
    held = amount_twice(Units(int(facts["amount"] or 0)), campaign.decimals, campaign.symbol)
    number, at = int(facts["block"] or 0), Timestamp(int(facts["timestamp"] or 0))
    if (left := facts.get("left")) is None:
        why, where = "a source had told another amount", "the same block"
    else:
        why, where = f"the chain has left block {int(left):,}, at which it was read", "the block that stands there now"
    embed = discord.Embed(
        title=cut_quoted(f"Corrected: {milestone.name} is not reached", 256),
        description=f"It was announced here that **{_title(campaign)}** has reached {_target(campaign, milestone)}. "
        f"That was wrong: {why}. Read again at {where}, {number:,} of "
        f"{chain_name(campaign.holding.chain, chains)}, of {moment(at)}, the treasury held {held}.\n"
        "If the milestone is reached, it is said here.",
        colour=_COLOUR,
    )
    embed.set_footer(text=f"Milestone {index} of {len(campaign.milestones)}, campaign {campaign.number} · ref {ref}")
    return embed


def campaigns_embed(campaigns: Sequence[Campaign], now: Timestamp, page: int = 1) -> discord.Embed:
    """List a guild's campaigns, `PER_PAGE` on a page."""
    pages = -(-len(campaigns) // PER_PAGE)
    page = min(max(page, 1), max(pages, 1))
    lines = []
    for campaign in campaigns[(page - 1) * PER_PAGE : page * PER_PAGE]:
        reached = sum(milestone.reached_at is not None for milestone in campaign.milestones)
        lines.append(
            f"**{campaign.number}. {_title(campaign)}** · {_state(campaign, now)}\n{_standing(campaign)} "
            f"{reached} of {plural(len(campaign.milestones), 'milestone')} reached."
        )
    embed = discord.Embed(title="Campaigns", description="\n\n".join(lines), colour=_COLOUR)
    embed.set_footer(
        text=f"Page {page} of {pages} · /campaign list page:{page % pages + 1} shows another"
        if pages > 1
        else "/campaign view shows one with its picture"
    )
    return embed


def described(campaign: Campaign) -> str:
    """Say in words what the picture of a campaign shows."""
    last = campaign.milestones[-1].target
    of = f"{_brief(last, campaign, 40)} {plain(campaign.symbol, 20)}"
    if campaign.reading is None:
        head = f"Progress bar: not read yet, of {of}."
    else:
        held = _brief(campaign.reading.amount, campaign, 40)
        head = f"Progress bar: {held} of {of}, {cut(percent(campaign.reading.amount, last, beside=_ALL), 40)}."
    text = head
    for room in (80, 40, 24, 12, 8):
        milestones = [
            f"{milestone.index}. {plain(milestone.name, room)}, {_brief(milestone.target, campaign, room)}, "
            f"{'reached' if milestone.reached_at is not None else 'not reached'}"
            for milestone in campaign.milestones
        ]
        text = f"{head} Milestones: {'; '.join(milestones)}."
        if len(text) <= _ALT:
            break
    return cut(text, _ALT)


def _brief(units: int, campaign: Campaign, room: int) -> str:
    return cut(humane(units, campaign.decimals), room)


def _title(campaign: Campaign) -> str:
    return cut_quoted(campaign.title, 120)


def _target(campaign: Campaign, milestone: Milestone) -> str:
    return f"**{cut_quoted(milestone.name, 120)}** ({_amount(milestone.target, campaign)})"


def _amount(units: int, campaign: Campaign) -> str:
    """Write an amount so short that twenty of them fit, whatever a token calls itself and whatever it claims."""
    return cut_quoted(f"{humane(units, campaign.decimals)} {plain(campaign.symbol, 16)}", 60)


def _standing(campaign: Campaign) -> str:
    last = campaign.milestones[-1].target
    aim = _amount(last, campaign)
    if campaign.reading is None:
        return f"Not read yet, of {aim}."
    held = _amount(campaign.reading.amount, campaign)
    return f"**{held}** of {aim} ({percent(campaign.reading.amount, last, beside=_ALL)})."


def _state(campaign: Campaign, now: Timestamp) -> str:
    if all(milestone.reached_at is not None for milestone in campaign.milestones):
        return "Every milestone reached"
    if campaign.deadline is not None and now > campaign.deadline:
        return "Ended"
    return "Open"


def _next(campaign: Campaign, now: Timestamp) -> str:
    waiting = [milestone for milestone in campaign.milestones if milestone.reached_at is None]
    if not waiting:
        return "That was the last milestone; the bot goes on reading the treasury."
    if campaign.deadline is not None and now > campaign.deadline:
        return "Only what the treasury held by the deadline counts."
    first = waiting[0]
    held = campaign.reading.amount if campaign.reading else 0
    if held >= first.target:
        return f"The treasury holds enough for {_target(campaign, first)}; it is announced with the next reading."
    more = _amount(first.target - held, campaign)
    return f"Next: {_target(campaign, first)}, {more} more."


def _lines(campaign: Campaign) -> list[str]:
    room = 120 if len(campaign.milestones) <= PER_PAGE else 60
    lines = []
    for milestone in campaign.milestones:
        done = milestone.reached_at is not None
        state = f"reached <t:{milestone.reached_at}:d>" if done else "not reached"
        name = cut_quoted(milestone.name, room)
        target = _amount(milestone.target, campaign)
        lines.append(f"{'●' if done else '○'} {milestone.index}\\. {name}: {target}, {state}")
    return lines
