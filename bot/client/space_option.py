"""The command option that names a space, offered in servers that have several."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from types import MethodType
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import N_

OPTION = "space"
"""The option's name; it is in the `extras` of commands about one space, with True or what it is `InsteadOf`."""
_DESCRIPTION = N_("Which space; leave it out in a space's own channel")
_OR_EVERY = N_("Which space, or every server; leave it out in a space's own channel")
_EVERY = 0
"""The number under which all is offered."""
_MOST = 25
"""Discord shows no more suggestions."""

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group


@dataclass(frozen=True, slots=True, kw_only=True)
class InsteadOf:
    """The two choices of the option where there is one space: the words `here` (in this server) and `everywhere`.

    Where there are several spaces, the command still gets one of these two words: `here` if a space was named.
    """

    here: str
    everywhere: str


class OffersSpaces(Protocol):
    """A client that knows which spaces a member may name."""

    async def offered_spaces(self, interaction: discord.Interaction[Any], /) -> Sequence[Space]:
        """Return the spaces that the member may name."""
        ...


class SpaceNumber(app_commands.Transformer):
    """A space's number, chosen by its name. If the words `every` are given, all spaces can be chosen by them, too."""

    def __init__(self, every: str = "") -> None:
        self._every = every

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What Discord takes."""
        return discord.AppCommandOptionType.integer

    @property
    def min_value(self) -> int:
        """The main space's number, or that for all."""
        return _EVERY if self._every else 1

    async def transform(self, _interaction: discord.Interaction, value: int, /) -> int:
        """Return the number unchanged; whether there is such a space is checked where it is used."""
        return value

    async def autocomplete(  # type: ignore[override]
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[int]]:
        """Suggest the active spaces that the member sees and whose name or number fits what was typed."""
        typed = str(value).casefold().strip()
        client: OffersSpaces = interaction.client
        every = [app_commands.Choice(name=self._every, value=_EVERY)] if typed in self._every.casefold() else []
        fitting = [
            app_commands.Choice(name=space.name, value=space.number)
            for space in await client.offered_spaces(interaction)
            if typed in space.name.casefold() or str(space.number) == typed
        ]
        return [*fitting[: _MOST - len(every)], *every] if self._every else fitting[:_MOST]


def takes_space(command: AnyCommand) -> bool:
    """Return whether a command, or one of a group, is about one space."""
    leaves = command.walk_commands() if isinstance(command, app_commands.Group) else [command]
    return any(OPTION in leaf.extras for leaf in leaves)


def with_option(command: AnyCommand) -> AnyCommand:
    """Return a copy of a command, or of a group, in which every command about one space has the option.

    Nothing else changes. Raises TypeError if suggestions would be lost: discord.py does not expose those that
    `@command.autocomplete` attached, so a command that is about one space takes `@app_commands.autocomplete`.
    """
    if isinstance(command, app_commands.Command):
        return _anew(command) if OPTION in command.extras else copy.copy(command)
    group = app_commands.Group(
        name=command.name,
        description=command.description,
        default_permissions=command.default_permissions,
        allowed_contexts=command.allowed_contexts,
        allowed_installs=command.allowed_installs,
        nsfw=command.nsfw,
        extras=command.extras,
    )
    for inner in command.commands:
        group.add_command(with_option(inner))
    return group


def _anew(command: app_commands.Command[Any, ..., Any]) -> app_commands.Command[Any, ..., Any]:
    callback: Any = command.callback
    signature = inspect.signature(callback, eval_str=True)
    choice = command.extras[OPTION] if isinstance(command.extras[OPTION], InsteadOf) else None

    @functools.wraps(callback)
    async def called(cog: object, interaction: discord.Interaction, **options: object) -> None:
        named = options.pop(OPTION, None)  # whoever asks which space is meant reads it from the interaction
        if choice is not None and named is not None:
            options[OPTION] = choice.everywhere if named == _EVERY else choice.here
        await callback(cog, interaction, **options)

    wanted = app_commands.Transform[int, SpaceNumber(choice.everywhere if choice else "")] | None
    option = inspect.Parameter(OPTION, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=wanted)
    parameters = [one for one in signature.parameters.values() if one.name != OPTION]
    called.__signature__ = signature.replace(parameters=[*parameters, option])  # type: ignore[attr-defined] # as PEP 362 has it
    for name, value in list(vars(called).items()):  # what decorators left there is the callback's, not ours
        if isinstance(value, dict):
            setattr(called, name, dict(value))
    called = app_commands.describe(**{OPTION: _OR_EVERY if choice else _DESCRIPTION})(called)
    made: app_commands.Command[Any, ..., Any] = app_commands.Command(
        name=command.name,
        description=command.description,
        callback=MethodType(called, command.binding),
        nsfw=command.nsfw,
        allowed_contexts=command.allowed_contexts,
        allowed_installs=command.allowed_installs,
        extras=command.extras,
    )
    made.default_permissions = command.default_permissions
    suggesting = {parameter.name for parameter in made.parameters if parameter.autocomplete}
    if lost := [one.name for one in command.parameters if one.autocomplete and one.name not in suggesting]:
        raise TypeError(f"{command.qualified_name} would lose its suggestions for {', '.join(lost)}")
    return made
