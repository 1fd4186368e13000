"""What the bot may not do in a channel of the simulated Discord."""

from __future__ import annotations

from collections.abc import Callable

import discord
import simcord
from simcord.backend import serializers
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from tests.cogs.conftest import World


def deny(world: World, channel: simcord.ChannelHandle, **denied: bool) -> Callable[[], None]:
    """Take permissions from the bot in one channel, as a moderator would; return what gives them back."""
    stored = world.env.backend.get_channel(channel.id)
    role = next(role for role in world.guild._guild.roles.values() if role.name == "TestBot")
    role.permissions &= ~discord.Permissions(administrator=True).value
    lacks = discord.Permissions(**denied).value
    entry = Overwrite(target_id=role.id, type=OverwriteType.ROLE, allow=0, deny=lacks)

    def tell() -> None:
        world.env.backend.emit("CHANNEL_UPDATE", dict(serializers.channel_payload(world.env.backend, stored)))

    def give_back() -> None:
        stored.overwrites.remove(entry)
        tell()

    stored.overwrites.append(entry)
    tell()
    return give_back
