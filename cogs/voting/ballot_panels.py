"""A ballot made step by step, by its member alone; all of its state is in its buttons, so it survives a restart."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any, assert_never

import discord

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import NotFound, NotVoting
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId
from bot.domain.voting.ballot_forms import Ranking, Stars, Weights
from bot.presentation.ballots.mark_words import ordinal
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext, whole
from cogs._shared.cards import Card
from cogs._shared.components import ProposalItem, pressed
from cogs._shared.formatting import plain
from cogs._shared.replies import Interaction, acknowledge, answer
from cogs.general.error_messages import words
from cogs.voting.ballot_forms import BallotForm
from cogs.voting.cards.ballot_panel import FEW, panel_card
from cogs.voting.cast_ballot import cast, cast_before, open_vote
from cogs.voting.panel_state import PAGE, WEIGHTS, PanelState, base36
from cogs.voting.typed_ballots.form_access import check_can_vote
from cogs.voting.typed_ballots.marks import typed_form, write_mark

_BUTTON, _OPTION = 80, 100
_WORK = re.compile(
    r"work:(?P<proposal>\d{1,18}):(?P<owner>[0-9a-z]{1,13}):(?P<marks>[0-9a-z]{0,50}):"
    r"(?P<step>add|rest|undo|clear|look|give|cast|type)(?P<number>\d{0,2})"
)


class OpenPanel(ProposalItem, template=r"panel:(?P<proposal>\d{1,18})"):
    """Opens a panel for whoever presses, which begins with their ballot that counts."""

    def __init__(self, proposal: ProposalId, label: str = "") -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=label or _("Vote"), style=discord.ButtonStyle.primary, custom_id=f"panel:{proposal}"
            ),
        )

    @pressed("voting")
    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        found = await open_vote(interaction, self.proposal)
        if typed_form(found.voting) is None:
            raise NotFound(Thing.BALLOT, "")
        await check_can_vote(interaction, found)
        before = await cast_before(interaction, found)
        steps = PanelState.begin(found.voting, len(found.choices), found.options, before)
        told = _("This is your vote as it is recorded. Change it and cast it again.") if before is not None else None
        await answer(interaction, told, embed=None, view=ballot_panel(steps, found, interaction.user.id))


class PanelItem(ProposalItem, template=_WORK):
    """A button or a menu of a panel; its custom_id holds the proposal, the member, what is chosen, and the step."""

    TAKES_ITEM = True

    @pressed("voting", first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Take the step, and show where the ballot stands."""
        match = _WORK.fullmatch(self.item.custom_id)
        if match is None:
            raise NotFound(Thing.BALLOT, "")
        if int(match["owner"], 36) != interaction.user.id:
            await answer(
                interaction,
                _(
                    "This panel is another member's. Nothing was changed. "
                    "Next: press the button on the proposal's card for a panel of your own."
                ),
            )
            return
        if match["step"] != "type":
            await acknowledge(interaction, update=True)
        try:
            await self._take(interaction, match)
        except NotVoting as error:
            # What was chosen stays to be read, but nothing works any more.
            if match["step"] == "type":
                await acknowledge(interaction, update=True)
            await answer(interaction, words(error), view=None)

    async def _take(self, interaction: Interaction, match: re.Match[str]) -> None:
        found = await open_vote(interaction, self.proposal)
        steps = PanelState.read(found.voting, len(found.choices), found.options, match["marks"])
        match match["step"]:
            case "type":
                form = BallotForm(interaction, found, write_mark(found.voting, steps.marks), update=True)
                await form.show(interaction)
            case "cast":
                await cast(interaction, found.id, steps.marks, seen=True)
            case step:
                values = self.item.values if isinstance(self.item, discord.ui.Select) else []
                steps = steps.step(step, int(match["number"] or 0), values)
                await answer(interaction, None, embed=None, view=ballot_panel(steps, found, interaction.user.id))


def ballot_panel(steps: PanelState, proposal: Proposal, owner: int) -> Card:
    """Draw a ballot under way, with its buttons and menus."""
    head = f"work:{proposal.id}:{base36(owner)}:{steps.write()}:"
    match steps.form:
        case Ranking():
            items = _ranking(steps, proposal, head)
        case Weights():
            items = _weights(steps, proposal, head)
        case Stars(most):
            items = _stars(steps, proposal, head, most)
        case _:
            assert_never(steps.form)
    rows = groupby(items, key=lambda item: item.row)
    return panel_card(steps, proposal, [[PanelItem(proposal.id, item) for item in row] for _row, row in rows])


def _ranking(steps: PanelState, proposal: Proposal, head: str) -> list[discord.ui.Item[Any]]:
    items: list[discord.ui.Item[Any]] = []
    if steps.choices <= FEW:
        for choice, label in enumerate(proposal.choices, start=1):
            ranked = choice in steps.marks
            name = f"{ordinal(steps.marks.index(choice) + 1)}: {label}" if ranked else f"{choice}. {label}"
            items.append(_button(name, f"{head}add{choice}", row=0, off=ranked))
    elif steps.left:
        place = ordinal(len(steps.marks) + 1)
        options = [_option(f"{choice}. {proposal.choices[choice - 1]}", choice) for choice in steps.left]
        items.append(_menu(_("Choose your {place} choice", place=place), f"{head}add", options, row=0))
    items += [
        _cast(steps, head),
        _button(_("Undo the last"), f"{head}undo", off=not steps.marks),
    ]
    if steps.complete and steps.choices > FEW:
        items.append(_button(_("Add the rest as listed"), f"{head}rest", off=not steps.left))
    return [*items, *_always(steps, head)]


def _weights(steps: PanelState, proposal: Proposal, head: str) -> list[discord.ui.Item[Any]]:
    options = [
        _option(
            f"{choice}. {label}",
            choice,
            _("weight {weight}", weight=whole(weight)) if weight else _("no weight"),
            chosen=choice == steps.at,
        )
        for choice, (label, weight) in enumerate(zip(proposal.choices, steps.marks, strict=True), start=1)
    ]
    items: list[discord.ui.Item[Any]] = [_menu(_("Choose a choice to give weight to"), f"{head}look", options, row=0)]
    if steps.at:
        label, now = plain(proposal.choices[steps.at - 1], 60), steps.marks[steps.at - 1]
        offered = [
            _option(
                _("{weight} for {label}", weight=weight, label=label),
                weight,
                chosen=weight == now,
                of=f"{steps.at}:{steps.write()}",
            )
            for weight in WEIGHTS
        ]
        told = _("Weight {weight} now for {label}", weight=whole(now), label=label)
        items.append(_menu(told, f"{head}give{steps.at}", offered, row=1))
    return [*items, _cast(steps, head), *_always(steps, head)]


def _stars(steps: PanelState, proposal: Proposal, head: str, most: int) -> list[discord.ui.Item[Any]]:
    items: list[discord.ui.Item[Any]] = []
    first = steps.at * PAGE + 1
    for row, choice in enumerate(range(first, min(first + PAGE, steps.choices + 1))):
        label, now = plain(proposal.choices[choice - 1], 80), steps.marks[choice - 1]
        facts = {"choice": choice, "label": label}
        options = [
            _option(
                ngettext("{number} star: {choice}. {label}", "{number} stars: {choice}. {label}", stars, **facts),
                stars,
                chosen=stars == now,
                of=f"{choice}:{steps.write()}",
            )
            for stars in range(most, -1, -1)
        ]
        told = ngettext("{number} star now for {label}", "{number} stars now for {label}", now, label=label)
        items.append(_menu(told, f"{head}give{choice}", options, row=row))
    items.append(_cast(steps, head))
    if steps.pages > 1:
        items += [
            _button(_("Previous"), f"{head}look{max(steps.at - 1, 0)}", off=steps.at == 0),
            _button(_("Next"), f"{head}look{steps.at + 1}", off=steps.at + 1 == steps.pages),
        ]
    return [*items, *_always(steps, head)]


def _cast(steps: PanelState, head: str) -> discord.ui.Button[Any]:
    off = steps.lacking() is not None
    return _button(_("Cast this vote"), f"{head}cast", off=off, style=discord.ButtonStyle.success)


def _always(steps: PanelState, head: str) -> list[discord.ui.Item[Any]]:
    return [
        _button(_("Start over"), f"{head}clear", off=steps.marks == steps.cleared().marks),
        _button(_("Type it instead"), f"{head}type"),
    ]


def _button(
    label: str,
    custom_id: str,
    *,
    row: int = 4,
    off: bool = False,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> discord.ui.Button[Any]:
    return discord.ui.Button(label=plain(label, _BUTTON), custom_id=custom_id, row=row, disabled=off, style=style)


def _menu(placeholder: str, custom_id: str, options: list[discord.SelectOption], *, row: int) -> discord.ui.Select[Any]:
    return discord.ui.Select(placeholder=placeholder, custom_id=custom_id, options=options, row=row)


def _option(
    label: str, value: int, description: str | None = None, *, chosen: bool = False, of: str = ""
) -> discord.SelectOption:
    # A client that remembers what was chosen in this place must not take it for a choice in another menu: hence `of`.
    told = f"{value}:{of}" if of else str(value)
    return discord.SelectOption(label=plain(label, _OPTION), value=told, description=description, default=chosen)
