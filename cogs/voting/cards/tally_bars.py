"""A tally in words: bars in the ballot's order, the quorum and what it lacks."""

from __future__ import annotations

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.voting import Tally
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.results.choice_standings import ChoiceStanding, choice_standings
from bot.presentation.results.quorum_words import quorum_words, text_bar
from bot.services.shared.proposal_view import Progress
from cogs._shared.formatting import quoted
from cogs.voting.typed_ballots.marks import typed_form

_APART = 10
"""Choices whose bars are below their labels; those of more are beside them, so that a card fits a phone."""
_BRIEF, _LEAST = 14, 6
_LABELS = (80, 56, 36, 24, 18, _BRIEF, 8, _LEAST)
"""Lengths to which labels are cut, until all fit; with the last ones, amounts and then bars give way too."""


def bars(proposal: Proposal, tally: Tally, terms: Terms, room: int) -> str:
    """Draw every choice in the ballot's order: label, bar, figure, amount."""
    standings, apart = choice_standings(proposal, tally, terms), "\n" if len(proposal.choices) <= _APART else " "
    text = ""
    for limit in _LABELS:
        lines = []
        for standing in standings:
            label = quoted(standing.label, limit)
            name = f"{standing.number}. {label}" if typed_form(proposal.voting) else label
            figures = _figures(standing, brief=limit <= _BRIEF)
            drawn = f"`{text_bar(standing.part, 1)}` {figures}" if limit > _LEAST else figures
            lines.append(f"**{name}**{apart}{drawn}")
        text = "\n".join(lines)
        if len(text) <= room:
            break
    return text


def keyed_choices(proposal: Proposal, tally: Tally, terms: Terms, room: int) -> str:
    """List every choice by the letter under which a picture draws it: key, label, figure, amount."""
    standings = choice_standings(proposal, tally, terms)
    text = ""
    for limit in _LABELS:
        text = "\n".join(
            f"**{standing.key}** {quoted(standing.label, limit)}: {_figures(standing, brief=limit <= _BRIEF)}"
            for standing in standings
        )
        if len(text) <= room:
            break
    return text


def quorum_line(progress: Progress | None, terms: Terms) -> str:
    """Say how far the quorum is reached, and what is missing; None where that is hidden until the result."""
    if progress is None:
        return quorum_words(None, terms, quoted, exactly=False)
    return quorum_words(progress.reached, terms, quoted, exactly=progress.turnout is not None)


def _figures(standing: ChoiceStanding, *, brief: bool) -> str:
    if standing.out is not None:
        return _("out in round {round}", round=standing.out)
    return f"{standing.figure} · {standing.amount}" if standing.amount and not brief else standing.figure
