"""The button *Link my wallet*: it leads through linking and back to what the member was doing."""

from __future__ import annotations

import logging
import re
from typing import Any, Self

import discord

from bot.client.lost_responses import LOST
from bot.domain.shared.errors import CannotPropose, NoPower, NoWallet
from bot.domain.shared.types import MessageId, ProposalId, Timestamp
from bot.domain.wallets.link_reply import REPLY_LIFE, LinkReply
from bot.domain.wallets.web_ticket import Purpose
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.chain_options import chain_named
from cogs._shared.components import Buttons, Form, pressed
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs.wallets.linked_card import ready_answer
from cogs.wallets.wallet_buttons import PART, LinkButton
from cogs.wallets.wallet_cards import challenge_card, invitation_card
from cogs.wallets.way_back import BACK, VOTE, begin_again, meant, seen_back

_log = logging.getLogger(__name__)

_CHAINS, _NAME = 25, 100
"""Chains that a menu holds, and signs of a name in it."""


def link_my_wallet(interaction: Interaction) -> LinkMyWallet:
    """Return the button for a refusal: once a wallet is linked it leads back to what this interaction was about.

    What that is stands under `MEANT` in its extras; where nothing does, it leads to the wallet alone.
    """
    return LinkMyWallet(meant(interaction))


def mends(interaction: Interaction, error: BaseException) -> discord.ui.View | None:
    """Return the button for a member with no wallet, or too little power by those linked; None for other refusals."""
    match error:
        case NoWallet():
            return Buttons(link_my_wallet(interaction))
        case NoPower():
            return Buttons(LinkMyWallet(meant(interaction), more=True))
        case CannotPropose(needed=needed) if needed is not None:
            return Buttons(LinkMyWallet(more=True, label=_("Link a wallet")))
        case _:
            return None


class LinkMyWallet(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(rf"link-my:(?P<more>m?):{BACK}")
):
    """Begins to link a wallet. With `more` it is for another one; else a member who has one is led back at once."""

    def __init__(self, back: str = "", *, more: bool = False, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label or (_("Link another wallet") if more else _("Link my wallet")),
                style=discord.ButtonStyle.secondary if more else discord.ButtonStyle.primary,
                custom_id=begin_again(back, more=more),
            )
        )
        self.back, self.more = back, more

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(match["back"], more=bool(match["more"]))

    @pressed(PART, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Lead to the page, or where there is none to the form for a signature made elsewhere."""
        app = interaction.client.app
        own = [] if self.more else await app.wallets.of(guild_of(interaction), member_of(interaction))
        if own:
            await acknowledge(interaction, update=is_own(interaction))
            await answer(interaction, None, embed=None, view=await ready_answer(interaction, own, self.back))
        elif app.tickets.on:
            await acknowledge(interaction, update=is_own(interaction))
            await invite(interaction, self.back)
        else:
            await AddressForm(interaction, self.back).show(interaction)


class PasteInstead(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(rf"link-paste:{BACK}")):
    """Opens the form for a wallet whose signature is made elsewhere."""

    def __init__(self, back: str = "") -> None:
        super().__init__(
            discord.ui.Button(
                label=_("Paste a signature instead"),
                style=discord.ButtonStyle.secondary,
                custom_id=f"link-paste:{back}",
            )
        )
        self.back = back

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(match["back"])

    @pressed(PART, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        await AddressForm(interaction, self.back).show(interaction)


class AddressForm(Form):
    """Takes the wallet's address, and answers with the text to sign."""

    def __init__(self, interaction: Interaction, back: str) -> None:
        super().__init__(interaction, title=_("Link a wallet by a signature"))
        self._back = back
        self._address: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="address", placeholder="0x…", min_length=1, max_length=100
        )
        self.add_item(
            discord.ui.Label(
                text=_("Your wallet's address"),
                description=_("0x and 40 hexadecimal digits. Never a private key or a recovery phrase."),
                component=self._address,
            )
        )
        chains = list(interaction.client.app.chain.chains().values())[:_CHAINS]
        self._chain: discord.ui.Select[Any] | None = None
        if len(chains) > 1:
            options = [discord.SelectOption(label=name[:_NAME], value=name[:_NAME]) for name in chains]
            self._chain = discord.ui.Select(custom_id="chain", options=options, required=False)
            self.add_item(
                discord.ui.Label(
                    text=_("Its chain"),
                    description=_("Only a contract wallet needs it: the chain on which it stands."),
                    component=self._chain,
                )
            )

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Show the text to sign."""
        await acknowledge(interaction, update=is_own(interaction))
        await interaction.client.check_on(interaction.guild_id, PART)
        chosen = self._chain.values if self._chain is not None else []
        await show_challenge(interaction, self._address.value, chosen[0] if chosen else None, self._back)


async def show_challenge(interaction: Interaction, address: str, chain: str | None, back: str = "") -> None:
    """Answer with the text to sign for a wallet. Raises InvalidInput."""
    app = interaction.client.app
    challenge = await app.wallets.challenge(
        guild_of(interaction),
        member_of(interaction),
        address,
        chain=chain_named(app, chain) if chain else None,
        guild_name=interaction.guild.name if interaction.guild else "",
        member_name=interaction.user.name,
    )
    view = challenge_card(challenge, [[LinkButton(challenge.nonce, back)]])
    await answer(interaction, None, embed=None, view=view)


async def invite(interaction: Interaction, back: str = "") -> None:
    """Answer with a button to a page that is the member's alone; the answer follows what is done there."""
    back = await seen_back(interaction, back)
    proposal = re.fullmatch(VOTE, back)
    message = await _answered_by(interaction)
    invited = await interaction.client.app.tickets.issue(
        Purpose.LINK,
        guild_of(interaction),
        member_of(interaction),
        guild_name=interaction.guild.name if interaction.guild else "",
        member_name=interaction.user.name,
        reply=None
        if message is None
        else LinkReply(
            application=interaction.application_id,
            message=message,
            token=interaction.token,
            until=Timestamp(int(interaction.created_at.timestamp()) + REPLY_LIFE),
            back=back,
            proposal=None if proposal is None else ProposalId(int(proposal["proposal"], 36)),
        ),
    )
    button: discord.ui.Button[Any] = discord.ui.Button(label=_("Open my page"), url=invited.url)
    await answer(interaction, None, embed=None, view=invitation_card(invited, back, [[button, PasteInstead(back)]]))


def is_own(interaction: Interaction) -> bool:
    """Return whether what was pressed is a message that the member alone sees, so that the answer may replace it."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _answered_by(interaction: Interaction) -> MessageId | None:
    """Return the message that answers an interaction; None if Discord does not tell."""
    if interaction.message is not None and is_own(interaction):
        return MessageId(interaction.message.id)
    try:
        return MessageId((await interaction.original_response()).id)
    except (discord.DiscordException, *LOST) as error:
        _log.info("the answer that leads to a page will not follow it: %s", error)
        return None
