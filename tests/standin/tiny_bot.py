"""A real discord.py bot with one of everything, to try the stand-in with."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands, gateway, http, ui


class Press(ui.DynamicItem[ui.Button[Any]], template=r"press:(?P<what>\w+)"):
    def __init__(self, what: str) -> None:
        super().__init__(ui.Button(label=what.title(), custom_id=f"press:{what}"))
        self.what = what

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: Any, /) -> Press:
        return cls(match["what"])

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(0.02)
        await interaction.followup.send(f"{interaction.user.mention} pressed {self.what}", ephemeral=True)


class Form(ui.Modal, title="Form"):
    name = ui.TextInput[Any](label="Name", max_length=10)
    why: ui.Label[Any] = ui.Label(text="Why", component=ui.TextInput(style=discord.TextStyle.long, required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.why.component, ui.TextInput)
        await interaction.response.send_message(f"{self.name.value}: {self.why.component.value}")


class Tiny(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(group)
        self.add_dynamic_items(Press)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        self.tree.copy_global_to(guild=guild)
        await self.tree.sync(guild=guild)

    on_guild_join = on_guild_available


group = app_commands.Group(name="tiny", description="Tiny")


@group.command(name="card", description="Post a card with a thread, a picture and a button")
async def card(interaction: discord.Interaction, channel: discord.TextChannel, nonce: str) -> None:
    await interaction.response.defer(ephemeral=True)
    view = ui.View(timeout=None)
    view.add_item(Press("yes"))
    embed = discord.Embed(title="A card", description="with words").add_field(name="Who", value="all")
    picture = discord.File(io.BytesIO(b"picture"), "picture.png")
    message = await channel.send("Hello", embed=embed, view=view, file=picture, nonce=nonce)
    thread = await message.create_thread(name="talk")
    await thread.send("first")
    await message.edit(content="Hello again")
    count = len([each async for each in channel.history(limit=10)])
    await interaction.edit_original_response(content=f"posted, {count} there, {interaction.permissions.manage_guild}")


@group.command(name="form", description="Show a form")
async def form(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Form())


@group.command(name="say", description="Say where it may")
async def say(interaction: discord.Interaction, channel: discord.TextChannel, word: str) -> None:
    await interaction.response.defer()
    try:
        message = await channel.send(word, nonce=word)
    except (discord.HTTPException, aiohttp.ClientError) as error:
        await interaction.followup.send(f"failed: {type(error).__name__}")
    else:
        await interaction.followup.send(f"said {message.id}")


@group.command(name="role", description="Give or take a role")
async def role(interaction: discord.Interaction, member: discord.User, role: discord.Role, give: bool) -> None:
    await interaction.response.defer()
    guild, http = interaction.guild_id, interaction.client.http
    change = http.add_role if give else http.remove_role
    assert guild is not None
    try:
        await change(guild, member.id, role.id, reason="because: ä")
    except discord.HTTPException as error:
        await interaction.followup.send(f"failed: {error.code}")
    else:
        await interaction.followup.send("done")


@say.autocomplete("word")
async def words(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=current * n, value=current * n) for n in (1, 2)]


http.Route.BASE = os.environ["API_BASE"]
gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY_URL"])
if __name__ == "__main__":
    Tiny().run(sys.argv[1])
