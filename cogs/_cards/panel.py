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
    """List the choices with the numbers by which they are typed."""
    text = ""
    for limit in _LABELS:
        text = "\n".join(f"{number}. {quoted(label, limit)}" for number, label in enumerate(choices, start=1))
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
    if steps.voting in RANKED:
        ranked = [
            f"**{ordinal(place)}:** {labels[choice - 1]} (choice {choice})"
            for place, choice in enumerate(steps.marks, start=1)
        ]
        lines = ranked or ["Nothing is ranked yet."]
        if steps.left:
            lines += ["", f"**Not ranked yet ({len(steps.left)}):**"]
            lines += [f"{choice}. {labels[choice - 1]}" for choice in steps.left]
        return lines
    if steps.voting in WEIGHED:
        whole = sum(steps.marks)
        return [
            f"{choice}. {labels[choice - 1]}: "
            + (f"**weight {weight:,}**, {percent(weight, whole)} of your power" if weight else "no weight")
            for choice, weight in enumerate(steps.marks, start=1)
        ]
    shown = range(steps.at * PAGE + 1, (steps.at + 1) * PAGE + 1)
    lines = [
        f"{choice}. {labels[choice - 1]}: **{plural(stars, 'star')}**" for choice, stars in enumerate(steps.marks, 1)
    ]
    if steps.pages > 1:
        last = min(shown[-1], steps.choices)
        lines += ["", f"The menus below are for choices {shown[0]} to {last} of {steps.choices}."]
    return lines
