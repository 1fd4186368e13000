"""A server's strategies, as a form or a file takes them: a list in Snapshot's JSON, kept until it is right."""

from __future__ import annotations

from typing import Self

import discord

from bot.client.lost_responses import LOST
from bot.domain.power import symbol_of
from bot.domain.shared.errors import ChainUnavailable, InvalidInput, Refused
from bot.domain.shared.errors.faults.strategies import FileTooLarge, StrategyFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.spaces.snapshot_import import space_settings
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Row
from cogs._shared.components import SPACE, Buttons, Form, StoredItem, of_space, pressed, space_ref
from cogs._shared.formatting import quoted
from cogs._shared.kept_input import holds_input, keep, kept
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs._shared.space_choice import moderated_space
from cogs.general.error_messages import words
from cogs.spaces.settings_words import FORM, strategy_lines
from cogs.spaces.setup_answers import answer_set
from cogs.spaces.snapshot_import import TakeSettings, settings_lines, takeable
from cogs.spaces.space_words import in_force_later

_SNAPSHOT = "Space on Snapshot"
LARGEST = 100_000
"""Bytes of a file; the largest list there can be is smaller."""


class FixStrategies(StoredItem, template=rf"config:strategies:fix{SPACE}"):
    """Opens the form again with what was pasted, which the message above the button holds."""

    def __init__(self, space: str = "") -> None:
        custom_id = f"config:strategies:fix{of_space(space)}"
        super().__init__(discord.ui.Button(label=_("Fix it"), style=discord.ButtonStyle.primary, custom_id=custom_id))
        self.space = space

    @pressed(None, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        await moderated_space(interaction, self.space)
        given = kept(interaction.message)
        form = StrategiesForm(interaction, given.get("", ""), self.space, snapshot=given.get(_SNAPSHOT))
        await form.show(interaction)


class StrategiesForm(Form):
    """Takes the list. Each contract is looked at on its chain before the list replaces the one in force."""

    def __init__(self, interaction: Interaction, text: str, space: str = "", *, snapshot: str | None = None) -> None:
        super().__init__(interaction, title=_("What gives voting power"))
        self._space, self._told = space, snapshot
        self._list: discord.ui.TextInput[Self] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            custom_id="strategies",
            default=text[:FORM] or None,
            max_length=FORM,
            placeholder='[{"name": "erc20-balance-of", "network": "1", "params": {"address": "0x…", "decimals": 18}}]',
        )
        self.add_item(
            discord.ui.Label(
                text=_("Strategies, as Snapshot's JSON"),
                description=_("Paste the list from your Snapshot space, or edit the one in force."),
                component=self._list,
            )
        )

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Put the list in force, or say what to fix and keep what was pasted."""
        await acknowledge(interaction, update=holds_input(interaction.message))
        space = await moderated_space(interaction, self._space)
        await activate_strategies(interaction, self._list.value, space, self._told)


async def from_file(
    interaction: Interaction, file: discord.Attachment, space: Space, snapshot: str | None = None
) -> None:
    """Put the list of an attached file in force, or say what is wrong with it."""
    try:
        text = await text_of(file)
    except InvalidInput as error:
        await answer(interaction, _("{why} The list in force was not changed.", why=words(error)))
        return
    await activate_strategies(interaction, text, space, snapshot)


async def activate_strategies(interaction: Interaction, text: str, of: Space, snapshot: str | None) -> None:
    """Put a list in force, or say what to fix and keep what was given, as far as a form holds it.

    `snapshot` is the name of the list's space on Snapshot, if it was given.
    """
    app = interaction.client.app
    chains = app.chain.chains()
    try:
        space = await app.spaces.set_strategies(
            guild_of(interaction), text, snapshot=snapshot, space=of.number, by=member_of(interaction)
        )
    except (Refused, ChainUnavailable) as error:
        why = words(error, chains)
        if len(text) > FORM:
            refused = _("{why} The list in force was not changed; correct the file and attach it again.", why=why)
            await answer(interaction, refused, embed=None, view=None)
            return
        given = discord.Embed(title=_("What you gave"), description=keep(text))
        if snapshot is not None:
            given.add_field(name=_SNAPSHOT, value=keep(snapshot))
        await answer(
            interaction,
            _("{why} The list in force was not changed; what you gave is below.", why=why),
            embed=given,
            view=Buttons(FixStrategies(space_ref(of))),
        )
        return
    lines = [await in_force_later(interaction, space), *strategy_lines(space, chains)]
    rows: list[Row] = []
    if (settings := space_settings(text)) is not None:
        lines += ["", *settings_lines(settings, quoted(symbol_of(space.strategies)), space_ref(space))]
        rows += [[TakeSettings.of(settings, space_ref(space))]] if takeable(settings, space_ref(space)) else []
    await answer_set(interaction, space, lines, rows)


async def text_of(file: discord.Attachment) -> str:
    """Return what a file says; its kind and its size are looked at before anything of it is fetched."""
    kind = (file.content_type or "").split(";")[0].strip()
    if not file.filename.casefold().endswith((".json", ".txt")) and kind not in ("application/json", "text/plain"):
        raise InvalidInput(Field.FILE, StrategyFlaw.NOT_A_JSON_FILE)
    if file.size > LARGEST:
        raise _too_large(file.size)
    try:
        data = await file.read()
    except (discord.HTTPException, *LOST):
        raise InvalidInput(Field.FILE, StrategyFlaw.FILE_NOT_FETCHED) from None
    if len(data) > LARGEST:
        raise _too_large(len(data))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(Field.FILE, StrategyFlaw.FILE_NOT_TEXT) from None


def _too_large(size: int) -> InvalidInput:
    return InvalidInput(Field.FILE, FileTooLarge(size, LARGEST))
