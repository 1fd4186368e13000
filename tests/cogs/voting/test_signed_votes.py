"""A vote that takes signed ballots, as members meet it on Discord: every way to vote leads to the page."""

from __future__ import annotations

import json
from typing import Unpack
from urllib.parse import unquote, urlsplit

import pytest
import simcord

from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Assurance, Rules
from bot.domain.shared.types import MemberId
from bot.domain.voting.ballot import Ballot
from bot.domain.wallets.web_ticket import Purpose
from bot.settings import Settings, WebSettings
from tests.cogs.answers import answer, buttons, present, text_of
from tests.cogs.conftest import DraftFields, World, labels, said
from tests.cogs.proposals.test_proposals import FORM

PAGES = "https://vote.example.org"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"web": WebSettings(base_url=PAGES)})


async def a_signed_vote(world: World, **fields: Unpack[DraftFields]) -> Proposal:
    await world.configure(rules={None: Rules(assurance=Assurance.SIGNED)})
    ada = await world.member("ada", 5, researcher=True)
    return await world.open_proposal(ada, **fields)


async def ballots(world: World, proposal: Proposal) -> list[Ballot]:
    async with world.app.store.read() as repos:
        return await repos.ballots.in_force(proposal.id)


def url_of(result: simcord.InteractionResult) -> str:
    (button,) = buttons(answer(result).message)
    return present(button.url)


async def test_a_press_leads_to_a_page_of_ones_own_with_the_ballot_marked(world: World) -> None:
    proposal = await a_signed_vote(world)
    bob = await world.member("bob", 100)
    result = await bob.click(world.card(proposal), label="Against")
    assert result.ephemeral
    assert "Sign your ballot on #1" in said(result)
    assert "Against" in said(result)
    url = urlsplit(url_of(result))
    assert f"{url.scheme}://{url.netloc}" == PAGES
    assert json.loads(unquote(url.fragment.removeprefix("mark="))) == 2
    ticket = await world.app.tickets.look(url.path.rpartition("/")[2], Purpose.VOTE)
    assert (ticket.member, ticket.proposal, ticket.guild) == (MemberId(bob.id), proposal.id, world.guild_id)
    assert not await ballots(world, proposal)


async def test_the_card_says_that_ballots_are_signed(world: World) -> None:
    proposal = await a_signed_vote(world)
    assert "-# Each ballot is signed by its wallet." in text_of(world.card(proposal))


async def test_vote_sign_leads_there_too_and_nowhere_where_nothing_is_signed(world: World) -> None:
    proposal = await a_signed_vote(world)
    bob = await world.member("bob", 100)
    result = await bob.slash(world.general, "vote sign", proposal=proposal.number)
    assert labels(answer(result)) == ["Sign my ballot"]
    assert not urlsplit(url_of(result)).fragment
    await world.configure(rules={})
    cy = await world.member("cy", 5, researcher=True)
    plain = await world.open_proposal(cy)
    assert "takes no signed ballots" in said(await bob.slash(world.general, "vote sign", proposal=plain.number))


async def test_a_member_without_a_wallet_is_told_to_link_one(world: World) -> None:
    proposal = await a_signed_vote(world)
    dan = await world.member("dan")
    assert "/wallet link" in said(await dan.click(world.card(proposal), label="For"))


async def test_an_author_asks_for_signatures_with_an_option(world: World) -> None:
    eve = await world.member("eve", 5, researcher=True)
    form = await eve.slash(world.general, "proposal new", ballots="signed")
    result = await eve.submit_modal(form, FORM)
    assert "each signed by its wallet" in said(result)


async def test_moderators_set_the_rule_and_config_show_says_it(world: World) -> None:
    told = said(await world.moderator.slash(world.general, "config voting", ballots="signed"))
    assert "Ballots: each signed by its wallet" in told
    space = await world.app.spaces.main(world.guild_id)
    assert space.rules[None].assurance is Assurance.SIGNED


class TestWithoutPages:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"web": WebSettings()})

    async def test_the_rule_can_not_be_set(self, world: World) -> None:
        told = said(await world.moderator.slash(world.general, "config voting", ballots="signed"))
        assert "sets up its web pages" in told
        assert not (await world.app.spaces.main(world.guild_id)).rules

    async def test_a_vote_from_before_says_what_is_missing(self, world: World) -> None:
        proposal = await a_signed_vote(world)
        bob = await world.member("bob", 100)
        assert "sets up its web pages" in said(await bob.click(world.card(proposal), label="For"))
