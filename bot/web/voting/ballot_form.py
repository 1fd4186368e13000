"""Ballots as forms, and marks as words."""

from __future__ import annotations

from typing import Literal, assert_never

from bot.domain.proposals.proposal import Proposal
from bot.domain.voting import SYSTEMS, Mark, VotingType
from bot.domain.voting.ballot_forms import MAX_WEIGHT, Form, Ranking, Set, Single, Stars, Weights
from bot.web.shared.html import Html, fragment, join, visible_text

Kind = Literal["one", "several", "places", "weights", "stars"]
"""How a ballot is filled in."""


def kind_of(voting: VotingType) -> Kind:
    """Return how the ballots of a voting system are filled in."""
    form = SYSTEMS[voting].form
    match form:
        case Single():
            return "one"
        case Set():
            return "several"
        case Ranking():
            return "places"
        case Weights():
            return "weights"
        case Stars():
            return "stars"
        case _:
            assert_never(form)


def how(proposal: Proposal) -> str:
    """Say how the ballot is filled in."""
    form = SYSTEMS[proposal.voting].form
    match form:
        case Single():
            return "Choose one"
        case Set():
            return "Approve any number of choices, or none"
        case Ranking():
            partial = "" if form.complete(proposal.options) else "; you may leave some without"
            return f"Give each choice a place: 1 is the best{partial}"
        case Weights():
            return "Give each choice a weight; only their ratios matter"
        case Stars():
            return f"Give each choice 0 to {form.most} stars"
        case _:
            assert_never(form)


def fields(proposal: Proposal) -> Html:
    """Return a field for each choice."""
    form = SYSTEMS[proposal.voting].form
    return join(_field(form, index, label, len(proposal.choices)) for index, label in _choices(proposal))


def words(proposal: Proposal, mark: Mark) -> str:
    """Write a mark as its voter would say it."""
    labels = dict(_choices(proposal))
    form = SYSTEMS[proposal.voting].form
    if isinstance(mark, int):
        return labels[mark]
    match form:
        case Single() | Set():
            return ", ".join(labels[choice] for choice in mark) or "none of the choices"
        case Ranking():
            return ", ".join(f"{place}. {labels[choice]}" for place, choice in enumerate(mark, start=1))
        case Weights():
            return ", ".join(f"{labels[choice]}: {weight}" for choice, weight in enumerate(mark, start=1) if weight)
        case Stars():
            given = [f"{labels[choice]}: {stars}" for choice, stars in enumerate(mark, start=1) if stars]
            return ", ".join(f"{each} of {form.most} stars" for each in given) or "no stars for any choice"
        case _:
            assert_never(form)


def _field(form: Form, index: int, label: str, choices: int) -> Html:
    match form:
        case Single():
            return fragment("voting/vote_one.html").fill(index=index, label=label)
        case Set():
            return fragment("voting/vote_several.html").fill(index=index, label=label)
        case Ranking():
            places = join(fragment("voting/vote_option.html").fill(place=place) for place in range(1, choices + 1))
            return fragment("voting/vote_place.html").fill(index=index, label=label, places=places)
        case Weights():
            return fragment("voting/vote_number.html").fill(index=index, label=label, most=MAX_WEIGHT)
        case Stars():
            return fragment("voting/vote_number.html").fill(index=index, label=label, most=form.most)
        case _:
            assert_never(form)


def _choices(proposal: Proposal) -> list[tuple[int, str]]:
    return list(enumerate(map(visible_text, proposal.choices), start=1))
