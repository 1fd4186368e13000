"""A server with two spaces, in which everything stands in both; each bears marks that nothing of the other has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import discord
import simcord
from sqlalchemy import select

from bot.domain.announcements.moderator_notice import Told
from bot.domain.proposals.proposal import Text
from bot.domain.shared.types import Address, ChannelId, MemberId, RoleId
from bot.domain.spaces.space import Space
from bot.domain.voting import VotingType
from bot.domain.voting.systems.basic import CHOICES
from bot.services.announcements.moderator_notices import notice
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.tables import campaigns, mandates, outbox, proposals, role_rules, spaces, watches
from tests.builders import CHAIN, ONE, TOKEN, a_strategy, an_address
from tests.cogs.answers import present
from tests.cogs.conftest import World
from tests.cogs.conftest import parts as all_parts

DAY = 86_400
THEIRS = (proposals, campaigns, watches, role_rules, mandates)
"""Tables of which each row is one space's."""


@dataclass(kw_only=True)
class Side:
    """One of the two spaces: `mark` stands in every text of it, `amount` in every amount that was chosen for it."""

    space: Space
    mark: str
    amount: int
    channels: dict[str, simcord.ChannelHandle]
    holder: simcord.RoleHandle
    treasury: Address
    delegate: simcord.MemberActor
    numbers: dict[str, int] = field(default_factory=dict)
    campaign: int = 0
    rule: int = 0

    @property
    def here(self) -> simcord.ChannelHandle:
        """The channel in which its members give commands."""
        return self.channels["proposals"]

    def foreign(self, text: str) -> list[str]:
        """What of this space stands in a text that is another's."""
        wanted = [self.mark, self.treasury[2:], *(f"<#{channel.id}>" for channel in self.channels.values())]
        found = [word for word in wanted if word in text.casefold()]
        amounts = f"{self.amount:,}", str(self.amount)
        return found + [amount for amount in amounts if re.search(rf"(?<![\w,.]){amount}(?![\w,.])", text)]


@dataclass(kw_only=True)
class Two:
    """Both sides, and who gives commands."""

    world: World
    main: Side
    group: Side
    actors: dict[str, simcord.MemberActor]

    def side(self, name: str) -> tuple[Side, Side]:
        """The side of a name, and the other one."""
        return (self.main, self.group) if name == "main" else (self.group, self.main)

    async def rows(self, space: Space) -> dict[str, list[dict[str, Any]]]:
        """All that is stored of a space."""
        engine = open_engine(self.world.app.settings.storage.url.get_secret_value())
        found: dict[str, list[dict[str, Any]]] = {}
        async with engine.connect() as connection:
            for table in (*THEIRS, spaces):
                column = table.c.id if table is spaces else table.c.space
                query = select(table).where(column == space.id).order_by(*table.primary_key)
                found[table.name] = [dict(row._mapping) for row in await connection.execute(query)]
            told = select(outbox.c.key).where(outbox.c.space == space.id).order_by(outbox.c.id)
            found[outbox.name] = [dict(row._mapping) for row in await connection.execute(told)]
        await close_engine(engine)
        return found


async def two_spaces(world: World) -> Two:
    """Fill a server: its main space, and a working group's, whose channels only its people read."""
    managers = world.guild.roles["Moderator"]
    group_role = world.guild.create_role("basalt people")
    main_mods, group_mods = world.guild.create_role("amber stewards"), world.guild.create_role("basalt stewards")
    holders = [world.guild.create_role(name) for name in ("amber holder", "basalt holder")]
    own = {
        name: world.guild.create_text_channel(
            f"basalt-{name}",
            overwrites={
                world.guild.default_role: discord.PermissionOverwrite(view_channel=False),
                group_role: discord.PermissionOverwrite(view_channel=True),
                present(world.env.bot.user): discord.PermissionOverwrite(view_channel=True),
            },
        )
        for name in ("proposals", "announcements", "moderators")
    }
    actors = {
        "member": world.guild.add_member(world.env.create_user("ada"), roles=[world.researcher]),
        "both": world.guild.add_member(world.env.create_user("bob"), roles=[world.researcher, group_role]),
        "main moderator": world.guild.add_member(world.env.create_user("max"), roles=[main_mods]),
        "group moderator": world.guild.add_member(world.env.create_user("gus"), roles=[group_mods, group_role]),
        "manager": world.guild.add_member(world.env.create_user("mia"), roles=[managers, group_role]),
    }
    for number, name in enumerate(("member", "both", "main moderator", "group moderator", "manager"), start=1):
        await world.link(actors[name], number, 5_000)
    await world.env.settle()
    app, guild = world.app, world.guild_id
    mona = MemberId(world.moderator.id)
    await world.configure(name="Amber Commons", moderators=(RoleId(main_mods.id),), proposer_power="7771")
    made = await app.space_list.new(guild, "Basalt Circle", by=mona)
    async with app.store.write() as repos:
        await repos.spaces.save(
            replace(
                made,
                strategies=(a_strategy(params={"address": an_address(0xBA5A), "symbol": "BASALT", "decimals": 18}),),
                proposals_channel=ChannelId(own["proposals"].id),
                announcements_channel=ChannelId(own["announcements"].id),
                moderators_channel=ChannelId(own["moderators"].id),
                proposer_roles=(RoleId(world.researcher.id),),
                proposer_power="9913",
                moderators=(RoleId(group_mods.id),),
            )
        )
        await repos.commit()
    world.chain.tokens[an_address(0xBA5A)] = replace(
        world.chain.tokens[TOKEN], address=an_address(0xBA5A), symbol="BASALT"
    )
    for number in range(1, 6):
        world.chain.give(an_address(number), 3_000 * ONE, an_address(0xBA5A))
    main = Side(
        space=await app.spaces.main(guild),
        mark="amber",
        amount=7_771,
        channels={"proposals": world.proposals, "announcements": world.announcements, "moderators": world.moderators},
        holder=holders[0],
        treasury=an_address(0xA3BE4),
        delegate=actors["main moderator"],
    )
    group = Side(
        space=await app.spaces.get(made.id),
        mark="basalt",
        amount=9_913,
        channels=own,
        holder=holders[1],
        treasury=an_address(0xBA5A17),
        delegate=actors["group moderator"],
    )
    two = Two(world=world, main=main, group=group, actors=actors)
    for side in (main, group):
        await _fill(two, side)
    await world.client.sync_guild(guild)
    await world.sweep()
    return two


async def _fill(two: Two, side: Side) -> None:
    """Store proposals in every state, a draft of each who may come, a campaign, a treasury, a rule, a delegation."""
    world, app = two.world, two.world.app
    mona = MemberId(world.moderator.id)
    ada, bob = (MemberId(two.actors[name].id) for name in ("member", "both"))
    await app.member_delegations.give(
        world.guild_id, bob, MemberId(side.delegate.id), topic="approval", space=side.space.number
    )

    async def draft(
        what: str, author: MemberId, voting: VotingType = "basic", choices: tuple[str, ...] = CHOICES
    ) -> int:
        text = Text(title=f"{side.mark} {what}", summary=f"{side.mark} aim", body=f"{side.mark} body", discussion="")
        return (await app.proposals.draft(side.space, author, text, voting, choices)).number

    async def submitted(what: str, voting: VotingType = "basic", choices: tuple[str, ...] = CHOICES) -> int:
        number = await draft(what, bob, voting, choices)
        await app.proposals.submit(world.guild_id, number, bob, [RoleId(world.researcher.id)])
        return number

    await app.spaces.set_voting(world.guild_id, period=300, by=mona, space=side.space.number)
    several = tuple(f"{side.mark} {number}" for number in range(7))
    side.numbers["closed"] = await submitted("closed", "ranked-choice", several[:3])
    closed = await app.proposals.view(world.guild_id, side.numbers["closed"], bob)
    await app.voting.cast(world.guild_id, closed.proposal.id, bob, (2, 1, 3))
    side.numbers["withdrawn"] = await submitted("withdrawn")
    await app.withdrawals.withdraw(world.guild_id, side.numbers["withdrawn"], bob, reason=f"{side.mark} why")
    await world.sweep()
    await world.sweep(400)
    await app.spaces.set_voting(world.guild_id, period=3 * DAY, by=mona, space=side.space.number)
    side.numbers["open"] = await submitted("open")
    side.numbers["open ranked"] = await submitted("open ranked", "ranked-choice", several[:3])
    side.numbers["open approval"] = await submitted("open approval", "approval", several)
    side.numbers["draft of both"] = await draft("draft of both", bob)
    if side is two.main:
        side.numbers["draft of member"] = await draft("draft of member", ada)
    fields: dict[str, Any] = {"chain": CHAIN, "token": TOKEN}
    await app.treasury.watch(side.space, mona, holder=side.treasury, label=f"{side.mark} treasury", **fields)
    campaign = await app.treasury.start_campaign(
        side.space,
        mona,
        title=f"{side.mark} campaign",
        treasury=side.treasury,
        targets=[(f"{side.mark} first", str(side.amount)), (f"{side.mark} last", str(2 * side.amount + 1))],
        channel=ChannelId(side.channels["announcements"].id),
        deadline=None,
        **fields,
    )
    side.campaign = campaign.number
    world.chain.give(side.treasury, side.amount * ONE)
    world.chain.mine()
    rule = await app.roles.add(
        side.space, RoleId(side.holder.id), name=side.holder.name, minimum=str(side.amount), by=mona
    )
    side.rule = rule.number
    async with app.store.write() as repos:
        await notice(
            repos,
            world.guild_id,
            space=side.space.id,
            key=f"{side.mark}/trouble",
            fact=Told(problem=f"{side.mark} trouble", remedy=f"{side.mark} remedy"),
            at=app.clock.now(),
        )
        await repos.commit()


async def texts(result: simcord.InteractionResult) -> str:
    """All that an answer shows: words, fields, components, forms, and what its files hold."""
    parts: list[str] = []
    for message in [result.response, *result.followups]:
        if message is not None:
            parts += [message.content, *(json.dumps(embed.to_dict(), ensure_ascii=False) for embed in message.embeds)]
            parts.append(json.dumps(message.components, ensure_ascii=False))
            parts += [(await file.read()).decode("utf-8", "replace") for file in message.attachments]
    if result.modal is not None:
        parts.append(json.dumps(result.modal, ensure_ascii=False))
    return "\n".join(parts)


def components(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The buttons and menus of a message that may be used, in a layout too."""
    for item in all_parts(rows):
        if item.get("custom_id") and not item.get("disabled"):
            yield item
