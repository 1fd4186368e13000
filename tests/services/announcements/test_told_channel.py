"""The log names the channel in which an announcement stands."""

from __future__ import annotations

import json

from bot.domain.shared.types import ChannelId
from tests.builders import GUILD
from tests.services.conftest import House

OTHER = ChannelId(1_200_000_000_000_000_777)


async def test_what_an_earlier_attempt_left_in_the_former_channel_is_logged_with_that_channel(house: House) -> None:
    ann = await house.member(1, tokens=100)
    proposal = await house.submit()
    await house.said()
    await house.vote(proposal, ann, 1)
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    house.voice.lost = 1
    await house.said()
    await house.app.spaces.set_channels(GUILD, announcements=OTHER)
    house.clock.time += 400
    await house.said()
    (stands,) = [channel for key, channel in house.voice.stands if key == f"proposal/{proposal.id}/result"]
    assert stands != OTHER
    async with house.app.store.read() as repos:
        contents = [json.loads(entry.content) async for some in repos.log.entries(GUILD) for entry in some]
    (told,) = [one for one in contents if one.get("topic") == "proposal result"]
    assert told["channel"] == str(stands)
