"""A server has a main space from the start, and may have others, each with rules of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.errors import NotFound
from bot.domain.shared.types import ChannelId, GuildId, MemberId, RoleId
from bot.domain.spaces.space import MAIN, MAX_SPACES
from tests.builders import GUILD, MODERATORS, PROPOSALS, RESEARCHER, a_strategy, a_text
from tests.logs import disagreements
from tests.refusals import refused
from tests.services.conftest import House

MONA, HALL = MemberId(7), ChannelId(77)
STRATEGIES = json.dumps([a_strategy().to_json()])


async def log(house: House, guild: GuildId = GUILD) -> list[dict[str, Any]]:
    async with house.app.store.read() as repos:
        return [json.loads(entry.content) async for part in repos.log.entries(guild) for entry in part]


async def test_a_server_has_one_space_until_another_is_made(house: House) -> None:
    (main,) = await house.app.spaces.active(GUILD)
    made = await house.app.space_list.new(GUILD, " IPT  holders ", by=MONA)
    assert (main.number, made.number, made.name) == (MAIN, 2, "IPT holders")
    assert await house.app.spaces.active(GUILD) == [main, made]
    assert await house.app.spaces.get(made.id) == await house.app.spaces.numbered(GUILD, 2) == made
    assert await house.app.spaces.main(GUILD) == main
    assert (made.strategies, made.proposals_channel, made.proposer_roles) == ((), None, ())


async def test_a_server_that_was_never_met_has_its_main_space_first(house: House) -> None:
    other = GuildId(GUILD + 1)
    made = await house.app.space_list.new(other, "Working group", by=MONA)
    assert [(space.number, space.name) for space in await house.app.spaces.active(other)] == [
        (1, "DAO"),
        (2, "Working group"),
    ]
    assert made.number == 2
    with pytest.raises(NotFound):
        await house.app.spaces.numbered(GUILD, 2)
    assert await disagreements(house.app.store, other) == []


async def test_names_are_told_apart_among_those_that_are_active(house: House) -> None:
    made = await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    with refused("already"):
        await house.app.space_list.new(GUILD, "ipt\u200b HOLDERS", by=MONA)
    await house.app.space_list.archive(GUILD, made.number, by=MONA)
    second = await house.app.space_list.new(GUILD, "IPT Holders", by=MONA)
    assert second.number == 3, "a number names one space for good"
    with refused("already"):
        await house.app.space_list.restore(GUILD, made.number, by=MONA)
    await house.app.space_list.archive(GUILD, second.number, by=MONA)
    assert (await house.app.space_list.restore(GUILD, made.number, by=MONA)).archived_at is None


async def test_there_are_no_more_than_a_menu_holds(house: House) -> None:
    for number in range(2, MAX_SPACES + 1):
        await house.app.space_list.new(GUILD, f"Group {number}", by=MONA)
    with refused("would be number 26"):
        await house.app.space_list.new(GUILD, "One more", by=MONA)
    await house.app.space_list.archive(GUILD, 2, by=MONA)
    await house.app.space_list.new(GUILD, "One more", by=MONA)
    with refused("would be number 26"):
        await house.app.space_list.restore(GUILD, 2, by=MONA)


async def test_the_main_space_stays_and_each_is_archived_once(house: House) -> None:
    with refused("never archived"):
        await house.app.space_list.archive(GUILD, MAIN, by=MONA)
    await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    with refused("is not archived"):
        await house.app.space_list.restore(GUILD, 2, by=MONA)
    archived = await house.app.space_list.archive(GUILD, 2, by=MONA)
    assert archived.archived_at == house.clock.now()
    assert [space.number for space in await house.app.spaces.active(GUILD)] == [1]
    assert [space.number for space in await house.app.space_list.all(GUILD)] == [1, 2]
    with refused("is archived"):
        await house.app.space_list.archive(GUILD, 2, by=MONA)
    for number in (3, 99):
        with pytest.raises(NotFound):
            await house.app.space_list.archive(GUILD, number, by=MONA)


async def test_each_space_has_rules_of_its_own(house: House) -> None:
    before = await house.app.spaces.main(GUILD)
    made = await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    spaces = house.app.spaces
    await spaces.set_strategies(GUILD, STRATEGIES, space=2, by=MONA)
    await spaces.set_channels(GUILD, proposals=HALL, space=2, by=MONA)
    await spaces.set_proposers(GUILD, power="5", space=2, by=MONA)
    await spaces.set_voting(GUILD, delay=60, period=3_600, rules=Rules(quorum="7"), space=2, by=MONA)
    assert (made.public, (await spaces.main(GUILD)).public) == (False, False), "nothing is read on the web by itself"
    await spaces.set_public(GUILD, public=True, space=2, by=MONA)
    await spaces.set_moderators(GUILD, [RoleId(5), RoleId(5)], space=2, by=MONA)
    await spaces.set_voters(GUILD, [RoleId(6)], space=2, by=MONA)
    assert await spaces.main(GUILD) == before
    changed = await spaces.get(made.id)
    assert changed.strategies == (a_strategy(),)
    assert (changed.proposals_channel, changed.moderators_channel, changed.proposer_power) == (HALL, None, "5")
    assert (changed.voting_delay, changed.voting_period, changed.public) == (60, 3_600, True)
    assert (changed.moderators, changed.voters, changed.rules) == (
        (RoleId(5),),
        (RoleId(6),),
        {None: Rules(quorum="7")},
    )
    await spaces.set_voting(GUILD, delay=30, by=MONA)
    assert await spaces.get(made.id) == changed


async def test_what_is_the_servers_is_set_there_whichever_space_is_named(house: House) -> None:
    made = await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    shown = await house.app.spaces.set_channels(GUILD, audit=HALL, space=2, by=MONA)
    assert shown == made
    assert (await house.app.spaces.main(GUILD)).audit_channel == HALL
    shown = await house.app.spaces.set_channels(GUILD, audit=PROPOSALS, moderators=HALL, space=2, by=MONA)
    main = await house.app.spaces.main(GUILD)
    assert (shown.moderators_channel, shown.audit_channel) == (HALL, None)
    assert (main.audit_channel, main.moderators_channel) == (PROPOSALS, MODERATORS)


async def test_nothing_is_configured_where_there_is_no_space_or_it_is_archived(house: House) -> None:
    with pytest.raises(NotFound):
        await house.app.spaces.set_voting(GUILD, delay=60, space=2, by=MONA)
    await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    await house.app.space_list.archive(GUILD, 2, by=MONA)
    for changed in (
        house.app.spaces.set_voting(GUILD, delay=60, space=2, by=MONA),
        house.app.spaces.set_strategies(GUILD, STRATEGIES, space=2, by=MONA),
        house.app.spaces.set_proposers(GUILD, roles=[RESEARCHER], space=2, by=MONA),
    ):
        with refused("is archived. /space restore"):
            await changed


async def test_the_log_tells_of_spaces_by_their_numbers_and_of_one_alone_as_before(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, delay=60, by=MONA)
    assert "space" not in (await log(house))[-1]
    await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    await house.app.spaces.set_voting(GUILD, delay=90, space=2, by=MONA)
    await house.app.spaces.set_voting(GUILD, delay=90, by=MONA)
    await house.app.space_list.archive(GUILD, 2, by=MONA)
    await house.app.space_list.restore(GUILD, 2, by=MONA)
    said = [(entry["kind"], entry.get("space"), list(entry["rows"])) for entry in (await log(house))[-5:]]
    assert said == [
        ("space made", 2, ["sub-space/2"]),
        ("rules changed", 2, ["sub-space/2"]),
        ("rules changed", None, ["space"]),
        ("space archived", 2, ["sub-space/2"]),
        ("space restored", 2, ["sub-space/2"]),
    ]
    assert await disagreements(house.app.store, GUILD) == []


async def test_a_space_that_was_changed_behind_the_log_is_found(house: House) -> None:
    house.tampered = True
    await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    async with house.app.store.write() as repos:
        made = await repos.spaces.numbered(GUILD, 2)
        assert made is not None
        await repos.spaces.save(type(made)(id=made.id, guild=GUILD, number=2, name="IPT holders", voters=(RoleId(9),)))
        await repos.commit()
    (found,) = await disagreements(house.app.store, GUILD)
    assert found.startswith("sub-space/2 is not as entry")


async def test_a_space_has_another_name_from_then_on_and_the_log_has_both(house: House) -> None:
    made = await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    before, after = await house.app.space_list.rename(GUILD, 2, " Working\u200b  group ", by=MONA)
    assert (before, after) == (made, replace(made, name="Working group"))
    assert await house.app.spaces.get(made.id) == after
    old = (await house.app.spaces.main(GUILD)).name
    await house.app.space_list.rename(GUILD, 1, "Hearthspan", by=MONA)
    said = [(entry["kind"], entry.get("space"), entry["changes"]) for entry in (await log(house))[-2:]]
    assert said == [
        ("space renamed", 2, {"name": {"before": "IPT holders", "after": "Working group"}}),
        ("space renamed", None, {"name": {"before": old, "after": "Hearthspan"}}),
    ]
    assert await disagreements(house.app.store, GUILD) == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("\u200b \ufe0f", "shows nothing"),
        ("x" * 51, "has 51 characters"),
        ("working\u2009GROUP", "is that of “Working group” already"),
        ("IPT holders", "is its name already"),
    ],
)
async def test_a_name_that_is_none_or_another_active_spaces_is_refused_and_nothing_changes(
    house: House, name: str, problem: str
) -> None:
    for one in ("IPT holders", "Working group"):
        await house.app.space_list.new(GUILD, one, by=MONA)
    entries = len(await log(house))
    for archived in (False, True):
        if archived:
            await house.app.space_list.archive(GUILD, 2, by=MONA)
            entries += 1
        with refused(problem):
            await house.app.space_list.rename(GUILD, 2, name, by=MONA)
        assert [space.name for space in await house.app.space_list.all(GUILD)][1:] == ["IPT holders", "Working group"]
        assert len(await log(house)) == entries
    with pytest.raises(NotFound):
        await house.app.space_list.rename(GUILD, 9, "Ninth", by=MONA)


async def test_only_the_letters_case_may_change_and_an_archived_space_makes_way_by_another_name(house: House) -> None:
    await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    _, after = await house.app.space_list.rename(GUILD, 2, "ipt HOLDERS", by=MONA)
    assert after.name == "ipt HOLDERS"
    await house.app.space_list.archive(GUILD, 2, by=MONA)
    await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    with refused("already"):
        await house.app.space_list.restore(GUILD, 2, by=MONA)
    await house.app.space_list.rename(GUILD, 2, "IPT holders of 2026", by=MONA)
    await house.app.space_list.restore(GUILD, 2, by=MONA)
    assert [space.name for space in await house.app.spaces.active(GUILD)][1:] == ["IPT holders of 2026", "IPT holders"]


async def test_entries_on_what_is_a_spaces_name_it_and_a_row_in_another_space_is_found(house: House) -> None:
    made = await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    await house.app.spaces.set_strategies(GUILD, STRATEGIES, space=2, by=MONA)
    await house.app.spaces.set_channels(GUILD, proposals=HALL, space=2, by=MONA)
    await house.app.spaces.set_proposers(GUILD, roles=[RESEARCHER], space=2, by=MONA)
    made = await house.app.spaces.get(made.id)
    since = len(await log(house))
    main = await house.app.spaces.main(GUILD)
    for space in (main, made):
        draft = await house.app.proposals.draft(space, MONA, a_text(), "basic", ("For", "Against", "Abstain"))
        await house.app.proposals.submit(GUILD, draft.number, MONA, [RESEARCHER])
        await house.app.withdrawals.withdraw(GUILD, draft.number, MONA, reason="twice")
        await house.app.roles.add(space, RoleId(70 + space.number), name="holder", minimum="5", by=MONA)
    told = [(entry["kind"], entry.get("space")) for entry in (await log(house))[since:]]
    kinds = ["proposal submitted", "proposal withdrawn", "role rule changed"]
    assert [one for one in told if one[0] in kinds] == [(kind, space) for space in (None, 2) for kind in kinds]
    assert await disagreements(house.app.store, GUILD) == []
    house.tampered = True
    async with house.app.store.write() as repos:
        second = await repos.proposals.numbered(GUILD, 2)
        assert second is not None
        await repos.proposals.save(replace(second, space=main.id))
        await repos.commit()
    last = max(entry["seq"] for entry in await log(house) if "proposal/2" in entry.get("rows", {}))
    assert await disagreements(house.app.store, GUILD) == [f"proposal/2 is not as entry {last} says"]
