"""What a space needs before its first proposal: the steps of setting it up, in words and as the button to the next."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import discord

from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Row
from cogs._shared.components import of_space, space_ref


class Step(StrEnum):
    """A step of setting a space up."""

    STRATEGIES = "strategies"
    CHANNEL = "channel"
    PROPOSERS = "proposers"


COMMANDS = {
    Step.STRATEGIES: "/config strategies",
    Step.CHANNEL: "/config channels",
    Step.PROPOSERS: "/config proposers",
}
_SAID = {
    Step.STRATEGIES: N_("what gives voting power: {command}"),
    Step.CHANNEL: N_("the channel for proposals: {command}"),
    Step.PROPOSERS: N_("who may submit proposals: {command}"),
}


def steps_left(space: Space) -> list[Step]:
    """Return the steps that are to be taken before the first proposal; none if all is set."""
    left = []
    if not space.strategies:
        left.append(Step.STRATEGIES)
    if space.proposals_channel is None:
        left.append(Step.CHANNEL)
    if not space.proposer_roles and space.proposer_power is None:
        left.append(Step.PROPOSERS)
    return left


def missing(space: Space) -> list[str]:
    """Return what has to be set before the first proposal, each with its command; nothing if all is set."""
    return [_(_SAID[step], command=COMMANDS[step]) for step in steps_left(space)]


def way_on(space: Space) -> str:
    """Say what is missing before the first proposal, or that nothing is and how it is made."""
    if lacking := missing(space):
        return "\n".join([_("**Before the first proposal, set:**"), *(f"- {entry}" for entry in lacking)])
    return _("All set: /proposal new writes a proposal.")


_NEXT = {
    Step.STRATEGIES: N_("Next: say what gives power"),
    Step.CHANNEL: N_("Next: choose a channel"),
    Step.PROPOSERS: N_("Next: say who may propose"),
}


def next_rows(space: Space) -> list[Row]:
    """Return the button to the next step (`NextStep` hears it); nothing if all is set."""
    return [[next_button(step, space_ref(space))] for step in steps_left(space)[:1]]


def next_button(step: Step, space: str) -> discord.ui.Button[Any]:
    """Return the button that begins a step; `space` is as `space_ref` returns it."""
    custom_id = f"config:next:{step.value}{of_space(space)}"
    return discord.ui.Button(label=_(_NEXT[step]), style=discord.ButtonStyle.primary, custom_id=custom_id)


def rules_button() -> discord.ui.Button[Any]:
    """Return the button that shows the rules in force, and what is wrong (`ShowRules` hears it)."""
    return discord.ui.Button(label=_("Rules and notices"), style=discord.ButtonStyle.secondary, custom_id="config:show")
