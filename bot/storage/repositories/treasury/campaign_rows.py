"""How watches, campaigns and readings are written as rows, and read back exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_

from bot.domain.shared.types import (
    Address,
    Block,
    CampaignId,
    ChainId,
    ChannelId,
    GuildId,
    MemberId,
    SpaceId,
    Timestamp,
    Units,
)
from bot.domain.treasury.campaigns import Campaign, Holding, Milestone, Reading, Watch
from bot.storage.driver.statements import Stored
from bot.storage.repositories.shared.json_columns import from_block, from_json, from_token, to_block, to_json, to_token


def same_holding(one: Table, other: Table) -> ColumnElement[bool]:
    """Join two tables on the holding that they speak of."""
    return and_(one.c.chain == other.c.chain, one.c.token == other.c.token, one.c.holder == other.c.holder)


def from_holding(holding: Holding) -> dict[str, object]:
    """Write a holding as the three columns that name it."""
    return {"chain": holding.chain, "token": from_token(holding.token), "holder": holding.holder}


def to_holding(row: Stored) -> Holding:
    """Read what `from_holding` wrote."""
    return Holding(chain=ChainId(row.chain), token=to_token(row.token), holder=Address(row.holder))


def from_reading(reading: Reading) -> dict[str, object]:
    """Write a reading under its holding. Raises ValueError if it was made on another chain."""
    if reading.block.chain != reading.holding.chain:
        raise ValueError(f"a holding on chain {reading.holding.chain} was read on chain {reading.block.chain}")
    return from_holding(reading.holding) | {
        "amount": str(reading.amount),
        "block": reading.block.number,
        "block_hash": reading.block.hash,
        "block_time": reading.block.timestamp,
    }


def from_watch(watch: Watch) -> dict[str, object]:
    """Write a watch but for its reading."""
    return from_holding(watch.holding) | {
        "space": watch.space,
        "guild": watch.guild,
        "number": watch.number,
        "label": watch.label,
        "symbol": watch.symbol,
        "decimals": watch.decimals,
        "added_by": watch.added_by,
        "added_at": watch.added_at,
    }


def to_watch(row: Stored) -> Watch:
    """Read a watch joined with its reading."""
    holding = to_holding(row)
    return Watch(
        space=SpaceId(row.space),
        guild=GuildId(row.guild),
        number=row.number,
        label=row.label,
        holding=holding,
        symbol=row.symbol,
        decimals=row.decimals,
        added_by=MemberId(row.added_by),
        added_at=Timestamp(row.added_at),
        reading=_newest(row, holding),
    )


def from_campaign(campaign: Campaign) -> dict[str, object]:
    """Write a campaign but for its id, milestones and reading."""
    return from_holding(campaign.holding) | {
        "space": campaign.space,
        "guild": campaign.guild,
        "number": campaign.number,
        "title": campaign.title,
        "symbol": campaign.symbol,
        "decimals": campaign.decimals,
        "channel": campaign.channel,
        "author": campaign.author,
        "created_at": campaign.created_at,
        "deadline": campaign.deadline,
    }


def to_campaign(row: Stored, targets: Sequence[Stored]) -> Campaign:
    """Read a campaign joined with its reading, and its milestones by number."""
    holding = to_holding(row)
    return Campaign(
        id=CampaignId(row.id),
        space=SpaceId(row.space),
        guild=GuildId(row.guild),
        number=row.number,
        title=row.title,
        holding=holding,
        symbol=row.symbol,
        decimals=row.decimals,
        milestones=tuple(_milestone(target, holding) for target in targets),
        channel=ChannelId(row.channel),
        author=MemberId(row.author),
        created_at=Timestamp(row.created_at),
        deadline=None if row.deadline is None else Timestamp(row.deadline),
        reading=_newest(row, holding),
    )


def from_milestone(campaign: CampaignId, milestone: Milestone) -> dict[str, object]:
    """Write a milestone of a campaign."""
    return {
        "campaign": campaign,
        "number": milestone.index,
        "name": milestone.name,
        "target": str(milestone.target),
        "reached_at": milestone.reached_at,
        "reached_by": None if milestone.reached_by is None else from_reached(milestone.reached_by),
    }


def from_reached(reading: Reading) -> str:
    """Write the reading that reached a milestone; its holding is the campaign's."""
    return to_json({"amount": str(reading.amount), "block": from_block(reading.block)})


def _milestone(row: Stored, holding: Holding) -> Milestone:
    return Milestone(
        index=row.number,
        name=row.name,
        target=Units(int(row.target)),
        reached_at=None if row.reached_at is None else Timestamp(row.reached_at),
        reached_by=None if row.reached_by is None else _reached(from_json(row.reached_by), holding),
    )


def _reached(entry: dict[str, Any], holding: Holding) -> Reading:
    return Reading(holding=holding, amount=Units(int(entry["amount"])), block=to_block(entry["block"]))


def _newest(row: Stored, holding: Holding) -> Reading | None:
    if row.amount is None:
        return None
    block = Block(chain=holding.chain, number=row.block, hash=row.block_hash, timestamp=Timestamp(row.block_time))
    return Reading(holding=holding, amount=Units(int(row.amount)), block=block)
