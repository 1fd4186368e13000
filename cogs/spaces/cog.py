"""/config: the rules of this server, for members who may manage it."""

from __future__ import annotations

from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.client.permissions import Use, missing
from bot.domain.proposals.vote_rules import OPEN
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import ChannelId, RoleId
from bot.domain.spaces.space import OPTIONAL_COGS, Space
from bot.domain.voting import PARTIAL, VotingType
from cogs._shared.chain_options import read_from_one
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, moderates
from cogs._shared.typed_times import parse_length
from cogs._shared.vote_rule_options import (
    ApprovalOf,
    Ballots,
    QuorumCounts,
    QuorumOf,
    Votes,
    assurance_of,
    read_rules,
    suggest_approvals,
    supply_lines,
)
from cogs.spaces.settings_cards import (
    Place,
    config_embed,
    place_line,
    proposers,
    publication_lines,
    strategies_text,
    voting_lines,
)
from cogs.spaces.snapshot_import import TakeSettings
from cogs.spaces.strategies_form import FixStrategies, StrategiesForm, from_file

_NEW = "It counts for proposals submitted from now on; those that are open keep their rules."


@app_commands.default_permissions(manage_guild=True)
class Config(commands.GroupCog, name="config", description="The rules of this server (for those who may manage it)."):
    """Moderators' settings."""

    SWITCH: ClassVar[str | None] = None

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]
        """Look again at what Discord should have looked at, because a server can open commands to others."""
        if not moderates(interaction):
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command(name="show")
    async def show(self, interaction: Interaction) -> None:
        """Show all rules in force, what is missing, and what is wrong."""
        await acknowledge(interaction)
        app, guild = interaction.client.app, guild_of(interaction)
        space = await app.spaces.main(guild)
        notices = await app.notices.recent(space)
        embed = config_embed(
            space,
            _places(interaction.guild, space),
            notices,
            app.chain.chains(),
            app.settings.web.base_url,
            alone=read_from_one(app),
        )
        await answer(interaction, embed=embed)

    @app_commands.command(name="strategies")
    @app_commands.describe(
        file="A JSON file of your Snapshot space or of its strategies; leave it out for a form to paste into"
    )
    async def strategies(self, interaction: Interaction, file: discord.Attachment | None = None) -> None:
        """Set what gives voting power: paste a list into a form, or attach it as a file."""
        if file is not None:
            await acknowledge(interaction)
            await from_file(interaction, file)
            return
        space = await interaction.client.app.spaces.main(guild_of(interaction))
        await StrategiesForm(interaction, strategies_text(space.strategies)).show(interaction)

    @app_commands.command(name="channels")
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
        await acknowledge(interaction)
        if proposals is announcements is moderators is audit is None:
            raise InvalidInput(field="channels", problem="were not given", remedy="choose at least one")
        space = await interaction.client.app.spaces.set_channels(
            guild_of(interaction),
            proposals=ChannelId(proposals.id) if proposals else None,
            announcements=ChannelId(announcements.id) if announcements else None,
            moderators=ChannelId(moderators.id) if moderators else None,
            audit=ChannelId(audit.id) if audit else None,
            by=member_of(interaction),
        )
        places = _places(interaction.guild, space)
        await answer(interaction, "\n".join(["In force from now on:", *(f"- {place_line(place)}" for place in places)]))

    @app_commands.command(name="proposers")
    @app_commands.describe(
        role1="A role whose members may submit proposals",
        role2="Another such role",
        role3="Another such role",
        role4="Another such role",
        role5="Another such role",
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
        await acknowledge(interaction)
        app, guild = interaction.client.app, guild_of(interaction)
        roles = [RoleId(role.id) for role in (role1, role2, role3, role4, role5) if role is not None]
        if not roles and minimum is None and not no_roles:
            raise InvalidInput(field="proposers", problem="were not given", remedy="choose a role, or a minimum")
        if roles and no_roles:
            raise InvalidInput(field="roles", problem="were given together with no_roles", remedy="choose one of both")
        space = await app.spaces.set_proposers(
            guild, roles=roles if roles or no_roles else None, power=minimum, by=member_of(interaction)
        )
        await answer(interaction, f"Who may submit proposals from now on: {proposers(space)}")

    @app_commands.command(name="voting")
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
        partial=f"Rankings may leave choices out ({', '.join(PARTIAL)}); the author may choose otherwise",
        ballots="What a ballot rests on: the Discord account, or a signature by the wallet; an author may ask for more",
        afresh="Yes: forget first what was set here; a type of vote then follows the rules for all types",
    )
    async def voting(
        self,
        interaction: Interaction,
        type: VotingType | None = None,  # noqa: A002 - what moderators type
        delay: app_commands.Range[str, 1, 60] | None = None,
        period: app_commands.Range[str, 1, 60] | None = None,
        quorum: app_commands.Range[str, 1, 60] | None = None,
        quorum_of: QuorumOf | None = None,
        quorum_counts: QuorumCounts | None = None,
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
        if rules == OPEN and delay is period is None and not afresh:
            raise InvalidInput(field="rules", problem="were not given", remedy="choose at least one")
        space = await interaction.client.app.spaces.set_voting(
            guild_of(interaction),
            delay=None if delay is None else parse_length(delay, field="delay"),
            period=None if period is None else parse_length(period, field="period"),
            voting=type,
            rules=rules,
            afresh=afresh,
            by=member_of(interaction),
        )
        await answer(interaction, "\n".join([*voting_lines(space), *await supply_lines(interaction, space), _NEW]))

    @voting.autocomplete("approval")
    async def _suggest_approvals(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await suggest_approvals(interaction, typed)

    @app_commands.command(name="web")
    @app_commands.describe(
        public="Yes: anybody can read submitted proposals and results on the web (as at first); no: nobody can"
    )
    async def web(self, interaction: Interaction, public: bool) -> None:
        """Decide whether proposals and results of this server are public on the web."""
        await acknowledge(interaction)
        app, guild = interaction.client.app, guild_of(interaction)
        pages = app.settings.web.base_url
        if public and pages is None:
            raise InvalidInput(
                field="option public",
                problem="cannot be yes, because this bot has no web pages",
                remedy="ask whoever runs it to set an address for them",
            )
        space = await app.spaces.set_public(guild, public=public, by=member_of(interaction))
        await answer(interaction, "\n".join(publication_lines(space, pages)))

    @app_commands.command(name="cogs")
    @app_commands.describe(part="Which part of the bot", on="Yes: its commands are here; no: they disappear")
    @app_commands.choices(part=[app_commands.Choice(name=part, value=part) for part in OPTIONAL_COGS])
    async def cogs(self, interaction: Interaction, part: str, on: bool) -> None:
        """Turn a part of the bot on or off in this server."""
        await acknowledge(interaction)
        client, guild = interaction.client, guild_of(interaction)
        await client.app.spaces.switch_cog(guild, part, on=on, by=member_of(interaction))
        await client.sync_guild(guild)
        if on:
            text = (
                f"The part “{part}” is on. Its commands are in the list again; Discord may take a minute to show them."
            )
        else:
            text = (
                f"The part “{part}” is off. Its commands and buttons are refused and leave the list; nothing stored is "
                f"lost. `/config cogs part:{part} on:True` turns it on again."
            )
        await answer(interaction, text)


def _places(guild: discord.Guild | None, space: Space) -> list[Place]:
    """Look at what the bot may do where it is to speak, as it is now."""
    configured = (
        (Use.PROPOSALS, space.proposals_channel),
        (Use.ANNOUNCEMENTS, space.announcements_channel),
        (Use.MODERATORS, space.moderators_channel),
        (Use.AUDIT, space.audit_channel),
    )
    return [_place(guild, use, channel) for use, channel in configured]


def _place(guild: discord.Guild | None, use: Use, channel: ChannelId | None) -> Place:
    if guild is None or channel is None:
        return Place(use=use.value, channel=channel)
    found = guild.get_channel(channel)
    if found is None:
        return Place(use=use.value, channel=channel, gone=True)
    return Place(use=use.value, channel=channel, lacking=missing(found.permissions_for(guild.me), use))


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its button."""
    await bot.add_cog(Config())
    bot.add_dynamic_items(FixStrategies, TakeSettings)
