"""The bot's process is killed at many moments of giving and taking roles; then roles are as holdings say."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from discord import Permissions

from bot.demo.chain.genesis import address_of
from bot.domain.shared.types import GuildId, MemberId, RoleId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.wallets.wallet import Wallet
from tests.kill.conftest import SOAK
from tests.kill.moments import Moment
from tests.kill.scene import ONE, Scene, a_scene
from tests.postgres import Server
from tests.standin import Member, Role
from tests.standin.faults import Fault

pytestmark = [pytest.mark.kill, pytest.mark.timeout(600 if SOAK else 180)]

SEED = 20
MANAGE_ROLES = Permissions(manage_roles=True).value
LEAST = 5_000
"""Tokens that a rule asks for; more than the scene's one voter has."""
ENOUGH, TOO_LITTLE = LEAST * ONE, LEAST * ONE - 1
LOOK, CHANGE = r"^/guilds/\d+/members/\d+$", r"/members/\d+/roles/\d+$"


@dataclass(kw_only=True)
class Holders:
    """Members with a wallet that an account of the node holds, and a rule that gives `role` to those with enough."""

    scene: Scene
    role: Role
    members: list[Member]
    enough: set[int] = field(default_factory=set)

    def have(self) -> set[int]:
        """Return the members who have the role on Discord."""
        return {member.id for member in self.members if self.role in member.roles}

    async def hold(self, enough: set[int]) -> None:
        """Let these hold enough, and all others too little."""
        for number, member in enumerate(self.members, start=1):
            if (member.id in enough) != (member.id in self.enough):
                await self.scene.chain.hold(number, ENOUGH if member.id in enough else TOO_LITTLE)
        self.enough = set(enough)

    async def some_change(self, rng: random.Random) -> None:
        """Let half of those who have the role lose what they hold, and half of the others come into it."""
        have = sorted(self.have())
        lack = sorted({member.id for member in self.members} - self.have())
        await self.hold(set(rng.sample(have, len(have) // 2)) | set(rng.sample(lack, (len(lack) + 1) // 2)))

    async def rest(self) -> None:
        """Wait until roles are as holdings say, and see that they stay so."""
        await self.scene.discord.until(lambda: self.have() == self.enough, timeout=30)
        done = len(self.scene.guild.changes)
        await asyncio.sleep(2.5)
        assert (self.have(), len(self.scene.guild.changes)) == (self.enough, done)


@asynccontextmanager
async def holders(folder: Path, *, members: int = 8, server: Server | None = None) -> AsyncIterator[Holders]:
    """Set the scene; nobody holds enough yet, and the bot is not started."""
    async with a_scene(folder, voters=1, server=server) as scene:
        own = scene.discord.me(scene.guild).roles[0]
        scene.discord.change_role(scene.guild, own, position=5, permissions=own.permissions | MANAGE_ROLES)
        role = scene.discord.add_role(scene.guild, "holder")
        made = Holders(scene=scene, role=role, members=[])
        async with scene.app() as app:
            for number in range(1, members + 1):
                member = scene.discord.add_member(scene.guild, f"holder{number}")
                made.members.append(member)
                async with app.store.write() as repos:
                    wallet = Wallet(
                        guild=GuildId(scene.guild.id),
                        member=MemberId(member.id),
                        address=address_of(number),
                        linked_at=Timestamp(1),
                    )
                    await repos.wallets.add(wallet)
                    await repos.commit()
        await rule(made, role)
        yield made


async def rule(made: Holders, role: Role) -> None:
    async with made.scene.app() as app:
        guild, author = GuildId(made.scene.guild.id), MemberId(made.scene.voters[0].id)
        await app.roles.add(
            await app.spaces.main(guild), RoleId(role.id), name=role.name, minimum=str(LEAST), by=author
        )


async def logged(scene: Scene) -> dict[str, list[str]]:
    """Return what the bot's own log says of each member's roles, in order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    async with scene.app() as app, app.store.read() as repos:
        async for some in repos.log.entries(GuildId(scene.guild.id)):
            for entry in some:
                content = json.loads(entry.content)
                if content["kind"] in ("role granted", "role removed"):
                    found[content["about"]["member"]].append(content["kind"])
    return found


def notices(scene: Scene) -> list[str]:
    (channel,) = (each for each in scene.guild.channels.values() if each.name == "moderators")
    return [message.text for message in channel.history]


async def test_roles_are_as_holdings_say_and_nobody_is_given_one_twice(
    tmp_path: Path, soaked_server: Server | None
) -> None:
    rng = random.Random(SEED)  # noqa: S311 - repeatable
    print("seed", SEED)
    moments = [
        Moment(method="GET", path=LOOK),
        *(Moment(method=method, path=CHANGE, after=after) for method in ("PUT", "DELETE") for after in (False, True)),
        *(Moment(pause=rng.uniform(0, 1.5)) for _ in range(4)),
    ]
    async with holders(tmp_path, members=9, server=soaked_server) as made:
        scene, by_hand = made.scene, made.members.pop()
        by_hand.roles.append(made.role)
        await scene.chain.hold(9, ENOUGH)
        await made.hold({member.id for member in made.members[:4]})
        await scene.start()
        await made.rest()
        await scene.kill()
        await scene.chain.hold(9, TOO_LITTLE)
        for moment in moments:
            print(moment)
            await made.some_change(rng)
            waiting = asyncio.create_task(moment.comes(scene))
            await asyncio.sleep(0)
            await scene.bot.start()
            await waiting
            await scene.kill()
        await scene.start()
        await made.rest()
        await scene.kill()
        assert made.role in by_hand.roles
        again = [change for change in scene.guild.changes if not change.anew]
        assert again == []
        assert all("Folkmoot rule #1: " in (change.reason or "") for change in scene.guild.changes)
        told = await logged(scene)
        assert sum(kinds[-1] == "role granted" for kinds in told.values()) == len(made.enough)
        for kinds in told.values():
            assert kinds == ["role granted", "role removed"] * (len(kinds) // 2) + ["role granted"] * (len(kinds) % 2)
        assert len(scene.guild.changes) == sum(len(kinds) for kinds in told.values())
        assert notices(scene) == []


def _fewer(left: Fault, before: int) -> bool:
    """Whether the fault struck since then."""
    return left.times < before


async def test_what_keeps_a_role_from_members_is_told_to_moderators_once_over_all_restarts(
    tmp_path: Path, soaked_server: Server | None
) -> None:
    rng = random.Random(SEED)  # noqa: S311 - repeatable
    print("seed", SEED)
    async with holders(tmp_path, members=4, server=soaked_server) as made:
        scene = made.scene
        lofty = scene.discord.add_role(scene.guild, "lofty", position=9)
        await rule(made, lofty)
        everybody = {member.id for member in made.members}
        await made.hold(everybody)
        refusing = scene.discord.fault("PUT", rf"/roles/{made.role.id}$", status=403, times=1_000)
        for _ in range(5):
            before = refusing.times
            await scene.bot.start()
            await scene.discord.until(partial(_fewer, refusing, before), timeout=30)
            await asyncio.sleep(rng.uniform(0, 2))
            await scene.kill()
            scene.retry_now()
        refusing.times = 0
        await scene.start()
        await made.rest()
        assert not any(lofty in member.roles for member in made.members)
        scene.discord.change_role(scene.guild, lofty, position=1)
        await scene.discord.until(lambda: all(lofty in member.roles for member in made.members), timeout=30)
        await scene.said()
        await scene.kill()
        assert sorted(f"<@&{role.id}>" in text for text in notices(scene) for role in (made.role, lofty)) == [
            False,
            False,
            True,
            True,
        ]
        assert all(change.anew for change in scene.guild.changes)


async def test_who_left_meanwhile_hinders_nobody_and_gets_the_role_on_coming_back(
    tmp_path: Path, soaked_server: Server | None
) -> None:
    async with holders(tmp_path, members=4, server=soaked_server) as made:
        scene, (gone, *others) = made.scene, made.members
        scene.discord.leave(gone)
        await made.hold({member.id for member in made.members})
        await scene.start()
        await scene.discord.until(lambda: made.have() == {member.id for member in others}, timeout=30)
        await scene.kill()
        scene.discord.come_back(gone)
        scene.pass_time(DAY)
        await scene.start()
        await made.rest()
