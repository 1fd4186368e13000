"""/privacy on Discord: for the member's own eyes, with a confirmation, and cards without the name afterwards."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Never

import aiohttp
import discord
import pytest
import simcord

from bot.domain.roles.role_rules import Step
from bot.domain.shared.types import GuildId, MemberId, RoleId
from bot.services.roles.role_rules import OwnView
from cogs.audit.privacy_cog import ForgetButton
from tests.cogs.answers import answer, present, text_of
from tests.cogs.conftest import World, said
from tests.cogs.permissions import deny
from tests.cogs.roles.test_roles import add, holder, roles_of, warden  # noqa: F401 - two of them are fixtures


async def forget(world: World, member: simcord.MemberActor) -> simcord.InteractionResult:
    return await member.slash(world.general, "privacy forget")


async def stored(result: simcord.InteractionResult) -> dict[str, list[dict[str, Any]]]:
    (file,) = answer(result).attachments
    kept: dict[str, list[dict[str, Any]]] = json.loads(await file.read())["stored"]
    return kept


@pytest.fixture
async def alice(world: World) -> simcord.MemberActor:
    return await world.member("alice", 60, researcher=True)


async def test_what_is_stored_is_a_file_for_the_member_alone(world: World, alice: simcord.MemberActor) -> None:
    bob = await world.member("bob", 40)
    result = await alice.slash(world.general, "privacy export")
    assert result.ephemeral
    found = await stored(result)
    assert [row["address"] for row in found["wallets"]] == [world.people["alice"]]
    assert world.people["bob"] not in json.dumps(found)
    theirs = await stored(await bob.slash(world.general, "privacy export"))
    assert world.people["alice"] not in json.dumps(theirs)


async def test_it_is_asked_first_and_done_by_the_button(world: World, alice: simcord.MemberActor) -> None:
    proposal = await world.open_proposal(alice)
    assert f"<@{alice.id}>" in text_of(world.card(proposal))
    asked = await forget(world, alice)
    assert asked.ephemeral
    assert "Stays, without you" in said(asked)
    assert "wallets of yours that cast no vote" in said(asked)
    assert "Open votes" not in said(asked)
    assert await world.app.wallets.of(world.guild_id, MemberId(alice.id))
    done = await alice.click(answer(asked), label="Forget me here")
    assert "I don't know you in this server any more" in said(done)
    assert await world.app.wallets.of(world.guild_id, MemberId(alice.id)) == []
    await world.sweep()
    text = text_of(world.card(proposal))
    assert str(alice.id) not in text
    assert "a former member" in text


async def test_open_votes_are_named_and_a_vote_cast_meanwhile_asks_again(
    world: World, alice: simcord.MemberActor
) -> None:
    proposal = await world.open_proposal(await world.member("rita", researcher=True))
    asked = await forget(world, alice)
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(alice.id), 1)
    again = await alice.click(answer(asked), label="Forget me here")
    assert f"#{proposal.number}" in said(again)
    assert "keeps counting" in said(again)
    assert await world.app.wallets.of(world.guild_id, MemberId(alice.id))
    await alice.click(answer(again), label="Forget me here")
    assert await world.app.wallets.of(world.guild_id, MemberId(alice.id)) == []


async def test_the_button_outlives_a_restart_and_forgets_whoever_presses(
    world: World, alice: simcord.MemberActor
) -> None:
    bob = await world.member("bob", 40)
    asked = await forget(world, alice)
    await world.restart()
    await bob.slash(world.general, "privacy export")
    assert await world.app.wallets.of(world.guild_id, MemberId(bob.id))
    await alice.click(answer(asked), label="Forget me here")
    assert await world.app.wallets.of(world.guild_id, MemberId(alice.id)) == []
    assert await world.app.wallets.of(world.guild_id, MemberId(bob.id))


async def test_a_reason_is_taken_down_from_the_thread(world: World, alice: simcord.MemberActor) -> None:
    proposal = await world.open_proposal(await world.member("rita", researcher=True))
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(alice.id), 1)
    await world.app.reasons.give(world.guild_id, proposal.id, MemberId(alice.id), "because of the mice")
    await world.sweep()
    found = world.client.get_channel(present(proposal.thread))
    assert isinstance(found, discord.Thread)
    messages = [message async for message in found.history()]
    assert any("because of the mice" in text_of(message) for message in messages)
    asked = await forget(world, alice)
    done = await alice.click(answer(asked), label="Forget me here")
    assert "1 message of mine that named you is taken down" in said(done)
    await world.sweep()
    messages = [message async for message in found.history()]
    assert not any("because of the mice" in text_of(message) for message in messages)


async def test_a_reason_of_which_it_is_not_known_whether_it_stands_is_found_and_taken_down(
    world: World, alice: simcord.MemberActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = await world.open_proposal(await world.member("rita", researcher=True))
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(alice.id), 1)
    await world.sweep()
    await world.app.reasons.give(world.guild_id, proposal.id, MemberId(alice.id), "because of the mice")
    send = world.client.http.send_message

    async def lost(*args: Any, **kwargs: Any) -> Never:
        await send(*args, **kwargs)
        monkeypatch.setattr(world.client.http, "send_message", send)
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(world.client.http, "send_message", lost)
    await world.sweep()
    found = world.client.get_channel(present(proposal.thread))
    assert isinstance(found, discord.Thread)
    messages = [message async for message in found.history()]
    assert any("because of the mice" in text_of(message) for message in messages)
    await alice.click(answer(await forget(world, alice)), label="Forget me here")
    await world.sweep(600)
    messages = [message async for message in found.history()]
    assert not any("because of the mice" in text_of(message) for message in messages)


async def test_a_reason_that_may_stand_out_of_sight_waits_until_it_can_be_taken_down(
    world: World, alice: simcord.MemberActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel that is hidden from the bot for a while must not keep a forgotten member's words for good."""
    proposal = await world.open_proposal(await world.member("rita", researcher=True))
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(alice.id), 1)
    await world.sweep()
    await world.app.reasons.give(world.guild_id, proposal.id, MemberId(alice.id), "because of the mice")
    send = world.client.http.send_message

    async def lost(*args: Any, **kwargs: Any) -> Never:
        await send(*args, **kwargs)
        monkeypatch.setattr(world.client.http, "send_message", send)
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(world.client.http, "send_message", lost)
    await world.sweep()
    found = world.client.get_channel(present(proposal.thread))
    assert isinstance(found, discord.Thread)
    give_back = deny(world, world.proposals, read_message_history=True)
    await alice.click(answer(await forget(world, alice)), label="Forget me here")
    await world.sweep(600)
    (notice,) = [text_of(one) for one in world.moderators.history() if "Read Message History" in text_of(one)]
    assert "because of the mice" not in notice
    give_back()
    assert any("because of the mice" in text_of(message) for message in [one async for one in found.history()])
    await world.sweep(3600)
    await world.sweep(3600)
    assert not any("because of the mice" in text_of(message) for message in [one async for one in found.history()])


async def test_nobody_who_was_forgotten_is_named_in_what_was_told_of_a_vote(world: World) -> None:
    """Neither who takes no part nor the moderator who recused them, also not in a result, which stays."""
    ada, bob = await world.member("ada", 5, researcher=True), await world.member("bob", 7)
    proposal = await world.open_proposal(ada)
    await world.sweep()
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ada.id), 1)
    mona = world.moderator
    await world.app.recusals.recuse(world.guild_id, proposal.id, MemberId(bob.id), by=MemberId(mona.id), moderator=True)
    await world.sweep(60)
    await world.later(4 * 86_400)
    for _ in range(3):
        await world.sweep(60)

    def told() -> str:
        rooms = (world.proposals, world.announcements, world.moderators, *world.proposals.threads)
        return "\n".join(text_of(message) for room in rooms for message in room.history())

    assert "1 member, with 7 VITA, takes no part." in told()
    assert str(mona.id) in told()
    for person in (mona, bob):
        preview = await world.app.privacy.preview(world.guild_id, MemberId(person.id))
        assert await world.app.privacy.forget(world.guild_id, MemberId(person.id), preview.agreed) is not None
        for _ in range(6):
            await world.sweep(60)
        assert str(person.id) not in told()


async def test_a_forged_button_forgets_nobody(world: World, alice: simcord.MemberActor) -> None:
    asked = await alice.click(answer(await forget(world, alice)), label="Forget me here")
    assert "any more" in said(asked)
    assert ForgetButton("0" * 16).agreed == "0" * 16
    bob = await world.member("bob", 40)
    proposal = await world.open_proposal(await world.member("rita", researcher=True))
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(bob.id), 1)
    assert await world.app.privacy.forget(world.guild_id, MemberId(bob.id), "0" * 16) is None


async def test_a_role_that_was_given_for_holdings_goes_too(
    world: World,
    alice: simcord.MemberActor,
    holder: simcord.RoleHandle,  # noqa: F811 - fixtures
    warden: simcord.MemberActor,  # noqa: F811
) -> None:
    await add(world, warden, holder, minimum="10")
    await world.sweep()
    assert "Holder" in roles_of(world, alice)
    await alice.click(answer(await forget(world, alice)), label="Forget me here")
    assert "Holder" not in roles_of(world, alice)
    await world.sweep()
    assert "Holder" not in roles_of(world, alice)


def before_taking(world: World, monkeypatch: pytest.MonkeyPatch, first: Callable[[], Awaitable[None]]) -> None:
    """Have the bot do something first when it is to take a role."""
    take = world.client.guild_roles.take

    async def taking(guild: GuildId, member: MemberId, role: RoleId, reason: str) -> None:
        await first()
        await take(guild, member, role, reason)

    monkeypatch.setattr(world.client.guild_roles, "take", taking)


async def test_the_role_is_taken_before_it_is_forgotten_whose_it_is(
    world: World,
    alice: simcord.MemberActor,
    holder: simcord.RoleHandle,  # noqa: F811 - fixtures
    warden: simcord.MemberActor,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known: list[OwnView] = []

    async def look() -> None:
        known.extend(await world.app.roles.own(world.guild_id, MemberId(alice.id)))

    await add(world, warden, holder, minimum="10")
    await world.sweep()
    before_taking(world, monkeypatch, look)
    await alice.click(answer(await forget(world, alice)), label="Forget me here")
    assert [present(own.status).step for own in known] == [Step.GIVEN]


async def test_a_vote_that_comes_while_the_role_is_taken_asks_again_and_the_role_comes_back(
    world: World,
    alice: simcord.MemberActor,
    holder: simcord.RoleHandle,  # noqa: F811 - fixtures
    warden: simcord.MemberActor,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proposal = await world.open_proposal(await world.member("rita", researcher=True))

    async def vote() -> None:
        await world.app.voting.cast(world.guild_id, proposal.id, MemberId(alice.id), 1)

    await add(world, warden, holder, minimum="10")
    await world.sweep()
    before_taking(world, monkeypatch, vote)
    again = await alice.click(answer(await forget(world, alice)), label="Forget me here")
    assert "keeps counting" in said(again)
    await world.sweep()
    assert "Holder" in roles_of(world, alice)
