"""A rule for a role, as a form, a file or options take it; what was given is kept until it is right."""

from __future__ import annotations

from typing import ClassVar, Self

import discord
from discord import app_commands

from bot.domain.roles.role_rules import Match, RoleRule
from bot.domain.shared.errors import ChainUnavailable, InvalidInput, NotAllowed, Refused
from bot.domain.shared.errors.faults.roles import RoleCannotBeGiven
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Reserved
from bot.domain.shared.types import RoleId
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.components import SPACE, Buttons, Form, Parsers, StoredItem, of_space, pressed, space_ref
from cogs._shared.kept_input import holds_input, keep, kept
from cogs._shared.replies import Interaction, acknowledge, answer, member_of
from cogs._shared.space_choice import referred_space
from cogs.general.error_messages import words
from cogs.roles.discord_roles import trouble_with
from cogs.roles.role_cards import added_text
from cogs.spaces.settings_words import FORM

_MINIMUM, _TESTS = "Minimum", ""
_LONGEST = 60


class FixRule(StoredItem, template=rf"roles:fix:(?P<role>[0-9]{{1,20}}):(?P<match>all|any){SPACE}"):
    """Opens the form again with what was given, which the message above the button holds."""

    READ: ClassVar[Parsers] = {"role": int, "match": Match}

    def __init__(self, role: int, match: Match, space: str = "") -> None:
        custom_id = f"roles:fix:{role}:{match.value}{of_space(space)}"
        super().__init__(discord.ui.Button(label=_("Fix it"), style=discord.ButtonStyle.primary, custom_id=custom_id))
        self._role, self._match, self._space = role, match, space

    @pressed("roles", first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        check_manages_roles(interaction)
        await referred_space(interaction, self._space)
        given = kept(interaction.message)
        form = RuleForm(
            interaction,
            self._role,
            self._match,
            space=self._space,
            minimum=given.get(_MINIMUM, ""),
            tests=given.get(_TESTS, ""),
        )
        await form.show(interaction)


class RuleForm(Form):
    """Takes a minimum and, where the space's own strategies are not meant, tests or strategies."""

    def __init__(
        self, interaction: Interaction, role: int, match: Match, *, space: str, minimum: str, tests: str
    ) -> None:
        super().__init__(interaction, title=_("Who gets the role"))
        self._role, self._match, self._space = role, match, space
        self._minimum: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="minimum",
            default=minimum[:_LONGEST] or None,
            max_length=_LONGEST,
            required=False,
            placeholder="1,000",
        )
        self._tests: discord.ui.TextInput[Self] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            custom_id="tests",
            default=tests[:FORM] or None,
            max_length=FORM,
            required=False,
            placeholder='[{"minimum": "1000", "strategies": [{"name": "erc721", "network": "1", …}]}]',
        )
        self.add_item(
            discord.ui.Label(
                text=_("At least"),
                description=_(
                    "What the linked wallets of a member must score together. Empty if the tests below say it."
                ),
                component=self._minimum,
            )
        )
        self.add_item(
            discord.ui.Label(
                text=_("Strategies or tests, as Snapshot's JSON"),
                description=_("Empty: by the strategies that give voting power here."),
                component=self._tests,
            )
        )

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Make the rule, or say what to fix and keep what was given."""
        await acknowledge(interaction, update=holds_input(interaction.message))
        await interaction.client.check_on(interaction.guild_id, "roles")
        check_manages_roles(interaction)
        space = await referred_space(interaction, self._space)
        await add_rule(
            interaction, self._role, self._match, space=space, minimum=self._minimum.value, tests=self._tests.value
        )


async def add_rule(
    interaction: Interaction, role: int, match: Match, *, space: Space, minimum: str, tests: str
) -> None:
    """Make a rule, or say what to fix and keep what was given, as far as a form holds it."""
    app = interaction.client.app
    found = interaction.guild.get_role(role) if interaction.guild else None
    check_role(interaction, found)
    try:
        rule = await app.roles.add(
            space,
            RoleId(role),
            name=found.name if found else str(role),
            tests=tests,
            minimum=minimum.strip() or None,
            match=match,
            by=member_of(interaction),
        )
    except (Refused, ChainUnavailable) as error:
        why = words(error, app.chain.chains())
        if len(tests) > FORM:
            refused = _("{why} No rule was made; correct the file and attach it again.", why=why)
            await answer(interaction, refused, embed=None, view=None)
            return
        embed = discord.Embed(title=_("What you gave"), description=keep(tests) if tests else None)
        if minimum:
            embed.add_field(name=_MINIMUM, value=keep(minimum))
        await answer(
            interaction,
            _("{why} No rule was made; what you gave is below.", why=why),
            embed=embed,
            view=Buttons(FixRule(role, match, space_ref(space))),
        )
        return
    view = next(view for view in await app.roles.of(space) if view.rule.number == rule.number)
    await answer(interaction, view=Card([added_text(rule, view, app.chain.chains())]))


def manages_roles(interaction: Interaction) -> bool:
    """Return whether the member may manage the server and its roles, as this interaction states."""
    return interaction.permissions.manage_guild and interaction.permissions.manage_roles


def check_manages_roles(interaction: Interaction) -> None:
    """Raise MissingPermissions unless the member may manage the server and its roles."""
    if not manages_roles(interaction):
        raise app_commands.MissingPermissions(["manage_guild", "manage_roles"])


def check_role(interaction: Interaction, role: discord.Role | None) -> None:
    """Raise unless the bot can give the role, and the member could themselves.

    Raises:
        InvalidInput: the bot can't, or must not.
        NotAllowed: it is not below the member's highest role.

    """
    guild, member = interaction.guild, interaction.user
    if guild is None or guild.me is None or not isinstance(member, discord.Member):
        raise app_commands.NoPrivateMessage
    if trouble := trouble_with(role, guild.me):
        raise InvalidInput(Field.ROLE, RoleCannotBeGiven(trouble))
    check_below(interaction, role, Reserved.HIGHER_ROLE_HAS_ROLE_GIVEN)


def check_below(interaction: Interaction, role: discord.Role | None, reserved: Reserved) -> None:
    """Raise NotAllowed unless a role is below the member's highest one; the owner of the server has them all."""
    guild, member = interaction.guild, interaction.user
    if role is None or guild is None or guild.owner_id == member.id:
        return
    if not isinstance(member, discord.Member) or role >= member.top_role:
        raise NotAllowed(reserved)


def named(interaction: Interaction, rule: RoleRule) -> str:
    """Return what the role of a rule is called now, or was when the rule was made."""
    found = interaction.guild.get_role(rule.role) if interaction.guild else None
    return found.name if found else rule.name
