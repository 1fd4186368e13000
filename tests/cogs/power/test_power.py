"""`/power`: every part, and in plain words why it is zero."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.shared.addresses import short
from bot.domain.shared.errors import ChainFault
from tests.builders import ONE, TOKEN, a_strategy, an_address
from tests.cogs.answers import answer
from tests.cogs.conftest import World, labels, said


async def test_it_shows_the_total_and_every_part(world: World) -> None:
    ada = await world.member("ada", 1_240_000)
    text = said(await ada.slash(world.general, "power"))
    assert "You have **1.24 M VITA (1,240,000)** of voting power now." in text
    assert "1,240,000 VITA · tokens in the wallet · Ethereum · 0x" in text
    assert f"[block {world.chain.head.number:,}](https://scan.example/block/{world.chain.head.number})" in text


async def test_it_says_where_one_endpoint_alone_answered(world: World) -> None:
    ada = await world.member("ada", 5)
    words = "Ethereum is read from one provider: not confirmed by a second provider."
    assert words not in said(await ada.slash(world.general, "power"))
    world.chain.witnesses = ("one",)
    assert words in said(await ada.slash(world.general, "power"))


async def test_it_adds_up_all_wallets(world: World) -> None:
    ada = await world.member("ada", 5)
    await world.link(ada, 2000, 7)
    text = said(await ada.slash(world.general, "power"))
    assert "**12 VITA**" in text
    assert "2 wallets" in text


async def test_at_a_proposal_it_is_the_power_of_its_block(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    world.chain.give(world.people["ada"], 99 * ONE)
    assert "**5 VITA**" in said(await ada.slash(world.general, "power", proposal=proposal.number))
    assert "**99 VITA**" in said(await ada.slash(world.general, "power"))


async def test_without_a_wallet_it_leads_to_linking_one(world: World) -> None:
    bob = await world.member("bob")
    shown = await bob.slash(world.general, "power")
    assert "no wallet" in said(shown)
    assert labels(answer(shown)) == ["Link my wallet"]


async def test_tokens_that_came_after_the_block_are_explained(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    proposal = await world.open_proposal(ada)
    world.chain.give(world.people["ada"], 50 * ONE)
    shown = await ada.slash(world.general, "power", proposal=proposal.number)
    assert "**0 VITA**" in said(shown)
    assert "counts for later proposals only" in said(shown)
    assert labels(answer(shown)) == ["Link another wallet"]


async def test_tokens_that_are_not_delegated_are_explained(world: World) -> None:
    await world.configure(strategies=(a_strategy("erc20-votes"),))
    ada = await world.member("ada", 50)
    assert "count once you delegate them, also to yourself" in said(await ada.slash(world.general, "power"))
    world.chain.delegate(world.people["ada"], 50 * ONE, TOKEN)
    text = said(await ada.slash(world.general, "power"))
    assert "**50 VITA**" in text
    assert "delegate them" not in text


async def test_a_formula_that_makes_nothing_of_it_says_what_it_counts(world: World) -> None:
    least = {**a_strategy().params, "minBalance": 9}
    await world.configure(strategies=(replace(a_strategy("balance-of-with-min"), params=least),))
    ada = await world.member("ada", 5)
    text = said(await ada.slash(world.general, "power"))
    assert "it counts tokens in the wallet, if there are at least a minimum. Of what your wallets had" in text


async def test_a_refused_vote_says_that_tokens_are_held_and_whose_votes_they_are(world: World) -> None:
    await world.configure(strategies=(a_strategy("erc20-votes"),))
    ada = await world.member("ada", 50, researcher=True)
    world.chain.delegate_to(world.people["ada"], an_address(77))
    proposal = await world.open_proposal(ada)
    for text in (
        said(await ada.slash(world.general, "power", proposal=proposal.number)),
        said(await ada.click(world.card(proposal), label="For")),
    ):
        assert f"the 50 VITA you hold are delegated to {short(an_address(77))}" in text
        assert "hold 0" not in text
        assert "held any" not in text


async def test_an_unknown_part_is_said_to_be_unknown_never_zero(world: World) -> None:
    ada = await world.member("ada", 5)
    world.chain.silent = {world.people["ada"]}
    text = said(await ada.slash(world.general, "power"))
    assert "**unknown**" in text
    assert "Unknown is not zero" in text
    assert " 0 VITA" not in text


async def test_an_unreadable_chain_and_a_space_without_strategies_are_explained(world: World) -> None:
    ada = await world.member("ada", 5)
    world.chain.down = ChainFault.RATE_LIMITED
    assert "slow down" in said(await ada.slash(world.general, "power"))
    await world.configure(strategies=())
    assert "/config strategies" in said(await ada.slash(world.general, "power"))


async def test_a_draft_has_no_block_to_read_power_at(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await world.draft(ada)
    assert "still a draft" in said(await ada.slash(world.general, "power", proposal=1))
