"""Reads the proposals that are listed on the web: submitted, not withdrawn, of some spaces."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Executable, func, select

from bot.domain.shared.types import SpaceId, Timestamp
from bot.storage.tables import proposals


def _of(spaces: Collection[SpaceId]) -> tuple[ColumnElement[bool], ...]:
    return (
        proposals.c.space.in_(sorted(spaces)),
        proposals.c.submitted_at.is_not(None),
        proposals.c.withdrawn_at.is_(None),
    )


def uncounted(spaces: Collection[SpaceId], limit: int) -> Executable:
    """Those without a result, earliest end first."""
    found = select(proposals).where(*_of(spaces), proposals.c.counted_at.is_(None))
    return found.order_by(proposals.c.ends_at, proposals.c.id).limit(limit)


def counted(spaces: Collection[SpaceId], limit: int, offset: int) -> Executable:
    """Those with a result, newest count first."""
    found = select(proposals).where(*_of(spaces), proposals.c.counted_at.is_not(None))
    return found.order_by(proposals.c.counted_at.desc(), proposals.c.id.desc()).limit(limit).offset(offset)


def how_many_counted(spaces: Collection[SpaceId]) -> Executable:
    """How many have a result."""
    return select(func.count()).select_from(proposals).where(*_of(spaces), proposals.c.counted_at.is_not(None))


def opened(spaces: Collection[SpaceId], now: Timestamp, limit: int) -> Executable:
    """Those whose voting has begun, newest first."""
    found = select(proposals).where(*_of(spaces), proposals.c.starts_at <= now)
    return found.order_by(proposals.c.starts_at.desc(), proposals.c.id.desc()).limit(limit)
