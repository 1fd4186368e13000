from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.types import ChannelId, GuildId, MessageId, ProposalId, Timestamp
from bot.domain.spaces.space import DAY
from bot.ports import Store
from bot.storage.driver.engine import for_writing
from bot.storage.tables import proposals
from tests.builders import (
    AUTHOR,
    GUILD,
    NOW,
    VOTER,
    a_ballot,
    a_draft,
    a_proposal,
    a_result,
    a_tombstone,
    a_version,
    some_terms,
)
from tests.presence import present

END = some_terms().end


async def test_numbers_count_from_one_in_each_guild_without_gaps(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        other = await repos.spaces.add(GuildId(GUILD + 1), "Another")
        numbers = [(await repos.proposals.add(a_draft(space=proposal.space))).number for _ in range(3)]
        assert numbers == [2, 3, 4]
        assert (await repos.proposals.add(a_draft(space=other.id, guild=GUILD + 1))).number == 1
    async with store.write() as repos:
        assert (await repos.proposals.add(a_draft(space=proposal.space))).number == 2


async def test_drafts_stored_at_once_get_different_numbers(store: Store, proposal: Proposal) -> None:
    async def draft() -> int:
        async with store.write() as repos:
            stored = await repos.proposals.add(a_draft(space=proposal.space))
            await repos.commit()
            return stored.number

    assert sorted(await asyncio.gather(*(draft() for _ in range(20)))) == list(range(2, 22))


async def test_a_proposal_is_found_by_the_number_of_its_guild_only(store: Store, proposal: Proposal) -> None:
    async with store.read() as repos:
        assert await repos.proposals.numbered(GUILD, 1) == proposal
        assert await repos.proposals.numbered(GuildId(GUILD + 1), 1) is None
        assert await repos.proposals.get(ProposalId(proposal.id + 1)) is None


async def test_no_version_of_a_text_is_ever_replaced(store: Store, proposal: Proposal) -> None:
    first = a_version(proposal=proposal.id)
    async with store.write() as repos:
        await repos.versions.add(first)
        await repos.commit()
    with pytest.raises(IntegrityError):
        async with store.write() as repos:
            await repos.versions.add(replace(first, cid="another"))
    async with store.read() as repos:
        assert await repos.versions.of(proposal.id) == [first]


async def test_what_was_withdrawn_before_reasons_were_kept_was_so_by_its_author(
    store: Store, proposal: Proposal, engine: AsyncEngine
) -> None:
    async with for_writing(engine).begin() as connection:
        await connection.execute(update(proposals).values(withdrawn_at=NOW))
    async with store.read() as repos:
        assert present(await repos.proposals.get(proposal.id)).tombstone == a_tombstone()


async def test_all_of_a_guild_are_listed_newest_first(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        draft = await repos.proposals.add(a_draft(space=proposal.space))
        withdrawn = await repos.proposals.add(a_proposal(space=proposal.space, tombstone=a_tombstone()))
        assert await repos.proposals.of(GUILD) == [withdrawn, draft, proposal]
        assert await repos.proposals.of(GuildId(GUILD + 1)) == []


async def test_of_two_counts_only_the_first_is_stored(store: Store, proposal: Proposal) -> None:
    first = replace(proposal, result=a_result([a_ballot(1, mark=1)]))
    second = replace(proposal, result=a_result([a_ballot(1, mark=2)]))

    async def close(counted: Proposal) -> bool:
        async with store.write() as repos:
            stored = await repos.proposals.close(counted)
            await repos.commit()
            return stored

    assert [*await asyncio.gather(close(first), close(second))] == [True, False]
    async with store.read() as repos:
        assert present(await repos.proposals.get(proposal.id)).result == first.result


async def test_closing_stores_the_result_and_keeps_what_happened_to_the_card_meanwhile(
    store: Store, proposal: Proposal
) -> None:
    async with store.write() as repos:
        await repos.proposals.save(replace(proposal, card=MessageId(99), held_reason="the chain does not answer"))
        assert await repos.proposals.close(replace(proposal, result=a_result()))
        assert await repos.proposals.get(proposal.id) == replace(proposal, card=MessageId(99), result=a_result())


async def test_closing_without_a_result_is_a_mistake(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        with pytest.raises(ValueError, match="no result"):
            await repos.proposals.close(proposal)


async def test_saving_never_changes_or_takes_away_a_result(store: Store, proposal: Proposal) -> None:
    closed = replace(proposal, result=a_result())
    async with store.write() as repos:
        assert await repos.proposals.close(closed)
        for stale in (proposal, replace(proposal, result=a_result([a_ballot(mark=2)]))):
            with pytest.raises(LookupError):
                await repos.proposals.save(stale)
        await repos.proposals.save(replace(closed, thread=ChannelId(5)))
        assert await repos.proposals.get(proposal.id) == replace(closed, thread=ChannelId(5))


async def test_saving_what_is_not_stored_is_a_mistake(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        with pytest.raises(LookupError):
            await repos.proposals.save(replace(proposal, id=ProposalId(proposal.id + 1)))


async def test_a_proposal_is_due_to_open_from_its_start_until_it_is_opened(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        for not_due in (a_draft(), a_proposal(tombstone=a_tombstone()), a_proposal(opened_at=NOW)):
            await repos.proposals.add(replace(not_due, space=proposal.space))
        proposal = replace(proposal, opened_at=None)
        await repos.proposals.save(proposal)
        assert await repos.proposals.due_to_open(Timestamp(NOW - 1)) == []
        assert await repos.proposals.due_to_open(NOW) == [proposal]
        assert await repos.proposals.due_to_open(Timestamp(NOW + 366 * DAY)) == [proposal]
        await repos.proposals.save(replace(proposal, opened_at=NOW))
        assert await repos.proposals.due_to_open(NOW) == []


@pytest.mark.parametrize("now", [NOW, END, END + GRACE - 1, END + GRACE, END + GRACE + 1, END + DAY])
async def test_due_to_close_is_what_the_domain_says_is_due(store: Store, proposal: Proposal, now: Timestamp) -> None:
    async with store.write() as repos:
        stored = [
            await repos.proposals.add(replace(one, space=proposal.space))
            for one in (
                a_draft(),
                a_proposal(terms=some_terms(end=END + 1)),
                a_proposal(tombstone=a_tombstone()),
                a_proposal(held_reason="the chain does not answer"),
                a_proposal(result=a_result()),
            )
        ]
        due = await repos.proposals.due_to_close(now)
    assert {one.id for one in due} == {one.id for one in [proposal, *stored] if one.due_to_close(now)}


async def test_a_card_is_stale_from_a_touch_until_it_is_shown_again(store: Store, proposal: Proposal) -> None:
    carded = replace(proposal, card=MessageId(99))

    async def stale(before: int) -> list[Proposal]:
        return await repos.proposals.stale_cards(Timestamp(before), Timestamp(NOW + 99))

    async with store.write() as repos:
        await repos.proposals.mark_card_stale(proposal.id, NOW)
        assert await stale(NOW) == []
        await repos.proposals.save(carded)
        assert await stale(NOW) == [carded]
        await repos.proposals.mark_card_drawn(proposal.id, Timestamp(NOW + 1))
        assert await stale(NOW + 9) == []
        await repos.proposals.mark_card_stale(proposal.id, Timestamp(NOW + 5))
        assert await stale(NOW) == []
        assert await stale(NOW + 1) == [carded]
        await repos.proposals.mark_card_drawn(proposal.id, Timestamp(NOW + 6))
        assert await stale(NOW + 9) == []


async def test_a_card_that_was_drawn_before_the_start_is_drawn_again_once_that_has_come(
    store: Store, proposal: Proposal
) -> None:
    """A clock that was put back for a moment dates it before the start, though it is drawn long after."""
    start = present(proposal.terms).start
    async with store.write() as repos:
        await repos.proposals.save(carded := replace(proposal, card=MessageId(99)))
        await repos.proposals.mark_card_stale(proposal.id, Timestamp(start - 7_000))
        await repos.proposals.mark_card_drawn(proposal.id, Timestamp(start - 3_600))
        assert await repos.proposals.stale_cards(Timestamp(start - 1), Timestamp(start - 1)) == []
        assert await repos.proposals.stale_cards(Timestamp(start - 3_601), start) == []
        assert await repos.proposals.stale_cards(start, start) == [carded]
        await repos.proposals.mark_card_drawn(proposal.id, start)
        assert await repos.proposals.stale_cards(Timestamp(start + 9), Timestamp(start + 9)) == []


async def test_a_touch_in_the_very_second_of_the_drawing_is_shown_by_the_next(store: Store, proposal: Proposal) -> None:
    carded = replace(proposal, card=MessageId(99))
    async with store.write() as repos:
        await repos.proposals.save(carded)
        await repos.proposals.mark_card_drawn(proposal.id, NOW)
        await repos.proposals.mark_card_stale(proposal.id, NOW)
        assert await repos.proposals.stale_cards(NOW, NOW) == [carded]


async def test_a_late_touch_of_an_earlier_moment_hides_no_newer_one(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        await repos.proposals.save(replace(proposal, card=MessageId(99)))
        await repos.proposals.mark_card_stale(proposal.id, Timestamp(NOW + 9))
        await repos.proposals.mark_card_stale(proposal.id, NOW)
        await repos.proposals.mark_card_drawn(proposal.id, Timestamp(NOW + 5))
        assert len(await repos.proposals.stale_cards(Timestamp(NOW + 9), Timestamp(NOW + 9))) == 1


async def test_a_card_that_was_drawn_by_a_clock_that_was_ahead_is_drawn_again_once_it_is_set_back(
    store: Store, proposal: Proposal
) -> None:
    async with store.write() as repos:
        await repos.proposals.save(carded := replace(proposal, card=MessageId(99)))
        await repos.proposals.mark_card_stale(proposal.id, Timestamp(NOW + 7_000))
        await repos.proposals.mark_card_drawn(proposal.id, Timestamp(NOW + 7_200))
        await repos.proposals.mark_card_stale(proposal.id, NOW)
        assert await repos.proposals.stale_cards(Timestamp(NOW - 5), NOW) == [carded]
        await repos.proposals.mark_card_drawn(proposal.id, NOW)
        await repos.proposals.mark_card_drawn(proposal.id, Timestamp(NOW + 1))
        assert await repos.proposals.stale_cards(Timestamp(NOW + 9), Timestamp(NOW + 9)) == []
        await repos.proposals.mark_card_stale(proposal.id, Timestamp(NOW + 10))
        assert await repos.proposals.stale_cards(Timestamp(NOW + 10), Timestamp(NOW + 10)) == [carded]


async def test_a_member_sees_what_was_submitted_and_drafts_of_their_own_the_newest_first(
    store: Store, proposal: Proposal
) -> None:
    async with store.write() as repos:
        mine = await repos.proposals.add(a_draft(space=proposal.space))
        others = await repos.proposals.add(a_draft(space=proposal.space, author=VOTER))
        await repos.proposals.add(a_draft(space=proposal.space, tombstone=a_tombstone()))
        await repos.commit()
    async with store.read() as repos:
        assert await repos.proposals.visible(GUILD, AUTHOR, 10) == [mine, proposal]
        assert await repos.proposals.visible(GUILD, VOTER, 10) == [others, proposal]
        assert await repos.proposals.visible(GUILD, AUTHOR, 1) == [mine]
        assert (await repos.proposals.drafts(GUILD, AUTHOR), await repos.proposals.drafts(GUILD, VOTER)) == (1, 1)
