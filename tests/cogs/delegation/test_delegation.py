"""/delegate, and what delegators and delegates read of it."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from bot.domain.power.chain_reads import Answers
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import MemberId, ProposalId, Units
from bot.domain.spaces.space import DAY
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Lent, Receipt
from cogs.delegation.delegation_cards import member_delegations_card
from cogs.voting.cards.receipt import receipt_card
from tests.builders import CHAIN, NOW, ONE, a_member_delegation, a_power, a_proposal, a_wallet, an_address, some_terms
from tests.cogs.answers import answer, text_of
from tests.cogs.conftest import World, fits, labels, said

Trio = tuple[simcord.MemberActor, simcord.MemberActor, simcord.MemberActor]


async def delegate(
    world: World, actor: simcord.MemberActor, command: str, **options: object
) -> simcord.InteractionResult:
    return await actor.slash(world.general, f"delegate {command}", **options)


async def ballots(world: World, proposal: Proposal) -> dict[MemberId, tuple[Mark, int, MemberId | None]]:
    async with world.app.store.read() as repos:
        return {b.member: (b.mark, b.power // ONE, b.via) for b in await repos.ballots.in_force(proposal.id)}


@pytest.fixture
async def trio(world: World) -> Trio:
    """Ada proposes; Bob lets Cy vote for him."""
    ada = await world.member("ada", 5, researcher=True)
    bob = await world.member("bob", 100)
    cy = await world.member("cy", 7)
    await delegate(world, bob, "set", member=cy)
    await world.later(1)
    return ada, bob, cy


async def test_a_delegation_is_confirmed_with_what_it_means(world: World) -> None:
    bob, cy = await world.member("bob", 100), await world.member("cy")
    result = await delegate(world, bob, "set", member=cy, type="approval", until="90 days")
    text = said(result)
    assert result.ephemeral
    assert (
        f"<@{cy.id}> votes with your power in **this server** on **approval proposals** where you don't vote yourself, "
        "until <t:" in text
    )
    assert "submitted from now on" in text
    assert "Your own vote always comes first" in text
    assert "/delegate clear" in text
    shown = said(await delegate(world, bob, "show"))
    assert f"approval proposals in this server: <@{cy.id}>, until <t:{world.clock.time + 90 * DAY}" in shown
    assert f"<@{bob.id}>: approval proposals in this server, until <t:" in said(await delegate(world, cy, "show"))


async def test_the_delegate_is_told_nothing(world: World, trio: Trio) -> None:
    assert not [r for r in world.env.http_requests if r.path.endswith("/users/@me/channels")]
    assert not world.general.history()


async def test_empty_states_teach(world: World) -> None:
    bob = await world.member("bob")
    shown = said(await delegate(world, bob, "show"))
    assert "You delegate to nobody" in shown
    assert "Nobody delegates to you" in shown
    assert "/delegate set" in shown
    assert "nothing to take back" in said(await delegate(world, bob, "clear"))
    given = await delegate(world, bob, "set", member=await world.member("cy"))
    assert "linked no wallet here yet" in said(given)
    assert labels(answer(given)) == ["Link my wallet"]


async def test_bots_oneself_and_strangers_are_refused_in_words(world: World) -> None:
    bob = await world.member("bob", 1)
    bot = world.guild.add_member(world.env.create_user("robot", bot=True))
    assert "bots don't vote" in said(await delegate(world, bob, "set", member=bot))
    assert "yourself" in said(await delegate(world, bob, "set", member=bob))
    assert "Nobody delegates" in said(await delegate(world, bob, "show"))


async def test_a_circle_is_refused_in_words_that_name_it(world: World, trio: Trio) -> None:
    ada, bob, cy = trio
    await delegate(world, cy, "set", member=ada)
    text = said(await delegate(world, ada, "set", member=bob))
    assert f"<@{bob.id}> delegates to <@{cy.id}>, <@{cy.id}> to you" in text
    assert "Next:" in text
    assert "You delegate to nobody" in said(await delegate(world, ada, "show"))


@pytest.mark.parametrize("until", ["yesterday", "2020-01-01", "0", "soon"])
async def test_an_end_that_is_no_later_time_is_refused(world: World, until: str) -> None:
    bob, cy = await world.member("bob"), await world.member("cy")
    text = said(await delegate(world, bob, "set", member=cy, until=until))
    assert "The end is" in text
    assert "You delegate to nobody" in said(await delegate(world, bob, "show"))


async def test_the_delegates_receipt_says_whose_power_is_in_it(world: World, trio: Trio) -> None:
    ada, bob, cy = trio
    proposal = await world.open_proposal(ada)
    text = said(await cy.click(world.card(proposal), label="For"))
    assert "Recorded: **For**, with 107 VITA of power." in text
    assert "Delegated to you by 1 member: 100 VITA, and 7 VITA of your own" in text
    assert f"<@{bob.id}>: 100 VITA" in text
    assert await ballots(world, proposal) == {bob.id: (1, 100, cy.id), cy.id: (1, 7, None)}
    again = said(await cy.slash(world.general, "vote status", proposal=proposal.number))
    assert f"<@{bob.id}>: 100 VITA" in again
    await world.sweep(60)
    assert "2 wallets voted with 107 VITA" in text_of(world.card(proposal))


async def test_the_delegator_reads_that_their_delegate_voted_and_how_to_take_it_back(world: World, trio: Trio) -> None:
    ada, bob, cy = trio
    proposal = await world.open_proposal(ada)
    before = said(await bob.slash(world.general, "power", proposal=proposal.number))
    assert f"<@{cy.id}> may vote with it here as long as you don't vote yourself" in before
    await cy.click(world.card(proposal), label="For")
    status = said(await bob.slash(world.general, "vote status", proposal=proposal.number))
    assert f"Your delegate <@{cy.id}> voted for you: **For**, with 100 VITA of power." in status
    assert "To take it back, vote yourself" in status
    power = said(await bob.slash(world.general, "power", proposal=proposal.number))
    assert f"Your delegate <@{cy.id}> voted for you here" in power
    back = said(await bob.click(world.card(proposal), label="Against"))
    assert f"It takes your power back from your delegate <@{cy.id}>, who voted: For." in back
    assert "Delegated to you" not in said(await cy.click(world.card(proposal), label="Abstain"))
    assert await ballots(world, proposal) == {bob.id: (2, 100, None), cy.id: (3, 7, None)}
    assert "Your vote: **Against**" in said(await bob.slash(world.general, "vote status", proposal=proposal.number))


async def test_after_the_end_nothing_promises_to_take_it_back(world: World, trio: Trio) -> None:
    ada, bob, cy = trio
    proposal = await world.open_proposal(ada)
    await cy.click(world.card(proposal), label="For")
    await world.later(3 * DAY + 1)
    status = said(await bob.slash(world.general, "vote status", proposal=proposal.number))
    assert "Your delegate" in status
    assert "To take it back" not in status
    assert "can't be changed" in status


async def test_power_tells_what_stands_now(world: World, trio: Trio) -> None:
    _, bob, cy = trio
    assert f"<@{cy.id}> votes with it on all proposals where you don't" in said(await bob.slash(world.general, "power"))
    assert "1 member delegates to you" in said(await cy.slash(world.general, "power"))


async def test_a_delegate_without_a_wallet_votes_and_reads_their_power(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    bob, dee = await world.member("bob", 100), await world.member("dee")
    await delegate(world, bob, "set", member=dee)
    await world.later(1)
    proposal = await world.open_proposal(ada)
    text = said(await dee.click(world.card(proposal), label="For"))
    assert "with 100 VITA of power" in text
    assert "Delegated to you by 1 member: 100 VITA\n" in text
    power = said(await dee.slash(world.general, "power", proposal=proposal.number))
    assert "You have **0 VITA**" in power
    assert "1 member delegates to you" in power


async def test_taking_it_back_says_what_still_counts(world: World, trio: Trio) -> None:
    _, bob, cy = trio
    text = said(await delegate(world, bob, "clear"))
    assert f"Taken back: all proposals in this server (<@{cy.id}>)." in text
    assert "Still in force" not in text
    assert "submitted before" in text
    assert "You delegate to nobody" in said(await delegate(world, bob, "show"))


async def test_another_delegate_replaces_the_first_and_says_so(world: World, trio: Trio) -> None:
    ada, bob, cy = trio
    assert f"It replaces your delegation to <@{cy.id}>" in said(await delegate(world, bob, "set", member=ada))
    assert "Nobody delegates to you" in said(await delegate(world, cy, "show"))


async def test_a_power_that_cannot_be_read_is_named_on_the_receipt(world: World, trio: Trio) -> None:
    ada, bob, cy = trio
    proposal = await world.open_proposal(ada)
    world.chain.silent.add(world.people["bob"])
    text = said(await cy.click(world.card(proposal), label="For"))
    assert "with 7 VITA of power" in text
    assert f"**Not in it:** <@{bob.id}>, whose power could not be read" in text


async def test_with_the_part_off_nobody_votes_for_others_on_what_is_submitted_then(world: World, trio: Trio) -> None:
    ada, bob, cy = trio
    before = await world.open_proposal(ada)
    await world.app.spaces.switch_cog(world.guild_id, "delegation", on=False)
    await world.client.sync_guild(world.guild_id)
    assert "delegate set" not in bob.available_commands(world.general)
    proposal = await world.open_proposal(ada)
    assert "with 7 VITA of power" in said(await cy.click(world.card(proposal), label="For"))
    assert "with 107 VITA of power" in said(await cy.click(world.card(before), label="For"))


async def test_five_hundred_delegators_are_acknowledged_at_once_and_read_in_one_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await world.member("ada", 5, researcher=True)
    cy = await world.member("cy", 7)
    numbers = range(20_000, 20_500)
    main = await world.app.spaces.main(world.guild_id)
    async with world.app.store.write() as repos:
        for number in numbers:
            world.chain.give(an_address(number), number * ONE)
            wallet = a_wallet(number, guild=world.guild_id, member=MemberId(number))
            await repos.wallets.add(wallet)
            terms = {"guild": world.guild_id, "space": main.id, "given_at": world.clock.now()}
            await repos.member_delegations.give(a_member_delegation(wallet.member, MemberId(cy.id), **terms))
        await repos.commit()
    await world.later(7_000)  # each of these is a block of twelve seconds
    proposal = await world.open_proposal(ada)
    card, reads = world.card(proposal), world.chain.reads
    acknowledged: list[bool] = []
    read = world.chain.read

    async def watched(*args: Any, **kwargs: Any) -> list[Answers]:
        acknowledged.append(any("/callback" in request.path for request in world.env.http_requests[before:]))
        return await read(*args, **kwargs)

    monkeypatch.setattr(world.chain, "read", watched)
    before = len(world.env.http_requests)
    result = await cy.click(card, label="For")
    assert acknowledged == [True]
    assert world.chain.reads == reads + 1
    text = said(result)
    assert "Delegated to you by 500 members" in text
    assert "more in the file" in text
    fits(answer(result))
    (file,) = answer(result).attachments
    lines = (await file.read()).decode().splitlines()
    assert sum(line.startswith("delegated by member ") for line in lines) == 500
    assert len(await ballots(world, proposal)) == 501


def test_the_receipt_of_very_many_delegators_fits_and_brings_them_all_in_a_file() -> None:
    lent = tuple(Lent(member=MemberId(10**18 + n), power=Units(10**60 + n)) for n in range(1_000))
    receipt = Receipt(
        id="0123abcd",
        proposal=ProposalId(1),
        number=1,
        mark=1,
        powers=tuple(a_power(number) for number in range(10)),
        power=Units(sum(entry.power for entry in lent)),
        cast_at=NOW,
        replaced=None,
        lent=lent,
        unread=tuple(MemberId(10**18 + n) for n in range(99)),
    )
    proposal = a_proposal(terms=some_terms(symbol="V" * 16))
    card = receipt_card(receipt, proposal, NOW, {CHAIN: "C" * 40})
    fits(card)
    (file,) = card.files
    assert file.fp.read().decode().count("delegated by member") == 1_000


@pytest.mark.parametrize("count", [0, 1, 60, 3_000])
def test_many_delegations_fit_and_all_are_in_the_file(count: int) -> None:
    card = member_delegations_card(
        [], [a_member_delegation(MemberId(10**18 + n), until=NOW + DAY) for n in range(count)], {}, {}
    )
    fits(card)
    shown = card.text().count("until <t:")
    assert bool(card.files) == (shown != count)
    for file in card.files:
        assert file.fp.read().decode().count("\n") == count + 1
