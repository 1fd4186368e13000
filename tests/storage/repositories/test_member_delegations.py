from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import GuildId, MemberId, SpaceId, Timestamp
from bot.ports import Repositories, Store
from bot.storage.driver.engine import for_writing
from bot.storage.repositories.delegation import member_delegations as member_delegations_module
from bot.storage.tables import mandates as table
from tests.builders import (
    AUTHOR,
    GUILD,
    NOW,
    VOTER,
    a_ballot,
    a_draft,
    a_member_delegation,
    a_proposal,
    a_wallet,
    an_address,
)
from tests.storage.repositories.test_round_trips import OnFile, on_file, snowflakes, times

__all__ = ["on_file"]
HERE, OTHER, BESIDE = SpaceId(1), SpaceId(2), SpaceId(3)
"""The main spaces of two guilds, and another space of the first."""


@pytest.fixture
async def spaces(store: Store) -> None:
    async with store.write() as repos:
        for guild in (GUILD, GUILD + 1, GUILD):
            await repos.spaces.add(GuildId(guild), "Methuselah Commons")
        await repos.commit()


values = st.builds(
    a_member_delegation,
    snowflakes,
    snowflakes,
    topic=st.sampled_from([None, "basic", "schulze"]),
    given_at=times,
    until=st.none() | times,
    cleared_at=st.none(),
    everywhere=st.booleans(),
)


@given(value=values)
def test_a_delegation_comes_back_as_it_went_in(on_file: OnFile, value: MemberDelegation) -> None:
    async def work(repos: Repositories) -> None:
        await repos.member_delegations.give(value)
        moment = value.given_at if value.until is None else value.until
        assert await repos.member_delegations.of(GUILD, value.delegator, moment) == [value]
        assert await repos.member_delegations.to(GUILD, value.delegate, moment) == [value]
        assert await repos.member_delegations.to(GuildId(GUILD + 1), value.delegate, moment) == (
            [value] if value.everywhere else []
        )

    on_file(work)


@given(lived=st.tuples(times, st.none() | times, st.none() | times), at=times, wide=st.booleans())
def test_what_was_in_force_is_what_the_domain_says(
    on_file: OnFile, lived: tuple[int, int | None, int | None], at: Timestamp, wide: bool
) -> None:
    given_at, until, cleared_at = lived
    value = a_member_delegation(given_at=given_at, until=until, cleared_at=cleared_at, everywhere=wide)

    async def work(repos: Repositories) -> None:
        await repos.member_delegations.give(value)
        for space in (HERE, OTHER):
            wanted = [value] if value.in_force(at) and value.fits(space, None) else []
            assert await repos.member_delegations.at(space, AUTHOR, at) == wanted
            assert await repos.member_delegations.around(space, VOTER, at) == wanted

    on_file(work)


async def test_a_new_one_ends_the_standing_one_of_its_topic_which_is_kept(store: Store, spaces: None) -> None:
    first, special = a_member_delegation(), a_member_delegation(topic="basic")
    second = a_member_delegation(delegate=MemberId(VOTER + 1), given_at=NOW + 9)
    async with store.write() as repos:
        for value in (first, special, second):
            await repos.member_delegations.give(value)
        assert await repos.member_delegations.of(GUILD, AUTHOR, Timestamp(NOW + 9)) == [special, second]
        assert await repos.member_delegations.at(HERE, AUTHOR, Timestamp(NOW + 8)) == [
            replace(first, cleared_at=Timestamp(NOW + 9)),
            special,
        ]
        assert await repos.member_delegations.of(GuildId(GUILD + 1), AUTHOR, Timestamp(NOW + 9)) == []


async def test_around_a_delegate_is_what_else_their_delegators_gave(store: Store, spaces: None) -> None:
    general, special = a_member_delegation(), a_member_delegation(delegate=MemberId(VOTER + 1), topic="basic")
    other = a_member_delegation(delegator=MemberId(AUTHOR + 7), delegate=MemberId(VOTER + 1))
    async with store.write() as repos:
        for value in (general, special, other):
            await repos.member_delegations.give(value)
        assert await repos.member_delegations.around(HERE, VOTER, NOW) == [general, special]
        assert await repos.member_delegations.around(HERE, AUTHOR, NOW) == []


async def test_one_for_a_guild_and_one_for_all_stand_side_by_side_each_replaced_by_its_own(
    store: Store, spaces: None
) -> None:
    here, wide = a_member_delegation(), a_member_delegation(everywhere=True)
    other = a_member_delegation(guild=GUILD + 1)
    async with store.write() as repos:
        for value in (here, wide, other):
            assert await repos.member_delegations.give(value) == []
        later: dict[str, Any] = {"delegate": VOTER + 1, "given_at": NOW + 9}
        assert await repos.member_delegations.give(replace(here, **later)) == [
            replace(here, cleared_at=Timestamp(NOW + 9))
        ]
        assert await repos.member_delegations.of(GuildId(GUILD + 1), AUTHOR, Timestamp(NOW + 9)) == [wide, other]
        elsewhere = replace(wide, guild=GuildId(GUILD + 1), **later)
        assert await repos.member_delegations.give(elsewhere) == [replace(wide, cleared_at=Timestamp(NOW + 9))]
        assert await repos.member_delegations.of(GUILD, AUTHOR, Timestamp(NOW + 9)) == [
            replace(here, **later),
            elsewhere,
        ]
        assert await repos.member_delegations.clear(wide, Timestamp(NOW + 10)) == [
            replace(elsewhere, cleared_at=Timestamp(NOW + 10))
        ]
        assert await repos.member_delegations.clear(wide, Timestamp(NOW + 10)) == []
        assert await repos.member_delegations.of(GuildId(GUILD + 1), AUTHOR, Timestamp(NOW + 10)) == [other]


async def test_what_is_for_one_space_is_for_no_other_of_its_guild_and_each_is_replaced_by_its_own(
    store: Store, spaces: None
) -> None:
    main, group = a_member_delegation(), a_member_delegation(space=BESIDE, delegate=MemberId(VOTER + 1))
    async with store.write() as repos:
        for value in (main, group):
            assert await repos.member_delegations.give(value) == []
        for space, value, other in ((HERE, main, group), (BESIDE, group, main)):
            assert await repos.member_delegations.at(space, AUTHOR, NOW) == [value]
            assert await repos.member_delegations.around(space, value.delegate, NOW) == [value]
            assert await repos.member_delegations.around(space, other.delegate, NOW) == []
        assert await repos.member_delegations.of(GUILD, AUTHOR, NOW) == [main, group]
        assert await repos.member_delegations.around_circle(replace(main, delegate=MemberId(VOTER + 2))) == [main]
        assert await repos.member_delegations.clear(group, Timestamp(NOW + 9)) == [
            replace(group, cleared_at=Timestamp(NOW + 9))
        ]
        assert await repos.member_delegations.of(GUILD, AUTHOR, Timestamp(NOW + 9)) == [main]
        changes = [await repos.member_delegations.newest_change(space) for space in (HERE, BESIDE, OTHER)]
        assert changes == [NOW, NOW + 9, None]


async def test_around_a_circle_is_all_to_which_both_lead_on_and_no_more(store: Store, spaces: None) -> None:
    ann, ben, cy, dee, eve = range(1, 6)
    wide = a_member_delegation(MemberId(cy), MemberId(dee), everywhere=True)
    near = [
        a_member_delegation(MemberId(ann), MemberId(eve), topic="basic"),
        a_member_delegation(MemberId(ben), MemberId(cy)),
        wide,
    ]
    away = [
        a_member_delegation(MemberId(dee), MemberId(ann), guild=GUILD + 1),
        a_member_delegation(MemberId(ben), MemberId(eve), guild=GUILD + 1),
    ]
    others = [
        a_member_delegation(MemberId(66), MemberId(ann)),
        a_member_delegation(MemberId(eve), MemberId(66), cleared_at=NOW),
        a_member_delegation(MemberId(dee), MemberId(66), until=NOW - 1),
    ]
    async with store.write() as repos:
        for value in (*near, *away, *others):
            await repos.member_delegations.give(value)
        assert await repos.member_delegations.around_circle(a_member_delegation(MemberId(ann), MemberId(ben))) == near
        assert await repos.member_delegations.around_circle(
            a_member_delegation(MemberId(ann), MemberId(ben), everywhere=True)
        ) == [
            *near,
            *away,
        ]


@pytest.mark.parametrize("wide", [False, True])
async def test_the_table_itself_refuses_two_standing_ones_of_a_topic(
    engine: AsyncEngine, store: Store, spaces: None, wide: bool
) -> None:
    async with store.write() as repos:
        await repos.member_delegations.give(a_member_delegation(everywhere=wide))
        await repos.commit()
    async with for_writing(engine).connect() as connection:
        twin = dict((await connection.execute(text("SELECT * FROM mandates"))).mappings().one())
        del twin["id"]
        unlike = insert(table).values(twin | {"space": BESIDE})
        if not wide:
            await connection.execute(unlike)
            await connection.execute(insert(table).values(twin | {"everywhere": True}))
        with pytest.raises(IntegrityError):
            await connection.execute(unlike if wide else insert(table).values(twin))


@pytest.mark.sqlite
async def test_a_press_looks_for_delegators_by_index_in_however_many_guilds(engine: AsyncEngine) -> None:
    hot = member_delegations_module._PREPARED_COUNTING_FOR
    async with engine.connect() as reading:
        plan = await reading.exec_driver_sql(f"EXPLAIN QUERY PLAN {hot._sql}", (1,) * len(hot._order))
        steps = [row.detail for row in plan if "mandates" in row.detail]
    assert [step.partition("INDEX ")[2] for step in steps] == [
        "ix_mandates_delegator (delegator=?)",
        "ix_mandates_delegate (delegate=?)",
    ]


async def test_a_members_ballots_are_theirs_and_those_they_cast_for_others(store: Store, proposal: Proposal) -> None:
    mine = a_ballot(1, proposal=proposal.id)
    for_me = a_ballot(2, proposal=proposal.id, via=AUTHOR)
    by_me = a_ballot(3, proposal=proposal.id, member=AUTHOR, via=VOTER)
    foreign = a_ballot(4, proposal=proposal.id, member=AUTHOR)
    async with store.write() as repos:
        await repos.ballots.cast_all(proposal.id, [mine, for_me, by_me, foreign])
        assert await repos.ballots.by_member(proposal.id, VOTER) == [mine, for_me, by_me]
        own = await repos.ballots.cast_themselves(proposal.id, [VOTER], [an_address(3), an_address(4)])
        assert own == [mine, foreign]


async def test_dropped_ballots_count_no_more_and_stay_in_the_history(store: Store, proposal: Proposal) -> None:
    cast = [a_ballot(number, proposal=proposal.id) for number in (1, 2)]
    async with store.write() as repos:
        await repos.ballots.cast_all(proposal.id, cast)
        await repos.ballots.drop(proposal.id, [an_address(1)])
        assert await repos.ballots.in_force(proposal.id) == cast[1:]
        assert await repos.ballots.history(proposal.id, an_address(1)) == cast[:1]


async def test_more_wallets_than_a_statement_takes_are_cast_dropped_and_found(store: Store, proposal: Proposal) -> None:
    numbers = range(40_000)
    async with store.write() as repos:
        members = [MemberId(VOTER + number) for number in numbers]
        await repos.wallets.add(a_wallet(1, member=members[-1]))
        assert len(await repos.wallets.of_members(GUILD, members)) == 1
        await repos.ballots.cast_all(proposal.id, [a_ballot(number, proposal=proposal.id) for number in numbers])
        assert len(await repos.ballots.cast_themselves(proposal.id, [], [an_address(n) for n in numbers])) == 40_000
        await repos.ballots.drop(proposal.id, [an_address(number) for number in numbers])
        assert await repos.ballots.in_force(proposal.id) == []


async def test_the_newest_submission_is_a_spaces_own(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        beside = await repos.spaces.add(GUILD, "IPT holders")
        await repos.proposals.add(a_draft(space=proposal.space))
        assert await repos.proposals.newest_submission(proposal.space) == proposal.submitted_at
        await repos.proposals.add(a_proposal(space=proposal.space, submitted_at=NOW))
        assert await repos.proposals.newest_submission(proposal.space) == NOW
        assert await repos.proposals.newest_submission(beside.id) is None
        assert await repos.proposals.newest_submission(None) == NOW
