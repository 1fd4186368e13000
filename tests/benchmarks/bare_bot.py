"""The floor for presses: a discord.py bot that acknowledges and answers as the real one does, and knows nothing."""

from __future__ import annotations

import sys
from typing import Any

import discord
import yarl
from discord import gateway, http, ui

CUSTOM_ID = "floor:1"


class Press(ui.DynamicItem[ui.Button[Any]], template=r"floor:(?P<choice>\d+)"):
    def __init__(self, choice: int) -> None:
        super().__init__(ui.Button(label="For", custom_id=f"floor:{choice}"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: Any, /) -> Press:
        return cls(int(match["choice"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        embed = discord.Embed(title="Vote recorded", description="Recorded: **For**, with 1,000 MOOT of power.")
        embed.add_field(name="Read at", value="block 1")
        await interaction.edit_original_response(embed=embed)


class Bare(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.add_dynamic_items(Press)


if __name__ == "__main__":
    http.Route.BASE, gateway_url, token = sys.argv[1:]
    gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    Bare().run(token, log_handler=None)
