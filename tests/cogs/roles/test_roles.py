"""Roles by holdings on Discord: given and taken by single requests, within what Discord and prudence allow."""

from __future__ import annotations

import json
from typing import Any, Never

import discord
import pytest
import simcord

from bot.domain.roles.role_rules import Step
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import MemberId, RoleId
from cogs._shared.components import Buttons
from cogs.roles.cog import RemoveRule
from tests.builders import ONE, a_strategy
from tests.cogs.answers import answer, refusal, text_of
from tests.cogs.conftest import World, fits_laid_out, labels, said

HARMLESS = discord.Permissions(send_messages=True)


@pytest.fixture
async def holder(world: World) -> simcord.RoleHandle:
    return world.guild.create_role("Holder", permissions=HARMLESS)


@pytest.fixture
async def warden(world: World) -> simcord.MemberActor:
    """A moderator who may manage roles too, with a role above those that rules give, below the bot's."""
    permissions = discord.Permissions(manage_guild=True, manage_roles=True)
    world.guild.create_role("below", permissions=HARMLESS)
    role = world.guild._env.backend.create_role(world.guild.id, "Warden", permissions=permissions.value)
    return world.guild.add_member(world.env.create_user("wanda"), roles=[world.guild.roles[role.name]])


def above(world: World, *names: str) -> None:
    """Put roles above the others, in this order from the lowest, and the bot's own above all."""
    backend, roles = world.env.backend, world.guild._guild.roles.values()
    by_name = {role.name: role for role in roles}
    mine = max(backend.get_member(world.guild.id, backend.bot_user.id).role_ids)
    order = [by_name[name].id for name in names]
    rest = [r.id for r in sorted(roles, key=lambda r: r.position) if r.position and r.id not in (*order, mine)]
    backend.reorder_roles(
        world.guild.id, [{"id": each, "position": place} for place, each in enumerate([*rest, *order, mine], start=1)]
    )


def roles_of(world: World, member: simcord.MemberActor) -> set[str]:
    stored = world.env.backend.get_member(world.guild.id, member.id)
    return {world.guild._guild.roles[role].name for role in stored.role_ids}


def notices(world: World) -> list[str]:
    """What moderators are told."""
    return [text_of(message) for message in world.moderators.history()]


async def add(
    world: World, warden: simcord.MemberActor, role: simcord.RoleHandle, **options: object
) -> simcord.InteractionResult:
    above(world, "Warden")
    await world.env.settle()
    return await warden.slash(world.general, "roles add", role=role, **options)


async def test_members_get_the_role_and_lose_it_with_a_reason_in_the_audit_log(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    alice, bob = await world.member("alice", 100), await world.member("bob", 99)
    made = await add(world, warden, holder, minimum="100")
    assert made.ephemeral
    assert "Rule #1 is in force" in said(made)
    assert "at least 100 VITA (Ethereum)" in said(made)
    await world.sweep()
    assert "Holder" in roles_of(world, alice)
    assert "Holder" not in roles_of(world, bob)
    listed = await alice.slash(world.general, "wallet list")
    fits_laid_out(answer(listed))
    assert f"<@&{holder.id}>: **yes**; you hold 100 VITA, it takes at least 100 VITA" in said(listed)
    assert "looked at again <t:" in said(listed)
    assert "**not yet**; you hold 99 VITA" in said(await bob.slash(world.general, "wallet list"))
    world.chain.give(world.people["alice"], 0)
    await world.sweep()
    assert "Holder" not in roles_of(world, alice)
    reasons = [entry.reason for entry in world.guild.audit_log() if entry.target_id == alice.id]
    assert reasons == [
        "Folkmoot rule #1: the member's linked wallets score at least 100",
        "Folkmoot rule #1: the member's linked wallets do not score any more at least 100",
    ]
    shown = await warden.slash(world.general, "roles list")
    fits_laid_out(answer(shown))
    assert "given to 0 members" in said(shown)


async def test_no_list_of_members_is_asked_for(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    alice = await world.member("alice", 100)
    await add(world, warden, holder, minimum="100")
    await world.sweep()
    assert "Holder" in roles_of(world, alice)
    assert not world.client.intents.members
    paths = [request.path for request in world.env.http_requests if "/members" in request.path]
    assert paths
    assert all(str(alice.id) in path for path in paths)


async def test_only_who_may_manage_the_server_and_its_roles_makes_rules(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    above(world, "Warden")
    group = world.client.tree.get_command("roles", guild=discord.Object(world.guild_id))
    monkeypatch.setattr(group, "default_permissions", None)
    await world.client.tree.sync(guild=discord.Object(world.guild_id))
    alice = await world.member("alice", 100)
    guild_roles = world.guild.create_role("DiscordRoles", permissions=discord.Permissions(manage_roles=True))
    ken = world.guild.add_member(world.env.create_user("ken"), roles=[guild_roles])
    manager = world.guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
    max_ = world.guild.add_member(world.env.create_user("max"), roles=[manager])
    for stranger in (alice, max_, ken):
        for command, options in (
            ("roles add", {"role": holder, "minimum": "1"}),
            ("roles list", {}),
            ("roles remove", {"rule": 1}),
            ("roles check", {}),
        ):
            refused = await stranger.slash(world.general, command, **options)
            assert "Only members who may manage this server" in said(refused)
    assert await world.app.roles.of(await world.app.spaces.main(world.guild_id)) == []


@pytest.mark.parametrize(
    "power",
    ["administrator", "manage_roles", "manage_guild", "ban_members", "kick_members", "moderate_members",
     "manage_webhooks", "mention_everyone", "view_audit_log", "manage_messages"],
)  # fmt: skip
async def test_a_role_that_gives_power_is_refused(world: World, warden: simcord.MemberActor, power: str) -> None:
    role = world.guild.create_role("Chief", permissions=discord.Permissions(**{power: True}))
    refused = await add(world, warden, role, minimum="1")
    assert "gives power over the server" in said(refused)
    assert await world.app.roles.of(await world.app.spaces.main(world.guild_id)) == []


async def test_roles_that_nobody_should_map_are_refused(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    assert "everybody has it" in said(await add(world, warden, world.guild.default_role, minimum="1"))
    above(world, "Warden", "Holder")
    await world.env.settle()
    refused = await warden.slash(world.general, "roles add", role=holder, minimum="1")
    assert "somebody with a role above that one" in said(refused)
    owned = world.env.backend.create_role(world.guild.id, "Booster", permissions=0, managed=True)
    await world.env.settle()
    assert "another service" in said(await add(world, warden, world.guild.roles[owned.name], minimum="1"))
    assert await world.app.roles.of(await world.app.spaces.main(world.guild_id)) == []


async def test_a_role_above_the_bots_own_is_refused_and_one_that_rises_is_told_once(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    alice = await world.member("alice", 100)
    await world.member("bob", 100, number=2_000)
    await add(world, warden, holder, minimum="100")
    backend = world.env.backend
    top = len(world.guild._guild.roles) + 1
    world.guild._guild.roles[holder.id].position = top
    backend.edit_role(world.guild.id, holder.id, {"name": "Holder!"})
    await world.env.settle()
    for _ in range(3):
        await world.sweep()
    assert "Holder!" not in roles_of(world, alice)
    (notice,) = [told for told in notices(world) if "can't give or take" in told]
    assert "the role is not below mine" in notice
    assert "I can't give it" in said(await warden.slash(world.general, "roles list"))
    assert "earned, but I can't give it" in said(await alice.slash(world.general, "wallet list"))


@pytest.mark.parametrize(("status", "kind"), [(403, discord.Forbidden), (400, discord.HTTPException)])
async def test_what_discord_forbids_is_told_once(
    world: World,
    holder: simcord.RoleHandle,
    warden: simcord.MemberActor,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    kind: type[discord.HTTPException],
) -> None:
    alice = await world.member("alice", 100)
    for number, name in enumerate(("bob", "carol", "dave"), start=2):
        await world.member(name, 100, number=number * 1_000)
    await add(world, warden, holder, minimum="100")
    refused = 0

    async def add_role(*_args: object, **_more: object) -> Never:
        nonlocal refused
        refused += 1
        raise kind(refusal(status, "No"), {"code": 50013, "message": "Missing Permissions"})

    with monkeypatch.context() as patched:
        patched.setattr(world.client.http, "add_role", add_role)
        await world.sweep()
    assert refused == 3  # so many in a row are the rule's trouble, not the members'
    await world.sweep()
    assert "Holder" in roles_of(world, alice)
    assert len([told for told in notices(world) if "Discord refuses it" in told]) == 1


async def test_a_deleted_role_is_told_and_its_rule_goes_at_once(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    await world.member("alice", 100)
    await add(world, warden, holder, minimum="100")
    await world.sweep()
    world.env.backend.delete_role(world.guild.id, holder.id)
    await world.env.settle()
    await world.sweep()
    await world.sweep()
    assert sum("the role is gone" in told for told in notices(world)) == 1
    asked = await warden.slash(world.general, "roles remove", rule=1)
    await warden.click(answer(asked).message, label="Remove it and take the role")
    await world.sweep()
    assert await world.app.roles.of(await world.app.spaces.main(world.guild_id)) == []


async def test_who_left_is_no_trouble(world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor) -> None:
    alice = await world.member("alice", 100)
    world.guild.remove_member(alice)
    await world.env.settle()
    await add(world, warden, holder, minimum="100")
    await world.sweep()
    await world.sweep()
    async with world.app.store.read() as repos:
        (status,) = await repos.roles.of_member(world.guild_id, MemberId(alice.id))
    assert status.step is Step.ABSENT
    asked = [r for r in world.env.http_requests if str(alice.id) in r.path and "/members/" in r.path]
    assert len(asked) == 1


async def test_a_role_that_was_taken_away_comes_back_with_the_members_next_look(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    alice = await world.member("alice", 100)
    await add(world, warden, holder, minimum="100")
    await world.sweep()
    world.env.backend.remove_member_role(world.guild.id, alice.id, holder.id)
    await world.env.settle()
    await world.sweep()
    assert "Holder" not in roles_of(world, alice)
    await alice.slash(world.general, "wallet list")
    await world.sweep()
    assert "Holder" in roles_of(world, alice)


async def test_a_role_is_not_missed_before_discord_has_sent_the_servers_roles(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the log says that it was taken, though the member has it."""
    alice = await world.member("alice", 100)
    await add(world, warden, holder, minimum="100")
    await world.sweep()
    monkeypatch.setattr(discord.Guild, "get_role", lambda _guild, _role: None)
    await alice.slash(world.general, "wallet list")
    async with world.app.store.read() as repos:
        (status,) = await repos.roles.of_member(world.guild_id, MemberId(alice.id))
    assert status.step is Step.GIVEN


async def test_a_rule_is_removed_with_or_without_its_role(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    other = world.guild.create_role("Other", permissions=HARMLESS)
    alice = await world.member("alice", 100)
    await add(world, warden, holder, minimum="100")
    await add(world, warden, other, minimum="50")
    await world.sweep()
    offered = await warden.autocomplete(world.general, "roles remove", "rule", "")
    assert [choice["name"] for choice in offered] == ["#1 Holder", "#2 Other"]
    asked = await warden.slash(world.general, "roles remove", rule=1)
    assert "It gave the role to 1 member" in said(asked)
    assert labels(answer(asked)) == ["Remove it and take the role", "Remove it, they keep the role"]
    forged = await world.channel(world.general).send("x", view=Buttons(RemoveRule(1, "take")))
    await alice.click(forged, label="Remove it and take the role")
    assert len(await world.app.roles.of(await world.app.spaces.main(world.guild_id))) == 2
    await world.restart()
    await warden.click(answer(asked).message, label="Remove it and take the role")
    kept = await warden.slash(world.general, "roles remove", rule=2)
    await warden.click(answer(kept).message, label="Remove it, they keep the role")
    await world.sweep()
    assert "Holder" not in roles_of(world, alice)
    assert "Other" in roles_of(world, alice)
    assert await world.app.roles.of(await world.app.spaces.main(world.guild_id)) == []
    assert "no rule" in said(await warden.slash(world.general, "roles remove", rule=1))


async def test_nobody_takes_a_role_from_others_by_a_rule_that_they_could_not_take_themselves(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    alice = await world.member("alice", 100)
    await add(world, warden, holder, minimum="100")
    await world.sweep()
    above(world, "Warden", "Holder")
    await world.env.settle()
    asked = await warden.slash(world.general, "roles remove", rule=1)
    refused = await warden.click(answer(asked).message, label="Remove it and take the role")
    assert "somebody with a role above that one" in said(refused)
    await world.sweep()
    assert "Holder" in roles_of(world, alice)
    assert len(await world.app.roles.of(await world.app.spaces.main(world.guild_id))) == 1
    await warden.click(answer(asked).message, label="Remove it, they keep the role")
    await world.sweep()
    assert "Holder" in roles_of(world, alice)


async def test_tests_come_as_a_file_and_what_is_wrong_is_given_back(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    alice = await world.member("alice", 10)
    world.chain.give(world.people["alice"], 2 * ONE, None)
    coin = a_strategy("eth-balance", params={}).to_json()
    tests = json.dumps([{"minimum": "1,000"}, {"minimum": "1.5", "strategies": [coin]}])
    above(world, "Warden")
    await world.env.settle()
    opened = await warden.slash(world.general, "roles add", role=holder, match="any")
    assert opened.modal is not None
    wrong = await warden.submit_modal(opened, {"minimum": "5", "tests": tests})
    assert "is in the tests already" in said(wrong)
    assert tests in said(wrong)
    await world.restart()
    again = await warden.click(answer(wrong).message, label="Fix it")
    assert again.modal is not None
    made = await warden.submit_modal(again, {"minimum": "", "tests": tests})
    assert "at least 1,000 VITA (Ethereum) or at least 1.5 ETH (Ethereum)" in said(made)
    await world.sweep()
    assert "Holder" in roles_of(world, alice)


async def test_looking_now_changes_roles_at_once_and_shows_them(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    alice = await world.member("alice", 100)
    assert "there is none yet" in said(await warden.slash(world.general, "roles check"))
    await add(world, warden, holder, minimum="100")
    checked = await warden.slash(world.general, "roles check")
    fits_laid_out(answer(checked))
    assert "the role of 1 member changed" in said(checked)
    assert "given to 1 member" in said(checked)
    assert "Holder" in roles_of(world, alice)


async def test_many_rules_with_long_tests_fit(world: World, warden: simcord.MemberActor) -> None:
    alice = await world.member("alice", 100)
    for number in range(25):
        role = world.guild.create_role(f"Role {number}", permissions=HARMLESS)
        tests = json.dumps([{"minimum": str(10**30 + n)} for n in range(8)])
        await world.app.roles.add(
            await world.app.spaces.main(world.guild_id),
            RoleId(role.id),
            name=role.name,
            tests=tests,
            by=MemberId(warden.id),
        )
    await world.app.role_evaluation.check(world.guild_id)
    fits_laid_out(answer(await warden.slash(world.general, "roles list")))
    fits_laid_out(answer(await alice.slash(world.general, "wallet list")))


async def test_an_unreadable_chain_is_shown_as_unknown(
    world: World, holder: simcord.RoleHandle, warden: simcord.MemberActor
) -> None:
    alice = await world.member("alice", 100)
    await add(world, warden, holder, minimum="100")
    await world.sweep()
    world.chain.down = ChainFault.UNREACHABLE
    await world.sweep()
    assert "Holder" in roles_of(world, alice)
    listed = said(await alice.slash(world.general, "wallet list"))
    assert "**unknown** (Ethereum could not be read: unreachable), so you keep it" in listed
    assert "looked at again" in listed
    assert "nothing was given or taken" in said(await warden.slash(world.general, "roles list"))


async def test_while_a_new_session_knows_no_role_of_the_server_yet_discord_itself_tells_who_has_one(
    world: World, holder: simcord.RoleHandle
) -> None:
    alice, bob = await world.member("alice", 100), await world.member("bob", 100)
    world.env.backend.get_member(world.guild.id, alice.id).role_ids.append(holder.id)
    unavailable: Any = {"id": str(world.guild_id), "unavailable": True}
    world.client._connection._add_guild_from_data(unavailable)
    hand = world.client.guild_roles
    held = [await hand.holds(world.guild_id, MemberId(member.id), RoleId(holder.id)) for member in (alice, bob)]
    assert held == [True, False]
