"""/config: the rules of a space, for members who may manage it."""

from __future__ import annotations

from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.spaces import SpaceFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.spaces.space import OPTIONAL_COGS, Space
from bot.domain.voting import VotingType
from cogs._shared.command_space import ABOUT_A_SPACE, may_change, spaces_seen
from cogs._shared.components import space_ref
from cogs._shared.replies import Interaction, acknowledge, guild_of, member_of, moderates
from cogs._shared.space_choice import ChooseSpace, in_space
from cogs._shared.vote_rule_options import (
    ApprovalOf,
    Ballots,
    QuorumCounted,
    QuorumOf,
    Votes,
    assurance_of,
    read_rules,
    suggest_approvals,
)
from cogs.spaces.channel_places import set_channels
from cogs.spaces.role_settings import set_moderators, set_proposers, set_voters
from cogs.spaces.settings_words import publication_lines, strategies_text
from cogs.spaces.setup_answers import answer_set
from cogs.spaces.setup_buttons import ChannelMenu, MinimumButton, NextStep, ProposersMenu, ShowRules, show_rules
from cogs.spaces.snapshot_import import TakeSettings
from cogs.spaces.space_words import name_told
from cogs.spaces.strategies_form import FixStrategies, StrategiesForm, from_file
from cogs.spaces.voting_settings import set_voting, switch_part

_ANOTHER = "Another such role"


@app_commands.default_permissions(manage_guild=True)
class Config(commands.GroupCog, name="config", description="The rules of this server (for those who may manage it)."):
    """Moderators' settings."""

    SWITCH: ClassVar[str | None] = None

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]
        """Check the permissions here, too, because a server can open commands to members who lack them."""
        spaces = await interaction.client.app.spaces.active(guild_of(interaction))
        if not any(may_change(interaction, space) for space in spaces):
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command(name="show", extras=ABOUT_A_SPACE)
    async def show(self, interaction: Interaction) -> None:
        """Show all rules in force, what is missing, and what is wrong."""
        await acknowledge(interaction)
        await show_rules(interaction)

    @app_commands.command(name="strategies", extras=ABOUT_A_SPACE)
    @app_commands.describe(
        file="A JSON file of your Snapshot space or of its strategies; leave it out for a form to paste into",
        snapshot_space="The space's name on Snapshot, like vote.example.eth, for delegations; a whole space tells it",
    )
    async def strategies(
        self,
        interaction: Interaction,
        file: discord.Attachment | None = None,
        snapshot_space: app_commands.Range[str, 1, 64] | None = None,
    ) -> None:
        """Set what gives voting power: paste a list into a form, or attach it as a file."""

        async def replace(interaction: Interaction, space: Space) -> None:
            if file is not None:
                await from_file(interaction, file, space, snapshot_space)
            else:
                text = strategies_text(space.strategies)
                await StrategiesForm(interaction, text, space_ref(space), snapshot=snapshot_space).show(interaction)

        await in_space(interaction, replace, moderating=True, form=file is None)

    @app_commands.command(name="channels", extras=ABOUT_A_SPACE)
    @app_commands.describe(
        proposals="Where proposals and their cards are posted",
        announcements="Where results and milestones are announced",
        moderators="Where moderators are told what is wrong; best a private channel",
        audit="Where the head of the audit log is posted every day, so that nobody can rewrite it unnoticed",
    )
    async def channels(
        self,
        interaction: Interaction,
        proposals: discord.TextChannel | None = None,
        announcements: discord.TextChannel | None = None,
        moderators: discord.TextChannel | None = None,
        audit: discord.TextChannel | None = None,
    ) -> None:
        """Set the channels in which I speak; I check my permissions there."""
        await set_channels(interaction, proposals, announcements, moderators, audit)

    @app_commands.command(name="proposers", extras=ABOUT_A_SPACE)
    @app_commands.describe(
        role1="A role whose members may submit proposals",
        role2=_ANOTHER,
        role3=_ANOTHER,
        role4=_ANOTHER,
        role5=_ANOTHER,
        minimum='Voting power that is enough without a role, like 1,000 or 2.5k; "none" if none is',
        no_roles="Yes: no role may submit any more, so only the minimum counts",
    )
    async def proposers(
        self,
        interaction: Interaction,
        role1: discord.Role | None = None,
        role2: discord.Role | None = None,
        role3: discord.Role | None = None,
        role4: discord.Role | None = None,
        role5: discord.Role | None = None,
        minimum: app_commands.Range[str, 1, 60] | None = None,
        no_roles: bool = False,
    ) -> None:
        """Set who may submit proposals; the roles given replace those before."""
        await set_proposers(interaction, [role1, role2, role3, role4, role5], minimum, no_roles=no_roles)

    @app_commands.command(name="voting", extras=ABOUT_A_SPACE)
    @app_commands.describe(
        type="The type of vote that the rules are for; leave it out for all types",
        delay="Between submission and the start of voting, like 12h or 0 (for all types)",
        period="How long voting lasts, like 3d 12h (for all types)",
        quorum="What must take part: an amount like 1.2M, or a share like 5 %; 0 for no quorum",
        quorum_of="What a share is of, at the snapshot: the token supply, or the power of all wallets linked here",
        quorum_counts="What counts towards the quorum (only with type:basic); rejection: Against above it rejects",
        approval="What it takes to pass: majority, two-thirds, 60 %, 3/5, > 60 %",
        approval_of="What that is a share of; turnout includes Abstain",
        votes="What everybody sees of the votes before the result; the author of a proposal may choose otherwise",
        partial="Rankings may leave choices out, where the type allows it; the author may choose otherwise",
        ballots="What a ballot rests on: the Discord account, or the wallet's signature, which authors may ask for",
        afresh="Yes: forget first what was set here; a type of vote then follows the rules for all types",
    )
    @app_commands.autocomplete(approval=suggest_approvals)
    async def voting(
        self,
        interaction: Interaction,
        type: VotingType | None = None,  # noqa: A002 - what moderators type
        delay: app_commands.Range[str, 1, 60] | None = None,
        period: app_commands.Range[str, 1, 60] | None = None,
        quorum: app_commands.Range[str, 1, 60] | None = None,
        quorum_of: QuorumOf | None = None,
        quorum_counts: QuorumCounted | None = None,
        approval: app_commands.Range[str, 1, 60] | None = None,
        approval_of: ApprovalOf | None = None,
        votes: Votes | None = None,
        partial: bool | None = None,
        ballots: Ballots | None = None,
        afresh: bool = False,
    ) -> None:
        """Set how a vote runs and what decides it, for all types of vote or for one."""
        await acknowledge(interaction)
        rules = read_rules(
            quorum=quorum,
            quorum_of=quorum_of,
            quorum_counts=quorum_counts,
            approval=approval,
            approval_of=approval_of,
            votes=votes,
            partial=partial,
            assurance=assurance_of(interaction, ballots),
        )
        await set_voting(interaction, type, rules, delay, period, afresh=afresh)

    @app_commands.command(name="web", extras=ABOUT_A_SPACE)
    @app_commands.describe(
        public="Yes: anybody can read submitted proposals and results on the web; no: nobody can (as at first)"
    )
    async def web(self, interaction: Interaction, public: bool) -> None:
        """Decide whether proposals and results of this server are public on the web."""
        await acknowledge(interaction)
        pages = interaction.client.app.settings.web.base_url
        if public and pages is None:
            raise InvalidInput(Field.PUBLIC, SpaceFlaw.NO_WEB_PAGES)

        async def change(interaction: Interaction, space: Space) -> None:
            changed = await interaction.client.app.spaces.set_public(
                guild_of(interaction), public=public, space=space.number, by=member_of(interaction)
            )
            lines = publication_lines(changed, pages, await name_told(interaction, changed))
            await answer_set(interaction, changed, lines)

        await in_space(interaction, change, moderating=True)

    @app_commands.command(name="moderators", extras=ABOUT_A_SPACE)
    @app_commands.describe(
        role1="Its members may change the space; roles that were set before go", role2=_ANOTHER, role3=_ANOTHER
    )
    async def moderators(
        self,
        interaction: Interaction,
        role1: discord.Role | None = None,
        role2: discord.Role | None = None,
        role3: discord.Role | None = None,
    ) -> None:
        """Set the roles that moderate the space."""
        await set_moderators(interaction, [role1, role2, role3])

    @app_commands.command(name="voters", extras=ABOUT_A_SPACE)
    @app_commands.describe(
        role1="Its members may vote; roles that were set before go",
        role2=_ANOTHER,
        role3=_ANOTHER,
        role4=_ANOTHER,
        role5=_ANOTHER,
    )
    async def voters(
        self,
        interaction: Interaction,
        role1: discord.Role | None = None,
        role2: discord.Role | None = None,
        role3: discord.Role | None = None,
        role4: discord.Role | None = None,
        role5: discord.Role | None = None,
    ) -> None:
        """Set the roles that alone may vote; none: everybody."""
        await set_voters(interaction, [role1, role2, role3, role4, role5])

    @app_commands.command(name="cogs")
    @app_commands.describe(part="Which part of the bot", on="Yes: its commands are here; no: they disappear")
    @app_commands.choices(part=[app_commands.Choice(name=part, value=part) for part in OPTIONAL_COGS])
    async def cogs(self, interaction: Interaction, part: str, on: bool) -> None:
        """Turn a part of the bot on or off in this server."""
        await acknowledge(interaction)
        if not moderates(interaction):
            raise app_commands.MissingPermissions(["manage_guild"])
        await switch_part(interaction, part, on=on)


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its button."""
    bot.offered_spaces = spaces_seen
    await bot.add_cog(Config())
    bot.add_dynamic_items(
        FixStrategies, TakeSettings, ChooseSpace, NextStep, ChannelMenu, ProposersMenu, MinimumButton, ShowRules
    )
