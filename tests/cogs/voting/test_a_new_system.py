"""A voting system that only its own declaration knows is voted with, counted, shown and verified like all others."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import cast

import pytest

from bot.domain.proposals.vote_rules import Approval, Rules, check, settle
from bot.domain.shared.types import Timestamp, Units
from bot.domain.voting import (
    SYSTEMS,
    Ballots,
    Options,
    Rounds,
    Scores,
    System,
    Tally,
    Verdict,
    VotingType,
    decide,
    tally,
)
from bot.domain.voting.ballot_forms import Partial, Ranking, Stars
from bot.domain.voting.ballot_message import choice_of
from bot.domain.voting.counting.grouped_ballots import grouped, tallied
from bot.domain.voting.outcome.outcome_reason import equal_power, most_power
from bot.presentation.results.outcome_lines import outcome_lines
from bot.services.shared.proposal_view import ProposalView
from bot.web.voting import ballot_form
from cogs._shared.cards import Card
from cogs.proposals.announcement_cards import result_card
from cogs.voting.card_buttons import card_rows
from cogs.voting.rules_button import rules_card
from tests.builders import NOW, ONE, a_ballot, a_proposal, a_result, some_terms
from tests.bundles import a_bundle, failures
from tests.cogs.answers import answer, present
from tests.cogs.conftest import World, said
from tests.refusals import refused

NAME = cast("VotingType", "borda")
CHOICES = ("Mice", "Yeast", "Worms")


def _count(ballots: Ballots, choices: int, options: Options) -> Tally:
    groups = grouped(ballots)
    points = [[0] * choices for _ in range(groups.width)]
    for mark, sums in groups.rows():
        assert isinstance(mark, tuple)
        for place, choice in enumerate(mark, start=1):
            for column, amount in zip(points, sums, strict=True):
                column[choice - 1] += amount * (choices - place)
    return tallied(ballots, groups, [[Fraction(score, choices - 1) for score in column] for column in points])


BORDA = System(
    form=Ranking(Partial.OPTION),
    count=_count,
    scores=Scores.POINTS,
    rounds=Rounds.NONE,
    thresholds=True,
    for_against=False,
    why_first=most_power,
    why_equal=equal_power,
    rule="each ballot ranks the choices; each choice gets a point for each other one that it stands before",
    ties="Choices that share the highest score are tied, and nothing is decided.",
    offer="rank the choices; places are points",
    note="A choice's number is its points: the first place from everybody would be all the power that voted.",
    brief="",
)


@pytest.fixture(autouse=True)
def borda(monkeypatch: pytest.MonkeyPatch) -> System:
    monkeypatch.setitem(SYSTEMS, NAME, BORDA)
    return BORDA


def _declare(monkeypatch: pytest.MonkeyPatch, changed: System) -> None:
    monkeypatch.setitem(SYSTEMS, NAME, changed)


def _view() -> ProposalView:
    ballots = [a_ballot(1, (2, 1, 3), 4 * ONE), a_ballot(2, (1, 3, 2), ONE)]
    rows = Ballots.of(((ballot.mark, ballot.power, (ballot.power,)) for ballot in ballots), 1)
    counted = tally(NAME, 3, rows)
    terms = some_terms()
    result = replace(a_result(), tally=counted, outcome=decide(NAME, counted, Units(0)))
    proposal = a_proposal(voting=NAME, choices=CHOICES, terms=terms, result=result)
    return ProposalView(proposal=proposal, tally=counted, now=Timestamp(terms.end + 1000))


async def test_a_member_ranks_in_a_panel_and_reads_their_ranking_in_the_receipt(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada, voting=NAME, choices=CHOICES)
    panel = await ada.click(world.card(proposal), label="Rank the choices")
    assert "Rank all 3 choices, the best first." in said(panel)
    assert BORDA.rule in said(panel)
    for label in ("2. Yeast", "1. Mice"):
        panel = await ada.click(answer(panel), label=label)
    receipt = await ada.click(answer(panel), label="Cast this vote")
    assert "Recorded: **1st Yeast, 2nd Mice and 3rd Worms**, with 5 VITA of power." in said(receipt)


def test_its_card_says_how_it_is_counted_what_its_numbers_mean_and_that_it_scores() -> None:
    view = _view()
    told = result_card(view, []).text()
    assert BORDA.note in rules_card(view.proposal).text()
    assert "**B** Yeast: 80 %\n" in told
    assert "Percentages are of the most points that the ballots could give." in told
    assert "“Yeast” wins.\nIt has 80 % of 5 VITA, more than any other choice" in told
    running = replace(view, proposal=replace(view.proposal, result=None), now=Timestamp(NOW))
    rows = card_rows(replace(running, now=present(view.proposal.terms).start))
    assert "Rank the choices" in str(Card(["x"], rows).payload())
    assert BORDA.ties[1:] in rules_card(running.proposal).text()


def test_a_threshold_is_applied_to_its_points_and_refused_where_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rules: dict[VotingType | None, Rules] = {None: Rules(approval=Approval(share=Fraction(9, 10)))}
    settled = settle(rules, NAME, Rules(partial=True))
    assert settled.approval == rules[None].approval
    assert settled.partial
    view = _view()
    result = present(view.proposal.result)
    terms = replace(present(view.proposal.terms), rules=settled)
    threshold = replace(present(result.outcome.threshold), share=Fraction(9, 10))
    outcome = decide(NAME, present(view.tally), Units(0), threshold)
    assert outcome.verdict is Verdict.REJECTED
    words = outcome_lines(view.proposal, replace(result, outcome=outcome), terms, str).margin
    assert "“Yeast” scores 4 VITA" in words
    _declare(monkeypatch, replace(BORDA, scores=Scores.SHARES, thresholds=False, form=Ranking(Partial.NEVER)))
    settled = settle(rules, NAME, Rules(partial=True))
    assert settled.approval != rules[None].approval
    assert not settled.partial
    with refused("no power"):
        check(NAME, rules[None])
    with refused("none of borda"):
        check(NAME, Rules(partial=True))


def test_the_page_and_the_signed_message_follow_its_form(monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = a_proposal(voting=NAME, choices=CHOICES, terms=some_terms())
    assert ballot_form.kind_of(NAME) == "places"
    assert ballot_form.words(proposal, (2, 1, 3)) == "1. Yeast, 2. Mice and 3. Worms"
    assert choice_of(NAME, (2, 1, 3)) == (2, 1, 3)
    _declare(monkeypatch, replace(BORDA, form=Stars(9)))
    assert ballot_form.how(proposal) == "Give each choice 0 to 9 stars"
    assert ballot_form.words(proposal, (9, 0, 1)) == "Mice: 9 of 9 stars and Worms: 1 of 9 stars"
    assert choice_of(NAME, (9, 0, 1)) == '{"1":9,"3":1}'


def test_its_bundle_verifies() -> None:
    ballots = [a_ballot(1, (2, 1, 3), 4 * ONE), a_ballot(2, (1, 3, 2), ONE)]
    bundle = a_bundle(ballots, a_proposal(voting=NAME, choices=CHOICES))
    assert failures(bundle.content) == []
    assert json.loads(bundle.content)["outcome"]["sentence"].startswith("Decided: “Yeast”, with 4 VITA of 5 VITA")
