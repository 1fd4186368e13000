"""What a member is shown once a wallet is linked: the vote that they pressed before, or what the wallet gives them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.client.discord_client import Folkmoot
from bot.client.lost_responses import LOST
from bot.client.next_steps import Resumed
from bot.domain.shared.addresses import checksummed, short
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.types import ChainId, GuildId
from bot.domain.wallets.link_reply import LinkReply
from bot.domain.wallets.wallet import Wallet
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.replies import Interaction, guild_of
from cogs.wallets.wallet_cards import LINKED, kind_words
from cogs.wallets.way_back import POWER_NOW, seen_back

_log = logging.getLogger(__name__)


class FollowUps:
    """Edits the message that led to a page, once a wallet is linked there; a `LinkTeller`."""

    def __init__(self, client: Folkmoot) -> None:
        self._client = client

    async def follow(self, guild: GuildId, reply: LinkReply, wallet: Wallet, *, moved: bool) -> bool:
        """Show that it is linked, and the way back; False if Discord does not let the message be edited any more."""
        try:
            card = await linked_answer(self._client, guild, wallet, reply.back, moved=moved)
            webhook = discord.Webhook.partial(reply.application, reply.token, client=self._client)
            await webhook.edit_message(reply.message, view=card)
        except (discord.DiscordException, FolkmootError, *LOST) as error:
            _log.info("a member reads on the page alone that a wallet is linked: %s", error)
            return False
        return True


async def linked_answer(client: Folkmoot, guild: GuildId, wallet: Wallet, back: str, *, moved: bool = False) -> Card:
    """Show that a wallet is the member's now, and lead back to what they were doing."""
    return linked_card(wallet, client.app.chain.chains(), await client.next_steps.resumed(guild, back), moved=moved)


async def ready_answer(interaction: Interaction, own: Sequence[Wallet], back: str) -> Card:
    """Lead a member back who has linked a wallet meanwhile."""
    again = await interaction.client.next_steps.resumed(guild_of(interaction), await seen_back(interaction, back))
    return ready_card(own[0], again)


def linked_card(wallet: Wallet, chains: Mapping[ChainId, str], again: Resumed | None, *, moved: bool = False) -> Card:
    """Say that a wallet is the member's now; `again` is what they were doing, if anything."""
    name = short(wallet.address)
    head = _("### Moved to you: {wallet}", wallet=name) if moved else _("### Linked: {wallet}", wallet=name)
    about = _(
        "{address} ({kind}) is your wallet here.",
        address=f"`{checksummed(wallet.address)}`",
        kind=kind_words(wallet, chains),
    )
    return _card(f"{head}\n{about}", again)


def ready_card(wallet: Wallet, again: Resumed | None) -> Card:
    """Say that a wallet is linked already."""
    return _card(_("### Your wallet is linked: {wallet}", wallet=short(wallet.address)), again)


def _card(head: str, again: Resumed | None) -> Card:
    if again is not None:
        return Card([head, again.text], again.rows, colour=LINKED)
    told = _("Its tokens count in votes at whose block it held them.")
    return Card([head, told], [[power_now()]], colour=LINKED)


def power_now() -> discord.ui.Button[Any]:
    """Return the button that shows a member's power now."""
    return discord.ui.Button(label=_("My power"), custom_id=POWER_NOW)
