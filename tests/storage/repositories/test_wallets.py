from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.wallets.wallet import Kind, Move
from tests.builders import CHAIN, GUILD, NOW, VOTER, a_challenge, a_space, a_wallet, an_address


async def test_a_wallet_belongs_to_one_member_of_a_guild(store):
    async with store.write() as books:
        await books.wallets.add(a_wallet())
        await books.wallets.add(a_wallet(guild=GUILD + 1, member=VOTER + 1))
        assert await books.wallets.holder(GUILD, an_address(1)) == a_wallet()
        with pytest.raises(IntegrityError):
            await books.wallets.add(a_wallet(member=VOTER + 1))


async def test_wallets_come_oldest_link_first(store):
    async with store.write() as books:
        await books.wallets.add(a_wallet(3, linked_at=NOW + 1))
        await books.wallets.add(a_wallet(2, linked_at=NOW))
        await books.wallets.add(a_wallet(1, linked_at=NOW))
        await books.wallets.add(a_wallet(4, member=VOTER + 1))
        found = [wallet.address for wallet in await books.wallets.of(GUILD, VOTER)]
    assert found == [an_address(2), an_address(1), an_address(3)]


async def test_a_removed_wallet_is_free_for_another_member(store):
    async with store.write() as books:
        await books.wallets.add(a_wallet())
        await books.wallets.add(a_wallet(guild=GUILD + 1))
        await books.wallets.remove(GUILD, an_address(1))
        assert await books.wallets.holder(GUILD, an_address(1)) is None
        assert await books.wallets.holder(GUILD + 1, an_address(1)) is not None
        await books.wallets.add(a_wallet(member=VOTER + 1))


async def test_a_challenge_is_used_once_however_many_answer_it_at_once(store):
    async with store.write() as books:
        await books.wallets.add_challenge(a_challenge())
        await books.commit()

    async def answer(second: int) -> bool:
        async with store.write() as books:
            used = await books.wallets.use_challenge("nonce0001", NOW + second)
            await books.commit()
            return used

    assert await asyncio.gather(*(answer(second) for second in range(5))) == [True, False, False, False, False]
    async with store.read() as books:
        assert await books.wallets.challenge("nonce0001") == a_challenge(used_at=NOW)


async def test_a_challenge_that_was_never_issued_is_neither_found_nor_used(store):
    async with store.write() as books:
        assert await books.wallets.challenge("nonce0002") is None
        assert not await books.wallets.use_challenge("nonce0002", NOW)


async def test_a_new_space_has_the_default_rules_and_keeps_what_is_saved(store):
    async with store.write() as books:
        assert await books.spaces.of(GUILD) is None
        stored = await books.spaces.add(GUILD, "Methuselah Commons")
        plain = type(stored)(id=stored.id, guild=GUILD, name="Methuselah Commons")
        assert stored == plain
        changed = a_space(id=stored.id, cogs_off=frozenset({"treasury", "power"}))
        await books.spaces.save(changed)
        assert await books.spaces.of(GUILD) == changed
        with pytest.raises(LookupError):
            await books.spaces.save(replace(changed, id=stored.id + 1))


async def test_a_guild_has_one_space(store):
    async with store.write() as books:
        first = await books.spaces.add(GUILD, "One")
        second = await books.spaces.add(GUILD + 1, "Two")
        assert await books.spaces.all() == [first, second]
        with pytest.raises(IntegrityError):
            await books.spaces.add(GUILD, "Three")


async def test_everything_of_a_wallet_is_kept(store):
    wallet = a_wallet(label="cold", chosen=True, kind=Kind.CONTRACT, chain=CHAIN)
    async with store.write() as books:
        await books.wallets.add(wallet)
        await books.wallets.add(a_wallet(2))
        assert await books.wallets.of(GUILD, VOTER) == [wallet, a_wallet(2)]
        assert await books.wallets.of_guild(GUILD) == [wallet, a_wallet(2)]
        assert await books.wallets.of_guild(GUILD + 1) == []


async def test_a_member_chooses_one_wallet_at_a_time(store):
    async with store.write() as books:
        await books.wallets.add(a_wallet(chosen=True))
        with pytest.raises(IntegrityError):
            await books.wallets.add(a_wallet(2, chosen=True))
    async with store.write() as books:
        for number in (1, 2):
            await books.wallets.add(a_wallet(number))
        await books.wallets.add(a_wallet(3, member=VOTER + 1, chosen=True))
        for number in (1, 2, 2):
            await books.wallets.choose(GUILD, VOTER, an_address(number))
        assert [w.chosen for w in await books.wallets.of_guild(GUILD)] == [False, True, True]


async def test_a_proof_is_kept_with_its_challenge(store):
    async with store.write() as books:
        await books.wallets.add_challenge(a_challenge())
        await books.wallets.prove_challenge("nonce0001", NOW + 5, Kind.CONTRACT)
        assert await books.wallets.challenge("nonce0001") == a_challenge(proved_at=NOW + 5, kind=Kind.CONTRACT)


async def test_moves_come_newest_first_and_are_the_members_own(store):
    async with store.write() as books:
        for number in (1, 2):
            await books.wallets.add_move(
                Move(guild=GUILD, member=VOTER, address=an_address(number), moved_at=NOW + number)
            )
        found = await books.wallets.moves(GUILD, VOTER, NOW + 1)
        assert [move.address for move in found] == [an_address(2), an_address(1)]
        assert len(await books.wallets.moves(GUILD, VOTER, NOW + 2)) == 1
        assert (
            await books.wallets.moves(GUILD, VOTER + 1, NOW) == await books.wallets.moves(GUILD + 1, VOTER, NOW) == []
        )
