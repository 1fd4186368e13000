"""What one server's rules make of their reading keeps no other server from its look."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from bot.domain.roles.role_rules import Step
from bot.domain.shared.types import GuildId
from bot.domain.wallets.wallet import Wallet
from bot.services.power.voting_power import Power
from bot.storage.tables import role_rules
from tests import logs
from tests.builders import AUTHOR, CHAIN, GUILD, NOW, ONE, an_address
from tests.services.roles.test_role_rules import HOLDER, TOKEN_PARAMS

SOUND = [GuildId(GUILD + 1), GuildId(GUILD + 2)]
LISTED = [{"name": "erc20-balance-of", "network": str(CHAIN), "params": TOKEN_PARAMS}]


async def ruled(house, guild: GuildId, number: int) -> None:
    """Make a server with a rule, and a member who passes it."""
    await house.app.spaces.main(guild, "Commons")
    async with house.app.store.write() as repos:
        await logs.link(repos, Wallet(guild=guild, member=AUTHOR, address=an_address(number), linked_at=NOW))
        await repos.commit()
    house.chain.give(an_address(number), 100 * ONE)
    space = await house.app.spaces.main(guild)
    await house.app.roles.add(space, HOLDER, name="Holder", tests=json.dumps(LISTED), minimum="100", by=AUTHOR)


@pytest.fixture
async def three(house):
    for number, guild in enumerate((GUILD, *SOUND), start=50):
        await ruled(house, guild, number)
    return house


async def looked(house) -> None:
    await house.app.role_evaluation.check_all()
    for guild in SOUND:
        (own,) = await house.app.roles.own(guild, AUTHOR)
        assert (own.standing.earned, own.standing.step) == (True, Step.NONE)


async def test_a_rule_that_this_version_cannot_read_keeps_no_other_server_from_its_look(three):
    unknown = json.dumps([{"minimum": "1", "strategies": [{"name": "of-a-later-version", "network": "1"}]}])
    async with three.app.store.write() as repos:
        await repos.connection.execute(update(role_rules).where(role_rules.c.guild == GUILD).values(tests=unknown))
        await repos.commit()
    three.tampered = True
    await looked(three)


async def test_what_nobody_foresaw_of_all_together_is_read_one_by_one(three, monkeypatch):
    async def broken(*_args, **_how):
        raise ArithmeticError("of one of them")

    monkeypatch.setattr(Power, "read_each", broken)
    await looked(three)
