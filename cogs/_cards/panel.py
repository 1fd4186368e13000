"""A ballot under way, as its member sees it: what is chosen, what is left, what is still lacking."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.amounts import percent
from bot.domain.proposal import Proposal
from cogs._cards.proposal import heading
from cogs._cards.systems import RULES
from cogs._marks import RANKED, WEIGHED
from cogs._steps import PAGE, Steps
from cogs._words import moment, ordinal, plural, quoted

FEW = 5
"""Choices that are listed whole."""
_ROOM = 3_000
"""Room for the choices in an embed's description, which holds 4,096 signs."""
_LABELS = (80, 56, 36, 24, 16)


def panel_card(steps: Steps, proposal: Proposal) -> discord.Embed:
    """Show a ballot that is not cast yet."""
    name, asked = _asked(steps)
    lines = [f"{asked} **Nothing is recorded until you press Cast this vote.**"]
    for limit in _LABELS:
        entries = "\n".join(_entries(steps, [quoted(label, limit) for label in proposal.choices]))
        if len(entries) <= _ROOM:
            break
    lines.append(entries)
    if lacking := steps.lacking():
        lines.append(f"Before it can be cast: {lacking.remedy}.")
    if proposal.terms is not None:
        lines.append(f"Voting ends {moment(proposal.terms.end)}; until then a vote can be changed.")
    embed = discord.Embed(title=heading(proposal, name), description="\n\n".join(lines))
    embed.set_footer(text=f"How it is counted: {RULES[proposal.voting]}. Only you see this.")
    return embed


def numbered_choices(choices: Sequence[str], room: int = _ROOM) -> str:
    """List the choices with the numbers by which they are typed; bare, Discord would number the lines itself."""
    text = ""
    for limit in _LABELS:
        text = "\n".join(f"{number}\\. {quoted(label, limit)}" for number, label in enumerate(choices, start=1))
        if len(text) <= room:
            break
    return text


def _asked(steps: Steps) -> tuple[str, str]:
    if steps.voting in RANKED:
        many = f"Rank all {steps.choices} choices" if steps.complete else "Rank as many choices as you like"
        return "Your ranking", f"{many}, the best first."
    if steps.voting in WEIGHED:
        return "Your weights", "Choose a choice, then its weight; only the ratios of the weights matter."
    return "Your stars", "Give each choice 0 to 5 stars; 5 is best, and choices may have equal stars."


def _entries(steps: Steps, labels: Sequence[str]) -> list[str]:
    """List what is chosen; of many choices not those that are left, which the menus below list."""
    many = steps.choices > FEW
    if steps.voting in RANKED:
        lines = [
            f"**{ordinal(place)}:** {labels[choice - 1]} (choice {choice})"
            for place, choice in enumerate(steps.marks, start=1)
        ] or ["Nothing is ranked yet."]
        if steps.left:
            lines += ["", f"**Not ranked yet ({len(steps.left)}):**" + (" see the menu below." if many else "")]
            lines += [] if many else [f"{choice}\\. {labels[choice - 1]}" for choice in steps.left]
        return lines
    whole = sum(steps.marks)
    lines = []
    for choice, given in enumerate(steps.marks, start=1):
        if not given and many:
            continue
        told = f"**{plural(given, 'star')}**"
        if steps.voting in WEIGHED:
            told = f"**weight {given:,}**, {percent(given, whole)} of your power"
        lines.append(f"{choice}\\. {labels[choice - 1]}: {told}")
    if rest := steps.choices - len(lines):
        lines.append(f"{'All' if rest == steps.choices else 'The other'} {plural(rest, 'choice')}: 0.")
    if steps.voting == "star" and steps.pages > 1:
        first = steps.at * PAGE + 1
        lines += ["", f"The menus below are for choices {first} to {min(first + PAGE - 1, steps.choices)}."]
    return lines
