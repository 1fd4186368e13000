"""A ballot under way, as its member sees it: what is chosen, what is left, what is still lacking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import discord

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.amounts import percent
from bot.domain.voting import SYSTEMS
from bot.domain.voting.ballot_forms import Ranking, Stars, Weights
from bot.presentation.ballots.mark_words import ordinal
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.invalid_input import input_refusal
from cogs._shared.formatting import moment, plural, quoted
from cogs.proposals.proposal_cards import heading
from cogs.voting.panel_state import PAGE, PanelState

FEW = 5
"""Choices that are listed whole."""
_ROOM = 3_000
"""Room for the choices in an embed's description, which holds 4,096 signs."""
_LABELS = (80, 56, 36, 24, 16)


def panel_card(steps: PanelState, proposal: Proposal) -> discord.Embed:
    """Show a ballot that is not cast yet."""
    name, asked = _asked(steps)
    lines = [f"{asked} **Nothing is recorded until you press Cast this vote.**"]
    for limit in _LABELS:
        entries = "\n".join(_entries(steps, [quoted(label, limit) for label in proposal.choices]))
        if len(entries) <= _ROOM:
            break
    lines.append(entries)
    if lacking := steps.lacking():
        lines.append(_("Before it can be cast: {step}", step=input_refusal(lacking, quoted).step))
    if proposal.terms is not None:
        lines.append(f"Voting ends {moment(proposal.terms.end)}; until then a vote can be changed.")
    embed = discord.Embed(title=heading(proposal, name), description="\n\n".join(lines))
    embed.set_footer(text=f"How it is counted: {SYSTEMS[proposal.voting].rule}. Only you see this.")
    return embed


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
            many = f"Rank all {steps.choices} choices" if steps.complete else "Rank as many choices as you like"
            return "Your ranking", f"{many}, the best first."
        case Weights():
            return "Your weights", "Choose a choice, then its weight; only the ratios of the weights matter."
        case Stars(most):
            return (
                "Your stars",
                f"Give each choice 0 to {most} stars; {most} is best, and choices may have equal stars.",
            )
        case _:
            assert_never(steps.form)


def _entries(steps: PanelState, labels: Sequence[str]) -> list[str]:
    """List what is chosen; of many choices not those that are left, which the menus below list."""
    match steps.form:
        case Ranking():
            return _places(steps, labels)
        case Weights():
            whole = sum(steps.marks)
            return _amounts(
                steps, labels, [f"**weight {n:,}**, {percent(n, whole)} of your power" for n in steps.marks]
            )
        case Stars():
            lines = _amounts(steps, labels, [f"**{plural(stars, 'star')}**" for stars in steps.marks])
            if steps.pages > 1:
                first = steps.at * PAGE + 1
                last = min(first + PAGE - 1, steps.choices)
                lines += ["", f"The menus below are for choices {first} to {last}."]
            return lines
        case _:
            assert_never(steps.form)


def _places(steps: PanelState, labels: Sequence[str]) -> list[str]:
    many = steps.choices > FEW
    lines = [
        f"**{ordinal(place)}:** {labels[choice - 1]} (choice {choice})"
        for place, choice in enumerate(steps.marks, start=1)
    ] or ["Nothing is ranked yet."]
    if steps.left:
        lines += ["", f"**Not ranked yet ({len(steps.left)}):**" + (" see the menu below." if many else "")]
        lines += [] if many else [f"{choice}\\. {labels[choice - 1]}" for choice in steps.left]
    return lines


def _amounts(steps: PanelState, labels: Sequence[str], told: Sequence[str]) -> list[str]:
    lines = [
        f"{choice}\\. {labels[choice - 1]}: {told[choice - 1]}"
        for choice, given in enumerate(steps.marks, start=1)
        if given or steps.choices <= FEW
    ]
    if rest := steps.choices - len(lines):
        lines.append(f"{'All' if rest == steps.choices else 'The other'} {plural(rest, 'choice')}: 0.")
    return lines
