from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import Address, MemberId
from bot.ports import Store
from bot.storage.driver.engine import for_writing
from bot.storage.repositories.voting import ballots as ballots_module
from bot.storage.repositories.voting import counting_ballots as counted_module
from bot.storage.tables import ballots as table
from tests.builders import NOW, ONE, VOTER, a_ballot, a_draft, a_power, an_address
from tests.conftest import POSTGRESQL


async def test_a_second_ballot_replaces_the_first_which_is_kept(store: Store, proposal: Proposal) -> None:
    first = a_ballot(mark=1, proposal=proposal.id)
    second = a_ballot(mark=2, proposal=proposal.id, cast_at=NOW + 1)
    async with store.write() as repos:
        assert await repos.ballots.cast(first) is None
        assert await repos.ballots.cast(second) == first
        assert await repos.ballots.in_force(proposal.id) == [second]
        assert await repos.ballots.history(proposal.id, first.wallet) == [first, second]


async def test_of_sixty_presses_at_once_by_one_wallet_one_is_first_and_one_counts(
    store: Store, proposal: Proposal
) -> None:
    async def press(number: int) -> bool:
        async with store.write() as repos:
            replaced = await repos.ballots.cast(a_ballot(proposal=proposal.id, receipt=f"press {number}"))
            await repos.commit()
            return replaced is None

    assert sum(await asyncio.gather(*(press(number) for number in range(60)))) == 1
    async with store.read() as repos:
        (counts,) = await repos.ballots.in_force(proposal.id)
        history = await repos.ballots.history(proposal.id, an_address(1))
    assert len(history) == 60
    assert counts == history[-1]
    assert {ballot.receipt for ballot in history} == {f"press {number}" for number in range(60)}


async def test_the_table_itself_refuses_two_counting_ballots_of_one_wallet(
    engine: AsyncEngine, store: Store, proposal: Proposal
) -> None:
    async with store.write() as repos:
        await repos.ballots.cast(a_ballot(proposal=proposal.id))
        await repos.commit()
    async with for_writing(engine).connect() as connection:
        twin = (await connection.execute(text("SELECT * FROM ballots"))).mappings().one()
        with pytest.raises(IntegrityError):
            await connection.execute(insert(table).values(dict(twin) | {"id": None}))


async def test_ballots_come_by_wallet_and_only_those_of_the_proposal(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        other = await repos.proposals.add(a_draft(space=proposal.space))
        for number in (3, 1, 2):
            await repos.ballots.cast(a_ballot(number, proposal=proposal.id))
        await repos.ballots.cast(a_ballot(4, proposal=other.id))
        assert [ballot.wallet for ballot in await repos.ballots.in_force(proposal.id)] == [
            an_address(n) for n in (1, 2, 3)
        ]


async def test_a_wallet_that_changed_hands_counts_for_whom_cast_last(store: Store, proposal: Proposal) -> None:
    mine = a_ballot(proposal=proposal.id)
    theirs = replace(mine, member=MemberId(VOTER + 1))
    async with store.write() as repos:
        await repos.ballots.cast(mine)
        await repos.ballots.cast(a_ballot(2, proposal=proposal.id))
        await repos.ballots.cast(theirs)
        assert await repos.ballots.by_member(proposal.id, VOTER) == [a_ballot(2, proposal=proposal.id)]
        assert await repos.ballots.by_member(proposal.id, MemberId(VOTER + 1)) == [theirs]


async def test_power_is_frozen_by_the_first_reading(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        await repos.ballots.add_powers(proposal.id, [a_power(1, ONE)], NOW)
        await repos.ballots.add_powers(proposal.id, [a_power(1, 2 * ONE), a_power(2, 2 * ONE)], NOW)
        assert await repos.ballots.powers(proposal.id, [an_address(n) for n in (1, 2, 3)]) == {
            an_address(1): a_power(1, ONE),
            an_address(2): a_power(2, 2 * ONE),
        }


async def test_power_that_is_unknown_is_not_taken_for_read(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        await repos.ballots.add_powers(proposal.id, [a_power(1, None), a_power(2, 0)], NOW)
        known = await repos.ballots.powers(proposal.id, [an_address(1), an_address(2)])
        assert known == {an_address(2): a_power(2, 0)}
        await repos.ballots.add_powers(proposal.id, [a_power(1, None)], NOW)
        await repos.ballots.add_powers(proposal.id, [], NOW)


async def test_power_belongs_to_one_proposal(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        other = await repos.proposals.add(a_draft(space=proposal.space))
        await repos.ballots.add_powers(proposal.id, [a_power(1)], NOW)
        assert await repos.ballots.powers(other.id, [an_address(1)]) == {}


@pytest.mark.sqlite
async def test_power_of_more_wallets_than_a_statement_takes_is_found(store: Store, proposal: Proposal) -> None:
    numbers = range(1, 40_001)
    async with store.write() as repos:
        await repos.ballots.add_powers(proposal.id, [a_power(number, number) for number in numbers], NOW)
        found = await repos.ballots.powers(proposal.id, [an_address(number) for number in numbers])
    assert len(found) == 40_000
    assert found[an_address(40_000)].total == 40_000


async def test_a_vote_of_more_ballots_than_are_read_at_a_time_is_read_whole(
    engine: AsyncEngine, store: Store, proposal: Proposal
) -> None:
    columns = {"member": VOTER, "mark": "1", "scores": '["1"]', "power": "1", "cast_at": NOW, "counts": True}
    async with for_writing(engine).begin() as connection:
        rows = [
            columns | {"proposal": proposal.id, "wallet": an_address(number), "receipt": str(number)}
            for number in range(2_500)
        ]
        await connection.execute(insert(table), rows)

    async with store.read() as repos:
        ballots = await repos.ballots.in_force(proposal.id)
    assert [ballot.receipt for ballot in ballots] == [str(number) for number in range(2_500)]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "name", ["_PREPARED_COUNT_NO_MORE", "_PREPARED_DROP", "_PREPARED_BY_MEMBER", "_PREPARED_COUNTING", "_VERSION"]
)
async def test_a_press_never_looks_through_the_history_of_a_vote(engine: AsyncEngine, name: str) -> None:
    hot = getattr(ballots_module if name.startswith("_PREPARED") else counted_module, name)
    async with engine.connect() as reading:
        plan = await reading.exec_driver_sql(f"EXPLAIN QUERY PLAN {hot._sql}", (1,) * len(hot._order))
        steps = [row.detail for row in plan if "ballots" in row.detail]
    narrow = (
        "uq_ballots_counting (proposal=? AND wallet=?)",
        "ix_ballots_counting_member (",
        "ix_ballots_counting_via (",
    )
    whole = ("uq_ballots_counting (proposal=?)",) if name in {"_PREPARED_COUNTING", "_VERSION"} else ()
    assert steps
    assert all(step.partition("INDEX ")[2].startswith(narrow + whole) for step in steps), steps


async def test_one_version_of_a_vote_is_of_one_set_of_ballots(store: Store, proposal: Proposal) -> None:
    rng = random.Random(5)  # noqa: S311 - repeatable
    sets: dict[tuple[int, int], set[tuple[Address, str]]] = {}
    async with store.write() as repos:
        other = await repos.proposals.add(a_draft(space=proposal.space))
        await repos.commit()
    for step in range(200):
        some = sorted({rng.randint(1, 4) for _ in range(rng.randint(0, 2))})
        async with store.write() as repos:
            if rng.random() < 0.4:
                await repos.ballots.drop(proposal.id, [an_address(number) for number in some])
            else:
                cast = [a_ballot(number, proposal=proposal.id, receipt=f"{step}") for number in some]
                await repos.ballots.cast_all(proposal.id, cast)
            await repos.ballots.cast(a_ballot(9, proposal=other.id))
            counting = {(ballot.wallet, ballot.receipt) for ballot in await repos.ballots.in_force(proposal.id)}
            assert sets.setdefault(await repos.ballots.version(proposal.id), counting) == counting
            await repos.commit()
    assert len(sets) > 50


async def test_which_wallets_have_a_ballot_that_counts(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        other = await repos.proposals.add(a_draft(space=proposal.space))
        for number in (1, 2):
            await repos.ballots.cast(a_ballot(number, proposal=proposal.id))
        await repos.ballots.cast(a_ballot(3, proposal=other.id))
        await repos.ballots.drop(proposal.id, [an_address(2)])
        asked = [an_address(number) for number in (1, 2, 3)]
        assert await repos.ballots.voted_among(proposal.id, asked) == {an_address(1)}
        assert await repos.ballots.voted_among(proposal.id, []) == frozenset()


@pytest.mark.parametrize("backend", [POSTGRESQL])
async def test_statements_that_name_many_wallets_are_planned_for_those_each_time(
    engine: AsyncEngine, proposal: Proposal
) -> None:
    """After five times PostgreSQL would take one plan for all, which compares each row with each of the wallets."""
    asked = text(
        "SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements WHERE statement LIKE 'SELECT powers%'"
    )
    async with engine.connect() as connection:
        repository = ballots_module.SqlBallots(connection)
        for _ in range(12):
            assert await repository.powers(proposal.id, [an_address(number) for number in range(1_000)]) == {}
        generic, custom = (await connection.execute(asked)).one()
    assert (generic, custom) == (0, 12)
