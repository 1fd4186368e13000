"""Finding what the bot said before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.shared.types import ChannelId, Timestamp
from cogs.announcements.channels import find
from tests.builders import GUILD

SMALL_PRINT = SimpleNamespace(
    embeds=[SimpleNamespace(footer=SimpleNamespace(text="#1 · ref ABCDEFGH"))], components=[], id=77
)
"""A message with an embed, as an earlier version left all of them."""
BUTTON = SimpleNamespace(children=[SimpleNamespace(custom_id="read:12:ABCDEFGH")])
LAYOUT = SimpleNamespace(embeds=[], components=[SimpleNamespace(children=[BUTTON])], id=77)
"""A message in Discord's layout, whose button stands in a row of a container."""
SMALL = discord.TextDisplay({"type": 10, "id": 4, "content": "-# ⟦Séíd ónce · réf ABCDEFGH⟧"})
TEXT = SimpleNamespace(embeds=[], components=[SimpleNamespace(children=[SMALL])], id=77)
"""A message in Discord's layout that has its reference in small print, in whichever language."""


class _Channel:
    """Holds one message of the bot with a ref, posted just now by Discord's clock."""

    def __init__(self, author: object, message: SimpleNamespace) -> None:
        self._message = SimpleNamespace(**vars(message), author=author)

    async def history(self, *, after: datetime, **_: object) -> AsyncIterator[Any]:
        if datetime.now(UTC) > after:
            yield self._message


def _announcement(ref: str = "ABCDEFGH", ahead: timedelta = timedelta()) -> Announcement:
    return Announcement(
        id=1,
        key="a",
        topic=Topic.NOTICE,
        guild=GUILD,
        channel=ChannelId(5),
        facts={},
        nonce="n",
        ref=ref,
        created_at=Timestamp(int((datetime.now(UTC) + ahead).timestamp())),
        attempts=2,
    )


@pytest.mark.parametrize("message", [SMALL_PRINT, LAYOUT, TEXT], ids=["embed", "layout", "text"])
@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=5), timedelta(days=400)])
async def test_an_earlier_attempt_is_found_though_the_clock_was_ahead_when_it_was_made_and_is_set_back(
    ahead: timedelta, message: SimpleNamespace
) -> None:
    client: Any = SimpleNamespace(user=object())
    where: Any = _Channel(client.user, message)
    assert await find(client, where, _announcement(ahead=ahead)) == 77


@pytest.mark.parametrize("message", [SMALL_PRINT, LAYOUT, TEXT], ids=["embed", "layout", "text"])
async def test_what_another_announcement_left_or_another_member_wrote_is_not_taken_for_it(
    message: SimpleNamespace,
) -> None:
    client: Any = SimpleNamespace(user=object())
    where: Any = _Channel(client.user, message)
    assert await find(client, where, _announcement("HGFEDCBA")) is None
    foreign: Any = _Channel(object(), message)
    assert await find(client, foreign, _announcement()) is None
