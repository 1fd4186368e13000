"""What moderators configure is checked on the chain; wallets belong to whoever proves them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.errors import (
    ChallengeUnusable,
    InvalidInput,
    NotConfigured,
    NotFound,
    SignatureRejected,
    UnknownStrategy,
    WalletTaken,
)
from bot.domain.shared.types import Address, ChannelId, GuildId, MemberId, RoleId
from bot.domain.spaces.space import Space
from bot.domain.wallets.wallet import CHALLENGE_LIFE, MAX_WALLETS, Challenge, Wallet
from tests.builders import AUTHOR, CHAIN, GUILD, TOKEN, VOTER, a_strategy, an_address
from tests.refusals import refused
from tests.services.conftest import House


async def test_strategies_are_checked_against_the_contract(house: House) -> None:
    async def paste(**changes: Any) -> Space:
        entry = a_strategy().to_json()
        entry["params"] = entry["params"] | changes.pop("params", {})
        return await house.app.spaces.set_strategies(GUILD, json.dumps([entry | changes]))

    with refused("says 6, but the contract says 18"):
        await paste(params={"decimals": 6})
    with refused("not configured here. Use one of Ethereum"):
        await paste(network="10")
    with refused("not a token"):
        await paste(params={"address": an_address(5)})
    with pytest.raises(UnknownStrategy):
        await paste(name="passport")
    assert (await house.app.spaces.main(GUILD)).strategies == (a_strategy(),)


async def test_amounts_must_fit_the_power_that_is_counted(house: House) -> None:
    with refused("18 decimal places"):
        await house.app.spaces.set_voting(GUILD, rules=Rules(quorum="0." + "0" * 18 + "1"))
    with pytest.raises(InvalidInput):
        await house.app.spaces.set_proposers(GUILD, roles=[], power="lots")
    with pytest.raises(NotConfigured):
        await house.app.spaces.set_voting(GuildId(9), rules=Rules(quorum="5"))
    wrongs: list[dict[str, Any]] = [{"delay": -1}, {"delay": 31 * 86_400}, {"period": 10}, {"period": 367 * 86_400}]
    for wrong in wrongs:
        with pytest.raises(InvalidInput):
            await house.app.spaces.set_voting(GUILD, **wrong)


async def test_one_change_keeps_the_others(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, period=7_200)
    await house.app.spaces.switch_cog(GUILD, "treasury", on=False)
    await house.app.spaces.set_channels(GUILD, moderators=ChannelId(777))
    space = await house.app.spaces.main(GUILD)
    assert (space.voting_period, space.cogs_off, space.moderators_channel) == (
        7_200,
        frozenset({"treasury"}),
        ChannelId(777),
    )
    assert space.strategies == (a_strategy(),)
    assert (await house.app.spaces.switch_cog(GUILD, "treasury", on=True)).cogs_off == frozenset()
    with pytest.raises(InvalidInput):
        await house.app.spaces.switch_cog(GUILD, "config", on=False)


async def test_who_may_propose_by_role_and_by_power_is_set_apart(house: House) -> None:
    spaces = house.app.spaces
    await spaces.set_proposers(GUILD, power="2,500")
    space = await spaces.set_proposers(GUILD, roles=[RoleId(7), RoleId(8), RoleId(7)])
    assert (space.proposer_roles, space.proposer_power) == ((7, 8), "2,500")
    space = await spaces.set_proposers(GUILD, power="None")
    assert (space.proposer_roles, space.proposer_power) == ((7, 8), None)
    assert (await spaces.set_proposers(GUILD, roles=[])).proposer_roles == ()


async def challenge(house: House, number: int = 1, member: MemberId = VOTER, guild: GuildId = GUILD) -> Challenge:
    return await house.app.wallets.challenge(
        guild, member, an_address(number), guild_name="Methuselah", member_name="Ann"
    )


async def confirm(
    house: House,
    issued: Challenge,
    signer: Address | None = None,
    member: MemberId | None = None,
    guild: GuildId | None = None,
) -> Wallet:
    house.chain.signers["0x51"] = signer or issued.address
    return await house.app.wallets.confirm(guild or issued.guild, member or issued.member, issued.nonce, "0x51")


async def test_a_signature_links_the_wallet_once(house: House) -> None:
    issued = await challenge(house)
    assert f"Chain ID: {CHAIN}" in issued.text
    wallet = await confirm(house, issued)
    assert [w.address for w in await house.app.wallets.of(GUILD, VOTER)] == [wallet.address] == [an_address(1)]
    with pytest.raises(ChallengeUnusable) as replayed:
        await confirm(house, issued)
    assert replayed.value.reason == "used"


async def test_an_expired_or_foreign_challenge_is_refused_with_the_reason(house: House) -> None:
    issued = await challenge(house)
    for stranger in ({"member": AUTHOR}, {"guild": GuildId(77)}):
        with pytest.raises(ChallengeUnusable) as caught:
            await confirm(house, issued, **stranger)
        assert caught.value.reason == "foreign"
    house.clock.time += CHALLENGE_LIFE + 1
    with pytest.raises(ChallengeUnusable) as caught:
        await confirm(house, issued)
    assert caught.value.reason == "expired"
    assert await house.app.wallets.of(GUILD, VOTER) == []


async def test_a_wrong_signature_links_nothing_and_may_be_tried_again(house: House) -> None:
    issued = await challenge(house)
    with pytest.raises(SignatureRejected) as caught:
        await confirm(house, issued, signer=an_address(2))
    assert (caught.value.expected, caught.value.signer) == (an_address(1), an_address(2))
    await confirm(house, issued)


async def test_a_wallet_belongs_to_one_member_of_a_guild(house: House) -> None:
    early = await challenge(house, member=AUTHOR)
    await confirm(house, await challenge(house))
    with pytest.raises(WalletTaken):
        await confirm(house, early)
    assert await house.app.wallets.of(GUILD, AUTHOR) == []
    with refused("linked already"):
        await challenge(house)
    other = await challenge(house, member=AUTHOR, guild=GuildId(77))
    assert (await confirm(house, other)).guild == 77


async def test_unlinking_frees_the_wallet_for_its_next_proof(house: House) -> None:
    await confirm(house, await challenge(house))
    with pytest.raises(NotFound):
        await house.app.wallets.unlink(GUILD, AUTHOR, an_address(1))
    await house.app.wallets.unlink(GUILD, VOTER, an_address(1))
    await confirm(house, await challenge(house, member=AUTHOR))
    assert [w.member for w in await house.app.wallets.of(GUILD, AUTHOR)] == [AUTHOR]


async def test_wallets_are_bounded(house: House) -> None:
    for number in range(1, MAX_WALLETS + 1):
        await confirm(house, await challenge(house, number))
    with refused("unlink"):
        await challenge(house, 99)


async def test_an_unlinked_wallet_of_another_guild_says_nothing(house: House) -> None:
    await confirm(house, await challenge(house))
    assert await house.app.wallets.of(GuildId(77), MemberId(VOTER)) == []
    assert TOKEN not in {w.address for w in await house.app.wallets.of(GUILD, VOTER)}
