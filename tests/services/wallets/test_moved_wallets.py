"""A wallet belongs to one member of a guild; it moves by a new proof, and votes once whoever holds its link."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.announcements.announcement import Topic
from bot.domain.shared.errors import ChallengeUnusable, NoPower, NotAllowed, NotFound, WalletTaken
from bot.domain.shared.types import ChannelId, GuildId, MemberId
from bot.domain.wallets.wallet import CHALLENGE_LIFE, MAX_WALLETS, Challenge, Wallet, primary
from bot.ports import Undeliverable, Undelivered
from bot.services.wallets.wallet_linking import MOVES_SHOWN
from tests.builders import GUILD, ONE, an_address
from tests.presence import present
from tests.refusals import refused
from tests.refusals_of_discord import SHUT
from tests.services.conftest import House

FOR, AGAINST = 1, 2
SIGNATURE = "0x51"


async def issued(house: House, member: MemberId, number: int = 1, guild: GuildId = GUILD) -> Challenge:
    return await house.app.wallets.challenge(guild, member, an_address(number), guild_name="G", member_name="Ann")


async def answered(house: House, challenge: Challenge) -> Wallet:
    house.chain.signers[SIGNATURE] = challenge.address
    return await house.app.wallets.confirm(challenge.guild, challenge.member, challenge.nonce, SIGNATURE)


async def proved(house: House, member: MemberId, number: int = 1) -> Challenge:
    """Prove a wallet that another member holds."""
    challenge = await issued(house, member, number)
    with pytest.raises(WalletTaken):
        await answered(house, challenge)
    return challenge


async def moved(house: House, member: MemberId, number: int = 1) -> Wallet:
    challenge = await proved(house, member, number)
    return await house.app.wallets.move(GUILD, member, challenge.nonce)


async def holder(house: House, number: int = 1) -> Wallet | MemberId | None:
    async with house.app.store.read() as repos:
        held = await repos.wallets.holder(GUILD, an_address(number))
    return held and held.member


async def test_nobody_learns_who_holds_a_wallet_before_they_prove_it(house: House) -> None:
    alice, bob = await house.member(1), await house.member(2)
    foreign, free = await issued(house, bob, 1), await issued(house, bob, 7)
    assert foreign.text.replace(foreign.nonce, "").count("\n") == free.text.replace(free.nonce, "").count("\n")
    assert await holder(house) == alice


async def test_a_wallet_of_two_guilds_votes_in_each_for_whom_it_is_linked_to_there(house: House) -> None:
    alice, bob, away = await house.member(1, tokens=50), await house.member(2), GuildId(77)
    await answered(house, await issued(house, bob, 1, guild=away))
    assert await holder(house) == alice
    proposal = await house.submit()
    with pytest.raises(NoPower):
        await house.app.voting.cast(GUILD, proposal.id, bob, FOR)
    with pytest.raises(NotFound):
        await house.app.voting.cast(away, proposal.id, bob, FOR)
    await house.vote(proposal, alice, AGAINST)
    (ballot,) = await house.ballots(proposal)
    assert (ballot.member, ballot.mark) == (alice, AGAINST)


async def test_a_proof_alone_moves_nothing(house: House) -> None:
    alice, bob = await house.member(1), await house.member(2)
    await proved(house, bob)
    assert await holder(house) == alice
    assert await house.app.wallets.moved_away(GUILD, alice) == []
    assert await house.said() == []


async def test_who_confirms_after_the_proof_has_the_wallet_and_the_old_holder_is_told_once(house: House) -> None:
    alice, bob = await house.member(1), await house.member(2)
    challenge = await proved(house, bob)
    wallet = await house.app.wallets.move(GUILD, bob, challenge.nonce)
    assert (wallet.member, await holder(house)) == (bob, bob)
    assert [move.address for move in await house.app.wallets.moved_away(GUILD, alice)] == [an_address(1)]
    assert await house.app.wallets.moved_away(GUILD, bob) == []
    await house.said()
    assert await house.said() == [f"moved/{GUILD}/{challenge.nonce}"]
    (told,) = house.voice.said
    assert (told.topic, told.channel, dict(told.facts)) == (
        Topic.WALLET_MOVED,
        ChannelId(alice),
        {"member": alice, "wallet": an_address(1)},
    )
    with pytest.raises(ChallengeUnusable) as again:
        await house.app.wallets.move(GUILD, bob, challenge.nonce)
    assert again.value.reason == "used"


async def test_a_move_wants_the_proof_of_the_same_member_in_the_same_guild(house: House) -> None:
    await house.member(1)
    bob, eve = await house.member(2), await house.member(3)
    unproved = await issued(house, bob)
    with pytest.raises(NotAllowed):
        await house.app.wallets.move(GUILD, bob, unproved.nonce)
    challenge = await proved(house, bob)
    for guild, member in ((GUILD, eve), (GuildId(77), bob)):
        with pytest.raises(ChallengeUnusable) as caught:
            await house.app.wallets.move(guild, member, challenge.nonce)
        assert caught.value.reason == "foreign"
    house.clock.time += CHALLENGE_LIFE + 1
    with pytest.raises(ChallengeUnusable) as late:
        await house.app.wallets.move(GUILD, bob, challenge.nonce)
    assert late.value.reason == "expired"


async def test_of_two_who_prove_a_free_wallet_at_once_one_has_it_and_the_other_may_move_it(house: House) -> None:
    alice, bob = await house.member(1), await house.member(2)
    challenges = [await issued(house, member, 9) for member in (alice, bob)]
    outcomes = await asyncio.gather(*(answered(house, each) for each in challenges), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Wallet", "WalletTaken"]
    winner = (alice, bob)[[type(outcome).__name__ for outcome in outcomes].index("Wallet")]
    assert await holder(house, 9) == winner


async def test_of_two_who_move_a_wallet_at_once_the_later_has_it_and_each_holder_before_is_told(house: House) -> None:
    await house.member(1)
    bob, eve = await house.member(2), await house.member(3)
    challenges = [await proved(house, member) for member in (bob, eve)]
    moves = await asyncio.gather(*(house.app.wallets.move(GUILD, c.member, c.nonce) for c in challenges))
    assert len(moves) == 2
    assert await holder(house) in (bob, eve)
    assert len(await house.said()) == 2


async def test_a_wallet_that_was_unlinked_meanwhile_is_linked_and_nobody_is_told(house: House) -> None:
    alice, bob = await house.member(1), await house.member(2)
    challenge = await proved(house, bob)
    await house.app.wallets.unlink(GUILD, alice, an_address(1))
    await house.app.wallets.move(GUILD, bob, challenge.nonce)
    assert await holder(house) == bob
    assert await house.said() == []


async def test_a_member_with_all_wallets_they_may_have_takes_over_none(house: House) -> None:
    await house.member(1)
    bob = await house.member(2)
    challenge = await proved(house, bob)
    for number in range(20, 20 + MAX_WALLETS - 1):
        await answered(house, await issued(house, bob, number))
    with refused("unlink"):
        await house.app.wallets.move(GUILD, bob, challenge.nonce)
    await house.app.wallets.unlink(GUILD, bob, an_address(20))
    await house.app.wallets.move(GUILD, bob, challenge.nonce)
    assert await holder(house) == bob


async def test_closed_private_messages_are_no_news_to_anybody_else(house: House) -> None:
    alice, bob = await house.member(1), await house.member(2)
    await moved(house, bob)
    house.voice.fail = [Undeliverable(SHUT)]
    assert await house.said() == []
    house.clock.time += 7_200
    assert await house.said() == []
    assert await house.app.notices.recent(await house.app.spaces.main(GUILD)) == []
    assert len(await house.app.wallets.moved_away(GUILD, alice)) == 1
    house.clock.time += MOVES_SHOWN
    assert await house.app.wallets.moved_away(GUILD, alice) == []


async def test_a_private_message_that_could_not_be_sent_now_is_sent_later(house: House) -> None:
    await house.member(1)
    bob = await house.member(2)
    await moved(house, bob)
    house.voice.fail = [Undelivered("down")]
    assert await house.said() == []
    house.clock.time += 60
    assert len(await house.said()) == 1


async def test_a_ballot_stays_with_the_wallet_until_its_new_holder_votes(house: House) -> None:
    alice, bob = await house.member(1, 100), await house.member(2, 10)
    proposal = await house.submit()
    await house.vote(proposal, alice, FOR)
    await moved(house, bob)
    (ballot,) = await house.ballots(proposal)
    assert (ballot.wallet, ballot.member, ballot.mark) == (an_address(1), alice, FOR)
    await house.vote(proposal, bob, AGAINST)
    ballots = {ballot.wallet: ballot for ballot in await house.ballots(proposal)}
    assert {wallet: ballot.mark for wallet, ballot in ballots.items()} == {
        an_address(1): AGAINST,
        an_address(2): AGAINST,
    }
    assert ballots[an_address(1)].member == bob
    assert sum(ballot.power for ballot in ballots.values()) == 110 * ONE


async def test_the_old_holder_moves_the_ballot_of_a_wallet_that_is_gone_no_more(house: House) -> None:
    alice, bob = await house.member(1, 100), await house.member(2, 10)
    await answered(house, await issued(house, alice, 3))
    house.chain.give(an_address(3), 5 * ONE)
    proposal = await house.submit()
    await house.vote(proposal, alice, FOR)
    await moved(house, bob)
    await house.vote(proposal, bob, AGAINST)
    await house.vote(proposal, alice, FOR)
    marks = {ballot.wallet: (ballot.mark, ballot.member) for ballot in await house.ballots(proposal)}
    assert marks == {
        an_address(1): (AGAINST, bob),
        an_address(2): (AGAINST, bob),
        an_address(3): (FOR, alice),
    }


async def test_a_wallet_that_goes_to_and_fro_counts_once_at_the_close(house: House) -> None:
    alice, bob = await house.member(1, 100), await house.member(2, 10)
    await answered(house, await issued(house, alice, 3))
    proposal = await house.submit()
    for member, mark in ((alice, FOR), (bob, AGAINST), (alice, FOR), (bob, AGAINST)):
        if await holder(house) != member:
            await moved(house, member)
        await house.vote(proposal, member, mark)
    await moved(house, alice)  # whose press is the next, but comes too late
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert (list(result.tally.scores), result.tally.ballots) == ([0, 110 * ONE, 0], 2)


async def test_a_press_while_the_wallet_moves_counts_it_once(house: House) -> None:
    alice, bob = await house.member(1, 100), await house.member(2, 10)
    await answered(house, await issued(house, alice, 3))
    house.chain.give(an_address(3), ONE)
    proposal = await house.submit()
    challenge = await proved(house, bob)
    await asyncio.gather(
        house.vote(proposal, alice, FOR),
        house.app.wallets.move(GUILD, bob, challenge.nonce),
        house.vote(proposal, bob, AGAINST),
    )
    ballots = await house.ballots(proposal)
    assert len({ballot.wallet for ballot in ballots}) == len(ballots)
    assert sum(ballot.power for ballot in ballots) <= 111 * ONE


async def test_a_delegates_ballot_for_a_wallet_that_moved_stays_until_its_new_holder_votes(house: House) -> None:
    alice, bob, dora = await house.member(1, 100), await house.member(2, 10), await house.member(4, 1)
    await house.app.member_delegations.give(GUILD, alice, dora)
    proposal = await house.submit()
    await house.vote(proposal, dora, FOR)
    await moved(house, bob)
    marks = {ballot.wallet: ballot.mark for ballot in await house.ballots(proposal)}
    assert marks == {an_address(1): FOR, an_address(4): FOR}
    await house.vote(proposal, bob, AGAINST)
    marks = {ballot.wallet: ballot.mark for ballot in await house.ballots(proposal)}
    assert marks == {an_address(1): AGAINST, an_address(2): AGAINST, an_address(4): FOR}
    await house.vote(proposal, dora, FOR)
    assert {ballot.wallet: ballot.mark for ballot in await house.ballots(proposal)} == marks


async def test_a_delegate_of_the_new_holder_does_not_replace_what_the_old_holder_cast(house: House) -> None:
    alice, bob, dora = await house.member(1, 100), await house.member(2, 10), await house.member(4, 1)
    await house.app.member_delegations.give(GUILD, bob, dora)
    proposal = await house.submit()
    await house.vote(proposal, alice, FOR)
    await moved(house, bob)
    await house.vote(proposal, dora, AGAINST)
    marks = {ballot.wallet: (ballot.mark, ballot.via) for ballot in await house.ballots(proposal)}
    assert marks == {an_address(1): (FOR, None), an_address(2): (AGAINST, dora), an_address(4): (AGAINST, None)}


async def test_a_delegation_does_not_travel_with_the_wallet(house: House) -> None:
    alice, bob, dora = await house.member(1, 100), await house.member(2, 10), await house.member(4, 1)
    await house.app.member_delegations.give(GUILD, alice, dora)
    proposal = await house.submit()
    await moved(house, bob)
    await house.vote(proposal, dora, FOR)
    assert {ballot.wallet for ballot in await house.ballots(proposal)} == {an_address(4)}


async def test_the_primary_wallet_is_the_chosen_one_or_else_the_oldest(house: House) -> None:
    alice = await house.member(1)
    for number in (5, 6):
        house.clock.time += 10
        await answered(house, await issued(house, alice, number))
    wallets = house.app.wallets

    async def first() -> str:
        wallet = primary(await wallets.of(GUILD, alice))
        assert wallet is not None
        return wallet.address

    assert await first() == an_address(1)
    await wallets.choose(GUILD, alice, an_address(6))
    await wallets.choose(GUILD, alice, an_address(5))
    assert [w.address for w in await wallets.of(GUILD, alice) if w.chosen] == [an_address(5)]
    assert await first() == an_address(5)
    await wallets.unlink(GUILD, alice, an_address(5))
    assert await first() == an_address(1)
    await wallets.unlink(GUILD, alice, an_address(1))
    assert await first() == an_address(6)
    assert primary([]) is None


async def test_a_choice_and_a_label_do_not_travel_with_the_wallet(house: House) -> None:
    alice, bob = await house.member(1), await house.member(2)
    await house.app.wallets.choose(GUILD, alice, an_address(1))
    await house.app.wallets.choose(GUILD, bob, an_address(2))
    await house.app.wallets.name(GUILD, alice, an_address(1), "my savings")
    wallet = await moved(house, bob)
    assert (wallet.label, wallet.chosen) == (None, False)
    assert present(primary(await house.app.wallets.of(GUILD, bob))).address == an_address(2)


async def test_only_the_holder_names_and_chooses_a_wallet(house: House) -> None:
    alice, bob = await house.member(1), await house.member(2)
    with pytest.raises(NotFound):
        await house.app.wallets.name(GUILD, bob, an_address(1), "mine")
    with pytest.raises(NotFound):
        await house.app.wallets.choose(GUILD, bob, an_address(1))
    named = await house.app.wallets.name(GUILD, alice, an_address(1), " cold   storage ")
    assert named == (await house.app.wallets.of(GUILD, alice))[0]
    assert named.label == "cold storage"
    assert (await house.app.wallets.name(GUILD, alice, an_address(1), None)).label is None
    assert (await house.app.wallets.of(GUILD, alice))[0].label is None


async def test_challenges_that_are_over_are_forgotten(house: House) -> None:
    bob = await house.member(2)
    old = await issued(house, bob)
    house.clock.time += 86_400 + CHALLENGE_LIFE
    assert await house.app.retention.remove_expired() == 0
    house.clock.time += 1
    await issued(house, bob)
    assert await house.app.retention.remove_expired() == 1
    async with house.app.store.read() as repos:
        assert await repos.wallets.challenge(old.nonce) is None


async def test_moves_are_forgotten_when_they_are_shown_no_more(house: House) -> None:
    await house.member(1)
    bob = await house.member(2)
    await moved(house, bob)
    house.clock.time += MOVES_SHOWN + 1
    assert await house.app.retention.remove_expired() == 2
