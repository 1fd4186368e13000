"""Milestones: reached at a final block, announced once, never from a reading that could not be had."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bot.domain.shared.errors import ChainFault, ChainUnavailable, InvalidInput, NotFound
from bot.domain.shared.types import Address, Block, ChainId, GuildId, Timestamp
from bot.domain.treasury.campaigns import Campaign, Holding, Watch
from bot.services.treasury import campaigns
from tests.builders import ANNOUNCEMENTS, AUTHOR, CHAIN, GUILD, ONE, TOKEN, TREASURY, a_token, an_address
from tests.refusals import refused
from tests.services.conftest import House


async def campaign(
    house: House, *targets: tuple[str, str], token: Address | None = TOKEN, deadline: int | None = None
) -> Campaign:
    return await house.app.treasury.start_campaign(
        await house.app.spaces.main(GUILD),
        AUTHOR,
        title="A mouse study",
        chain=CHAIN,
        treasury=TREASURY,
        token=token,
        targets=targets or (("Trial", "100"), ("Lab", "250.5")),
        channel=ANNOUNCEMENTS,
        deadline=None if deadline is None else Timestamp(deadline),
    )


async def test_a_milestone_is_announced_once_however_often_the_job_runs(house: House) -> None:
    started = await campaign(house)
    house.chain.give(TREASURY, 100 * ONE)
    assert sorted(await asyncio.gather(house.app.treasury.observe(), house.app.treasury.observe())) == [0, 1]
    assert await house.app.treasury.observe() == 0
    assert await house.said() == [f"campaign/{started.id}/milestone/1"]
    found = await house.app.treasury.campaign(GUILD, started.number)
    assert [bool(milestone.reached_at) for milestone in found.milestones] == [True, False]
    reading = found.milestones[0].reached_by
    assert reading is not None
    assert reading.block == house.chain.head
    assert found.reading is not None
    assert found.reading.amount == 100 * ONE


async def test_what_was_reached_stays_reached_when_money_is_spent(house: House) -> None:
    await campaign(house)
    house.chain.give(TREASURY, 300 * ONE)
    assert await house.app.treasury.observe() == 2
    house.chain.give(TREASURY, 0)
    assert await house.app.treasury.observe() == 0
    house.chain.give(TREASURY, 300 * ONE)
    assert await house.app.treasury.observe() == 0
    assert len(await house.said()) == 2


async def test_a_unit_short_is_not_reached(house: House) -> None:
    await campaign(house)
    house.chain.give(TREASURY, 100 * ONE - 1)
    assert await house.app.treasury.observe() == 0


async def test_the_native_coin_can_be_gathered(house: House) -> None:
    started = await campaign(house, ("Start", "1"), token=None)
    assert (started.symbol, started.decimals) == ("ETH", 18)
    house.chain.give(TREASURY, ONE, token=None)
    assert await house.app.treasury.observe() == 1


async def test_after_the_deadline_nothing_is_reached(house: House) -> None:
    started = await campaign(house, deadline=house.clock.now() + 5)
    house.chain.mine(1)
    house.chain.give(TREASURY, 500 * ONE)
    assert started.deadline is not None
    assert house.chain.head.timestamp > started.deadline
    assert await house.app.treasury.observe() == 0


async def test_a_failing_chain_reaches_nothing_and_is_told_once_a_day(house: House) -> None:
    await campaign(house)
    house.chain.give(TREASURY, 500 * ONE)
    house.chain.down = ChainFault.LAGGING
    for _ in range(3):
        assert await house.app.treasury.observe() == 0
    assert len([key for key in await house.said() if key.startswith("notice/")]) == 1
    house.clock.time += 86_400
    await house.app.treasury.observe()
    assert len([key for key in await house.said() if key.startswith("notice/")]) == 2
    house.chain.down = None
    assert await house.app.treasury.observe() == 2


async def test_a_chain_that_was_read_for_a_while_and_fails_again_is_told_again_and_one_that_flaps_is_not(
    house: House,
) -> None:
    await campaign(house)
    told = []
    for pause in (60, 600, 60, 600):
        house.chain.down = ChainFault.LAGGING
        await house.app.treasury.observe()
        house.chain.down = None
        for _ in range(2):
            house.clock.time += pause // 2
            await house.app.treasury.observe()
        told.append(len(await house.app.notices.recent(await house.app.spaces.main(GUILD))))
    assert told == [1, 1, 2, 2]


async def test_while_the_moderators_of_many_servers_are_told_others_write_in_between(house: House) -> None:
    spaces = [await house.app.spaces.main(GuildId(GUILD + number)) for number in range(120)]
    for space in spaces:
        await house.app.treasury.watch(space, AUTHOR, chain=CHAIN, holder=TREASURY, token=TOKEN, label="Ours")
    house.chain.down = ChainFault.LAGGING
    telling = asyncio.create_task(house.app.treasury.observe())
    seen = set()
    while not telling.done():
        async with house.app.store.write() as repos:
            seen.add(sum([len(await repos.outbox.notices(space, Timestamp(0))) for space in spaces[::10]]))
    assert len(seen - {0, 12}) >= 1, "a vote would have waited for all of them"
    assert all([len(await house.app.notices.recent(space)) == 1 for space in spaces])


async def test_a_token_that_spoils_its_batch_keeps_no_other_from_being_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = [an_address(0xBAD0 + number) for number in range(6)]
    for number, token in enumerate(hostile):
        house.chain.tokens[token] = a_token(address=token, symbol=f"EVIL{number}")
        await house.app.treasury.watch(
            await house.app.spaces.main(GUILD),
            AUTHOR,
            chain=CHAIN,
            holder=TREASURY,
            token=token,
            label=f"Trap {number}",
        )
    started = await campaign(house)
    house.chain.give(TREASURY, 100 * ONE)
    balances, asked = house.chain.balances, []

    async def spoilt(holdings: Sequence[Holding], at: Mapping[ChainId, Block], **how: Any) -> list[int | None]:
        asked.append(len(holdings))
        if any(holding.token in hostile for holding in holdings):
            raise ChainUnavailable(CHAIN, ChainFault.DISAGREEMENT)
        return await balances(holdings, at, **how)

    monkeypatch.setattr(house.chain, "balances", spoilt)
    for _ in range(3):
        await house.app.treasury.observe()
    said = await house.said()
    assert [key for key in said if "milestone" in key] == [f"campaign/{started.id}/milestone/1"]
    assert len([key for key in said if "endpoints disagree" in key]) == 1
    asked.clear()
    await house.app.treasury.observe()
    assert asked == [1, 1, 1, 1, 1], "what is sound in one batch, and a few of the others alone"
    monkeypatch.setattr(house.chain, "balances", balances)
    for _ in range(2):
        await house.app.treasury.observe()
    asked.clear()
    monkeypatch.setattr(house.chain, "balances", spoilt)
    hostile.clear()
    await house.app.treasury.observe()
    assert asked == [7], "what is sound again is read with the others"


async def test_tokens_that_spoil_every_batch_but_answer_alone_keep_no_other_unread_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They know what was called before them by what is warm, so they are never seen to spoil anything."""
    hostile = [an_address(0xBAD0 + number) for number in range(40)]
    for number, token in enumerate(hostile):
        house.chain.tokens[token] = a_token(address=token, symbol=f"EVIL{number}")
        space = await house.app.spaces.main(GUILD if number < 20 else GuildId(GUILD + 1))
        await house.app.treasury.watch(space, AUTHOR, chain=CHAIN, holder=TREASURY, token=token, label=f"Trap {number}")
    others = [an_address(0x600D + number) for number in range(10)]
    for token in others:
        house.chain.tokens[token] = a_token(address=token)
        await campaign(house, ("Trial", "100"), token=token)
        house.chain.give(TREASURY, 100 * ONE, token=token)
    balances = house.chain.balances

    async def spoilt(holdings: Sequence[Holding], at: Mapping[ChainId, Block], **how: Any) -> list[int | None]:
        if len(holdings) > 1 and any(holding.token in hostile for holding in holdings):
            raise ChainUnavailable(CHAIN, ChainFault.DISAGREEMENT)
        return await balances(holdings, at, **how)

    monkeypatch.setattr(house.chain, "balances", spoilt)
    assert sum([await house.app.treasury.observe() for _ in range(12)]) == len(others)


async def test_an_answer_that_could_not_be_had_changes_no_reading(house: House) -> None:
    watch = await house.app.treasury.watch(
        await house.app.spaces.main(GUILD), AUTHOR, chain=CHAIN, holder=TREASURY, token=TOKEN, label="Treasury"
    )
    house.chain.give(TREASURY, 5 * ONE)
    await house.app.treasury.observe()
    house.chain.silent.add(TREASURY)
    house.chain.mine()
    await house.app.treasury.observe()
    (found,) = await house.app.treasury.watches(await house.app.spaces.main(GUILD))
    assert found.reading is not None
    assert (found.number, found.reading.amount) == (watch.number, 5 * ONE)


async def test_watching_is_checked_and_undone(house: House) -> None:
    async def watch(**fields: Any) -> Watch:
        wanted: dict[str, Any] = {"chain": CHAIN, "holder": TREASURY, "token": TOKEN, "label": "Treasury"} | fields
        return await house.app.treasury.watch(await house.app.spaces.main(GUILD), AUTHOR, **wanted)

    watched = await watch()
    for wrong in (
        {},
        {"chain": 5, "label": "x"},
        {"holder": "0x1"},
        {"token": an_address(9)},
        {"label": " ", "holder": an_address(7)},
    ):
        with pytest.raises(InvalidInput):
            await watch(**wrong)
    await house.app.treasury.unwatch(await house.app.spaces.main(GUILD), watched.number)
    with pytest.raises(NotFound):
        await house.app.treasury.unwatch(await house.app.spaces.main(GUILD), watched.number)
    assert await house.app.treasury.watches(await house.app.spaces.main(GUILD)) == []


async def test_a_space_has_so_many_treasuries_and_campaigns_and_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "MAX_WATCHES", 1)
    monkeypatch.setattr(campaigns, "MAX_CAMPAIGNS", 1)
    space = await house.app.spaces.main(GUILD)
    treasuries: list[dict[str, Any]] = [
        {"chain": CHAIN, "holder": an_address(n), "token": TOKEN, "label": "Treasury"} for n in (7, 8)
    ]
    await house.app.treasury.watch(space, AUTHOR, **treasuries[0])
    with refused("would be number 2"):
        await house.app.treasury.watch(space, AUTHOR, **treasuries[1])
    await campaign(house)
    with refused("number 1 already"):
        await campaign(house)
    assert (len(await house.app.treasury.watches(space)), len(await house.app.treasury.campaigns(space))) == (1, 1)


async def test_a_treasury_whose_token_tells_no_balance_is_neither_watched_nor_gathered_in(house: House) -> None:
    house.chain.silent.add(TREASURY)
    space = await house.app.spaces.main(GUILD)
    with refused("does not tell its balance"):
        await house.app.treasury.watch(space, AUTHOR, chain=CHAIN, holder=TREASURY, token=TOKEN, label="Treasury")
    with refused("does not tell its balance"):
        await campaign(house)
    assert await house.app.treasury.watches(space) == []
    assert await house.app.treasury.campaigns(space) == []


async def test_wrong_campaigns_are_refused(house: House) -> None:
    for targets in ((("a", "x"),), (("a", "0"),), (("a", "1.0000000000000000001"),)):
        with pytest.raises(InvalidInput):
            await campaign(house, *targets)
    with refused("past"):
        await campaign(house, deadline=house.clock.now())
