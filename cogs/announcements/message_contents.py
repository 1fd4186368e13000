"""What announcements say: the parts of a message, from the stored facts."""

from __future__ import annotations

from typing import TypedDict

import discord

from bot.app.composition import App
from bot.client.discord_client import Folkmoot
from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.shared.types import CampaignId, ProposalId
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.chain_options import read_from_one
from cogs._shared.replies import explorers
from cogs._shared.seen_proposals import name_of
from cogs.announcements.notice_card import notice_card
from cogs.audit.log_cards import head_card
from cogs.audit.result_files import part_message
from cogs.proposals.announcement_cards import opened_card, result_card, withdrawn_card
from cogs.proposals.proposal_cards import proposal_card
from cogs.proposals.revision_cards import change_card
from cogs.treasury.campaign_cards import milestone_message, with_picture
from cogs.voting.card_buttons import card_buttons, result_buttons
from cogs.voting.cards.reasons_and_recusals import reason_card, recusal_card
from cogs.wallets.wallet_cards import moved_away_card


class MessageParts(TypedDict, total=False):
    """The parts of a message."""

    embed: discord.Embed
    view: discord.ui.View
    file: discord.File


def with_file(embed: discord.Embed, file: discord.File | None) -> MessageParts:
    """Return an embed with its file, where there is one."""
    return {"embed": embed, "file": file} if file else {"embed": embed}


async def card_of(app: App, view: ProposalView, ref: str = "") -> discord.Embed:
    """Draw a proposal's card."""
    space = await name_of(app, view.proposal)
    return proposal_card(view, app.chain.chains(), explorers(app), ref, alone=read_from_one(app), space=space)


async def content_of(  # noqa: C901, PLR0911, PLR0912 - one a topic
    client: Folkmoot, announcement: Announcement, proposal: ProposalId
) -> MessageParts:
    """Draw up what an announcement says, from the stored facts."""
    app, ref = client.app, announcement.ref
    chains, linked = app.chain.chains(), explorers(app)
    match announcement.topic:
        case Topic.PROPOSAL_CARD:
            view = await app.cards.shown(proposal)
            return {"embed": await card_of(app, view, ref), "view": card_buttons(view)}
        case Topic.PROPOSAL_CHANGED:
            changed = await app.text_revisions.change(proposal, int(announcement.facts["version"] or 0))
            return with_file(*change_card(*changed, ref))
        case Topic.PROPOSAL_OPENED:
            return {"embed": opened_card(await app.cards.shown(proposal), ref)}
        case Topic.PROPOSAL_RESULT:
            view = await app.cards.shown(proposal)
            return {"embed": result_card(view, ref, chains, linked), "view": result_buttons(view)}
        case Topic.BUNDLE_PART:
            return with_file(*await part_message(app, announcement, await app.cards.stored(proposal)))
        case Topic.PROPOSAL_WITHDRAWN:
            return {"embed": withdrawn_card(await app.cards.stored(proposal), ref)}
        case Topic.REASON:
            return {"embed": reason_card(announcement, await app.cards.stored(proposal))}
        case Topic.RECUSAL:
            return {"embed": recusal_card(announcement, await app.cards.stored(proposal))}
        case Topic.MILESTONE:
            campaign = await app.treasury.shown(CampaignId(int(announcement.facts["campaign"] or 0)))
            index = int(announcement.facts["milestone"] or 0)
            shown = milestone_message(campaign, index, ref, chains, linked.get(campaign.holding.chain))
            return with_file(*await with_picture(app.drawing, *shown))
        case Topic.LOG_HEAD:
            return {"embed": head_card(announcement)}
        case Topic.TAKEN_DOWN | Topic.MILESTONE_CORRECTED:
            raise ValueError("it changes a message, and leaves none of its own")
        case Topic.NOTICE:
            return {"embed": notice_card(announcement)}
        case Topic.WALLET_MOVED:
            guild = client.get_guild(announcement.guild)
            return {"embed": moved_away_card(announcement, guild.name if guild else "a server")}
