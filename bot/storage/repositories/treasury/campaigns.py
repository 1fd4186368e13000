"""The repository of watched treasuries and of campaigns."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, insert, select, union, update

from bot.domain.shared.types import CampaignId, GuildId, SpaceId, Timestamp
from bot.domain.treasury.campaigns import Campaign, Holding, Milestone, Reading, Watch
from bot.storage.driver.statements import AnyConnection, Stored, conflicting_insert, next_number
from bot.storage.repositories.treasury import campaign_rows as rows
from bot.storage.tables import campaigns, milestones, readings, watches

_READING = (readings.c.amount, readings.c.block, readings.c.block_hash, readings.c.block_time)


class SqlTreasury:
    """A reading belongs to its holding: all watches and campaigns of one holding share its newest reading."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def watches(self, space: SpaceId) -> list[Watch]:
        """Return a space's watches by number."""
        return await self._watches(watches.c.space == space)

    async def add_watch(self, watch: Watch) -> Watch:
        """Store it, with its reading if it has one, under a number that its guild never used."""
        number = await next_number(self._connection, watch.guild, "watches")
        await self._connection.execute(insert(watches).values(rows.from_watch(watch) | {"number": number}))
        await self._record_first(watch.reading)
        return (await self._watches(watches.c.space == watch.space, watches.c.number == number))[0]

    async def remove_watch(self, space: SpaceId, number: int) -> bool:
        """Stop watching; False if the space has no such watch."""
        named = delete(watches).where(watches.c.space == space, watches.c.number == number)
        return (await self._connection.execute(named)).rowcount == 1

    async def add_campaign(self, campaign: Campaign) -> Campaign:
        """Store it with its milestones, and its reading if it has one."""
        number = await next_number(self._connection, campaign.guild, "campaigns")
        row = insert(campaigns).values(rows.from_campaign(campaign) | {"number": number}).returning(campaigns.c.id)
        stored = CampaignId((await self._connection.execute(row)).scalar_one())
        await self._connection.execute(
            insert(milestones), [rows.from_milestone(stored, milestone) for milestone in campaign.milestones]
        )
        await self._record_first(campaign.reading)
        return (await self._campaigns(campaigns.c.id == stored))[0]

    async def campaign(self, campaign: CampaignId) -> Campaign | None:
        """Return the campaign of an id."""
        return next(iter(await self._campaigns(campaigns.c.id == campaign)), None)

    async def campaign_numbered(self, guild: GuildId, number: int) -> Campaign | None:
        """Return the campaign that the guild knows by a number, of whichever space."""
        return next(iter(await self._campaigns(campaigns.c.guild == guild, campaigns.c.number == number)), None)

    async def campaigns(self, space: SpaceId) -> list[Campaign]:
        """Return a space's campaigns, oldest first."""
        return await self._campaigns(campaigns.c.space == space)

    async def open_campaigns(self) -> list[Campaign]:
        """Return, over all guilds, those with a milestone not reached yet."""
        unreached = milestones.alias("unreached")
        return await self._campaigns(
            exists().where(unreached.c.campaign == campaigns.c.id, unreached.c.reached_at.is_(None))
        )

    async def reached_since(self, at: Timestamp) -> list[Campaign]:
        """Return, over all guilds, those with a milestone that was reached at `at` or later."""
        reached = milestones.alias("reached")
        return await self._campaigns(exists().where(reached.c.campaign == campaigns.c.id, reached.c.reached_at >= at))

    async def unreach(self, campaign: CampaignId, milestone: Milestone) -> bool:
        """Mark a milestone as not reached; return False if it is not reached, or was reached again meanwhile."""
        if milestone.reached_by is None:
            return False
        reached = update(milestones).where(
            milestones.c.campaign == campaign,
            milestones.c.number == milestone.index,
            milestones.c.reached_at == milestone.reached_at,
        )
        return (await self._connection.execute(reached.values(reached_at=None, reached_by=None))).rowcount == 1

    async def holdings(self) -> set[Holding]:
        """Return every holding that a watch or a campaign looks at, over all guilds."""
        looked_at = union(*(select(table.c.chain, table.c.token, table.c.holder) for table in (watches, campaigns)))
        return {rows.to_holding(row) for row in await self._connection.execute(looked_at)}

    async def lookers(self) -> dict[Holding, set[SpaceId]]:
        """Return every holding that a watch or a campaign looks at, with the spaces of those."""
        found: dict[Holding, set[SpaceId]] = {}
        looked_at = union(
            *(select(table.c.chain, table.c.token, table.c.holder, table.c.space) for table in (watches, campaigns))
        )
        for row in await self._connection.execute(looked_at):
            found.setdefault(rows.to_holding(row), set()).add(SpaceId(row.space))
        return found

    async def record(self, readings_made: Sequence[Reading]) -> None:
        """Store readings; one from a block not newer than the stored one changes nothing."""
        if not readings_made:
            return
        fresh = conflicting_insert(self._connection, readings)
        newer = fresh.on_conflict_do_update(
            index_elements=list(readings.primary_key),
            set_={column.name: fresh.excluded[column.name] for column in _READING},
            where=readings.c.block < fresh.excluded.block,
        )
        await self._connection.execute(newer, [rows.from_reading(reading) for reading in readings_made])

    async def reach(self, campaign: CampaignId, milestone: int, reading: Reading, at: Timestamp) -> bool:
        """Mark a milestone reached; False if it was already, or if there is none."""
        unreached = update(milestones).where(
            milestones.c.campaign == campaign,
            milestones.c.number == milestone,
            milestones.c.reached_at.is_(None),
        )
        reached = unreached.values(reached_at=at, reached_by=rows.from_reached(reading))
        return (await self._connection.execute(reached)).rowcount == 1

    async def _record_first(self, reading: Reading | None) -> None:
        if reading is not None:
            await self.record([reading])

    async def _watches(self, *where: ColumnElement[bool]) -> list[Watch]:
        found = (
            select(watches, *_READING)
            .outerjoin(readings, rows.same_holding(watches, readings))
            .where(*where)
            .order_by(watches.c.number, watches.c.guild)
        )
        return [rows.to_watch(row) for row in await self._connection.execute(found)]

    async def _campaigns(self, *where: ColumnElement[bool]) -> list[Campaign]:
        found = (
            select(campaigns, *_READING)
            .outerjoin(readings, rows.same_holding(campaigns, readings))
            .where(*where)
            .order_by(campaigns.c.id)
        )
        stored = (await self._connection.execute(found)).all()
        targets: dict[int, list[Stored]] = {row.id: [] for row in stored}
        theirs = select(milestones).join(campaigns, campaigns.c.id == milestones.c.campaign).where(*where)
        for row in await self._connection.execute(theirs.order_by(milestones.c.campaign, milestones.c.number)):
            targets[row.campaign].append(row)
        return [rows.to_campaign(row, targets[row.id]) for row in stored]
