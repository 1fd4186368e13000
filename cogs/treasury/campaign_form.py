"""The form of a campaign: what was typed is kept until it is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import discord

from bot.domain.shared.amounts import parse_amount
from bot.domain.shared.errors import ChainUnavailable, InvalidInput, Refused
from bot.domain.shared.errors.faults.treasury import TreasuryFlaw
from bot.domain.shared.errors.fields import Entry, Numbered
from bot.domain.shared.types import ChainId, ChannelId
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import MAX_NAME, MAX_TARGETS, Campaign
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.chain_options import explorers
from cogs._shared.components import SPACE, Buttons, Form, Parsers, StoredItem, of_space, pressed
from cogs._shared.kept_input import keep, kept
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs._shared.space_choice import moderated_space
from cogs._shared.typed_times import parse_deadline
from cogs.general.error_messages import words
from cogs.treasury.campaign_buttons import PART
from cogs.treasury.campaign_cards import campaign_card, drawn_campaign

_FINE = 60
"""Decimals that no token exceeds: finer amounts are the token's to refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A campaign as it was typed. `token` and `deadline` are empty where there is none; `space` is a `space_ref`."""

    title: str
    treasury: str
    token: str
    deadline: str
    targets: str
    chain: ChainId
    channel: ChannelId
    space: str = ""


class FixButton(StoredItem, template=rf"campaign:fix:(?P<chain>\d{{1,16}}):(?P<channel>\d{{15,20}}){SPACE}"):
    """Opens the form again with what was typed, which the message above the button holds."""

    READ: ClassVar[Parsers] = {"chain": int, "channel": int}

    def __init__(self, chain: ChainId, channel: ChannelId, space: str = "") -> None:
        custom_id = f"campaign:fix:{chain}:{channel}{of_space(space)}"
        super().__init__(discord.ui.Button(label=_("Fix it"), style=discord.ButtonStyle.primary, custom_id=custom_id))
        self._chain, self._channel, self._space = chain, channel, space

    @pressed(PART, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        await moderated_space(interaction, self._space)
        typed = _typed_in(interaction.message, self._chain, self._channel, self._space)
        await CampaignForm(interaction, typed, everything=True).show(interaction)


class CampaignForm(Form):
    """Takes the targets; with `everything` also what was typed into the command before."""

    def __init__(self, interaction: Interaction, typed: Typed, *, everything: bool) -> None:
        super().__init__(interaction, title=_("Correct the campaign") if everything else _("The campaign's milestones"))
        self._typed = typed
        self._inputs: dict[str, discord.ui.TextInput[Self]] = {}
        if everything:
            self._ask("title", _("Title"), typed.title, MAX_NAME)
            self._ask("treasury", _("Treasury's address"), typed.treasury, 100)
            self._ask("token", _("Token's address, empty for the own coin"), typed.token, 100, required=False)
            self._ask("deadline", _("Deadline (UTC), empty for none"), typed.deadline, 40, required=False)
        self._ask(
            "targets",
            _("Milestones, one a line: Name: amount"),
            typed.targets,
            3_000,
            long=True,
            description=_(
                "1 to {most} lines. Amounts count from nought, not from the milestone before.", most=MAX_TARGETS
            ),
        )

    def _ask(
        self,
        name: str,
        label: str,
        value: str,
        most: int,
        *,
        required: bool = True,
        long: bool = False,
        description: str | None = None,
    ) -> None:
        style = discord.TextStyle.paragraph if long else discord.TextStyle.short
        entry: discord.ui.TextInput[Self] = discord.ui.TextInput(
            style=style,
            custom_id=name,
            default=value[:most] or None,
            required=required,
            max_length=most,
            placeholder=_("Ethics approval: 50,000\nFirst 40 volunteers: 250k") if long else None,
        )
        self._inputs[name] = entry
        self.add_item(discord.ui.Label(text=label, description=description, component=entry))

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Start the campaign, or say what to fix and keep what was typed."""
        await acknowledge(interaction, update=interaction.message is not None)
        await interaction.client.check_on(interaction.guild_id, PART)
        space = await moderated_space(interaction, self._typed.space)
        entered = {name: entry.value for name, entry in self._inputs.items()}
        before = self._typed
        typed = Typed(
            title=entered.get("title", before.title),
            treasury=entered.get("treasury", before.treasury),
            token=entered.get("token", before.token).strip(),
            deadline=entered.get("deadline", before.deadline).strip(),
            targets=entered["targets"],
            chain=before.chain,
            channel=before.channel,
            space=before.space,
        )
        app = interaction.client.app
        try:
            campaign = await _start(interaction, space, typed)
        except (Refused, ChainUnavailable) as error:
            problem = words(error, app.chain.chains())
            await answer(
                interaction,
                _("{problem} Nothing was started; what you typed is below.", problem=problem),
                embed=_kept(typed),
                view=Buttons(FixButton(typed.chain, typed.channel, typed.space)),
            )
            return
        explorer = explorers(app).get(campaign.holding.chain)
        picture = await drawn_campaign(app.drawing, campaign)
        card = campaign_card(campaign, app.clock.now(), app.chain.chains(), explorer, picture=picture)
        told = _(
            "Started. Milestones are announced in {channel} by themselves, once a final block shows them. "
            "/campaign view shows it to members.",
            channel=f"<#{campaign.channel}>",
        )
        await answer(interaction, told, embed=None, view=card)


async def _start(interaction: Interaction, space: Space, typed: Typed) -> Campaign:
    app, guild = interaction.client.app, guild_of(interaction)
    now = app.clock.now()
    targets = _targets(typed.targets)
    deadline = parse_deadline(typed.deadline, now) if typed.deadline else None
    campaign = await app.treasury.start_campaign(
        space,
        member_of(interaction),
        title=typed.title,
        chain=typed.chain,
        treasury=typed.treasury,
        token=typed.token or None,
        targets=targets,
        channel=typed.channel,
        deadline=deadline,
    )
    return await app.treasury.campaign(guild, campaign.number)


def _targets(text: str) -> list[tuple[str, str]]:
    """Read `Name: amount`, one a line; the amount follows the last colon."""
    targets = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, amount = line.rpartition(":")
        if not colon or not name.strip():
            raise InvalidInput(Numbered(Entry.TARGET_LINE, number), TreasuryFlaw.TARGET_NOT_A_PAIR)
        parse_amount(amount, _FINE, field=Numbered(Entry.AMOUNT_LINE, number))
        targets.append((name.strip(), amount.strip()))
    return targets


def _kept(typed: Typed) -> discord.Embed:
    """Show what was typed so that `_typed_in` reads it back."""
    embed = discord.Embed(title=_("What you typed"), description=keep(typed.targets))
    entered = {"Title": typed.title, "Treasury": typed.treasury, "Token": typed.token, "Deadline": typed.deadline}
    for name, value in entered.items():
        if value:
            embed.add_field(name=name, value=keep(value), inline=False)
    return embed


def _typed_in(message: discord.Message | None, chain: ChainId, channel: ChannelId, space: str) -> Typed:
    entered = kept(message)
    return Typed(
        title=entered.get("Title", ""),
        treasury=entered.get("Treasury", ""),
        token=entered.get("Token", ""),
        deadline=entered.get("Deadline", ""),
        targets=entered.get("", ""),
        chain=chain,
        channel=channel,
        space=space,
    )
