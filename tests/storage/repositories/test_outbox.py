from __future__ import annotations

import re
from typing import Any

import pytest

from bot.domain.announcements.announcement import LONGEST_WAIT, Topic
from bot.domain.shared.types import MessageId, Timestamp
from bot.ports import Repositories, Store
from bot.storage.repositories.outbox import PATIENCE
from tests.builders import ANNOUNCEMENTS, GUILD, MODERATORS, NOW, a_space
from tests.presence import present


async def _add(repos: Repositories, key: str, **fields: Any) -> bool:
    given: dict[str, Any] = {
        "topic": Topic.MILESTONE,
        "guild": GUILD,
        "channel": ANNOUNCEMENTS,
        "facts": {"campaign": 1},
        "at": NOW,
    }
    return await repos.outbox.add(key=key, **given | fields)


async def _due(repos: Repositories, now: int = NOW, limit: int = 100) -> list[str]:
    return [announcement.key for announcement in await repos.outbox.due(Timestamp(now), limit)]


async def test_a_key_is_stored_once_for_all_time(store: Store) -> None:
    async with store.write() as repos:
        assert await _add(repos, "proposal/12/result")
        assert not await _add(repos, "proposal/12/result", facts={"campaign": 2})
        found = await repos.outbox.find("proposal/12/result")
        assert found is not None
        await repos.outbox.told(found.id, MessageId(5), NOW)
        assert not await _add(repos, "proposal/12/result")
        assert present(await repos.outbox.find("proposal/12/result")).facts == {"campaign": 1}
        assert await repos.outbox.find("proposal/13/result") is None


async def test_nonce_and_ref_follow_from_the_key_and_its_time_and_fit_discord(store: Store) -> None:
    async with store.write() as repos:
        for number in range(200):
            await _add(repos, f"proposal/{number}/result", channel=number + 1)
        found = await repos.outbox.due(NOW, 200)
    async with store.write() as repos:
        await _add(repos, "proposal/7/result")
        assert present(await repos.outbox.find("proposal/7/result")).nonce == found[7].nonce
    assert (found[12].nonce, found[12].ref) == ("VPJ2SBP330RQFB6D55FZNNN3N", "6009NR8P")
    async with store.write() as repos:
        await _add(repos, "proposal/7/result", at=NOW + 1)
        assert present(await repos.outbox.find("proposal/7/result")).ref != found[7].ref
    assert len({one.nonce for one in found}) == len({one.ref for one in found}) == 200
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{25}", one.nonce) for one in found)
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", one.ref) for one in found)


async def test_one_that_is_never_taken_does_not_silence_its_channel(store: Store) -> None:
    async with store.write() as repos:
        for key in ("never", "next"):
            await _add(repos, key)
        first = await repos.outbox.find("never")
        for _ in range(PATIENCE - 1):
            assert first is not None
            await repos.outbox.attempt(first.id, NOW, Timestamp(NOW + 10))
        assert await _due(repos) == []
        assert first is not None
        await repos.outbox.attempt(first.id, NOW, Timestamp(NOW + 10))
        assert await _due(repos) == ["next"]
        assert await _due(repos, NOW + 10) == ["never", "next"]


async def test_a_channel_is_told_in_order_one_at_a_time(store: Store) -> None:
    async with store.write() as repos:
        for key in ("a", "b", "c"):
            await _add(repos, key)
        for told in ("a", "b", "c"):
            assert await _due(repos) == [told]
            await repos.outbox.told(present(await repos.outbox.find(told)).id, MessageId(1), NOW)
        assert await _due(repos) == []


async def test_what_could_not_be_said_is_not_overtaken_in_its_channel_and_holds_up_no_other(store: Store) -> None:
    async with store.write() as repos:
        await _add(repos, "failing")
        await _add(repos, "after it")
        await _add(repos, "elsewhere", channel=MODERATORS)
        await _add(repos, "same channel of another guild", guild=GUILD + 1)
        failing = await repos.outbox.find("failing")
        assert failing is not None
        await repos.outbox.attempt(failing.id, NOW, Timestamp(NOW + 60))
        others = ["elsewhere", "same channel of another guild"]
        assert await _due(repos, NOW + 59) == others
        assert await _due(repos, NOW + 60) == ["failing", *others]
        assert await _due(repos, NOW + 60, limit=1) == ["failing"]
        await repos.outbox.give_up(failing.id, "the channel is gone", Timestamp(NOW + 60))
        assert await _due(repos, NOW + 60) == ["after it", *others]


async def test_nothing_is_due_before_it_was_stored_for(store: Store) -> None:
    async with store.write() as repos:
        await _add(repos, "later", at=NOW + 5)
        assert await _due(repos, NOW + 4) == []
        assert await _due(repos, NOW + 5) == ["later"]


async def test_a_clock_that_was_ahead_and_is_set_back_silences_nothing(store: Store) -> None:
    async with store.write() as repos:
        await _add(repos, "tried")
        await repos.outbox.attempt(present(await repos.outbox.find("tried")).id, NOW, Timestamp(NOW + LONGEST_WAIT))
        await _add(repos, "stored", channel=MODERATORS)
        before = NOW - 86_400
        assert await _due(repos, NOW) == ["stored"]
        assert await _due(repos, before) == ["tried", "stored"]


async def test_attempts_and_their_end_are_noted(store: Store) -> None:
    async with store.write() as repos:
        await _add(repos, "a")
        number = present(await repos.outbox.find("a")).id
        await repos.outbox.attempt(number, Timestamp(NOW + 1), Timestamp(NOW + 10))
        await repos.outbox.attempt(number, Timestamp(NOW + 11), Timestamp(NOW + 20))
        found = await repos.outbox.find("a")
        assert found is not None
        assert (found.attempts, found.attempted_at, found.told_at, found.given_up) == (2, NOW + 11, None, None)
        await repos.outbox.told(number, MessageId(77), Timestamp(NOW + 12))
        found = await repos.outbox.find("a")
        assert found is not None
        assert (found.message, found.told_at) == (77, NOW + 12)
        await repos.outbox.give_up(number, "the channel is gone", Timestamp(NOW + 13))
        assert present(await repos.outbox.find("a")).given_up == "the channel is gone"


async def test_an_announcement_moves_with_its_channel_and_keeps_its_place(store: Store) -> None:
    async with store.write() as repos:
        await _add(repos, "moved")
        await _add(repos, "later", channel=MODERATORS)
        await repos.outbox.retarget(present(await repos.outbox.find("moved")).id, MODERATORS)
        assert present(await repos.outbox.find("moved")).channel == MODERATORS
        assert await _due(repos) == ["moved"]


async def test_notices_are_those_of_the_space_newest_first_told_or_not_and_the_servers_are_the_main_ones(
    store: Store,
) -> None:
    main, other = a_space(), a_space(id=2, number=2)
    async with store.write() as repos:
        await _add(repos, "the other's", topic=Topic.NOTICE, space=other.id)
        await _add(repos, "old", topic=Topic.NOTICE, at=NOW - 1)
        await _add(repos, "first", topic=Topic.NOTICE)
        await _add(repos, "milestone")
        await _add(repos, "foreign", topic=Topic.NOTICE, guild=GUILD + 1)
        await _add(repos, "second", topic=Topic.NOTICE, at=NOW + 1)
        await _add(repos, "its own", topic=Topic.NOTICE, space=main.id, at=NOW + 2)
        await repos.outbox.told(present(await repos.outbox.find("first")).id, MessageId(1), NOW)
        assert [notice.key for notice in await repos.outbox.notices(main, NOW)] == ["its own", "second", "first"]
        assert [notice.key for notice in await repos.outbox.notices(other, NOW)] == ["the other's"]


async def test_a_topic_that_no_card_knows_is_refused(store: Store) -> None:
    async with store.write() as repos:
        with pytest.raises(ValueError, match="gossip"):
            await _add(repos, "a", topic="gossip")
