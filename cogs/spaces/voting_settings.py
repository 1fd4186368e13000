"""How a vote runs in a space, and which parts of the bot are on, as moderators set it."""

from __future__ import annotations

from bot.domain.proposals.vote_rules import OPEN, Rules
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.general import GeneralFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.spaces.space import Space
from bot.domain.voting import VotingType
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.replies import Interaction, guild_of, member_of
from cogs._shared.space_choice import in_space
from cogs._shared.typed_times import parse_length
from cogs._shared.vote_rule_options import supply_lines
from cogs.spaces.settings_words import voting_lines
from cogs.spaces.setup_answers import answer_set
from cogs.spaces.space_words import name_told


async def set_voting(
    interaction: Interaction,
    voting: VotingType | None,
    rules: Rules,
    delay: str | None,
    period: str | None,
    *,
    afresh: bool,
) -> None:
    """Set how a vote runs, for all types of vote or for one."""
    if rules == OPEN and delay is period is None and not afresh:
        raise InvalidInput(Field.RULES, GeneralFlaw.NONE_GIVEN)

    async def change(interaction: Interaction, space: Space) -> None:
        changed = await interaction.client.app.spaces.set_voting(
            guild_of(interaction),
            delay=None if delay is None else parse_length(delay, field=Field.DELAY),
            period=None if period is None else parse_length(period, field=Field.PERIOD),
            voting=voting,
            rules=rules,
            afresh=afresh,
            space=space.number,
            by=member_of(interaction),
        )
        later = _("It counts for proposals submitted from now on; those that are open keep their rules.")
        lines = [*voting_lines(changed), *await supply_lines(interaction, changed), later]
        if name := await name_told(interaction, changed):
            lines.insert(0, _("The rules in “{space}”:", space=name))
        await answer_set(interaction, changed, lines)

    await in_space(interaction, change, moderating=True)


async def switch_part(interaction: Interaction, part: str, *, on: bool) -> None:
    """Turn a part of the bot on or off in the whole server."""
    client, guild = interaction.client, guild_of(interaction)
    space = await client.app.spaces.switch_cog(guild, part, on=on, by=member_of(interaction))
    await client.sync_guild(guild)
    text = (
        _("The part “{part}” is on. Its commands are in the list again; Discord may take a minute.", part=part)
        if on
        else _(
            "The part “{part}” is off. Its commands and buttons are refused and leave the list; nothing stored is "
            "lost. {command} turns it on again.",
            part=part,
            command=f"`/config cogs part:{part} on:True`",
        )
    )
    await answer_set(interaction, space, [text])
