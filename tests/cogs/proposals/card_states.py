"""A proposal in each of its states, under each voting system, in each kind of text: as the cards that show it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.domain.proposals.proposal import GRACE, MAX_BODY, MAX_SUMMARY, MAX_TITLE, Proposal, Remover, Result, Text
from bot.domain.proposals.vote_rules import Settled, VoteVisibility
from bot.domain.shared.types import ChannelId, MessageId, Timestamp, Units
from bot.domain.voting import OFFERED, Ballots, Outcome, Tally, VotingType, decide, tally
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights
from bot.domain.voting.system_registry import SYSTEMS
from bot.presentation.pictures.result_alt import result_alt
from bot.presentation.pictures.result_image import result_image
from bot.presentation.results.drawn_result import result_picture
from bot.services.shared.proposal_view import Progress, ProposalView
from cogs.proposals.announcement_cards import LATE, opened_card, result_card, withdrawn_card
from cogs.proposals.drafts.draft_card import draft_card
from cogs.proposals.proposal_cards import phase, proposal_card
from cogs.voting.card_buttons import card_rows, read_row, result_rows
from cogs.voting.rules_button import rules_card
from tests.builders import CHAIN, NOW, ONE, a_proposal, a_text, a_tombstone, some_terms
from tests.gallery.messages import Shown

CHAINS = {CHAIN: "Ethereum"}
CITIES = ("Lisbon", "Tallinn", "Ljubljana")
REF = "0123ABCD"
Voters = Sequence[tuple[Any, int]]


def _filled(begin: str, length: int) -> str:
    return (begin * length)[:length]


TEXTS = {
    "shortest": a_text(title="A", summary="", body="B", discussion=""),
    "longest": Text(
        title=_filled("Fund the second year of it all ", MAX_TITLE),
        summary=_filled("We follow everybody for a year. ", MAX_SUMMARY),
        body=_filled("The budget has many lines, and each of them is explained. ", MAX_BODY),
        discussion="https://forum.example/" + "t" * 200,
    ),
    "marks": Text(
        title=_filled(r"*_~`|[]<\\", MAX_TITLE),
        summary=_filled("**bold** `code` > quoted ~~gone~~ ", MAX_SUMMARY),
        body="# Head\n\n- one\n- two\n\n```\ncode\n```\n||spoiler|| <@1> <t:1:R> [a](https://a.example)",
        discussion="",
    ),
    "right to left": a_text(
        title="تمويل دراسة الفئران", summary="اثنا عشر شهرًا من التجربة.", body="نقترح تمويل تجربة."
    ),
    "emoji": a_text(title="🧬 Fund 👩‍🔬 the 🐭 study 🚀", summary="🎉" * 60, body="🧪 three arms 🧫"),
}
LABELS = {"right to left": ("نعم، أوافق", "لا", "أمتنع"), "emoji": ("🚀 Go", "👎", "🤷 Neither")}


def marks(voting: VotingType, choices: int, first: int) -> Any:
    """Return a mark that puts the choice `first` first, whatever the form of a ballot."""
    order = [(first - 1 + step) % choices + 1 for step in range(choices)]
    match SYSTEMS[voting].form:
        case Single():
            return first
        case Set():
            return (first,)
        case Ranking():
            return tuple(order)
        case Weights():
            return tuple(60 if n == first else 40 if n == order[1] else 0 for n in range(1, choices + 1))
        case Stars():
            return tuple(5 if n == first else 2 if n == order[1] else 0 for n in range(1, choices + 1))


def _tally(voting: VotingType, choices: int, voters: Sequence[tuple[int, int]]) -> Tally:
    cast = [(marks(voting, choices, first), power * ONE, (power * ONE,)) for first, power in voters]
    return tally(voting, choices, Ballots.of(cast, 1))


def _proposal(voting: VotingType, text: Text, labels: Sequence[str], quorum: int = 10, **fields: Any) -> Proposal:
    terms = some_terms(quorum=Units(quorum * ONE), **fields)
    return a_proposal(
        text=text,
        voting=voting,
        choices=tuple(labels),
        terms=terms,
        channel=ChannelId(2),
        card=MessageId(3),
        thread=ChannelId(4),
        cid="bafkrei" + "w" * 52,
    )


def _at(proposal: Proposal, at: int, counted: Tally) -> ProposalView:
    hidden = proposal.terms is not None and proposal.terms.rules.shown is not VoteVisibility.TALLY
    if hidden and proposal.result is None:
        return ProposalView(proposal=proposal, tally=None, now=Timestamp(at), progress=None)
    progress = Progress(ballots=counted.ballots, turnout=Units(counted.total), reached=counted.total)
    return ProposalView(proposal=proposal, tally=counted, now=Timestamp(at), progress=progress)


class States:
    """The cards of one proposal, in the section of its voting system. `kind` says which text it has."""

    def __init__(self, proposal: Proposal, kind: str) -> None:
        if proposal.terms is None:
            raise ValueError("a draft has no states")
        self.proposal, self.terms, self.kind = proposal, proposal.terms, kind

    def card(self, name: str, at: int, counted: Tally, proposal: Proposal | None = None) -> Shown:
        """Show the public card at a moment."""
        view = _at(proposal or self.proposal, at, counted)
        return self._shown(f"card, {name}", proposal_card(view, CHAINS, card_rows(view, REF)), says=(phase(view),))

    def result(self, name: str, counted: Tally, *, late: int = 0) -> Iterator[Shown]:
        """Show the card and the announcement of a result."""
        counted_at = Timestamp(self.terms.end + GRACE + late)
        outcome: Outcome = decide(self.proposal.voting, counted, self.terms.quorum_rule, self.terms.threshold)
        result = Result(tally=counted, outcome=outcome, counted_at=counted_at)
        closed = replace(self.proposal, result=result)
        yield self.card(name, counted_at, counted, closed)
        drawn = result_picture(closed, result, self.terms)
        png = result_image(drawn)
        file = discord.File(io.BytesIO(png), "result.png", description=result_alt(drawn))
        proof = discord.File(io.BytesIO(b"{}"), "proposal-1-result.json.gz")
        view = _at(closed, counted_at, counted)
        card = result_card(view, result_rows(view, REF), picture=file, attached=proof)
        says = (phase(view), "late") if late > LATE else (phase(view),)
        yield self._shown(f"result, {name}", card, says=says, pictures={"result.png": png})

    def _shown(self, name: str, message: Any, **about: Any) -> Shown:
        return Shown(section=self.proposal.voting, name=f"{name}, {self.kind}", message=message, **about)

    def every(self) -> Iterator[Shown]:
        """Show each state."""
        voting, n, end = self.proposal.voting, len(self.proposal.choices), self.terms.end
        none, few = _tally(voting, n, ()), _tally(voting, n, ((1, 3), (2, 1)))
        yield self.card("pending", NOW - 1, none)
        yield self.card("open, no vote yet", NOW, none)
        yield self.card("open", NOW, few)
        for shown in (VoteVisibility.QUORUM, VoteVisibility.NOTHING):
            rules = replace(self.proposal, terms=replace(self.terms, rules=Settled(shown=shown)))
            yield self.card(f"hidden, {shown}", NOW, few, rules)
        yield self.card("closing", end + 1, few)
        yield self.card("held", end + GRACE + 9_999, few, replace(self.proposal, held_reason="the chain stands still"))
        for by in Remover:
            gone = replace(self.proposal, tombstone=a_tombstone(by=by, reason="A number in it is wrong."))
            yield self.card(f"taken back by {by}", NOW, few, gone)
            card = withdrawn_card(gone, read_row(gone, REF))
            yield self._shown(f"announced as taken back by {by}", card, says=("A number in it is wrong",))
        opened = opened_card(_at(self.proposal, NOW, none), read_row(self.proposal, REF))
        yield self._shown("announced as open", opened, says=("Voting is open until",))
        yield self._shown("draft", draft_card(self.proposal), says=("Only you see this",))
        yield self._shown("how it is counted", rules_card(self.proposal))
        yield from self.result("passed", _tally(voting, n, ((1, 30), (2, 10))))
        yield from self.result("rejected or another first", _tally(voting, n, ((1, 10), (2, 30))))
        yield from self.result("tied", _tally(voting, n, ((1, 10), (2, 10))))
        yield from self.result("no quorum", few)
        yield from self.result("one voter", _tally(voting, n, ((1, 10),)))
        yield from self.result("nobody voted", none)
        yield from self.result("late", _tally(voting, n, ((1, 30), (2, 10))), late=7_200)


def shown_proposals() -> Iterator[Shown]:
    """Each state under each voting system; every text and 25 choices in the states that differ by it."""
    for voting in OFFERED:
        labels = ("For", "Against", "Abstain") if voting == "basic" else CITIES
        yield from States(_proposal(voting, a_text(), labels), "an everyday text").every()
        for kind, text in TEXTS.items():
            states = States(_proposal(voting, text, labels if voting == "basic" else LABELS.get(kind, CITIES)), kind)
            few = _tally(voting, 3, ((1, 30), (2, 10)))
            yield states.card("open", NOW, few)
            yield from states.result("ended", few)
        if voting != "basic":
            many = tuple(f"{n}. " + _filled("a laboratory that waited long ", 70) for n in range(1, 26))
            states = States(_proposal(voting, TEXTS["longest"], many), "25 choices")
            votes = _tally(voting, 25, [(n, 30 - n) for n in range(1, 26)])
            yield states.card("open", NOW, votes)
            yield from states.result("ended", votes)
