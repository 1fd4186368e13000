"""Ballots as forms, and marks as words."""

from __future__ import annotations

from typing import Literal, assert_never

from bot.domain.proposals.proposal import Proposal
from bot.domain.voting import SYSTEMS, Mark, VotingType
from bot.domain.voting.ballot_forms import MAX_WEIGHT, Form, Ranking, Set, Single, Stars, Weights
from bot.presentation.catalogue.formats import listed
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
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
            return _("Choose one")
        case Set():
            return _("Approve any number of choices, or none")
        case Ranking():
            if form.complete(proposal.options):
                return _("Give each choice a place: 1 is the best")
            return _("Give each choice a place: 1 is the best; you may leave some without")
        case Weights():
            return _("Give each choice a weight; only their ratios matter")
        case Stars():
            return ngettext("Give each choice 0 to {number} star", "Give each choice 0 to {number} stars", form.most)
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
            return listed([labels[choice] for choice in mark]) or _("none of the choices")
        case Ranking():
            return listed(
                [
                    _("{place}. {choice}", place=place, choice=labels[choice])
                    for place, choice in enumerate(mark, start=1)
                ]
            )
        case Weights():
            return listed(
                [
                    _("{choice}: {figure}", choice=labels[choice], figure=weight)
                    for choice, weight in enumerate(mark, start=1)
                    if weight
                ]
            )
        case Stars():
            given = [
                ngettext(
                    "{choice}: {stars} of {number} star",
                    "{choice}: {stars} of {number} stars",
                    form.most,
                    choice=labels[choice],
                    stars=stars,
                )
                for choice, stars in enumerate(mark, start=1)
                if stars
            ]
            return listed(given) or _("no stars for any choice")
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
            return fragment("voting/vote_place.html").fill(
                index=index, label=label, places=places, no_place=_("no place")
            )
        case Weights():
            return fragment("voting/vote_number.html").fill(index=index, label=label, most=MAX_WEIGHT)
        case Stars():
            return fragment("voting/vote_number.html").fill(index=index, label=label, most=form.most)
        case _:
            assert_never(form)


def _choices(proposal: Proposal) -> list[tuple[int, str]]:
    return list(enumerate(map(visible_text, proposal.choices), start=1))
