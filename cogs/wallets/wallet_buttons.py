"""The steps that /wallet leads through by buttons: pasting a signature, taking a wallet over, taking a link away."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot.domain.shared.addresses import short
from bot.domain.shared.errors import ChallengeUnusable, WalletTaken
from bot.domain.shared.types import Address
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.components import Form, pressed
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs.general.error_messages import words
from cogs.wallets.linked_card import linked_answer
from cogs.wallets.wallet_cards import move_card, unlinked_card
from cogs.wallets.way_back import BACK, begin_again, seen_back

PART = "wallets"


class LinkButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=re.compile(rf"link:(?P<nonce>[0-9a-f]{{24}})(?::{BACK})?"),
):
    """Opens the form for the signature that answers one challenge; `back` leads to what the member was doing."""

    def __init__(self, nonce: str, back: str = "") -> None:
        super().__init__(
            discord.ui.Button(
                label=_("Paste the signature"), style=discord.ButtonStyle.primary, custom_id=_id("link", nonce, back)
            )
        )
        self._nonce, self._back = nonce, back

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: object, match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Rebuild it from its custom_id."""
        return cls(match["nonce"], match["back"] or "")

    @pressed(PART, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        await SignatureForm(interaction, self._nonce, self._back).show(interaction)


class SignatureForm(Form):
    """Takes the signature. A wrong one leaves the sign-in text and its button where they are."""

    def __init__(self, interaction: Interaction, nonce: str, back: str = "") -> None:
        super().__init__(interaction, title=_("Prove that the wallet is yours"))
        self._nonce, self._back = nonce, back
        self._signature: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="signature",
            style=discord.TextStyle.paragraph,
            placeholder=_("0x and 130 hexadecimal digits or more, or all that your wallet shows"),
            min_length=1,
            max_length=4000,
            required=True,
        )
        self.add_item(
            discord.ui.Label(
                text=_("Signature"),
                description=_("What your wallet showed after you signed. Never a recovery phrase or a private key."),
                component=self._signature,
            )
        )

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Check it and link the wallet."""
        await acknowledge(interaction, update=True)
        await interaction.client.check_on(interaction.guild_id, PART)
        app = interaction.client.app
        try:
            wallet = await app.wallets.confirm(
                guild_of(interaction), member_of(interaction), self._nonce, self._signature.value
            )
        except ChallengeUnusable as error:
            again: discord.ui.Button[Any] = discord.ui.Button(
                label=_("Begin again"),
                style=discord.ButtonStyle.primary,
                custom_id=begin_again(self._back, more=not self._back),
            )
            await answer(interaction, None, embed=None, view=Card([words(error) or ""], [[again]]))
            return
        except WalletTaken as error:
            view = move_card(error.address, [[MoveButton(self._nonce, self._back)]])
            await answer(interaction, None, embed=None, view=view)
            return
        view = await linked_answer(
            interaction.client, guild_of(interaction), wallet, await seen_back(interaction, self._back)
        )
        await answer(interaction, None, embed=None, view=view)


class MoveButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=re.compile(rf"move:(?P<nonce>[0-9a-f]{{24}})(?::{BACK})?"),
):
    """Takes over the wallet that the presser has proved by answering one challenge."""

    def __init__(self, nonce: str, back: str = "") -> None:
        super().__init__(
            discord.ui.Button(
                label=_("Move it to me"), style=discord.ButtonStyle.danger, custom_id=_id("move", nonce, back)
            )
        )
        self._nonce, self._back = nonce, back

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: object, match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Rebuild it from its custom_id."""
        return cls(match["nonce"], match["back"] or "")

    @pressed(PART, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Move it."""
        app = interaction.client.app
        wallet = await app.wallets.move(guild_of(interaction), member_of(interaction), self._nonce)
        view = await linked_answer(
            interaction.client, guild_of(interaction), wallet, await seen_back(interaction, self._back), moved=True
        )
        await answer(interaction, None, embed=None, view=view)


class UnlinkButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=re.compile(r"unlink:(?P<address>0x[0-9a-f]{40})"),
):
    """Takes one link away, if it is the presser's."""

    def __init__(self, address: Address) -> None:
        super().__init__(
            discord.ui.Button(
                label=_("Unlink {wallet}", wallet=short(address)),
                style=discord.ButtonStyle.danger,
                custom_id=f"unlink:{address}",
            )
        )
        self._address = address

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: object, match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Rebuild it from its custom_id."""
        return cls(Address(match["address"]))

    @pressed(PART, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Unlink."""
        wallet = await interaction.client.app.wallets.unlink(
            guild_of(interaction), member_of(interaction), self._address
        )
        again: discord.ui.Button[Any] = discord.ui.Button(
            label=_("Link it again"), custom_id=begin_again("", more=True)
        )
        await answer(interaction, None, view=unlinked_card(wallet, [[again]]))


def _id(kind: str, nonce: str, back: str) -> str:
    return f"{kind}:{nonce}:{back}" if back else f"{kind}:{nonce}"
