"""What announcements say: the parts of a message, from the stored facts."""

from __future__ import annotations

from typing import TypedDict

import discord

from bot.app.composition import App
from bot.client.discord_client import Folkmoot
from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.shared.types import CampaignId, ProposalId
from bot.domain.treasury.campaigns import Campaign
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.cards import Card
from cogs._shared.chain_options import read_from_one
from cogs._shared.replies import explorers
from cogs._shared.seen_proposals import name_of
from cogs.announcements.channels import Place, lacking
from cogs.announcements.notice_card import notice_card
from cogs.audit.log_cards import head_card
from cogs.audit.result_files import Attached, part_message, public_page
from cogs.proposals.announcement_cards import opened_card, result_card, withdrawn_card
from cogs.proposals.proposal_cards import proposal_card
from cogs.proposals.result_pictures import drawn_result
from cogs.proposals.revision_cards import change_card
from cogs.treasury.campaign_buttons import CampaignButton
from cogs.treasury.campaign_cards import as_reached, drawn_campaign, milestone_card
from cogs.voting.card_buttons import card_rows, read_row, result_rows
from cogs.voting.cards.reasons_and_recusals import reason_card, recusal_card
from cogs.wallets.wallet_cards import moved_away_card


class MessageParts(TypedDict, total=False):
    """The parts of a message: an embed, or a layout, and the files that go with it."""

    embed: discord.Embed
    view: discord.ui.LayoutView
    files: list[discord.File]


def laid_out(card: Card) -> MessageParts:
    """Return a card with its files."""
    return {"view": card, "files": card.files}


async def card_of(app: App, view: ProposalView, ref: str) -> Card:
    """Draw a proposal's card."""
    space = await name_of(app, view.proposal)
    return proposal_card(view, app.chain.chains(), card_rows(view, ref), alone=read_from_one(app), space=space)


async def result_of(app: App, announcement: Announcement, proposal: ProposalId, where: Place, bundle: Attached) -> Card:
    """Draw a result with its picture, where pictures may be attached, and with what proves it."""
    view = await app.cards.current_view(proposal)
    picture = None if lacking(where, files=True) else await drawn_result(app.drawing, view.proposal)
    rows = result_rows(view, announcement.ref, await public_page(app, view.proposal))
    return result_card(view, rows, picture=picture, attached=bundle.file, unattached=bundle.told)


async def milestone_of(app: App, campaign: Campaign, index: int, ref: str) -> Card:
    """Draw a reached milestone with its picture, as the reading showed it that reached it."""
    picture = await drawn_campaign(app.drawing, as_reached(campaign, index))
    explorer = explorers(app).get(campaign.holding.chain)
    rows = [[CampaignButton(campaign.number, ref)]]
    return milestone_card(campaign, index, app.chain.chains(), explorer, rows, picture)


async def content_of(  # noqa: C901, PLR0911 - one a topic
    client: Folkmoot, announcement: Announcement, proposal: ProposalId
) -> MessageParts:
    """Draw up what an announcement says, from the stored facts."""
    app, ref = client.app, announcement.ref
    match announcement.topic:
        case Topic.PROPOSAL_CARD:
            view = await app.cards.current_view(proposal)
            return laid_out(await card_of(app, view, ref))
        case Topic.PROPOSAL_CHANGED:
            changed = await app.text_revisions.change(proposal, int(announcement.facts["version"] or 0))
            return laid_out(change_card(*changed, ref))
        case Topic.PROPOSAL_OPENED:
            view = await app.cards.current_view(proposal)
            return laid_out(opened_card(view, read_row(view.proposal, ref)))
        case Topic.BUNDLE_PART:
            return laid_out(await part_message(app, announcement, await app.cards.stored(proposal)))
        case Topic.PROPOSAL_WITHDRAWN:
            found = await app.cards.stored(proposal)
            return laid_out(withdrawn_card(found, read_row(found, ref)))
        case Topic.REASON:
            return laid_out(reason_card(announcement, await app.cards.stored(proposal)))
        case Topic.RECUSAL:
            return laid_out(recusal_card(announcement, await app.cards.stored(proposal)))
        case Topic.MILESTONE:
            campaign = await app.treasury.campaign_by_id(CampaignId(int(announcement.facts["campaign"] or 0)))
            index = int(announcement.facts["milestone"] or 0)
            return laid_out(await milestone_of(app, campaign, index, ref))
        case Topic.LOG_HEAD:
            return laid_out(head_card(announcement))
        case Topic.PROPOSAL_RESULT | Topic.TAKEN_DOWN | Topic.MILESTONE_CORRECTED:
            raise ValueError("it is said in a way of its own")
        case Topic.NOTICE:
            return laid_out(notice_card(announcement))
        case Topic.WALLET_MOVED:
            guild = client.get_guild(announcement.guild)
            return {"embed": moved_away_card(announcement, guild.name if guild else None)}
