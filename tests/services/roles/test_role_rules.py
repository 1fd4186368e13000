"""Roles by holdings: who earns one, who is given it, from whom it is taken, and what is left alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from bot.app.composition import App
from bot.domain.power import parse_strategies
from bot.domain.power.chain_reads import Answers, PerWallet
from bot.domain.roles.role_rules import MAX_RULES, Match, RoleRule, Step
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.errors import ChainFault, ChainUnavailable, InvalidInput, NotConfigured, NotFound
from bot.domain.shared.types import GuildId, MemberId, RoleId
from bot.domain.wallets.wallet import Wallet
from bot.ports import RoleRefused, Undelivered
from bot.presentation.notices.notice_words import notice_words
from bot.presentation.notices.tables import TROUBLES
from bot.services.roles.role_rules import OwnView
from bot.services.roles.role_sync import AT_ONCE, FIRST_WAIT
from tests import logs
from tests.builders import AUTHOR, CHAIN, GUILD, NOW, ONE, TOKEN, a_strategy, an_address
from tests.fakes import FakeKeeper, Killed
from tests.presence import present
from tests.refusals import refused
from tests.services.conftest import House

HOLDER, WHALE = RoleId(1_300_000_000_000_000_010), RoleId(1_300_000_000_000_000_011)

TOKEN_PARAMS = {"address": TOKEN, "symbol": "VITA", "decimals": 18}


@pytest.fixture
def guild_roles() -> FakeKeeper:
    return FakeKeeper()


async def rule(house: House, minimum: str = "100", role: int = HOLDER, **fields: Any) -> RoleRule:
    return await house.app.roles.add(
        await house.app.spaces.main(GUILD), RoleId(role), name="Holder", minimum=minimum, by=AUTHOR, **fields
    )


async def sweep(house: House, guild_roles: FakeKeeper, seconds: int = 600) -> None:
    house.clock.time += seconds
    await house.app.role_evaluation.check_all()
    await house.app.role_sync.carry_out_all(guild_roles)


async def link(house: House, member: MemberId, number: int, tokens: int = 0) -> None:
    if tokens:
        house.chain.give(an_address(number), tokens * ONE)
    wallet = Wallet(guild=GUILD, member=member, address=an_address(number), linked_at=house.clock.now())
    async with house.app.store.write() as repos:
        await logs.link(repos, wallet)
        await repos.commit()


async def status(house: House, member: MemberId, number: int = 1) -> OwnView:
    mine = {own.view.rule.number: own for own in await house.app.roles.own(GUILD, member)}
    return mine[number]


def holders(guild_roles: FakeKeeper, role: int = HOLDER) -> set[int]:
    return {member for member, has in guild_roles.has if has == role}


async def test_who_holds_enough_is_given_the_role_and_who_holds_too_little_loses_it(
    house: House, guild_roles: FakeKeeper
) -> None:
    rich, poor = await house.member(1, 100), await house.member(2, 99)
    await rule(house)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {rich}
    house.chain.give(an_address(1), 99 * ONE)
    house.chain.give(an_address(2), 100 * ONE)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {poor}
    assert [what for what, _ in guild_roles.asked] == ["holds", "give", "take", "holds", "give"]


async def test_nobody_is_asked_of_discord_again_where_nothing_changed(house: House, guild_roles: FakeKeeper) -> None:
    await house.member(1, 100)
    await rule(house)
    for _ in range(3):
        await sweep(house, guild_roles)
    assert len(guild_roles.asked) == 2


async def test_the_wallets_of_a_member_add_up_to_the_last_unit(house: House, guild_roles: FakeKeeper) -> None:
    member, other = await house.member(1, 60), await house.member(3, 60)
    await link(house, member, 2, 40)
    house.chain.give(an_address(4), 40 * ONE - 1)
    await link(house, other, 4)
    await rule(house)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {member}
    assert present((await status(house, other)).status).found == ("99.999999999999999999",)


async def test_a_wallet_that_moves_or_is_unlinked_takes_the_role_along_at_the_next_look(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice, bob = await house.member(1, 100), await house.member(2)
    await rule(house)
    await sweep(house, guild_roles)
    await house.app.wallets.unlink(GUILD, alice, an_address(1))
    await link(house, bob, 1)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {bob}
    async with house.app.store.read() as repos:
        assert await repos.roles.of_member(GUILD, alice) != []
    await sweep(house, guild_roles)
    async with house.app.store.read() as repos:
        assert await repos.roles.of_member(GUILD, alice) == []


async def test_all_rules_of_a_guild_are_read_in_one_batch_at_one_block(house: House, guild_roles: FakeKeeper) -> None:
    for number in range(1, 30):
        await house.member(number, number)
    tests = json.dumps([{"minimum": "5", "strategies": [a_strategy().to_json()]}, {"minimum": 7}])
    await rule(house)
    await house.app.roles.add(await house.app.spaces.main(GUILD), WHALE, name="Whale", tests=tests, by=AUTHOR)
    before = house.chain.reads
    await house.app.role_evaluation.check_all()
    assert house.chain.reads == before + 1


@pytest.mark.parametrize(("match", "given"), [(Match.ALL, {3}), (Match.ANY, {1, 2, 3})])
async def test_all_tests_or_any_are_to_be_passed(
    house: House, guild_roles: FakeKeeper, match: Match, given: set[int]
) -> None:
    members = {number: await house.member(number) for number in (1, 2, 3, 4)}
    for number in (1, 3):
        house.chain.give(an_address(number), 10 * ONE)
    for number in (2, 3):
        house.chain.give(an_address(number), 2 * ONE, None)
    coin = a_strategy("eth-balance", params={}).to_json()
    tests = [{"minimum": "10"}, {"minimum": "1.5", "strategies": [coin]}]
    await house.app.roles.add(
        await house.app.spaces.main(GUILD), HOLDER, name="Holder", tests=json.dumps(tests), match=match, by=AUTHOR
    )
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {members[number] for number in given}


async def test_a_chain_that_cannot_be_read_gives_and_takes_nothing_and_says_when_it_is_tried_again(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice, bob = await house.member(1, 100), await house.member(2)
    await rule(house)
    await sweep(house, guild_roles)
    house.chain.give(an_address(1), 0)
    house.chain.give(an_address(2), 100 * ONE)
    house.chain.down = ChainFault.UNREACHABLE
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}
    own = await status(house, bob)
    assert own.view.rule.unknown == "Ethereum could not be read: unreachable"
    assert own.next_at == house.clock.time + house.app.settings.jobs.roles
    house.chain.down = None
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {bob}
    assert (await status(house, bob)).view.rule.unknown is None


async def test_a_wallet_that_could_not_be_read_is_unknown_and_never_zero(house: House, guild_roles: FakeKeeper) -> None:
    alice, bob = await house.member(1, 100), await house.member(2, 100)
    await rule(house)
    await sweep(house, guild_roles)
    carol = await house.member(3, 100)
    house.chain.silent = {an_address(1), an_address(3)}
    house.chain.give(an_address(2), 0)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}
    assert bob not in holders(guild_roles)
    assert present((await status(house, carol)).status).found == (None,)
    house.chain.silent = set()
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice, carol}


async def test_a_rule_that_cannot_be_read_does_not_keep_the_others_from_their_look(
    house: House, guild_roles: FakeKeeper
) -> None:
    house.tampered = True  # it writes behind the log's back
    alice = await house.member(1, 100)
    await rule(house)
    elsewhere = json.loads(json.dumps(a_strategy().to_json())) | {"network": "10"}
    async with house.app.store.write() as repos:
        one = (await repos.roles.of(GUILD))[0]
        test = type(one.tests[0])(strategies=parse_strategies(json.dumps([elsewhere])), minimum="1")
        fields = {name: getattr(one, name) for name in one.__slots__}
        await repos.roles.add(type(one)(**fields | {"role": WHALE, "tests": (test,)}))
        await repos.commit()
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}
    assert "chain 10 could not be read" in ((await status(house, alice, 2)).view.rule.unknown or "")


async def test_a_formula_without_a_result_for_one_wallet_leaves_only_its_member_unknown(
    house: House, guild_roles: FakeKeeper
) -> None:
    members = [await house.member(number, 100) for number in range(1, 20)]
    inner = a_strategy().to_json()
    # 1 / (100 - x), and a wallet of exactly 100 divides by zero
    minus = {"name": "math", "network": str(CHAIN), "params": {"operation": "minus", "operands": [
        {"type": "constant", "value": 200}, {"type": "strategy", "strategy": inner}]}}  # fmt: skip
    divided = {"name": "math", "network": str(CHAIN), "params": {"operation": "divide", "operands": [
        {"type": "constant", "value": 1_000}, {"type": "strategy", "strategy": minus}]}}  # fmt: skip
    house.chain.give(an_address(7), 200 * ONE)
    await house.app.roles.add(
        await house.app.spaces.main(GUILD), HOLDER, name="H", tests=json.dumps([divided]), minimum="5", by=AUTHOR
    )
    await sweep(house, guild_roles)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set(members) - {members[6]}
    assert present((await status(house, members[6])).status).found == (None,)


async def test_a_formula_without_a_result_for_a_wallet_that_holds_nothing_is_refused(house: House) -> None:
    divided = {"name": "math", "network": str(CHAIN), "params": {"operation": "divide", "operands": [
        {"type": "constant", "value": 1}, {"type": "strategy", "strategy": a_strategy().to_json()}]}}  # fmt: skip
    with refused("holds nothing"):
        await house.app.roles.add(
            await house.app.spaces.main(GUILD), HOLDER, name="H", tests=json.dumps([divided]), minimum="5", by=AUTHOR
        )
    assert await house.app.roles.of(await house.app.spaces.main(GUILD)) == []


async def test_a_role_that_was_given_by_hand_is_left_alone_and_shown_as_such(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice = await house.member(1, 100)
    guild_roles.has.add((alice, HOLDER))
    await rule(house)
    await sweep(house, guild_roles)
    assert present((await status(house, alice)).status).step is Step.BY_HAND
    house.chain.give(an_address(1), 0)
    await sweep(house, guild_roles)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}
    assert [what for what, _ in guild_roles.asked] == ["holds"]
    house.chain.give(an_address(1), 100 * ONE)
    guild_roles.has.clear()
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}


@pytest.mark.parametrize("earned", [True, False])
async def test_a_process_that_is_killed_after_discord_acted_still_knows_its_own_role(
    house: House, guild_roles: FakeKeeper, earned: bool
) -> None:
    alice = await house.member(1, 100)
    await rule(house)
    await house.app.role_evaluation.check_all()
    guild_roles.die = 1
    with pytest.raises(Killed):
        await house.app.role_sync.carry_out(GUILD, guild_roles)
    assert holders(guild_roles) == {alice}
    if not earned:
        house.chain.give(an_address(1), 0)
    await sweep(house, guild_roles)
    assert present((await status(house, alice)).status).step is (Step.GIVEN if earned else Step.NONE)
    house.chain.give(an_address(1), 0)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()


async def test_a_process_that_is_killed_while_it_takes_a_role_takes_it_or_gives_it_back(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice = await house.member(1, 100)
    await rule(house)
    await sweep(house, guild_roles)
    house.chain.give(an_address(1), 0)
    await house.app.role_evaluation.check_all()
    guild_roles.die = 1
    with pytest.raises(Killed):
        await house.app.role_sync.carry_out(GUILD, guild_roles)
    house.chain.give(an_address(1), 100 * ONE)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}
    assert present((await status(house, alice)).status).step is Step.GIVEN


async def test_two_passes_at_once_do_everything_once(house: House, guild_roles: FakeKeeper) -> None:
    for number in range(1, 6):
        await house.member(number, 100)
    await rule(house)
    await house.app.role_evaluation.check_all()
    await asyncio.gather(*(house.app.role_sync.carry_out_all(guild_roles) for _ in range(3)))
    assert sorted(what for what, _ in guild_roles.asked) == ["give"] * 5 + ["holds"] * 5


async def test_changes_are_spread_over_several_passes(house: House, guild_roles: FakeKeeper) -> None:
    for number in range(1, AT_ONCE + 4):
        await house.member(number, 100)
    await rule(house)
    await house.app.role_evaluation.check_all()
    assert await house.app.role_sync.carry_out_all(guild_roles) == AT_ONCE
    assert await house.app.role_sync.carry_out_all(guild_roles) == 3
    assert await house.app.role_sync.carry_out_all(guild_roles) == 0


async def test_who_left_is_left_out_and_gets_the_role_when_they_come_back(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice, bob = await house.member(1, 100), await house.member(2, 100)
    guild_roles.gone = {alice}
    await rule(house)
    await sweep(house, guild_roles)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {bob}
    assert guild_roles.asked.count(("holds", alice)) == 1
    guild_roles.gone = set()
    await house.app.roles.met(GUILD, alice, [])
    await house.app.role_sync.carry_out_all(guild_roles)
    assert holders(guild_roles) == {alice, bob}


async def test_who_lost_a_role_that_the_bot_gave_gets_it_again_and_it_stays_the_bots(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice = await house.member(1, 100)
    await rule(house)
    await sweep(house, guild_roles)
    await house.app.roles.met(GUILD, alice, [HOLDER])
    await house.app.role_sync.carry_out_all(guild_roles)
    assert len(guild_roles.asked) == 2
    guild_roles.has.clear()
    await house.app.roles.met(GUILD, alice, [WHALE])
    await house.app.role_sync.carry_out_all(guild_roles)
    assert holders(guild_roles) == {alice}
    # seen a moment before it was given: it is still the bot's, and the bot takes it
    await house.app.roles.met(GUILD, alice, [])
    house.chain.give(an_address(1), 0)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()


@pytest.mark.parametrize("trouble", [t for t in Trouble if t is not Trouble.REFUSED])
async def test_what_keeps_a_role_from_being_given_is_told_to_moderators_once_not_by_member(
    house: House, guild_roles: FakeKeeper, trouble: Trouble
) -> None:
    members = {await house.member(number, 100) for number in range(1, 6)}
    await rule(house)
    guild_roles.bad = trouble
    for _ in range(3):
        await sweep(house, guild_roles)
    (notice,) = await house.app.notices.recent(await house.app.spaces.main(GUILD))
    assert TROUBLES[trouble] in notice_words(notice.fact).problem
    assert guild_roles.asked == []
    assert (await house.app.roles.of(await house.app.spaces.main(GUILD)))[0].rule.trouble is trouble
    guild_roles.bad = None
    await sweep(house, guild_roles)
    assert holders(guild_roles) == members
    assert (await house.app.roles.of(await house.app.spaces.main(GUILD)))[0].rule.trouble is None
    assert len(await house.app.notices.recent(await house.app.spaces.main(GUILD))) == 1


async def test_what_discord_refuses_for_all_is_told_once_and_tried_again_at_the_next_look_only(
    house: House, guild_roles: FakeKeeper
) -> None:
    members = {await house.member(number, 100) for number in range(1, 4)}
    await rule(house)
    guild_roles.fail = [RoleRefused(Trouble.REFUSED)] * 3
    await sweep(house, guild_roles)
    for _ in range(3):
        await house.app.role_sync.carry_out_all(guild_roles)
    assert len(guild_roles.asked) == 3
    assert len(await house.app.notices.recent(await house.app.spaces.main(GUILD))) == 1
    await sweep(house, guild_roles)
    assert holders(guild_roles) == members


async def test_all_servers_are_read_together_and_one_that_cannot_be_spoils_no_other(
    house: House, guild_roles: FakeKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    guilds = [GuildId(GUILD + number) for number in range(12)]
    for number, guild in enumerate(guilds):
        await house.app.spaces.main(guild, "Commons")
        async with house.app.store.write() as repos:
            wallet = Wallet(guild=guild, member=AUTHOR, address=an_address(50 + number), linked_at=NOW)
            await logs.link(repos, wallet)
            await repos.commit()
        house.chain.give(an_address(50 + number), (99 + number % 2) * ONE)
        listed = json.dumps([{"name": "erc20-balance-of", "network": str(CHAIN), "params": TOKEN_PARAMS}])
        await house.app.roles.add(
            await house.app.spaces.main(guild), HOLDER, name="Holder", tests=listed, minimum="100", by=AUTHOR
        )
    asked, read = [], house.chain.read

    async def counted(reads: Sequence[PerWallet], *args: Any, **how: Any) -> list[Answers]:
        asked.append(len(reads))
        if len(reads) == 12 and len(asked) > 1:
            raise ChainUnavailable(CHAIN, ChainFault.DISAGREEMENT)
        return await read(reads, *args, **how)

    monkeypatch.setattr(house.chain, "read", counted)
    await house.app.role_evaluation.check_all()
    assert len(asked) == 1
    for number, guild in enumerate(guilds):
        (own,) = await house.app.roles.own(guild, AUTHOR)
        assert own.status is not None
        assert own.status.earned is (number % 2 == 1)
        house.chain.give(an_address(50 + number), 100 * ONE)
    house.chain.mine(1)
    await house.app.role_evaluation.check_all()
    assert asked == [12, 12, *[1] * 12]
    for guild in guilds:
        (own,) = await house.app.roles.own(guild, AUTHOR)
        assert own.status is not None
        assert own.status.earned


ALONE = [RoleRefused(Trouble.REFUSED), Undelivered("HTTP 500"), Undelivered("HTTP 400")]


class Stubborn(FakeKeeper):
    """Discord, which does not do it for one member."""

    def __init__(self, member: int, error: Exception) -> None:
        super().__init__()
        self.member, self.error, self.stubborn = member, error, True

    async def _ask(self, what: str, member: MemberId, reason: str = "") -> None:
        await super()._ask(what, member, reason)
        if member == self.member and self.stubborn and what != "holds":
            raise self.error


@pytest.mark.parametrize("error", ALONE, ids=str)
async def test_a_member_whose_role_fails_keeps_it_from_nobody_and_is_told_as_one(
    house: House, error: RoleRefused | Undelivered
) -> None:
    first, *others = [await house.member(number, 100) for number in range(1, 25)]
    guild_roles = Stubborn(first, error)
    await rule(house)
    for _ in range(4):
        await sweep(house, guild_roles)
    assert holders(guild_roles) == set(others)
    (notice,) = await house.app.notices.recent(await house.app.spaces.main(GUILD))
    assert f"<@{first}>" in notice_words(notice.fact).problem
    assert "Other members are not affected" in notice_words(notice.fact).remedy
    assert (await house.app.roles.of(await house.app.spaces.main(GUILD)))[0].rule.trouble is None
    guild_roles.stubborn = False
    house.clock.time += FIRST_WAIT
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {first, *others}


async def test_the_waits_of_a_member_grow_and_outlast_a_restart(house: House) -> None:
    alice = await house.member(1, 100)
    guild_roles = Stubborn(alice, Undelivered("HTTP 500"))
    await rule(house)
    await house.app.role_evaluation.check_all()
    tried = []
    for _ in range(60):
        before = len(guild_roles.asked)
        app = App.of(
            settings=house.app.settings,
            clock=house.clock,
            store=house.app.store,
            chain=house.chain,
            drawing=house.app.drawing,
        )
        await app.role_sync.carry_out_all(guild_roles)
        if len(guild_roles.asked) > before:
            tried.append(house.clock.time)
        house.clock.time += FIRST_WAIT
    waits = [(later - earlier) // FIRST_WAIT for earlier, later in pairwise(tried)]
    assert waits == [1, 1, 1, 2, 4, 8, 16]


async def test_a_members_trouble_that_was_mended_and_returns_is_told_again(house: House) -> None:
    alice = await house.member(1, 100)
    guild_roles = Stubborn(alice, RoleRefused(Trouble.REFUSED))
    await rule(house)
    for round_ in (1, 2):
        guild_roles.stubborn = True
        for _ in range(4):
            await sweep(house, guild_roles)
        assert len(await house.app.notices.recent(await house.app.spaces.main(GUILD))) == round_
        guild_roles.stubborn = False
        house.clock.time += FIRST_WAIT
        await sweep(house, guild_roles)
        assert holders(guild_roles) == {alice}
        house.chain.give(an_address(1), 0)
        await sweep(house, guild_roles)
        house.chain.give(an_address(1), 100 * ONE)


async def test_a_rules_trouble_that_was_mended_and_returns_is_told_again(house: House, guild_roles: FakeKeeper) -> None:
    await house.member(1, 100)
    await rule(house)
    for round_ in (1, 2, 3):
        guild_roles.bad = Trouble.ABOVE_ME
        for _ in range(3):
            await sweep(house, guild_roles)
        assert len(await house.app.notices.recent(await house.app.spaces.main(GUILD))) == round_
        guild_roles.bad = None
        house.clock.time += 1
        await sweep(house, guild_roles)


async def test_while_discord_does_not_answer_roles_wait(house: House, guild_roles: FakeKeeper) -> None:
    alice = await house.member(1, 100)
    await rule(house)
    guild_roles.fail = [Undelivered("down"), Undelivered("down")]
    await sweep(house, guild_roles)
    await house.app.role_sync.carry_out_all(guild_roles)
    assert holders(guild_roles) == set()
    await house.app.role_sync.carry_out_all(guild_roles)
    assert holders(guild_roles) == {alice}
    assert await house.app.notices.recent(await house.app.spaces.main(GUILD)) == []


async def test_a_role_that_came_to_give_power_is_given_no_more_but_still_taken(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice, bob = await house.member(1, 100), await house.member(2)
    await rule(house)
    await sweep(house, guild_roles)
    guild_roles.bad = Trouble.POWERFUL
    house.chain.give(an_address(1), 0)
    house.chain.give(an_address(2), 100 * ONE)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()
    assert present((await status(house, bob)).status).to_give
    assert alice not in holders(guild_roles)


async def test_a_rule_that_goes_takes_its_role_along_or_leaves_it_as_asked(
    house: House, guild_roles: FakeKeeper
) -> None:
    alice, bob = await house.member(1, 100), await house.member(2, 100)
    guild_roles.has.add((bob, HOLDER))
    await rule(house)
    await rule(house, role=WHALE)
    await sweep(house, guild_roles)
    await house.app.roles.remove(await house.app.spaces.main(GUILD), 2, take=False, by=AUTHOR)
    await house.app.roles.remove(await house.app.spaces.main(GUILD), 1, take=True, by=AUTHOR)
    with refused("being taken"):
        await rule(house)
    await sweep(house, guild_roles)
    assert (holders(guild_roles), holders(guild_roles, WHALE)) == ({bob}, {alice, bob})
    assert guild_roles.reasons[-1] == "Folkmoot rule #1 was removed"
    assert await house.app.roles.of(await house.app.spaces.main(GUILD)) == []
    with pytest.raises(NotFound):
        await house.app.roles.remove(await house.app.spaces.main(GUILD), 1, take=True, by=AUTHOR)
    assert (await rule(house)).number == 3


async def test_a_role_that_is_deleted_lets_its_rule_go(house: House, guild_roles: FakeKeeper) -> None:
    await house.member(1, 100)
    await rule(house)
    await sweep(house, guild_roles)
    guild_roles.bad = Trouble.GONE
    await house.app.roles.remove(await house.app.spaces.main(GUILD), 1, take=True, by=AUTHOR)
    await house.app.role_sync.carry_out_all(guild_roles)
    assert await house.app.roles.of(await house.app.spaces.main(GUILD)) == []


async def test_the_reason_fits_the_servers_audit_log(house: House, guild_roles: FakeKeeper) -> None:
    await house.member(1, 10**9)
    tests = json.dumps([{"minimum": "1" + "0" * n} for n in range(1, 8)])
    await house.app.roles.add(
        await house.app.spaces.main(GUILD), HOLDER, name="H", tests=tests, match=Match.ANY, by=AUTHOR
    )
    await sweep(house, guild_roles)
    (reason,) = guild_roles.reasons
    assert reason.startswith("Folkmoot rule #1: the member's linked wallets score at least 10 or at least 100")
    assert len(reason) <= 512


async def test_a_part_that_is_off_looks_at_nothing_and_changes_nothing(house: House, guild_roles: FakeKeeper) -> None:
    await house.member(1, 100)
    await rule(house)
    await house.app.spaces.switch_cog(GUILD, "roles", on=False)
    await sweep(house, guild_roles)
    assert guild_roles.asked == []
    assert (await house.app.roles.of(await house.app.spaces.main(GUILD)))[0].rule.checked_at is None


async def test_a_test_by_the_spaces_strategies_follows_them(house: House, guild_roles: FakeKeeper) -> None:
    alice = await house.member(1, 100)
    await rule(house)
    await house.app.spaces.set_strategies(GUILD, json.dumps([a_strategy("eth-balance", params={}).to_json()]))
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()
    house.chain.give(an_address(1), 100 * ONE, None)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}


async def test_links_that_change_while_the_chain_answers_are_looked_at_next_time(
    house: House, guild_roles: FakeKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = await house.member(1, 100), await house.member(2)
    await rule(house)
    read = house.chain.read

    async def slow(*args: Any, **kwargs: Any) -> list[Answers]:
        answer = await read(*args, **kwargs)
        monkeypatch.setattr(house.chain, "read", read)
        await house.app.wallets.unlink(GUILD, alice, an_address(1))
        await link(house, bob, 1)
        return answer

    monkeypatch.setattr(house.chain, "read", slow)
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {bob}


@pytest.mark.parametrize(
    ("tests", "minimum"),
    [
        ("", None),
        ("", "lots"),
        ("[]", "5"),
        ("{", "5"),
        ('[{"minimum": "5"}]', "5"),
        ('[{"minimum": 1.5}]', None),
        ('[{"minimum": true}]', None),
        ('[{"minimum": "5", "strategies": []}]', None),
        ('[{"minimum": "5", "strategys": []}]', None),
        ('[{"minimum": "5", "strategies": "erc20"}]', None),
        (json.dumps([{"minimum": "5"}] * 9), None),
        (json.dumps([a_strategy().to_json()]), None),
        (json.dumps([a_strategy().to_json() | {"network": "10"}]), "5"),
        (json.dumps([a_strategy().to_json()]), "0." + "0" * 18 + "1"),
        ("", "0." + "0" * 18 + "1"),
    ],
)
async def test_what_is_no_rule_is_refused_and_nothing_is_stored(house: House, tests: str, minimum: str | None) -> None:
    with pytest.raises(InvalidInput):
        await house.app.roles.add(
            await house.app.spaces.main(GUILD), HOLDER, name="H", tests=tests, minimum=minimum, by=AUTHOR
        )
    assert await house.app.roles.of(await house.app.spaces.main(GUILD)) == []


async def test_a_role_has_one_rule_and_rules_are_bounded(house: House) -> None:
    await rule(house)
    with refused("rule #1"):
        await rule(house, minimum="5")
    for number in range(1, MAX_RULES):
        await rule(house, role=RoleId(HOLDER + number))
    with refused("number 26"):
        await rule(house, role=RoleId(HOLDER + MAX_RULES))


async def test_a_rule_by_the_spaces_strategies_wants_some(house: House) -> None:
    house.tampered = True  # it writes behind the log's back
    async with house.app.store.write() as repos:
        space = await repos.spaces.main(GUILD)
        assert space is not None
        fields = {name: getattr(space, name) for name in space.__slots__}
        await repos.spaces.save(type(space)(**fields | {"strategies": ()}))
        await repos.commit()
    with pytest.raises(NotConfigured):
        await rule(house)


async def test_a_contract_that_is_no_token_is_refused(house: House) -> None:
    entry = a_strategy().to_json() | {"params": {**a_strategy().params, "address": an_address(5)}}
    with refused("not a token"):
        await house.app.roles.add(
            await house.app.spaces.main(GUILD), HOLDER, name="H", tests=json.dumps([entry]), minimum="5", by=AUTHOR
        )
    assert an_address(5) != TOKEN


async def test_whoever_has_linked_a_wallet_passes_a_minimum_of_nothing(house: House, guild_roles: FakeKeeper) -> None:
    alice = await house.member(1)
    await rule(house, minimum="0")
    await sweep(house, guild_roles)
    assert holders(guild_roles) == {alice}
    await house.app.wallets.unlink(GUILD, alice, an_address(1))
    await sweep(house, guild_roles)
    assert holders(guild_roles) == set()
