"""Ballots as forms, and marks as words."""

from __future__ import annotations

from typing import Literal, assert_never

from bot.domain.proposal import Proposal
from bot.domain.voting import Mark, VotingType
from bot.domain.voting._weights import MAX_WEIGHT
from bot.domain.voting.star import MOST as MOST_STARS
from bot.web.html import Html, fragment, join, shown

Kind = Literal["one", "several", "places", "weights", "stars"]
"""How a ballot is filled in."""
_HOW: dict[Kind, str] = {
    "one": "Choose one",
    "several": "Approve any number of choices, or none",
    "places": "Give each choice a place: 1 is the best",
    "weights": "Give each choice a weight; only their ratios matter",
    "stars": f"Give each choice 0 to {MOST_STARS} stars",
}


def kind_of(voting: VotingType) -> Kind:
    """Return how the ballots of a voting system are filled in."""
    match voting:
        case "basic" | "single-choice":
            return "one"
        case "approval":
            return "several"
        case "ranked-choice" | "copeland" | "schulze":
            return "places"
        case "weighted" | "quadratic":
            return "weights"
        case "star":
            return "stars"
        case _:
            assert_never(voting)


def how(proposal: Proposal) -> str:
    """Say how the ballot is filled in."""
    kind = kind_of(proposal.voting)
    partial = proposal.voting == "schulze" or proposal.options.partial
    return _HOW[kind] + ("; you may leave some without" if kind == "places" and partial else "")


def fields(proposal: Proposal) -> Html:
    """Return a field for each choice."""
    kind = kind_of(proposal.voting)
    return join(_field(kind, index, label, len(proposal.choices)) for index, label in _choices(proposal))


def words(proposal: Proposal, mark: Mark) -> str:
    """Write a mark as its voter would say it."""
    labels = dict(_choices(proposal))
    kind = kind_of(proposal.voting)
    if isinstance(mark, int):
        return labels[mark]
    if kind == "several":
        return ", ".join(labels[choice] for choice in mark) or "none of the choices"
    if kind == "places":
        return ", ".join(f"{place}. {labels[choice]}" for place, choice in enumerate(mark, start=1))
    unit = f" of {MOST_STARS} stars" if kind == "stars" else ""
    given = [f"{labels[choice]}: {number}{unit}" for choice, number in enumerate(mark, start=1) if number]
    return ", ".join(given) or "no stars for any choice"


def _field(kind: Kind, index: int, label: str, choices: int) -> Html:
    match kind:
        case "one" | "several":
            return fragment(f"vote_{kind}.html").fill(index=index, label=label)
        case "places":
            places = join(fragment("vote_option.html").fill(place=place) for place in range(1, choices + 1))
            return fragment("vote_place.html").fill(index=index, label=label, places=places)
        case "weights":
            return fragment("vote_number.html").fill(index=index, label=label, most=MAX_WEIGHT)
        case "stars":
            return fragment("vote_number.html").fill(index=index, label=label, most=MOST_STARS)
        case _:
            assert_never(kind)


def _choices(proposal: Proposal) -> list[tuple[int, str]]:
    return list(enumerate(map(shown, proposal.choices), start=1))
