from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.shared.types import GuildId, MemberId, Timestamp
from bot.domain.wallets.wallet import Kind, Move
from bot.ports import Store
from tests.builders import CHAIN, GUILD, NOW, VOTER, a_challenge, a_wallet, an_address


async def test_a_wallet_belongs_to_one_member_of_a_guild(store: Store) -> None:
    async with store.write() as repos:
        await repos.wallets.add(a_wallet())
        await repos.wallets.add(a_wallet(guild=GUILD + 1, member=VOTER + 1))
        assert await repos.wallets.holder(GUILD, an_address(1)) == a_wallet()
        with pytest.raises(IntegrityError):
            await repos.wallets.add(a_wallet(member=VOTER + 1))


async def test_wallets_come_oldest_link_first(store: Store) -> None:
    async with store.write() as repos:
        await repos.wallets.add(a_wallet(3, linked_at=NOW + 1))
        await repos.wallets.add(a_wallet(2, linked_at=NOW))
        await repos.wallets.add(a_wallet(1, linked_at=NOW))
        await repos.wallets.add(a_wallet(4, member=VOTER + 1))
        found = [wallet.address for wallet in await repos.wallets.of(GUILD, VOTER)]
    assert found == [an_address(2), an_address(1), an_address(3)]


async def test_a_removed_wallet_is_free_for_another_member(store: Store) -> None:
    async with store.write() as repos:
        await repos.wallets.add(a_wallet())
        await repos.wallets.add(a_wallet(guild=GUILD + 1))
        await repos.wallets.remove(GUILD, an_address(1))
        assert await repos.wallets.holder(GUILD, an_address(1)) is None
        assert await repos.wallets.holder(GuildId(GUILD + 1), an_address(1)) is not None
        await repos.wallets.add(a_wallet(member=VOTER + 1))


async def test_a_challenge_is_used_once_however_many_answer_it_at_once(store: Store) -> None:
    async with store.write() as repos:
        await repos.wallets.add_challenge(a_challenge())
        await repos.commit()

    async def answer(second: int) -> bool:
        async with store.write() as repos:
            used = await repos.wallets.use_challenge("nonce0001", Timestamp(NOW + second))
            await repos.commit()
            return used

    assert await asyncio.gather(*(answer(second) for second in range(5))) == [True, False, False, False, False]
    async with store.read() as repos:
        assert await repos.wallets.challenge("nonce0001") == a_challenge(used_at=NOW)


async def test_a_challenge_that_was_never_issued_is_neither_found_nor_used(store: Store) -> None:
    async with store.write() as repos:
        assert await repos.wallets.challenge("nonce0002") is None
        assert not await repos.wallets.use_challenge("nonce0002", NOW)


async def test_everything_of_a_wallet_is_kept(store: Store) -> None:
    wallet = a_wallet(label="cold", chosen=True, kind=Kind.CONTRACT, chain=CHAIN)
    async with store.write() as repos:
        await repos.wallets.add(wallet)
        await repos.wallets.add(a_wallet(2))
        assert await repos.wallets.of(GUILD, VOTER) == [wallet, a_wallet(2)]
        assert await repos.wallets.of_guild(GUILD) == [wallet, a_wallet(2)]
        assert await repos.wallets.of_guild(GuildId(GUILD + 1)) == []


async def test_a_member_chooses_one_wallet_at_a_time(store: Store) -> None:
    async with store.write() as repos:
        await repos.wallets.add(a_wallet(chosen=True))
        with pytest.raises(IntegrityError):
            await repos.wallets.add(a_wallet(2, chosen=True))
    async with store.write() as repos:
        for number in (1, 2):
            await repos.wallets.add(a_wallet(number))
        await repos.wallets.add(a_wallet(3, member=VOTER + 1, chosen=True))
        for number in (1, 2, 2):
            await repos.wallets.choose(GUILD, VOTER, an_address(number))
        assert [w.chosen for w in await repos.wallets.of_guild(GUILD)] == [False, True, True]


async def test_a_proof_is_kept_with_its_challenge(store: Store) -> None:
    async with store.write() as repos:
        await repos.wallets.add_challenge(a_challenge())
        await repos.wallets.prove_challenge("nonce0001", Timestamp(NOW + 5), Kind.CONTRACT)
        assert await repos.wallets.challenge("nonce0001") == a_challenge(proved_at=NOW + 5, kind=Kind.CONTRACT)


async def test_moves_come_newest_first_and_are_the_members_own(store: Store) -> None:
    async with store.write() as repos:
        for number in (1, 2):
            await repos.wallets.add_move(
                Move(guild=GUILD, member=VOTER, address=an_address(number), moved_at=Timestamp(NOW + number))
            )
        found = await repos.wallets.moves(GUILD, VOTER, Timestamp(NOW + 1))
        assert [move.address for move in found] == [an_address(2), an_address(1)]
        assert len(await repos.wallets.moves(GUILD, VOTER, Timestamp(NOW + 2))) == 1
        assert (
            await repos.wallets.moves(GUILD, MemberId(VOTER + 1), NOW)
            == await repos.wallets.moves(GuildId(GUILD + 1), VOTER, NOW)
            == []
        )
