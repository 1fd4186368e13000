"""Setting a space up by buttons and menus, a step after the other, for members who may change its rules."""

from __future__ import annotations

from typing import Any, ClassVar, Self, assert_never

import discord

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import ChannelId, RoleId
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card, Row
from cogs._shared.chain_options import read_from_one
from cogs._shared.components import SPACE, Form, Parsers, StoredItem, of_space, pressed
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of
from cogs._shared.space_choice import moderated_space, shown_space
from cogs.general.error_messages import words
from cogs.spaces.channel_places import places_of, put_channels
from cogs.spaces.role_settings import put_proposers
from cogs.spaces.settings_cards import COLOUR, config_card
from cogs.spaces.setup_steps import Step, next_button, next_rows, rules_button
from cogs.spaces.strategies_form import StrategiesForm

_MOST_ROLES, _LONGEST = 5, 60


class NextStep(StoredItem, template=rf"config:next:(?P<step>strategies|channel|proposers){SPACE}"):
    """Begins the next step of setting a space up."""

    READ: ClassVar[Parsers] = {"step": Step}

    def __init__(self, step: Step, space: str = "") -> None:
        super().__init__(next_button(step, space))
        self.step, self.space = step, space

    @pressed(None, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Ask for what is missing."""
        await moderated_space(interaction, self.space)
        match self.step:
            case Step.STRATEGIES:
                await StrategiesForm(interaction, "", self.space).show(interaction)
            case Step.CHANNEL:
                await acknowledge(interaction)
                asked = _("Where are proposals posted? Choose a channel that members read.")
                await answer(interaction, view=Card([asked], [[ChannelMenu(self.space)]], colour=COLOUR))
            case Step.PROPOSERS:
                await acknowledge(interaction)
                asked = _("Who may submit proposals? Choose roles, or a minimum of voting power; both may be set.")
                rows: list[Row] = [[ProposersMenu(self.space)], [MinimumButton(self.space)]]
                await answer(interaction, view=Card([asked], rows, colour=COLOUR))
            case _:
                assert_never(self.step)


class ShowRules(StoredItem, template=r"config:show"):
    """Shows the rules in force, and what is wrong, to members who may change them."""

    def __init__(self) -> None:
        super().__init__(rules_button())

    @pressed(None)
    async def callback(self, interaction: Interaction) -> None:
        """Show them."""
        await show_rules(interaction)


async def show_rules(interaction: Interaction) -> None:
    """Show all rules in force of the space that is meant, what is missing, and what is wrong."""
    app, guild = interaction.client.app, guild_of(interaction)
    spaces = await app.spaces.active(guild)
    space = await shown_space(interaction, moderating=True)
    card = config_card(
        space,
        places_of(interaction.guild, space, spaces[0]),
        await app.notices.recent(space),
        app.chain.chains(),
        app.settings.web.base_url,
        alone=read_from_one(app),
        several=len(spaces) > 1,
        rows=next_rows(space),
    )
    await answer(interaction, view=card)


class ChannelMenu(StoredItem, template=rf"config:proposals{SPACE}"):
    """Sets the channel for proposals."""

    TAKES_ITEM = True

    def __init__(self, space: str = "", item: discord.ui.ChannelSelect[Any] | None = None) -> None:
        menu: discord.ui.ChannelSelect[Any] = discord.ui.ChannelSelect(
            custom_id=f"config:proposals{of_space(space)}",
            channel_types=[discord.ChannelType.text],
            placeholder=_("The channel for proposals"),
        )
        super().__init__(item or menu)
        self.space = space

    @pressed(None, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Set it."""
        space = await moderated_space(interaction, self.space)
        await put_channels(interaction, space, proposals=ChannelId(self.item.values[0].id))


class ProposersMenu(StoredItem, template=rf"config:proposers{SPACE}"):
    """Sets the roles whose members may submit proposals."""

    TAKES_ITEM = True

    def __init__(self, space: str = "", item: discord.ui.RoleSelect[Any] | None = None) -> None:
        menu: discord.ui.RoleSelect[Any] = discord.ui.RoleSelect(
            custom_id=f"config:proposers{of_space(space)}",
            max_values=_MOST_ROLES,
            placeholder=_("Roles that may propose"),
        )
        super().__init__(item or menu)
        self.space = space

    @pressed(None, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Set them."""
        space = await moderated_space(interaction, self.space)
        await put_proposers(interaction, space, [RoleId(role.id) for role in self.item.values], None)


class MinimumButton(StoredItem, template=rf"config:minimum{SPACE}(?:=(?P<typed>.{{0,60}}))?"):
    """Opens the form for the voting power that is enough to submit proposals, with what was typed before."""

    def __init__(self, space: str = "", typed: str = "") -> None:
        label = _("Fix it") if typed else _("By voting power")
        custom_id = f"config:minimum{of_space(space)}" + (f"={typed}" if typed else "")
        super().__init__(discord.ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=custom_id))
        self.space, self.typed = space, typed

    @pressed(None, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        await moderated_space(interaction, self.space)
        await MinimumForm(interaction, self.space, self.typed).show(interaction)


class MinimumForm(Form):
    """Takes the voting power that is enough to submit proposals."""

    def __init__(self, interaction: Interaction, space: str, typed: str = "") -> None:
        super().__init__(interaction, title=_("Who may submit proposals"))
        self._space = space
        self._minimum: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="minimum", default=typed or None, max_length=_LONGEST, placeholder="1,000"
        )
        self.add_item(
            discord.ui.Label(
                text=_("Voting power that is enough"),
                description=_("Like 1,000 or 2.5k; whoever holds less needs a role, or cannot propose."),
                component=self._minimum,
            )
        )

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Set it, or say what to fix and keep what was typed."""
        await acknowledge(interaction, update=interaction.message is not None)
        space = await moderated_space(interaction, self._space)
        typed = self._minimum.value
        try:
            await put_proposers(interaction, space, None, typed)
        except InvalidInput as error:
            refused = _("{why} Nothing was changed; what you typed is kept.", why=words(error))
            again = MinimumButton(self._space, typed[:_LONGEST])
            await answer(interaction, view=Card([refused], [[again]], colour=COLOUR))
