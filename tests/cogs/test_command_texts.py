"""What Discord is told of the commands: one name for one thing, and every text from the catalogue."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.client.command_translator import CommandTranslator
from bot.client.space_option import OPTION
from bot.presentation.catalogue.extraction import sentences
from bot.presentation.catalogue.messages import gettext as translated
from bot.presentation.catalogue.messages import speaking
from bot.presentation.markdown.safe_text import cut
from tests.cogs.conftest import World
from tests.presentation.catalogue.pseudo import PSEUDO

ROOT = Path(__file__).parents[2]
NAMES = {
    "campaign": ("campaign_id", "campaign_number"),
    "chain": ("blockchain", "chain_id", "network"),
    "channel": ("room", "where"),
    "file": ("attachment", "document", "json"),
    "label": ("nick", "nickname"),
    "member": ("delegate", "person", "user", "voter", "who"),
    "minimum": ("amount", "at_least", "least", "min", "threshold"),
    "page": ("number", "pages"),
    "proposal": ("id", "number", "proposal_id", "proposal_number", "vote"),
    "reason": ("because", "comment", "note", "why"),
    "treasury": ("holder", "safe", "vault"),
    "type": ("kind", "system", "topic", "voting"),
    "until": ("end", "expires"),
    "address": ("account", "wallet"),
}
"""The name of each thing that options name, and names that would be a second one for it."""


@pytest.fixture(autouse=True)
async def spaces(world: World) -> None:
    """A server of several spaces, where commands have every option that there is."""
    await world.moderator.slash(world.general, "space new", name="IPT holders")


def commands(world: World) -> list[app_commands.Command[Any, ..., Any]]:
    tree = world.client.tree.walk_commands(guild=discord.Object(world.guild_id))
    found = [command for command in tree if isinstance(command, app_commands.Command)]
    assert len(found) > 45
    return found


async def test_one_thing_has_one_name_in_every_command(world: World) -> None:
    second = {other: name for name, others in NAMES.items() for other in others}
    strays = [
        f"/{command.qualified_name} {option.display_name}: {second[option.display_name]}"
        for command in commands(world)
        for option in command.parameters
        if option.display_name in second
    ]
    assert strays == []


async def test_one_name_is_one_kind_of_thing_in_every_command(world: World) -> None:
    kinds: defaultdict[str, set[Any]] = defaultdict(set)
    for command in commands(world):
        for option in command.parameters:
            kinds[option.display_name].add(option.type)
    assert {name: kind for name, kind in kinds.items() if len(kind) > 1} == {}
    assert {"proposal", "member", "chain", "reason", OPTION} <= kinds.keys()


async def test_a_proposal_is_named_in_the_same_words_wherever_one_is_chosen(world: World) -> None:
    described = {
        str(option.description)
        for command in commands(world)
        for option in command.parameters
        if option.display_name == "proposal" and option.required
    }
    assert described <= {"The proposal, by number or words of its title", "The draft, by number or words of its title"}


def told(part: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Every text of a command as Discord is told it, with what it is in German."""
    if "description" in part:
        yield part["description"], (part.get("description_localizations") or {}).get("de")
    for choice in part.get("choices") or []:
        yield choice["name"], (choice.get("name_localizations") or {}).get("de")
    for inner in part.get("options") or []:
        yield from told(inner)


async def test_every_text_is_in_the_catalogue_and_comes_in_another_language(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[dict[str, Any]] = []
    upsert = world.client.http.bulk_upsert_guild_commands

    async def recorded(application: int, guild: int, payload: list[Any]) -> Any:
        synced.extend(payload)
        return await upsert(application, guild, payload)

    monkeypatch.setattr(world.client.http, "bulk_upsert_guild_commands", recorded)
    await world.client.tree.set_translator(CommandTranslator({discord.Locale.german: PSEUDO}))
    await world.client.sync_guild(world.guild_id)
    texts = {text: german for command in synced for text, german in told(command)}
    assert len(texts) > 120
    known = {message.id for message in await asyncio.to_thread(sentences, ROOT)}
    assert [text for text in texts if text not in known] == []
    with speaking(PSEUDO):
        expected = {text: cut(translated(text), 100) for text in texts}
    assert texts == expected


async def test_no_text_is_cut(world: World) -> None:
    for command in commands(world):
        texts = [str(command.description), *(str(option.description) for option in command.parameters)]
        assert not [text for text in texts if text.endswith("…") or len(text) > 100], command.qualified_name


async def test_what_a_language_has_not_translated_stays_english(world: World) -> None:
    translator = CommandTranslator({})
    context: app_commands.TranslationContext[Any, Any] = app_commands.TranslationContext(
        app_commands.TranslationContextLocation.command_description, commands(world)[0]
    )
    assert await translator.translate(app_commands.locale_str("Vote"), discord.Locale.german, context) is None
