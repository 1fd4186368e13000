"""A ballot under way, as its member sees it: what is chosen, what is left, what is still lacking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.amounts import percent
from bot.domain.voting import SYSTEMS
from bot.domain.voting.ballot_forms import Ranking, Stars, Weights
from bot.presentation.ballots.mark_words import ordinal
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext, whole
from bot.presentation.refusals.invalid_input import input_refusal
from cogs._shared.cards import Card, Row
from cogs._shared.formatting import cut_quoted, moment, quoted
from cogs.voting.panel_state import PAGE, PanelState

FEW = 5
"""Choices that are listed whole."""
_ROOM = 2_600
"""Room for the choices, of the signs that a message holds."""
_LABELS = (80, 56, 36, 24, 16)
_TITLE, _UNDER_WAY = 120, 0x4F7CFF


def panel_card(steps: PanelState, proposal: Proposal, rows: Iterable[Row] = ()) -> Card:
    """Show a ballot that is not cast yet; `rows` are its buttons and menus."""
    name, asked = _asked(steps)
    title = cut_quoted(proposal.text.title, _TITLE)
    head = [f"### {name}", _("On #{number} “{title}”.", number=proposal.number, title=title), asked]
    entries = ""
    for limit in _LABELS:
        entries = "\n".join(_entries(steps, [quoted(label, limit) for label in proposal.choices]))
        if len(entries) <= _ROOM:
            break
    lines = [_("**Nothing is recorded until you press Cast this vote.**")]
    if lacking := steps.lacking():
        lines.append(_("Before it can be cast: {step}", step=input_refusal(lacking, quoted).step))
    if proposal.terms is not None:
        lines.append(_("Voting ends {end}; until then a vote can be changed.", end=moment(proposal.terms.end)))
    rule = _(SYSTEMS[proposal.voting].rule)
    lines.append(_("-# How it is counted: {rule}. Only you see this.", rule=rule))
    return Card(["\n".join(head), entries, "\n".join(lines)], rows, colour=_UNDER_WAY)


def numbered_choices(choices: Sequence[str], room: int = _ROOM) -> str:
    """List the choices with the numbers by which they are typed; bare, Discord would number the lines itself."""
    text = ""
    for limit in _LABELS:
        text = "\n".join(f"{number}\\. {quoted(label, limit)}" for number, label in enumerate(choices, start=1))
        if len(text) <= room:
            break
    return text


def _asked(steps: PanelState) -> tuple[str, str]:
    match steps.form:
        case Ranking():
            if steps.complete:
                asked = ngettext("Rank the choice.", "Rank all {number} choices, the best first.", steps.choices)
            else:
                asked = _("Rank as many choices as you like, the best first.")
            return _("Your ranking"), asked
        case Weights():
            return _("Your weights"), _("Choose a choice, then its weight; only the ratios of the weights matter.")
        case Stars(most):
            asked = _(
                "Give each choice 0 to {most} stars; {most} is best, and choices may have equal stars.", most=most
            )
            return _("Your stars"), asked
        case _:
            assert_never(steps.form)


def _entries(steps: PanelState, labels: Sequence[str]) -> list[str]:
    """List what is chosen; of many choices not those that are left, which the menus below list."""
    match steps.form:
        case Ranking():
            return _places(steps, labels)
        case Weights():
            power = sum(steps.marks)
            return _amounts(
                steps,
                labels,
                [
                    _("**weight {weight}**, {share} of your power", weight=whole(n), share=percent(n, power))
                    for n in steps.marks
                ],
            )
        case Stars():
            lines = _amounts(
                steps, labels, [ngettext("**{number} star**", "**{number} stars**", stars) for stars in steps.marks]
            )
            if steps.pages > 1:
                first = steps.at * PAGE + 1
                last = min(first + PAGE - 1, steps.choices)
                told = (
                    _("The menu below is for choice {choice}.", choice=last)
                    if first == last
                    else _("The menus below are for choices {first} to {last}.", first=first, last=last)
                )
                lines += ["", told]
            return lines
        case _:
            assert_never(steps.form)


def _places(steps: PanelState, labels: Sequence[str]) -> list[str]:
    many = steps.choices > FEW
    lines = [
        _("**{place}:** {label} (choice {choice})", place=ordinal(place), label=labels[choice - 1], choice=choice)
        for place, choice in enumerate(steps.marks, start=1)
    ] or [_("Nothing is ranked yet.")]
    if steps.left:
        left = len(steps.left)
        told = (
            _("**Not ranked yet ({number}):** see the menu below.", number=left)
            if many
            else _("**Not ranked yet ({number}):**", number=left)
        )
        lines += ["", told]
        lines += [] if many else [f"{choice}\\. {labels[choice - 1]}" for choice in steps.left]
    return lines


def _amounts(steps: PanelState, labels: Sequence[str], told: Sequence[str]) -> list[str]:
    lines = [
        f"{choice}\\. {labels[choice - 1]}: {told[choice - 1]}"
        for choice, given in enumerate(steps.marks, start=1)
        if given or steps.choices <= FEW
    ]
    if rest := steps.choices - len(lines):
        every = rest == steps.choices
        lines.append(
            ngettext("All {number} choice: 0.", "All {number} choices: 0.", rest)
            if every
            else ngettext("The other {number} choice: 0.", "The other {number} choices: 0.", rest)
        )
    return lines
