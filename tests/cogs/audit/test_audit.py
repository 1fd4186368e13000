"""/audit on Discord: for moderators, with files that the command line checks."""

from __future__ import annotations

import gzip
import json

import discord
import pytest
import simcord

from bot.domain.audit.log.hash_chain import Entry
from bot.domain.audit.log.log_file import check, from_line
from bot.domain.audit.log.log_problem import RowFlaw, RowProblem
from bot.domain.spaces.space import DAY
from bot.services.audit.audit_log import Verdict
from cogs.audit.log_cards import verdict_card
from tests.cogs.answers import answer, is_told, present, text_of
from tests.cogs.conftest import World, fits, fits_laid_out, said


async def audit(
    world: World, command: str, member: simcord.MemberActor | None = None, **options: object
) -> simcord.InteractionResult:
    return await (member or world.moderator).slash(world.general, f"audit {command}", **options)


async def post(world: World) -> discord.Message:
    """Configure the channel, and return the head as it is posted there."""
    await world.moderator.slash(world.general, "config channels", audit=world.general)
    await world.sweep()
    return next(message for message in world.general.history() if is_told(message))


async def of(result: simcord.InteractionResult) -> list[Entry]:
    (file,) = answer(result).attachments
    return [from_line(line) for line in gzip.decompress(await file.read()).decode().splitlines()]


async def test_members_neither_see_nor_use_it(world: World) -> None:
    alice = await world.member("alice")
    assert not [name for name in alice.available_commands(world.general) if name.startswith("audit")]
    group = world.client.tree.get_command("audit", guild=discord.Object(world.guild_id))
    assert isinstance(group, discord.app_commands.Group)
    group.default_permissions = None
    await world.client.tree.sync(guild=discord.Object(world.guild_id))
    for command in ("export", "verify"):
        assert "may manage this server" in said(await audit(world, command, alice)), command
    group.default_permissions = discord.Permissions(manage_guild=True)


async def test_the_head_is_posted_with_the_way_to_check_it(world: World) -> None:
    head = await post(world)
    text = text_of(head)
    fits_laid_out(head)
    assert "Audit log: entry" in text
    assert "folkmoot verify --log FILE --head" in text
    (digest,) = {word.strip("`") for word in text.split() if len(word.strip("`")) == 64}
    assert "The log holds" in said(await audit(world, "verify", head=digest))
    posted = len([message for message in world.general.history() if is_told(message)])
    await world.sweep()
    assert len([message for message in world.general.history() if is_told(message)]) == posted
    await world.link(await world.member("alice"), 5, 10)
    await world.later(DAY)
    await world.sweep()
    assert len([message for message in world.general.history() if is_told(message)]) == posted + 1


async def test_the_export_is_what_the_command_line_checks(world: World) -> None:
    await post(world)
    result = await audit(world, "export")
    assert result.ephemeral
    found = check(await of(result))
    assert found.broken is None
    assert present(found.last).hash in said(result)
    behind = await of(await audit(world, "export", after=2))
    assert behind[0].seq == 2
    assert "There is no entry of the log 10001" in said(await audit(world, "export", after=10_000))


async def test_a_log_that_holds_is_said_to_and_a_changed_row_is_named(world: World) -> None:
    # The ground of the tests writes settings without the service.
    await world.app.spaces.set_voting(world.guild_id, period=2 * DAY)
    result = await audit(world, "verify")
    assert "The log holds" in said(result)
    await world.configure(voting_period=5 * DAY)
    text = said(await audit(world, "verify"))
    assert "do not agree" in text
    assert "space is not as entry" in text
    assert "folkmoot db backup" in text


@pytest.mark.parametrize("head", ["nonsense", "0x" + "a" * 64])
async def test_what_is_no_hash_is_refused(world: World, head: str) -> None:
    assert "is not a hash" in said(await audit(world, "verify", head=head))


async def test_a_hash_of_another_log_is_told_from_ours(world: World) -> None:
    await world.app.spaces.set_voting(world.guild_id, period=2 * DAY)
    assert "no entry has the hash" in said(await audit(world, "verify", head="ab" * 32))


async def test_the_longest_findings_fit(world: World) -> None:
    problems = tuple(RowProblem(seq=number, flaw=RowFlaw.CHANGED, row="x" * 900) for number in range(10))
    fits(verdict_card(Verdict(head=None, problems=problems, count=12_345), None))


async def test_no_person_is_in_what_is_posted(world: World) -> None:
    await post(world)
    export = await audit(world, "export")
    told = json.dumps([json.loads(entry.content) for entry in await of(export)])
    assert str(world.moderator.id) not in told
