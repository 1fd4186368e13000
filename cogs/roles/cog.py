"""/roles: roles by holdings, for members who may manage the server and its roles."""

from __future__ import annotations

import re
from typing import ClassVar, Literal, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot, Pending
from bot.domain.roles.role_rules import Match
from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.roles import RoleFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Reserved, Thing
from bot.domain.spaces.space import Space
from bot.ports import Undelivered
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.services.roles.role_rules import RuleView
from cogs._shared.cards import Card
from cogs._shared.command_space import (
    ABOUT_A_SPACE,
    say_whose,
    space_suffix,
    spaces_meant,
)
from cogs._shared.components import MARK, check_mark, mark, pressed, space_ref
from cogs._shared.formatting import plain
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs._shared.seen_proposals import seen_spaces
from cogs._shared.space_choice import in_space
from cogs.roles.discord_roles import DiscordRoles
from cogs.roles.role_cards import removal_text, rules_card
from cogs.roles.role_rule_form import (
    FixRule,
    RuleForm,
    add_rule,
    check_below,
    check_manages_roles,
    check_role,
    manages_roles,
    named,
)
from cogs.spaces.strategies_form import text_of

PART = "roles"
_CHOICES = 25


async def _offer_rules(interaction: Interaction, current: int | str) -> list[app_commands.Choice[int]]:
    if not manages_roles(interaction):
        return []
    spaces = await spaces_meant(interaction)
    return [
        app_commands.Choice(
            name=plain(f"#{view.rule.number} {named(interaction, view.rule)}{space_suffix(space, spaces)}", 90),
            value=number,
        )
        for space in spaces
        for view in await interaction.client.app.roles.of(space)
        if str(current).strip() in str(number := view.rule.number)
    ][:_CHOICES]


class RemoveRule(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=re.compile(r"roles:remove:(?P<number>[0-9]{1,9})" + MARK + r":(?P<how>take|leave)"),
):
    """Removes a rule, and takes its role from those whom it was given to, or leaves it with them."""

    def __init__(self, number: int, how: str, mark: str = "") -> None:
        take = how == "take"
        label = _("Remove it and take the role") if take else _("Remove it, they keep the role")
        style = discord.ButtonStyle.danger if take else discord.ButtonStyle.secondary
        of = f"{number}.{mark}" if mark else str(number)
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=f"roles:remove:{of}:{how}"))
        self._number, self._take, self._mark = number, take, mark

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: object, match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Rebuild it from its custom_id."""
        return cls(int(match["number"]), match["how"], match["mark"] or "")

    @pressed(PART, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Remove the rule."""
        check_manages_roles(interaction)
        if self._take:
            await _check_reach(interaction, self._number)
        app = interaction.client.app
        space = await app.spaces.get(await app.roles.space_of(guild_of(interaction), self._number))
        found = next(view.rule for view in await app.roles.of(space) if view.rule.number == self._number)
        check_mark(self._mark, found.added_at, found.role)
        rule = await app.roles.remove(space, self._number, take=self._take, by=member_of(interaction))
        facts = {"rule": rule.number, "role": f"<@&{rule.role}>"}
        told = (
            _("Rule #{rule} for {role} is removed; I am taking the role from those whom it gave it to.", **facts)
            if self._take
            else _("Rule #{rule} for {role} is removed; whoever has the role keeps it.", **facts)
        )
        await answer(interaction, view=Card([told]))


@app_commands.default_permissions(manage_guild=True, manage_roles=True)
class Roles(commands.GroupCog, name="roles", description="Roles by what members hold (for those who manage roles)."):
    """Moderators' rules."""

    SWITCH: ClassVar[str | None] = PART

    def __init__(self, bot: Folkmoot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Set the client's `guild_roles`."""
        self._bot.guild_roles = DiscordRoles(self._bot)
        self._bot.app.voter_roles.ask(self._bot.guild_roles)

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]
        """Check the permissions here, too, because a server can open commands to members who lack them."""
        check_manages_roles(interaction)
        return True

    @app_commands.command(name="add", extras=ABOUT_A_SPACE)
    @app_commands.describe(
        role="The role to give; below your highest role and mine, and without power over the server",
        minimum="How much the linked wallets of a member must score together, like 1,000 or 2.5k",
        file="Tests or strategies as Snapshot's JSON; without it the strategies of this server count",
        match="Of several tests in the file: pass all of them, or any one",
        paste="Yes: open a form to paste the JSON into",
    )
    async def add(
        self,
        interaction: Interaction,
        role: discord.Role,
        minimum: app_commands.Range[str, 1, 60] | None = None,
        file: discord.Attachment | None = None,
        match: Literal["all", "any"] = "all",
        paste: bool = False,
    ) -> None:
        """Give a role to members whose wallets hold enough, and take it from those whose don't."""
        how = Match(match)
        form = paste or (minimum is None and file is None)

        async def begin(interaction: Interaction, space: Space) -> None:
            if form:
                empty = RuleForm(interaction, role.id, how, space=space_ref(space), minimum=minimum or "", tests="")
                await empty.show(interaction)
                return
            tests = await text_of(file) if file is not None else ""
            await add_rule(interaction, role.id, how, space=space, minimum=minimum or "", tests=tests)

        if not form:
            await acknowledge(interaction)
        check_role(interaction, role)
        await _in_space(interaction, begin, form=form)

    @app_commands.command(name="list", extras=ABOUT_A_SPACE)
    async def show(self, interaction: Interaction) -> None:
        """Show the rules: what each asks, who has its role, when it was looked at, what is wrong."""
        await acknowledge(interaction)
        await _in_space(interaction, _show)

    @app_commands.command(name="remove")
    @app_commands.describe(rule="The rule's number")
    @app_commands.autocomplete(rule=_offer_rules)
    async def remove(self, interaction: Interaction, rule: app_commands.Range[int, 1]) -> None:
        """Remove a rule; you are asked what becomes of those who have its role."""
        await acknowledge(interaction)
        app = interaction.client.app
        for space in (await seen_spaces(interaction)).values():
            view = next((one for one in await app.roles.of(space) if one.rule.number == rule), None)
            if view is not None:
                break
        else:
            raise NotFound(Thing.RULE, f"#{rule}")
        told = mark(view.rule.added_at, view.rule.role)
        buttons = [RemoveRule(rule, how, told) for how in ("take", "leave")]
        await say_whose(interaction, space)
        await answer(interaction, view=Card([removal_text(view, app.chain.chains())], [buttons]))

    @app_commands.command(name="check", extras=ABOUT_A_SPACE)
    async def check(self, interaction: Interaction) -> None:
        """Look at all linked wallets now, and give and take what that decides."""

        async def look(interaction: Interaction, space: Space) -> None:
            app = interaction.client.app
            if not await app.roles.of(space):
                raise InvalidInput(Field.RULE, RoleFlaw.NO_RULE_YET)
            await app.role_evaluation.check(space.guild)
            await _show(interaction, space, await _carried_out(interaction.client, space))

        await acknowledge(interaction)
        await _in_space(interaction, look)


async def _in_space(interaction: Interaction, then: Pending, *, form: bool = False) -> None:
    """Go on in the space that is meant or chosen, if the member may still manage the server and its roles by then."""

    async def checked(interaction: Interaction, space: Space) -> None:
        check_manages_roles(interaction)
        await then(interaction, space)

    await in_space(interaction, checked, form=form)


async def _check_reach(interaction: Interaction, number: int) -> None:
    """Raise NotAllowed if the role of the rule is not below the member's highest role."""
    app = interaction.client.app
    space = await app.spaces.get(await app.roles.space_of(guild_of(interaction), number))
    for rule in [view.rule for view in await app.roles.of(space)]:
        if rule.number == number and interaction.guild is not None:
            check_below(interaction, interaction.guild.get_role(rule.role), Reserved.HIGHER_ROLE_HAS_ROLE_TAKEN)


async def _carried_out(client: Folkmoot, space: Space) -> str:
    """Give and take what is due in the whole server, and say how much of it was the space's."""
    try:
        done = await client.app.role_sync.carry_out(space.guild, client.guild_roles, of=space.id)
    except Undelivered:
        return _("Looked at. Discord does not answer just now; the roles change as soon as it does.")
    return ngettext(
        "Looked at; the role of {number} member changed just now, and the rest follow by themselves.",
        "Looked at; the role of {number} members changed just now, and the rest follow by themselves.",
        done,
    )


async def _show(interaction: Interaction, space: Space, text: str = "") -> None:
    app = interaction.client.app
    views: list[RuleView] = await app.roles.of(space)
    await answer(interaction, view=rules_card(views, app.chain.chains(), app.settings.jobs.roles, text))


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    await bot.add_cog(Roles(bot))
    bot.add_dynamic_items(RemoveRule, FixRule)
