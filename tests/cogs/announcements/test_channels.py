"""Finding what the bot said before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.shared.types import ChannelId, Timestamp
from cogs.announcements.channels import find
from tests.builders import GUILD


class _Channel:
    """Holds one message of the bot with a ref, posted just now by Discord's clock."""

    def __init__(self, author: object) -> None:
        embed = SimpleNamespace(footer=SimpleNamespace(text="#1 · ref ABCDEFGH"))
        self._message = SimpleNamespace(id=77, author=author, embeds=[embed])

    async def history(self, *, after: datetime, **_: object) -> AsyncIterator[Any]:
        if datetime.now(UTC) > after:
            yield self._message


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=5), timedelta(days=400)])
async def test_an_earlier_attempt_is_found_though_the_clock_was_ahead_when_it_was_made_and_is_set_back(
    ahead: timedelta,
) -> None:
    client: Any = SimpleNamespace(user=object())
    where: Any = _Channel(client.user)
    announcement = Announcement(
        id=1,
        key="a",
        topic=Topic.NOTICE,
        guild=GUILD,
        channel=ChannelId(5),
        facts={},
        nonce="n",
        ref="ABCDEFGH",
        created_at=Timestamp(int((datetime.now(UTC) + ahead).timestamp())),
        attempts=2,
    )
    assert await find(client, where, announcement) == 77
