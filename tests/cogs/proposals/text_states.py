"""What a member reads and writes of proposals: lists, whole texts, versions, changes, the form of a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from bot.domain.proposals.proposal import MAX_VERSIONS, Proposal, Remover
from bot.domain.proposals.vote_rules import Settled, VoteVisibility
from bot.domain.shared.types import ChannelId, MessageId, SpaceId, Timestamp
from bot.domain.voting import OFFERED, Ballots, tally
from bot.services.shared.proposal_view import Progress, ProposalView
from cogs.proposals.draft_forms import DraftForm
from cogs.proposals.proposal_list import PER_PAGE, listed_page, proposal_list
from cogs.proposals.refused_forms import RefusedForms, Typed
from cogs.proposals.revision_cards import change_card, history_card
from cogs.proposals.whole_text import whole_text
from tests.builders import GUILD, NOW, ONE, a_draft, a_proposal, a_text, a_tombstone, a_version, some_terms
from tests.cogs.proposals.card_states import CITIES, LABELS, REF, TEXTS, marks
from tests.gallery.asking import interaction
from tests.gallery.messages import Message, Shown

_POSTED: dict[str, Any] = {"channel": ChannelId(GUILD), "card": MessageId(GUILD), "thread": ChannelId(GUILD)}
_KINDS = {"an everyday text": a_text(), **TEXTS}


def shown_texts() -> Iterator[Shown]:
    """Return all of it."""
    for name, message, says in (*_lists(), *_texts(), *_forms()):
        yield Shown(section="proposals, texts and lists", name=name, message=message, says=(says,))


def _view(proposal: Proposal, first: tuple[int, ...] = ()) -> ProposalView:
    cast_ = [(marks(proposal.voting, len(proposal.choices), n), n * ONE, (n * ONE,)) for n in first]
    counted = tally(proposal.voting, len(proposal.choices), Ballots.of(cast_, 1))
    progress = Progress(ballots=counted.ballots, turnout=None, reached=counted.total)
    return ProposalView(proposal=proposal, tally=counted, now=NOW, progress=progress)


def _lists() -> Iterator[tuple[str, Message, str]]:
    yield "list, none", proposal_list(listed_page([], 1), "open"), "There is none to show"
    for kind, text in _KINDS.items():
        one = a_proposal(text=text, voting="single-choice", choices=LABELS.get(kind, CITIES), **_POSTED)
        terms = some_terms(start=Timestamp(NOW + 60))
        hidden = some_terms(rules=Settled(shown=VoteVisibility.NOTHING))
        gone = [replace(one, tombstone=a_tombstone(by=by, reason="Wrong *number* " * 20)) for by in Remover]
        views = [
            _view(one),
            _view(one, (1,)),
            _view(one, (1, 2)),
            _view(replace(one, terms=terms)),
            ProposalView(proposal=replace(one, terms=hidden), tally=None, now=NOW, progress=None),
            *map(_view, gone),
        ]
        yield f"list, {kind}", proposal_list(listed_page(views, 1), None), "7 proposals"
        names = {SpaceId(1): "*" * 50}
        many = proposal_list(listed_page(views * 50, 9), "over", names)
        yield f"list, many, {kind}", many, f"page 9 of {7 * 50 // PER_PAGE}"
    for voting in OFFERED:
        labels = ("For", "Against", "Abstain") if voting == "basic" else CITIES
        one = a_proposal(voting=voting, choices=labels, **_POSTED)
        views = [_view(one, first) for first in ((), (1,), (1, 2), (2, 2))]
        yield f"list, {voting}", proposal_list(listed_page(views, 1), "open"), "4 proposals"


def _texts() -> Iterator[tuple[str, Message, str]]:
    for kind, text in _KINDS.items():
        choices = LABELS.get(kind, CITIES)
        proposal = a_proposal(text=text, voting="single-choice", choices=choices, **_POSTED)
        yield f"whole text, {kind}", whole_text(proposal), text.title[:1]
        first = a_version(text=a_text(title="Fund the mice"), choices=CITIES)
        second = a_version(2, text=text, choices=choices)
        yield f"change, to {kind}", change_card(proposal, first, second, REF), "Text changed"
        yield f"change, from {kind}", change_card(proposal, second, first, REF), "Text changed"
        for name, versions, chosen in (
            ("one version", [second], None),
            ("two versions", [first, second], second),
            ("the most versions", [replace(second, number=n) for n in range(1, MAX_VERSIONS + 1)], second),
        ):
            card = history_card(proposal, versions, chosen, NOW)
            yield f"history, {name}, {kind}", card, "ersion"


def _forms() -> Iterator[tuple[str, Message, str]]:
    forms = cast("RefusedForms", None)  # kept for what is refused, which nobody does here
    for voting in OFFERED:
        new = Typed(text=a_text(title="", summary="", body="", discussion=""), voting=voting, choices=())
        yield f"form, new, {voting}", DraftForm(interaction(), forms, new), "Title"
        long = tuple(f"{n}. " + "long " * 19 for n in range(1, 26))
        full = replace(new, text=TEXTS["longest"], choices=long, number=a_draft().number)
        yield f"form, full, {voting}", DraftForm(interaction(), forms, full), "Title"
