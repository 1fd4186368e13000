"""Translates what Discord is told of the commands: descriptions of commands and options, names of choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.presentation.catalogue.messages import Language, gettext, speaking
from bot.presentation.markdown.safe_text import cut

_LONGEST = 100
"""Signs of a description or of a choice's name that Discord takes."""
_TRANSLATED = (
    Location.command_description,
    Location.group_description,
    Location.parameter_description,
    Location.choice_name,
)
"""What is translated; names of commands and options stay, because messages and pages tell members to type them."""


class CommandTranslator(app_commands.Translator):
    """Looks texts up in the catalogue of each language. What a language has not translated stays English."""

    def __init__(self, languages: Mapping[discord.Locale, Language]) -> None:
        self._languages = languages

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContext[Any, Any],
    ) -> str | None:
        """Return a text in the language of a locale, None where there is none."""
        if context.location not in _TRANSLATED or (language := self._languages.get(locale)) is None:
            return None
        with speaking(language):
            text = gettext(string.message)
        return None if text == string.message else cut(text, _LONGEST)
