"""What one server's rules make of their reading keeps no other server from its look."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.power import strategy_catalogue
from bot.domain.power.strategy import Strategy
from bot.domain.roles.role_rules import Step
from bot.domain.shared.types import Block, GuildId, RoleId
from bot.domain.wallets.wallet import Wallet
from bot.services.power.voting_power import Power
from bot.storage.tables import role_rules
from tests import logs
from tests.builders import AUTHOR, CHAIN, GUILD, NOW, ONE, an_address
from tests.refusals import refused
from tests.services.conftest import House
from tests.services.roles.test_role_rules import HOLDER, TOKEN_PARAMS
from tests.tables import connection_of

SOUND = [GuildId(GUILD + 1), GuildId(GUILD + 2)]
LISTED = [{"name": "erc20-balance-of", "network": str(CHAIN), "params": TOKEN_PARAMS}]


async def ruled(house: House, guild: GuildId, number: int) -> None:
    """Make a server with a rule, and a member who passes it."""
    await house.app.spaces.main(guild, "Commons")
    async with house.app.store.write() as repos:
        await logs.link(repos, Wallet(guild=guild, member=AUTHOR, address=an_address(number), linked_at=NOW))
        await repos.commit()
    house.chain.give(an_address(number), 100 * ONE)
    space = await house.app.spaces.main(guild)
    await house.app.roles.add(space, HOLDER, name="Holder", tests=json.dumps(LISTED), minimum="100", by=AUTHOR)


@pytest.fixture
async def three(house: House) -> House:
    for number, guild in enumerate((GUILD, *SOUND), start=50):
        await ruled(house, guild, number)
    return house


async def looked(house: House) -> None:
    await house.app.role_evaluation.check_all()
    for guild in SOUND:
        (own,) = await house.app.roles.own(guild, AUTHOR)
        assert own.status is not None
        assert (own.status.earned, own.status.step) == (True, Step.NONE)


async def test_a_rule_that_this_version_cannot_read_keeps_no_other_server_from_its_look(three: House) -> None:
    unknown = json.dumps([{"minimum": "1", "strategies": [{"name": "of-a-later-version", "network": "1"}]}])
    async with three.app.store.write() as repos:
        await connection_of(repos).execute(update(role_rules).where(role_rules.c.guild == GUILD).values(tests=unknown))
        await repos.commit()
    three.tampered = True
    await looked(three)


async def test_what_nobody_foresaw_of_all_together_is_read_one_by_one(
    three: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(
        *_args: Power | Sequence[tuple[tuple[Strategy, ...], tuple[str, ...]]] | Mapping[int, Block], **_how: Any
    ) -> None:
        raise ArithmeticError("of one of them")

    monkeypatch.setattr(Power, "read_each", broken)
    await looked(three)


def nested(levels: int) -> dict[str, object]:
    """Return a strategy with five inside it, with five inside each of them, and so on."""
    if levels == 1:
        return {"name": "eth-balance", "network": str(CHAIN), "params": {}}
    params = {"strategies": [nested(levels - 1)] * 5, "decimals": 18, "symbol": "VOTE"}
    return {"name": "multichain", "network": str(CHAIN), "params": params}


async def test_strategies_inside_others_are_read_once_however_often_rules_are_looked_at(
    three: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = await three.app.spaces.main(GUILD)
    for number in range(3):
        tests = json.dumps([nested(4)])
        await three.app.roles.add(space, RoleId(700 + number), name="Deep", tests=tests, minimum="1", by=AUTHOR)
    await looked(three)
    parse = strategy_catalogue._parse
    parsed: list[str] = []

    def counted(entry: Mapping[str, Any], *how: Any) -> Strategy:
        parsed.append(entry["name"])
        return parse(entry, *how)

    monkeypatch.setattr(strategy_catalogue, "_parse", counted)
    await looked(three)
    assert set(parsed) <= {"erc20-balance-of"}, "which is the space's own"


async def test_more_strategies_inside_others_than_anybody_needs_are_refused(three: House) -> None:
    space = await three.app.spaces.main(GUILD)
    tests = json.dumps([{"minimum": "1", "strategies": [nested(4)]}] * 2)
    for given, minimum in ((json.dumps([nested(5)]), "1"), (tests, None)):
        with refused("at most 250 in all"):
            await three.app.roles.add(space, RoleId(700), name="Deep", tests=given, minimum=minimum, by=AUTHOR)
    with refused("at most 250 in all"):
        await three.app.spaces.set_strategies(GUILD, json.dumps([nested(5)]))
