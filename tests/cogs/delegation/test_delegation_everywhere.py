"""/delegate for every server with the bot: two servers, and what members read in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import simcord

from bot.domain.shared.types import MemberId
from cogs.delegation.delegation_cards import member_delegations_card
from tests.builders import NOW, a_member_delegation
from tests.cogs.answers import answer
from tests.cogs.conftest import World, a_world, fits, said

EVERYWHERE, HERE = "every server with this bot", "this server"


@dataclass
class Person:
    """One person, as a member of the first server and of the second."""

    first: simcord.MemberActor
    second: simcord.MemberActor

    @property
    def id(self) -> int:
        return self.first.id


@dataclass
class Two:
    """Two servers with one bot, which count the same token."""

    first: World
    second: World

    async def person(self, name: str, tokens: int, *, researcher: bool = False) -> Person:
        """A member of both, with one wallet that is linked in both."""
        user = self.first.env.create_user(name)
        number, actors = 2_000 + len(self.first.people), []
        for world in (self.first, self.second):
            actor = world.guild.add_member(user, roles=[world.researcher] if researcher else [])
            await world.link(actor, number, tokens)
            actors.append(actor)
        return Person(*actors)


@pytest.fixture
async def two(world: World) -> Two:
    return Two(world, await a_world(world.env, world.app, world.clock, world.chain, "Longevity House"))


@pytest.fixture
async def people(two: Two) -> tuple[Person, Person, Person]:
    """Bob lets Cy vote for him in every server; he said so in the first."""
    ada = await two.person("ada", 5, researcher=True)
    bob, cy = await two.person("bob", 100), await two.person("cy", 7)
    await delegate(two.first, bob.first, "set", member=cy.first, space=EVERYWHERE)
    await two.first.later(1)
    return ada, bob, cy


async def delegate(world: World, actor: simcord.MemberActor, command: str, **options: object) -> str:
    return said(await actor.slash(world.general, f"delegate {command}", **options))


async def test_it_is_confirmed_with_what_it_means_in_each_server(two: Two) -> None:
    bob, cy = await two.person("bob", 100), await two.person("cy", 7)
    text = await delegate(two.first, bob.first, "set", member=cy.first, space=EVERYWHERE, type="approval")
    assert (
        f"<@{cy.id}> votes with your power in **every server with this bot** on **approval proposals** where you don't "
        "vote yourself." in text
    )
    assert "In each server it counts with the wallets that you linked there" in text
    assert "In a server for which you give one of its own, that one comes first." in text
    for world, actor, other in ((two.first, bob.first, cy.first), (two.second, bob.second, cy.second)):
        assert f"- approval proposals in every server: <@{cy.id}>\n" in await delegate(world, actor, "show")
        assert f"- <@{bob.id}>: approval proposals in every server\n" in await delegate(world, other, "show")


async def test_the_delegate_votes_with_it_in_the_other_server_and_reads_whose_power_it_is(
    two: Two, people: tuple[Person, Person, Person]
) -> None:
    ada, bob, cy = people
    proposal = await two.second.open_proposal(ada.second)
    before = said(await bob.second.slash(two.second.general, "power", proposal=proposal.number))
    assert (
        f"<@{cy.id}> may vote with it here as long as you don't vote yourself, by your delegation for every" in before
    )
    text = said(await cy.second.click(two.second.card(proposal), label="For"))
    assert "Recorded: **For**, with 107 VITA of power." in text
    assert f"<@{bob.id}>: 100 VITA" in text
    back = said(await bob.second.click(two.second.card(proposal), label="Against"))
    assert f"It takes your power back from your delegate <@{cy.id}>, who voted: For." in back


async def test_one_for_this_server_comes_first_here_and_every_answer_says_so(
    two: Two, people: tuple[Person, Person, Person]
) -> None:
    ada, bob, cy = people
    text = await delegate(two.second, bob.second, "set", member=ada.second)
    assert "in **this server**" in text
    assert f"Here it comes before your delegation for every server (<@{cy.id}>)." in text
    assert "It replaces" not in text
    shown = await delegate(two.second, bob.second, "show")
    assert f"- all proposals in this server: <@{ada.id}>\n" in shown
    assert f"- all proposals in every server: <@{cy.id}>; not here, where one for this server comes first" in shown
    theirs = await delegate(two.second, cy.second, "show")
    assert f"- <@{bob.id}>: all proposals in every server; not here, where one for this server comes first" in theirs
    assert str(ada.id) not in theirs, "to whom is Bob's business"
    power = said(await bob.second.slash(two.second.general, "power"))
    assert f"<@{ada.id}> votes with it on all proposals where you don't." in power
    assert str(cy.id) not in power
    assert "delegates to you" not in said(await cy.second.slash(two.second.general, "power"))
    await two.first.later(1)
    proposals = [await two.first.open_proposal(ada.first), await two.second.open_proposal(ada.second)]
    assert "with 107 VITA" in said(await cy.first.click(two.first.card(proposals[0]), label="For"))
    assert "with 7 VITA" in said(await cy.second.click(two.second.card(proposals[1]), label="For"))
    assert "with 105 VITA" in said(await ada.second.click(two.second.card(proposals[1]), label="For"))


async def test_one_for_a_topic_here_leaves_the_rest_to_the_one_for_every_server(
    two: Two, people: tuple[Person, Person, Person]
) -> None:
    ada, bob, cy = people
    await delegate(two.first, bob.first, "set", member=ada.first, type="approval")
    shown = await delegate(two.first, bob.first, "show")
    assert f"every server: <@{cy.id}>; here not on approval proposals, where one for this server comes first" in shown
    power = said(await bob.first.slash(two.first.general, "power"))
    assert f"<@{ada.id}> votes with it on approval proposals where you don't.\n" in power
    assert f"<@{cy.id}> votes with it on all other proposals where you don't, by your delegation for every" in power
    text = await delegate(two.first, bob.first, "set", member=cy.first, space=EVERYWHERE, until="9 days")
    assert f"In this server that is your delegation to <@{ada.id}> on approval proposals." in text
    assert "It replaces" not in text, "it is the same delegate"


async def test_one_for_every_server_is_replaced_from_any_and_only_by_one_for_every_server(
    two: Two, people: tuple[Person, Person, Person]
) -> None:
    ada, bob, cy = people
    text = await delegate(two.second, bob.second, "set", member=ada.second, space=EVERYWHERE)
    assert f"It replaces your delegation to <@{cy.id}>." in text
    assert "Nobody delegates to you" in await delegate(two.first, cy.first, "show")
    text = await delegate(two.second, bob.second, "set", member=cy.second, space=HERE)
    assert "It replaces" not in text


async def test_it_is_taken_back_from_any_server_and_what_is_left_is_named(
    two: Two, people: tuple[Person, Person, Person]
) -> None:
    ada, bob, cy = people
    await delegate(two.second, bob.second, "set", member=ada.second)
    nothing = await delegate(two.second, bob.second, "clear", space=EVERYWHERE, type="approval")
    assert nothing.strip().startswith("You have no delegation on approval proposals for every server, so")
    text = await delegate(two.second, bob.second, "clear", space=HERE)
    assert f"Taken back: all proposals in this server (<@{ada.id}>)." in text
    assert f"Still in force: all proposals in every server (<@{cy.id}>)." in text
    text = await delegate(two.second, bob.second, "clear")
    assert f"Taken back: all proposals in every server (<@{cy.id}>)." in text
    assert "You delegate to nobody" in await delegate(two.first, bob.first, "show")


async def test_a_server_is_not_told_who_delegates_in_another(two: Two) -> None:
    cy = await two.person("cy", 7)
    dee = two.first.guild.add_member(two.first.env.create_user("dee"))
    await two.first.link(dee, 9_001, 50)
    await delegate(two.first, dee, "set", member=cy.first, space=EVERYWHERE)
    assert f"<@{dee.id}>" in await delegate(two.first, cy.first, "show")
    assert "Nobody delegates to you" in await delegate(two.second, cy.second, "show")


async def test_a_circle_through_another_server_is_refused_without_names_and_with_a_way_on(two: Two) -> None:
    ada, bob, cy = [await two.person(name, 1) for name in ("ada", "bob", "cy")]
    await delegate(two.second, bob.second, "set", member=cy.second)
    await delegate(two.second, cy.second, "set", member=ada.second)
    text = await delegate(two.first, ada.first, "set", member=bob.first, space=EVERYWHERE)
    assert "would close a circle" in text
    assert not [person for person in (bob, cy) if str(person.id) in text]
    assert "`space: this server`" in text
    assert f"<@{bob.id}> votes with your power" in await delegate(two.first, ada.first, "set", member=bob.first)


async def test_forgetting_says_what_stays_in_other_servers(two: Two, people: tuple[Person, Person, Person]) -> None:
    _, bob, _ = people
    asked = await bob.second.slash(two.second.general, "privacy forget")
    assert "**Stays, in other servers:** 1 delegation for every server, from or to you" in said(asked)
    await bob.second.click(answer(asked), label="Forget me here")
    assert "in every server" in await delegate(two.first, bob.first, "show")
    asked = await bob.first.slash(two.first.general, "privacy forget")
    assert "Stays, in other servers" not in said(asked)
    await bob.first.click(answer(asked), label="Forget me here")
    assert "You delegate to nobody" in await delegate(two.second, bob.second, "show")


def test_the_most_delegations_of_one_member_fit() -> None:
    topics = [None, "basic", "approval", "weighted", "quadratic", "ranked-choice", "copeland", "star", "schulze"]
    topics.append("single-choice")
    common: dict[str, Any] = {"until": NOW + 9, "given_at": NOW}
    delegates = [MemberId(1_100_000_000_000_000_000 + n) for n in range(len(topics))]
    given = [
        a_member_delegation(delegate=to, topic=topic, everywhere=wide, **common)
        for wide in (False, True)
        for topic, to in zip(topics, delegates, strict=True)
    ]
    first = {member_delegation: given[1 : len(topics)] for member_delegation in given if member_delegation.everywhere}
    received = [a_member_delegation(MemberId(10**18 + n), everywhere=True, **common) for n in range(50)]
    card = member_delegations_card(given, received, first, {})
    fits(card)
    (file,) = card.files
    assert file.fp.read().decode().splitlines()[1].startswith(f"{10**18},every,all,")
