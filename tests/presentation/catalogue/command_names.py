"""The bot's slash commands as its cogs declare them, by the names that members type."""

from __future__ import annotations

import inspect
import re
from typing import Any

from discord import app_commands

from bot.client.discord_client import extensions


def _commands() -> dict[str, app_commands.Command[Any, ..., Any]]:
    """Every slash command of every cog, by the name that members type."""
    found: dict[str, app_commands.Command[Any, ..., Any]] = {}
    for name in extensions():
        module = __import__(name, fromlist=["setup"])
        for cog in vars(module).values():
            if inspect.isclass(cog) and hasattr(cog, "__cog_app_commands__") and cog.__module__ == name:
                grouped = getattr(cog, "__cog_is_app_commands_group__", False)
                group = getattr(cog, "__cog_group_name__", None) if grouped else None
                for entry in cog.__cog_app_commands__:
                    inner = entry.walk_commands() if isinstance(entry, app_commands.Group) else [entry]
                    for command in inner:
                        if isinstance(command, app_commands.Command):
                            title = command.qualified_name
                            found[f"/{group} {title}" if group else f"/{title}"] = command
    return found


COMMANDS = _commands()
_LONGEST_FIRST = sorted({*COMMANDS, *(name.partition(" ")[0] for name in COMMANDS)}, key=len, reverse=True)
COMMAND = rf"(?:{'|'.join(map(re.escape, _LONGEST_FIRST))})\b(?: [a-z_]+:[^\s⟧.,]+)*"
"""A command or a group of commands within a sentence, with options that are filled in; never a word after it."""
