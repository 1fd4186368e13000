"""Posts announcements on Discord, each once, and keeps the cards of proposals up to date."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, assert_never

import aiohttp
import discord
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.announcements.announcement import DELIVERIES, SOUGHT, Announcement, Delivery, To, Topic
from bot.domain.announcements.delivery_fault import DeliveryFault, DeliveryRefusal
from bot.domain.announcements.moderator_notice import NoThread
from bot.domain.shared.errors import StorageUnavailable
from bot.domain.shared.types import CampaignId, ChannelId, MessageId, ProposalId, Timestamp
from bot.ports import Undeliverable, Undelivered
from cogs.announcements.channels import (
    Place,
    check_permitted,
    find,
    is_from_before,
    is_gone,
    lacking,
    opened,
    place,
    readable,
    start_thread,
)
from cogs.announcements.message_contents import card_of, content_of, laid_out, milestone_of, result_of
from cogs.audit.result_files import attach_bundle
from cogs.treasury.campaign_buttons import CampaignButton
from cogs.treasury.campaign_cards import milestone_back_card

_log = logging.getLogger(__name__)

_TOO_MANY_OLD_EDITS, _UNKNOWN_CHANNEL = 30046, 10003
_BAD_REQUEST, _TOO_LARGE, _TOO_MANY, _SERVER_ERROR = 400, 413, 429, 500


class DiscordAnnouncer:
    """Posts through the client; an `Announcer`."""

    def __init__(self, client: Folkmoot) -> None:
        self._client, self._app = client, client.app
        self._began = client.app.clock.now()

    async def say(self, announcement: Announcement) -> MessageId:
        """Post it, unless an earlier attempt did. Raises Undeliverable, Undelivered."""
        try:
            return await self._say(announcement)
        except (Undeliverable, Undelivered, StorageUnavailable):
            raise
        except discord.NotFound as error:
            gone = error.code == _UNKNOWN_CHANNEL
            fault = DeliveryFault.CHANNEL_GONE if gone else DeliveryFault.REFUSED
            raise Undeliverable(DeliveryRefusal(fault, announcement.channel, str(error.code))) from None
        except discord.Forbidden:
            raise Undeliverable(DeliveryRefusal(DeliveryFault.OUT_OF_SIGHT, announcement.channel)) from None
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            if isinstance(error, discord.HTTPException) and error.status == _BAD_REQUEST:
                refused = DeliveryRefusal(DeliveryFault.REFUSED, announcement.channel, str(error.code))
                raise Undeliverable(refused) from None
            raise Undelivered(f"Discord did not take it: {type(error).__name__}") from error
        except Exception as error:
            _log.exception("announcement %s could not be made", announcement.key)
            raise Undelivered("it could not be drawn up") from error

    def ready(self) -> bool:
        """Return whether the guilds are known, so that a channel can be judged."""
        return self._client.is_ready()

    async def find(self, announcement: Announcement) -> MessageId | None:
        """Return the message that an earlier attempt left in the channel; None if there is none.

        A card that is found is stored as its proposal's. Raises Undeliverable where nobody lets us look, Undelivered.
        """
        try:
            where = await readable(self._client, announcement.channel, announcement.guild)
            check_permitted(where, writes=False)
            message = await find(self._client, where, announcement)
            if message is not None and announcement.topic is Topic.PROPOSAL_CARD:
                proposal = ProposalId(int(announcement.facts["proposal"] or 0))
                await self._place_card(announcement, proposal, where, message)
        except discord.NotFound:
            return None
        except discord.Forbidden:
            raise Undeliverable(DeliveryRefusal(DeliveryFault.OUT_OF_SIGHT, announcement.channel)) from None
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Undelivered(f"Discord did not answer: {type(error).__name__}") from error
        else:
            return message

    async def show(self, proposal: ProposalId) -> None:
        """Draw a proposal's card again from the stored facts."""
        view = await self._app.cards.current_view(proposal)
        if (found := view.proposal).channel is None or found.card is None:
            return
        card = await card_of(self._app, view, await self._app.cards.reference(found))
        try:
            where = await place(self._client, found.channel, found.guild)
            await where.get_partial_message(found.card).edit(content=None, embeds=[], view=card)
        except discord.NotFound as error:
            _log.warning("the card of proposal %s is gone (%s)", proposal, error.code)
            await self._app.cards.lost(proposal)
            return
        except (discord.Forbidden, Undeliverable) as error:
            self._rest(proposal, error)
            return
        except discord.HTTPException as error:
            if error.code == _TOO_MANY_OLD_EDITS or error.status < _TOO_MANY:
                self._rest(proposal, error)
            else:
                _log.warning("the card of proposal %s is drawn later: HTTP %s", proposal, error.status)
            return
        except (discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.warning("the card of proposal %s is drawn later: %s", proposal, type(error).__name__)
            return
        await self._app.cards.drawn(proposal, view.now)

    def _rest(self, proposal: ProposalId, error: Exception) -> None:
        """Leave a card that Discord does not let us change now; it is tried again, so that none stays out of date."""
        if self._app.cards.rest(proposal):
            _log.warning("the card of proposal %s can't be drawn again now; it is tried later: %s", proposal, error)

    async def _place(self, announcement: Announcement) -> Place:
        return await place(self._client, announcement.channel, announcement.guild)

    async def _say(self, announcement: Announcement) -> MessageId:
        proposal = ProposalId(int(announcement.facts.get("proposal") or 0))
        if announcement.topic is Topic.PROPOSAL_CARD and (placed := (await self._app.cards.stored(proposal)).card):
            return placed
        delivery = DELIVERIES[announcement.topic]
        match delivery.to:
            case To.MEMBER:
                return await self._say_privately(announcement)
            case To.MESSAGE if announcement.topic is Topic.MILESTONE_CORRECTED:
                return await self._correct(announcement)
            case To.MESSAGE:
                return await self._take_down(announcement)
            case To.CHANNEL:
                return await self._say_in_channel(announcement, delivery, proposal)
            case _:
                assert_never(delivery.to)

    async def _say_in_channel(self, announcement: Announcement, delivery: Delivery, proposal: ProposalId) -> MessageId:
        where = await readable(self._client, announcement.channel, announcement.guild)
        looks = announcement.attempts > 1 or announcement.is_older(self._began)
        looks = looks and not lacking(where, writes=False)
        message = await find(self._client, where, announcement) if looks else None
        if message is None:
            where = await opened(where)
            check_permitted(where, files=delivery.files)
            message = await self._post(announcement, proposal, where, partial(where.send, nonce=announcement.nonce))
        elif announcement.since is not None and is_from_before(message, announcement):
            await self._draw_again(announcement, proposal, await opened(where), message)
        if announcement.topic is Topic.PROPOSAL_CARD:
            await self._place_card(announcement, proposal, where, message)
        return message

    async def _draw_again(
        self, announcement: Announcement, proposal: ProposalId, where: Place, message: MessageId
    ) -> None:
        """Update a message that was posted before the database went back to an earlier state.

        Its words stay; only a proof that differs now, because a new count has a time of its own, is replaced.
        """

        async def edit(
            *,
            embed: discord.Embed | None = None,
            view: Any = None,  # noqa: ANN401 - a layout, or none
            files: Sequence[discord.File] = (),
        ) -> discord.PartialMessage:
            there = where.get_partial_message(message)
            await there.edit(content=None, embeds=[embed] if embed else [], view=view, attachments=files)
            return there

        try:
            await self._post(announcement, proposal, where, edit)
        except discord.HTTPException as error:
            if error.status >= _SERVER_ERROR or error.status == _TOO_MANY:
                raise
            _log.warning("announcement %s stands as it was said before: HTTP %s", announcement.id, error.status)

    async def _post(
        self,
        announcement: Announcement,
        proposal: ProposalId,
        where: Place | discord.DMChannel,
        post: Callable[..., Awaitable[discord.Message | discord.PartialMessage]],
    ) -> MessageId:
        """Post it; a result has its bundle, and where Discord takes no file so large, that follows in parts."""
        if announcement.topic is not Topic.PROPOSAL_RESULT or isinstance(where, discord.DMChannel):
            return MessageId((await post(**await content_of(self._client, announcement, proposal))).id)
        counted = await self._app.cards.stored(proposal)
        limit = where.guild.filesize_limit
        while True:
            bundle = await attach_bundle(self._app, counted, where, limit)
            card = await result_of(self._app, announcement, proposal, where, bundle)
            try:
                return MessageId((await post(**laid_out(card))).id)
            except discord.HTTPException as error:
                if error.status != _TOO_LARGE or bundle.file is None:
                    raise
            limit = 0

    async def _say_privately(self, announcement: Announcement) -> MessageId:
        where = await self._client.create_dm(discord.Object(announcement.channel))
        message = await find(self._client, where, announcement) if announcement.attempts > 1 else None
        if message is None:
            message = await self._post(
                announcement, ProposalId(0), where, partial(where.send, nonce=announcement.nonce)
            )
        return message

    async def _take_down(self, announcement: Announcement) -> MessageId:
        """Delete a message of the bot, by its id, its key or its ref; it is no error if it is gone already."""
        message = MessageId(int(announcement.facts.get("message") or 0))
        if (key := announcement.facts.get("announcement")) is not None:
            announced = await self._meant(announcement, str(key))
            message = MessageId((announced.message if announced is not None else None) or 0)
        if (ref := announcement.facts.get(SOUGHT)) is not None:
            message = await self.find(replace(announcement, ref=str(ref))) or message
        if not message:
            return message
        with suppress(discord.NotFound):
            await (await self._place(announcement)).get_partial_message(message).delete()
        return message

    async def _meant(self, announcement: Announcement, key: str) -> Announcement | None:
        """Return the announcement to change, if it is from before. Raises Undelivered while it is still to be said."""
        announced = await self._app.outbox.announced(key)
        if announced is None or announced.id > announcement.id:
            return None  # what is later says what is so by then
        if announced.message is None and announced.given_up is None:
            raise Undelivered("what is to be changed or taken down is not said yet")
        return announced

    async def _correct(self, announcement: Announcement) -> MessageId:
        """Edit the announcement of a milestone; if the message is gone, nothing has to be done."""
        announced = await self._meant(announcement, str(announcement.facts["announcement"]))
        if announced is None or announced.message is None:
            return MessageId(0)
        campaign = await self._app.treasury.campaign_by_id(CampaignId(int(announcement.facts["campaign"] or 0)))
        index = int(announcement.facts["milestone"] or 0)
        says_reached = announcement.facts["amount"] is None
        if says_reached != campaign.is_reached(index):
            return announced.message  # a later correction, which may overtake this one, says what is so
        if says_reached:
            card = await milestone_of(self._app, campaign, index, announced.ref)
        else:
            rows = [[CampaignButton(campaign.number, announced.ref)]]
            card = milestone_back_card(campaign, announcement, self._app.chain.chains(), rows)
        where = await place(self._client, announced.channel, announced.guild)
        with suppress(discord.NotFound):
            there = where.get_partial_message(announced.message)
            await there.edit(content=None, embeds=[], view=card, attachments=card.files)
        return announced.message

    async def _place_card(
        self, announcement: Announcement, proposal: ProposalId, where: Place, message: MessageId
    ) -> None:
        found = await self._app.cards.stored(proposal)
        if found.thread is not None and await is_gone(self._client, found.thread):
            await self._app.cards.lost_thread(proposal, found.thread)
            found = await self._app.cards.stored(proposal)
        thread: ChannelId | None = None
        if found.thread is None:
            thread = await start_thread(where, message, found)
        if thread is None and found.thread is None and isinstance(where, discord.TextChannel):
            made = Timestamp(int(where.created_at.timestamp()))
            fact = NoThread(channel=where.id)
            await self._app.notices.tell(found.guild, f"thread/{where.id}", fact, found.space, since=made)
        if thread is not None and isinstance(where, discord.TextChannel):
            await self._app.notices.end(found.guild, f"thread/{where.id}")
        await self._app.cards.placed(proposal, channel=announcement.channel, card=message, thread=thread)


class Announcements(commands.Cog):
    """Gives the client its announcer."""

    SWITCH = None

    def __init__(self, bot: Folkmoot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Set the client's announcer."""
        self._bot.announcer = DiscordAnnouncer(self._bot)


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    await bot.add_cog(Announcements(bot))
