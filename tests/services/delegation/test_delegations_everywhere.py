"""Mandates for every guild: what comes before what in each, and what one guild learns of another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.shared.errors import DelegationCircle
from bot.domain.shared.types import GuildId, MemberId, Timestamp
from tests.builders import GUILD, ONE, an_address
from tests.services.conftest import House

OTHER = GuildId(GUILD + 1)


@pytest.fixture
async def both(house: House) -> House:
    """A house of two guilds that count the same token."""
    await house.configure(OTHER)
    return house


@pytest.fixture
async def trio(both: House) -> tuple[MemberId, MemberId, MemberId]:
    """Ann, Ben and Cy, each with one wallet that is linked in both guilds."""
    for number, tokens in ((1, 100), (2, 7), (3, 5)):
        for guild in (GUILD, OTHER):
            member = await both.member(number, tokens, guild)
            assert member == _member(number)
    return _member(1), _member(2), _member(3)


def _member(number: int) -> MemberId:
    return MemberId(1_100_000_000_000_000_000 + number)


async def power(house: House, member: MemberId, guild: GuildId = GUILD, **fields: Any) -> int:
    """Whole tokens that count with a member's vote on a proposal that is submitted in a second of its own."""
    house.clock.time += 1
    proposal = await house.submit(guild=guild, **fields)
    mark = 1 if fields.get("voting", "basic") == "basic" else (1,)
    return (await house.vote(proposal, member, mark)).power // ONE


APPROVAL = {"voting": "approval", "choices": ("A", "B")}


async def entries(house: House, guild: GuildId) -> list[dict[str, Any]]:
    async with house.app.store.read() as repos:
        found = [entry async for part in repos.log.entries(guild) for entry in part]
    return [json.loads(entry.content) for entry in found]


async def told(house: House, guild: GuildId) -> list[tuple[str, object, object]]:
    said = [entry for entry in await entries(house, guild) if entry["kind"].startswith("mandate")]
    return [(entry["kind"], entry.get("topic", entry.get("topics")), entry["everywhere"]) for entry in said]


async def test_it_counts_in_every_guild_and_one_for_a_guild_in_that_one_alone(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    await both.app.member_delegations.give(GUILD, cy, ben)
    assert await power(both, ben, GUILD) == 112
    assert await power(both, ben, OTHER) == 107


async def test_only_wallets_linked_there_count_there(both: House, trio: tuple[MemberId, MemberId, MemberId]) -> None:
    _, ben, _ = trio
    dee = await both.member(4, 50)
    await both.app.member_delegations.give(GUILD, dee, ben, everywhere=True)
    assert await power(both, ben, GUILD) == 57
    assert await power(both, ben, OTHER) == 7
    await both.member(4, 50, OTHER)
    assert await power(both, ben, OTHER) == 57


async def test_a_guilds_general_one_comes_before_the_topic_everywhere(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True, topic="approval")
    await both.app.member_delegations.give(GUILD, ann, cy)
    assert await power(both, ben, GUILD, **APPROVAL) == 7
    assert await power(both, cy, GUILD, **APPROVAL) == 105
    assert await power(both, ben, OTHER, **APPROVAL) == 107
    assert await power(both, ben, OTHER) == 7
    await both.app.member_delegations.take_back(GUILD, ann, everywhere=False)
    assert await power(both, ben, GUILD, **APPROVAL) == 107


async def test_with_the_part_off_in_a_guild_it_counts_for_nothing_there(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, _ = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    await both.app.spaces.switch_cog(OTHER, "delegation", on=False)
    assert await power(both, ben, OTHER) == 7
    assert await power(both, ben, GUILD) == 107


async def test_ones_own_vote_takes_the_power_back_in_that_guild(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, _ = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    both.clock.time += 1
    here, there = await both.submit(), await both.submit(guild=OTHER)
    receipts = [await both.vote(proposal, ben, 1) for proposal in (here, there)]
    assert [[lent.member for lent in receipt.lent] for receipt in receipts] == [[ann], [ann]]
    back = await both.vote(there, ann, 2)
    assert (back.replaced_via, back.power) == (ben, 100 * ONE)
    cast = {ballot.wallet: (ballot.mark, ballot.via) for ballot in await both.ballots(here)}
    assert cast[an_address(1)] == (1, ben)


@pytest.mark.parametrize("busy", [GUILD, OTHER])
async def test_what_is_done_in_the_second_of_a_submission_anywhere_leaves_that_proposal_alone(
    both: House, trio: tuple[MemberId, MemberId, MemberId], busy: GuildId
) -> None:
    ann, ben, _ = trio
    first = await both.submit(guild=busy)
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    assert (await both.vote(first, ben, 1)).power == 7 * ONE
    both.clock.time += 5
    second = await both.submit(guild=busy)
    await both.app.member_delegations.take_back(GUILD, ann)
    assert (await both.vote(second, ben, 1)).power == 107 * ONE
    assert await power(both, ben, busy) == 7


async def test_a_busy_guild_delays_nothing_that_is_for_another(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, _ = trio
    await both.submit(guild=OTHER)
    given = await both.app.member_delegations.give(GUILD, ann, ben)
    assert given.given_at == both.clock.time


async def test_a_new_one_from_another_guild_replaces_it_and_both_logs_say_so(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True, until=Timestamp(both.clock.time + 9))
    both.clock.time += 60  # over, but nobody took it back
    await both.app.member_delegations.give(OTHER, ann, cy, everywhere=True)
    assert [m.delegate for m in (await both.app.member_delegations.of(GUILD, ann))[0]] == [cy]
    assert await told(both, GUILD) == [("mandate given", None, True), ("mandate cleared", [None], True)]
    assert await told(both, OTHER) == [("mandate given", None, True)]
    (cleared,) = [entry for entry in await entries(both, GUILD) if entry["kind"] == "mandate cleared"]
    assert "about" not in cleared, "who it is now is the other guild's business"
    assert (await power(both, ben, GUILD), await power(both, cy, GUILD)) == (7, 105)


async def test_it_is_taken_back_from_any_guild_and_the_log_where_it_was_given_says_so(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    await both.app.member_delegations.give(OTHER, ann, cy)
    await both.app.member_delegations.give(OTHER, ann, ben, topic="approval", everywhere=True)
    assert await both.app.member_delegations.take_back(OTHER, ann, "basic") == []
    assert [m.delegate for m in await both.app.member_delegations.take_back(OTHER, ann, everywhere=False)] == [cy]
    assert await power(both, ben, OTHER) == 107
    assert len(await both.app.member_delegations.take_back(OTHER, ann, everywhere=True)) == 2
    assert [kind for kind, *_ in await told(both, GUILD)] == ["mandate given", "mandate cleared"]
    assert (await told(both, OTHER))[2:] == [
        ("mandate cleared", [None], False),
        ("mandate cleared", ["approval"], True),
    ]
    assert await power(both, ben, GUILD) == 7
    assert await both.app.member_delegations.of(GUILD, ann) == ([], [])


async def test_a_circle_through_what_is_told_here_names_it(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    await both.app.member_delegations.give(OTHER, ben, cy, everywhere=True)
    await both.app.member_delegations.give(GUILD, cy, ann)
    with pytest.raises(DelegationCircle) as refused:
        await both.app.member_delegations.give(GUILD, ann, ben)
    assert refused.value.through == (ben, cy)
    await both.app.member_delegations.give(OTHER, ann, ben)


async def test_a_circle_in_another_guild_is_refused_and_names_nobody(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    await both.app.member_delegations.give(OTHER, ben, cy)
    await both.app.member_delegations.give(OTHER, cy, ann)
    with pytest.raises(DelegationCircle) as refused:
        await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    assert refused.value.through == ()
    await both.app.member_delegations.give(GUILD, ann, ben)
    eve = MemberId(66)  # has no wallet anywhere
    await both.app.member_delegations.give(OTHER, eve, cy, everywhere=True)
    with pytest.raises(DelegationCircle) as refused:
        await both.app.member_delegations.give(GUILD, cy, eve)
    assert refused.value.through == ()


async def test_of_two_who_close_a_circle_in_the_seconds_of_a_submission_one_is_refused(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, _ = trio
    await both.submit(guild=OTHER)
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)  # begins in the next second
    with pytest.raises(DelegationCircle):
        await both.app.member_delegations.give(GUILD, ben, ann)


async def test_a_guild_learns_of_a_delegator_only_who_is_known_there(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    _, ben, _ = trio
    dee = await both.member(4, 50, OTHER)
    given = await both.app.member_delegations.give(OTHER, dee, ben, everywhere=True)
    assert await both.app.member_delegations.of(OTHER, ben) == ([], [given])
    assert await both.app.member_delegations.of(GUILD, ben) == ([], [])
    assert (await both.app.power.report(GUILD, ben)).delegators == 0
    assert json.loads(await both.app.privacy.export(GUILD, ben))["stored"]["mandates"] == []
    assert await both.app.member_delegations.of(GUILD, dee) == ([given], []), "it is their own"
    await both.member(4, 50)
    assert await both.app.member_delegations.of(GUILD, ben) == ([], [given])
    assert (await both.app.power.report(GUILD, ben)).delegators == 1
    assert len(json.loads(await both.app.privacy.export(GUILD, ben))["stored"]["mandates"]) == 1


async def test_power_leaves_out_what_counts_for_nothing_here(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    await both.app.member_delegations.give(GUILD, ann, cy)
    here, there = [await both.app.power.report(guild, ann) for guild in (GUILD, OTHER)]
    assert [[m.delegate for m in report.member_delegations] for report in (here, there)] == [[cy], [ben]]
    reports = [await both.app.power.report(guild, ben) for guild in (GUILD, OTHER)]
    assert [report.delegators for report in reports] == [0, 1]


async def test_what_comes_first_here_is_told_with_what_is_for_every_guild(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    wide = await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    special = await both.app.member_delegations.give(GUILD, ann, cy, topic="approval")
    await both.app.member_delegations.give(OTHER, ann, cy)
    here, there = [(await both.app.spaces.main(guild)).id for guild in (GUILD, OTHER)]
    assert (await both.app.member_delegations.ahead(GUILD, ann, [here]))[wide] == [special]
    assert (await both.app.member_delegations.ahead(GUILD, ben, [here]))[wide] == [special]
    assert special not in (await both.app.member_delegations.ahead(OTHER, ben, [there]))[wide]


async def test_forgetting_in_a_guild_ends_what_was_given_there_and_leaves_the_rest(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, cy = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    await both.app.member_delegations.give(OTHER, ann, cy, everywhere=True, topic="approval")
    await both.app.member_delegations.give(OTHER, cy, ann, everywhere=True, topic="basic")
    preview = await both.app.privacy.preview(GUILD, ann)
    assert (preview.rows["mandates"], preview.elsewhere) == (1, 2)
    exported = json.loads(await both.app.privacy.export(GUILD, ann))["stored"]["mandates"]
    assert len(exported) == 3
    await both.app.privacy.forget(GUILD, ann, preview.agreed)
    assert [m.delegate for m in (await both.app.member_delegations.of(OTHER, ann))[0]] == [cy]
    assert await power(both, ben, OTHER) == 7
    assert await power(both, cy, OTHER, **APPROVAL) == 105
    assert await power(both, cy, GUILD, **APPROVAL) == 5, "the link here is gone"
    await both.app.member_delegations.take_back(GUILD, ann)
    assert (await both.app.member_delegations.of(OTHER, ann))[0] == []


async def test_a_result_that_rests_on_one_from_another_guild_proves_itself_and_ties_no_guilds_together(
    both: House, trio: tuple[MemberId, MemberId, MemberId]
) -> None:
    ann, ben, _ = trio
    await both.app.member_delegations.give(GUILD, ann, ben, everywhere=True)
    both.clock.time += 1
    proposals = [await both.submit(), await both.submit(guild=OTHER)]
    for proposal in proposals:
        await both.vote(proposal, ben, 1)
    await both.end(proposals[0])
    assert await both.app.lifecycle.close_due() == 2
    vias = set()
    for proposal in proposals:
        content = unpacked(await both.app.results.bundle(proposal.guild, proposal.number))
        assert not [finding for finding in check(content, read(content)) if finding.state is State.FAILS]
        bundle = json.loads(content)
        assert [ballot["power"] for ballot in bundle["ballots"]] == [str(100 * ONE), str(7 * ONE)]
        vias.add(bundle["ballots"][0]["via"])
    assert len(vias) == 2, "who votes for others in both is nobody's to see"
