"""Spaces by guild and number; what is a space's names it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.domain.shared.types import GuildId, SpaceId
from bot.ports import Store
from tests.builders import GUILD, NOW, a_draft, a_space
from tests.logs import disagreements
from tests.tables import connection_of


async def test_a_new_space_has_the_default_rules_and_keeps_what_is_saved(store: Store) -> None:
    async with store.write() as repos:
        assert await repos.spaces.main(GUILD) is None
        assert await repos.spaces.of(GUILD) == []
        stored = await repos.spaces.add(GUILD, "Methuselah Commons")
        plain = type(stored)(id=stored.id, guild=GUILD, name="Methuselah Commons")
        assert stored == plain
        changed = a_space(id=stored.id, cogs_off=frozenset({"treasury", "power"}), voters=(7, 8), moderators=(9,))
        await repos.spaces.save(changed)
        assert await repos.spaces.main(GUILD) == changed
        with pytest.raises(LookupError):
            await repos.spaces.save(replace(changed, id=SpaceId(stored.id + 1)))


async def test_spaces_are_numbered_by_guild_and_the_first_is_the_main_one(store: Store) -> None:
    async with store.write() as repos:
        one = await repos.spaces.add(GUILD, "One")
        elsewhere = await repos.spaces.add(GuildId(GUILD + 1), "Elsewhere")
        two = await repos.spaces.add(GUILD, "Two")
        assert [space.number for space in (one, elsewhere, two)] == [1, 1, 2]
        assert await repos.spaces.main(GUILD) == one
        assert await repos.spaces.of(GUILD) == [one, two]
        assert await repos.spaces.all() == [one, elsewhere, two]
        assert await repos.spaces.numbered(GUILD, 2) == await repos.spaces.get(two.id) == two
        assert await repos.spaces.numbered(GuildId(GUILD + 1), 2) is None
        with pytest.raises(LookupError):
            await repos.spaces.get(SpaceId(two.id + 1))


async def test_an_archived_space_is_kept_and_its_number_is_not_given_again(store: Store) -> None:
    async with store.write() as repos:
        await repos.spaces.add(GUILD, "One")
        two = replace(await repos.spaces.add(GUILD, "Two"), archived_at=NOW)
        await repos.spaces.save(two)
        three = await repos.spaces.add(GUILD, "Three")
        assert three.number == 3
        assert [space.number for space in await repos.spaces.of(GUILD)] == [1, 3]
        assert [space.number for space in await repos.spaces.of(GUILD, archived=True)] == [1, 2, 3]
        assert await repos.spaces.get(two.id) == await repos.spaces.numbered(GUILD, 2) == two


async def test_no_number_names_two_spaces_of_a_guild(store: Store) -> None:
    async with store.write() as repos:
        await repos.spaces.add(GUILD, "One")
        two = await repos.spaces.add(GUILD, "Two")
        with pytest.raises(IntegrityError):
            await repos.spaces.save(replace(two, number=1))


async def test_the_log_finds_what_was_put_into_another_space(store: Store) -> None:
    async with store.write() as repos:
        one, two = await repos.spaces.add(GUILD, "One"), await repos.spaces.add(GUILD, "Two")
        for space in (one, two):
            await repos.proposals.add(a_draft(space=space.id, submitted_at=NOW))
        await repos.log.begin(GUILD, NOW)
        await repos.commit()
    assert await disagreements(store, GUILD) == []
    for space, number in ((two, 1), (one, 2)):
        async with store.write() as repos:
            moved = {"space": space.id}
            await connection_of(repos).execute(text("UPDATE proposals SET space = :space"), moved)
            await repos.commit()
        (found,) = await disagreements(store, GUILD)
        assert found.startswith(f"proposal/{number} is not as entry")
