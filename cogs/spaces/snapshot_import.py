"""What a pasted Snapshot space says besides its strategies: told, and taken over by a press."""

from __future__ import annotations

from typing import ClassVar, Self

import discord

from bot.domain.proposals.vote_rules import OPEN, Rules
from bot.domain.shared.amounts import canonical_amount
from bot.domain.shared.errors import Refused
from bot.domain.spaces.snapshot_import import SpaceSettings
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.components import SPACE, Parsers, StoredItem, of_space, pressed
from cogs._shared.formatting import lasting, listed
from cogs._shared.replies import Interaction, guild_of, member_of
from cogs._shared.space_choice import moderated_space
from cogs.general.error_messages import words
from cogs.spaces.settings_words import proposers, voting_lines
from cogs.spaces.setup_answers import answer_set
from cogs.spaces.space_words import in_force_later

_LONGEST_ID = 100


def _amount(text: str) -> str | None:
    return canonical_amount(text) if text else None


def _seconds(text: str) -> int | None:
    return int(text) if text else None


class TakeSettings(
    StoredItem,
    template=r"config:space:(?P<delay>\d{0,9}):(?P<period>\d{0,9}):(?P<quorum>[\d.]{0,60}):(?P<minimum>[\d.]{0,60})"
    + SPACE,
):
    """Takes over what a pasted space said; its custom_id holds it, so that it outlives a restart."""

    READ: ClassVar[Parsers] = {"delay": _seconds, "period": _seconds, "quorum": _amount, "minimum": _amount}

    def __init__(
        self,
        *,
        delay: int | None = None,
        period: int | None = None,
        quorum: str | None = None,
        minimum: str | None = None,
        space: str = "",
    ) -> None:
        settings = SpaceSettings(delay=delay, period=period, quorum=quorum, minimum=minimum)
        custom_id = _written(settings, space)[:_LONGEST_ID]
        super().__init__(
            discord.ui.Button(label=_("Take these too"), style=discord.ButtonStyle.primary, custom_id=custom_id)
        )
        self._settings, self._space = settings, space

    @classmethod
    def of(cls, settings: SpaceSettings, space: str = "") -> Self:
        """Return the button for what a pasted space says; `space` is as `space_ref` returns it."""
        return cls(
            delay=settings.delay,
            period=settings.period,
            quorum=settings.quorum,
            minimum=settings.minimum,
            space=space,
        )

    @pressed(None, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Put them in force, each by itself, and say what is in force now and what could not be taken."""
        number = (await moderated_space(interaction, self._space)).number
        spaces, guild, by = interaction.client.app.spaces, guild_of(interaction), member_of(interaction)
        refused: list[str] = []
        for wanted in self._parts():
            try:
                if isinstance(wanted, str):
                    await spaces.set_proposers(guild, power=wanted, space=number, by=by)
                else:
                    delay, period, rules = wanted
                    await spaces.set_voting(guild, delay=delay, period=period, rules=rules, space=number, by=by)
            except Refused as error:
                refused.append(_("{why} That part was not taken.", why=words(error)))
        space = await spaces.numbered(guild, number)
        lines = [*refused, await in_force_later(interaction, space), *voting_lines(space)]
        lines.append(_("Who may submit proposals: {who}", who=proposers(space)))
        await answer_set(interaction, space, lines)

    def _parts(self) -> list[tuple[int | None, int | None, Rules] | str]:
        settings = self._settings
        parts: list[tuple[int | None, int | None, Rules] | str] = []
        if settings.delay is not None:
            parts.append((settings.delay, None, OPEN))
        if settings.period is not None:
            parts.append((None, settings.period, OPEN))
        if settings.quorum is not None:
            parts.append((None, None, Rules(quorum=settings.quorum)))
        return [*parts, settings.minimum] if settings.minimum is not None else parts


def settings_lines(settings: SpaceSettings, symbol: str, space: str = "") -> list[str]:
    """Say what of a pasted space was not taken with its strategies, and how to take it."""
    told = []
    if settings.quorum is not None:
        told.append(_("a quorum of {amount}", amount=f"{settings.quorum} {symbol}"))
    if settings.period is not None:
        told.append(_("a voting period of {time}", time=lasting(settings.period)))
    if settings.delay is not None:
        told.append(_("a delay of {time} before it", time=lasting(settings.delay)))
    if settings.minimum is not None:
        told.append(_("a minimum of {amount} for authors", amount=f"{settings.minimum} {symbol}"))
    lines = []
    if told:
        lines.append(_("**Only the strategies were taken.** The space also has {settings}.", settings=listed(told)))
        lines.append(
            _("Press *Take these too*, or set them with /config voting and /config proposers.")
            if takeable(settings, space)
            else _("Set them with /config voting and /config proposers.")
        )
    if settings.left:
        lines.append(
            _(
                "Left out, because it is set here by itself or has no counterpart: {names}.",
                names=listed(settings.left),
            )
        )
    return lines


def takeable(settings: SpaceSettings, space: str = "") -> bool:
    """Return whether the settings fit into a button's custom_id."""
    return settings.offered and len(_written(settings, space)) <= _LONGEST_ID


def _written(settings: SpaceSettings, space: str) -> str:
    amounts = ((one or "").replace(",", "") for one in (settings.quorum, settings.minimum))
    return ":".join(["config:space", str(settings.delay or ""), str(settings.period or ""), *amounts]) + of_space(space)
