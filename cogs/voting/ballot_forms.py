"""Ballots that are typed: a ranking or amounts in one field, or a field for each of a few choices' weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

import discord

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import FolkmootError, InvalidInput, NotFound, NotVoting
from bot.domain.shared.errors.collected import Collected
from bot.domain.shared.errors.faults.ballots import BallotFlaw, NumberTooLarge
from bot.domain.shared.errors.fields import Entry, Numbered
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId
from bot.domain.voting import Mark
from bot.domain.voting.ballot_forms import MAX_WEIGHT, Ranking, Stars, Weights
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from bot.presentation.refusals.fields import FIELDS
from cogs._shared.components import Buttons, Form, ProposalItem, pressed
from cogs._shared.formatting import plain
from cogs._shared.kept_input import keep, kept
from cogs._shared.replies import Interaction, acknowledge, answer
from cogs.general.error_messages import words
from cogs.voting.cards.ballot_panel import numbered_choices
from cogs.voting.cast_ballot import cast, cast_before, open_vote
from cogs.voting.typed_ballots.form_access import open_for_voter
from cogs.voting.typed_ballots.marks import TYPED, TypedForm, read_mark, typed_field, typed_form, write_mark

MOST_FIELDS = 5
"""Choices whose weights get a field each: a form holds no more."""
_LABEL, _HINT, _WEIGHT, _LISTED = 45, 100, 8, 2_000


class BallotForm(Form):
    """Takes a ballot in one field, and casts it. With `update` the receipt takes the place of what was pressed."""

    def __init__(self, interaction: Interaction, proposal: Proposal, text: str, *, update: bool) -> None:
        form = _typed(proposal)
        super().__init__(interaction, title=_of(proposal, _(FIELDS[typed_field(form)])))
        self._proposal, self._update = proposal, update
        self.add_item(discord.ui.TextDisplay(numbered_choices(proposal.choices, _LISTED)))
        label, hint = _hints(form)
        self._field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="ballot", style=discord.TextStyle.paragraph, default=text[:TYPED] or None, max_length=TYPED
        )
        self.add_item(discord.ui.Label(text=label, description=hint, component=self._field))

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Cast it, or say what is wrong and keep what was typed."""
        await acknowledge(interaction, update=self._update)
        typed = self._field.value
        try:
            await interaction.client.check_on(interaction.guild_id, "voting")
            mark = read_mark(self._proposal.voting, typed, self._proposal.choices)
            await open_vote(interaction, self._proposal.id)
            await cast(interaction, self._proposal.id, mark, seen=True)
        except FolkmootError as error:
            await _refuse(interaction, self._proposal.id, error, {"": typed})


class WeightsForm(Form):
    """Takes the weights of a few choices, each in its own field, and casts them."""

    def __init__(self, interaction: Interaction, proposal: Proposal, typed: Mapping[str, str], *, update: bool) -> None:
        super().__init__(interaction, title=_of(proposal, _("weights")))
        self._proposal, self._update = proposal, update
        self._fields: dict[str, discord.ui.TextInput[Any]] = {}
        for choice, label in enumerate(proposal.choices, start=1):
            name = str(choice)
            field: discord.ui.TextInput[Any] = discord.ui.TextInput(
                custom_id=name, default=typed.get(name, "")[:_WEIGHT] or None, max_length=_WEIGHT, required=False
            )
            whole = f"{choice}. {plain(label)}"
            hint = _("A whole number; empty is 0. Only the ratios matter.")
            self.add_item(
                discord.ui.Label(
                    text=cut(whole, _LABEL),
                    description=cut(whole, _HINT) if len(whole) > _LABEL else hint,
                    component=field,
                )
            )
            self._fields[name] = field

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Cast them, or say what is wrong and keep what was typed."""
        await acknowledge(interaction, update=self._update)
        typed = {name: field.value for name, field in self._fields.items()}
        try:
            await interaction.client.check_on(interaction.guild_id, "voting")
            mark = _weights(typed)
            await open_vote(interaction, self._proposal.id)
            await cast(interaction, self._proposal.id, mark, seen=True)
        except FolkmootError as error:
            await _refuse(interaction, self._proposal.id, error, typed)


class TypeButton(ProposalItem, template=r"type:(?P<proposal>\d{1,18})"):
    """Opens the form, filled with the member's ballot that counts."""

    def __init__(
        self,
        proposal: ProposalId,
        label: str = "",
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        super().__init__(
            proposal, discord.ui.Button(label=label or _("Type my vote"), style=style, custom_id=f"type:{proposal}")
        )

    @pressed("voting", first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        found = await open_vote(interaction, self.proposal)
        before = await cast_before(interaction, found)
        form = _form(interaction, found, _written(found, before), update=False)
        again = TypeButton(found.id, _("Give weights") if few(found) else "", discord.ButtonStyle.primary)
        await open_for_voter(interaction, found, form, Buttons(again))


class FixBallot(ProposalItem, template=r"fix-ballot:(?P<proposal>\d{1,18})"):
    """Opens the form again with what was typed, which the message above the button holds."""

    def __init__(self, proposal: ProposalId, label: str = "") -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=label or _("Fix it"), style=discord.ButtonStyle.primary, custom_id=f"fix-ballot:{proposal}"
            ),
        )

    @pressed("voting", first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        found = await open_vote(interaction, self.proposal)
        await _form(interaction, found, kept(interaction.message), update=True).show(interaction)


def _of(proposal: Proposal, ballot: str) -> str:
    """Return the title of a form for a ballot."""
    return cut(_("Your {ballot} on #{number}", ballot=ballot, number=proposal.number), _LABEL)


def few(proposal: Proposal) -> bool:
    """Return whether a form has a field for each choice's weight."""
    return isinstance(typed_form(proposal.voting), Weights) and len(proposal.choices) <= MOST_FIELDS


def _form(interaction: Interaction, proposal: Proposal, typed: Mapping[str, str], *, update: bool) -> Form:
    if few(proposal):
        return WeightsForm(interaction, proposal, typed, update=update)
    return BallotForm(interaction, proposal, typed.get("", ""), update=update)


def _written(proposal: Proposal, mark: Mark | None) -> dict[str, str]:
    if not isinstance(mark, tuple):
        return {}
    if few(proposal):
        return {str(choice): str(weight) for choice, weight in enumerate(mark, start=1)}
    return {"": write_mark(proposal.voting, mark)}


def _typed(proposal: Proposal) -> TypedForm:
    form = typed_form(proposal.voting)
    if form is None:
        raise NotFound(Thing.BALLOT, "")
    return form


def _hints(form: TypedForm) -> tuple[str, str]:
    match form:
        case Ranking():
            how = _("Numbers or names, like 3, 1, 2 or Mice > Worms, or one a line. Submit casts the vote.")
            return _("Your ranking, the best first"), how
        case Weights():
            return _("Your weights"), _("Choice: weight, like 1: 50, 2: 30, or one a line. Submit casts the vote.")
        case Stars(most):
            facts = {"most": most, "less": most - 2}
            how = _(
                "Choice: stars from 0 to {most}, like 1: {most}, 2: {less}, or one a line. Submit casts it.", **facts
            )
            return _("Your stars"), how
        case _:
            assert_never(form)


def _weights(typed: Mapping[str, str]) -> tuple[int, ...]:
    """Return the weight in each field. Raises InvalidInput with every field that holds none."""
    wrong, read = Collected(), []
    for name, text in typed.items():
        with wrong.check():
            read.append(_weight(int(name), text.strip().removesuffix("%").strip()))
    wrong.finish()
    return tuple(read)


def _weight(choice: int, text: str) -> int:
    field = Numbered(Entry.CHOICE_WEIGHT, choice)
    if text and not text.isdecimal():
        raise InvalidInput(field, BallotFlaw.WEIGHT_NOT_WHOLE)
    if int(text or 0) > MAX_WEIGHT:
        raise InvalidInput(field, NumberTooLarge(MAX_WEIGHT))
    return int(text or 0)


async def _refuse(
    interaction: Interaction, proposal: ProposalId, error: FolkmootError, typed: Mapping[str, str]
) -> None:
    """Say why nothing was recorded, with what was typed below and a button that brings it back."""
    embed = discord.Embed(title=_("What you typed"))
    for name, text in typed.items():
        if name:
            embed.add_field(name=name, value=keep(text))
        else:
            embed.description = keep(text)
    told = words(error, interaction.client.app.chain.chains())
    if isinstance(error, NotVoting):
        await answer(interaction, told, embed=embed, view=None)
        return
    label = _("Fix it") if isinstance(error, InvalidInput) else _("Try again")
    way_on = interaction.client.next_steps.buttons_for(interaction, error)
    await answer(
        interaction,
        "\n".join([told or "", _("Nothing that you typed is lost: the button opens the form again.")]),
        embed=embed,
        view=Buttons(*(way_on.children if way_on else ()), FixBallot(proposal, label)),
    )
