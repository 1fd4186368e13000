"""Watched treasuries, as members and moderators see them."""

from __future__ import annotations

import pytest
import simcord

from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import ChainId, Timestamp
from bot.domain.treasury.campaigns import MAX_NAME, MAX_WATCHES, Watch
from cogs.treasury.treasury_card import PER_PAGE, STALE, treasury_card
from tests.builders import CHAIN, NOW, ONE, TOKEN, TREASURY, a_block, a_holding, a_reading, a_watch, an_address
from tests.cogs.conftest import World, fits, said

CHAINS = {CHAIN: "Ethereum"}


async def watch(world: World, **options: object) -> simcord.InteractionResult:
    return await world.moderator.slash(
        world.general, "treasury watch", **{"treasury": TREASURY, "label": "Main", "token": TOKEN} | options
    )


async def watches(world: World) -> list[Watch]:
    return await world.app.treasury.watches(await world.app.spaces.main(world.guild_id))


async def test_a_watched_treasury_shows_what_it_holds_where_and_when(world: World) -> None:
    world.chain.give(TREASURY, 1_240_000 * ONE + ONE // 2)
    answered = said(await watch(world))
    assert "1.24 M VITA (1,240,000.5)" in answered
    alice = await world.member("alice")
    shown = said(await alice.slash(world.general, "treasury view"))
    assert "1.24 M VITA (1,240,000.5)" in shown
    assert f"[block {world.chain.head.number}](https://scan.example/block/{world.chain.head.number})" in shown
    assert "Ethereum" in shown
    assert f"<t:{world.chain.head.timestamp}:R>" in shown


async def test_a_chains_own_coin_can_be_watched(world: World) -> None:
    world.chain.give(TREASURY, 3 * ONE, None)
    await world.moderator.slash(
        world.general, "treasury watch", treasury=TREASURY, label="Coins", chain="Ethereum (31337)"
    )
    assert "3 ETH" in said(await world.moderator.slash(world.general, "treasury view"))


async def test_nothing_watched_says_how_to_begin(world: World) -> None:
    alice = await world.member("alice")
    assert "/treasury watch" in said(await alice.slash(world.general, "treasury view"))


async def test_only_moderators_watch_and_unwatch(world: World) -> None:
    alice = await world.member("alice")
    refused = await alice.slash(world.general, "treasury watch", treasury=TREASURY, label="Mine")
    assert "may manage this server" in said(refused)
    assert await watches(world) == []
    await watch(world)
    assert "may manage this server" in said(await alice.slash(world.general, "treasury unwatch", treasury="1"))
    assert len(await watches(world)) == 1


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"treasury": "0x12"}, "not an address"),
        ({"token": an_address(5)}, "not a token"),
        ({"chain": "Gnosis"}, "not configured here"),
        ({"label": "   "}, "empty"),
    ],
)
async def test_a_wrong_watch_is_refused_with_the_remedy(world: World, options: dict[str, str], why: str) -> None:
    answered = said(await watch(world, **options))
    assert why in answered
    assert "Next:" in answered
    assert await watches(world) == []


async def test_the_same_treasury_is_watched_once(world: World) -> None:
    await watch(world)
    assert "watched already" in said(await watch(world, label="Again"))
    assert len(await watches(world)) == 1


async def test_a_chain_that_is_down_is_told_and_nothing_is_stored(world: World) -> None:
    world.chain.down = ChainFault.UNREACHABLE
    assert "could not be read" in said(await watch(world))
    assert await watches(world) == []


async def test_unwatching_says_how_to_undo_it(world: World) -> None:
    await watch(world)
    offered = await world.moderator.autocomplete(world.general, "treasury unwatch", "treasury", "mai")
    assert offered[0]["value"] == "1"
    answered = said(await world.moderator.slash(world.general, "treasury unwatch", treasury="1"))
    assert f"/treasury watch treasury:{TREASURY}" in answered
    assert TOKEN in answered
    assert await watches(world) == []
    again = await world.moderator.slash(world.general, "treasury unwatch", treasury="1")
    assert "not watched here" in said(again)


async def test_an_old_reading_says_that_it_is_old() -> None:
    reading = a_reading(block=a_block(timestamp=NOW))
    fresh = treasury_card([a_watch(reading=reading)], Timestamp(NOW + STALE), CHAINS, {})
    old = treasury_card([a_watch(reading=reading)], Timestamp(NOW + STALE + 1), CHAINS, {})
    unread = treasury_card([a_watch()], NOW, CHAINS, {})
    assert "old" not in fresh.text()
    assert "This is old" in old.text()
    assert "not read yet" in unread.text()


async def test_the_longest_table_fits_and_pages_hold_every_treasury() -> None:
    label = ("*_`~|[]<>@" * MAX_NAME)[:MAX_NAME]
    reading = a_reading(amount=2**256 - 1, block=a_block(10**12))
    all_of = [
        a_watch(number=n, label=label, symbol="*" * 32, decimals=0, holding=a_holding(n), reading=reading)
        for n in range(1, MAX_WATCHES + 1)
    ]
    numbers = []
    for page in range(1, -(-MAX_WATCHES // PER_PAGE) + 1):
        card = treasury_card(
            all_of, Timestamp(NOW * 2), {ChainId(CHAIN): "C" * 40}, {CHAIN: "https://" + "x" * 80}, page
        )
        fits(card)
        numbers += [n for n in range(1, MAX_WATCHES + 1) if f"**{n}\\. " in card.text()]
    assert numbers == list(range(1, MAX_WATCHES + 1))


async def test_no_label_mentions_or_formats(world: World) -> None:
    await watch(world, label="@everyone **[free](https://evil.example)**")
    shown = said(await world.moderator.slash(world.general, "treasury view"))
    assert "@everyone" not in shown
    assert "**[free]" not in shown
    assert "[free](" not in shown.replace("\\[free\\](", "")
