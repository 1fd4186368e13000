"""What cards say of counts that go beyond one score a choice: rounds, duels, and why the winner wins."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from bot.domain.proposals.proposal import GRACE, Result
from bot.domain.proposals.vote_rules import Approval, Settled, resolve
from bot.domain.shared.types import Timestamp
from bot.domain.voting import (
    OFFERED,
    SYSTEMS,
    TWO_THIRDS,
    Ballots,
    Base,
    Mark,
    Options,
    QuorumCounts,
    VotingType,
    decide,
    tally,
)
from bot.presentation.ballots.mark_words import ordinal
from bot.services.shared.proposal_view import ProposalView
from cogs._shared.cards import Card
from cogs._shared.formatting import mark_words
from cogs.proposals.announcement_cards import result_card
from cogs.proposals.drafts.draft_card import draft_card
from cogs.proposals.proposal_cards import proposal_card
from cogs.voting.card_buttons import card_rows, result_rows
from cogs.voting.cards.count_rounds import details_card, rounds_words
from cogs.voting.cards.voting_systems import rule_words
from cogs.voting.rules_button import rules_card
from tests.builders import NOW, ONE, a_proposal, some_terms
from tests.cogs.answers import present

PLAIN_RULES = Settled(quorum="0")
TWO_THIRDS_OF_ALL = Approval(share=Fraction(2, 3), strict=False, of=Base.TURNOUT)
CITIES = ("Lisbon", "Tallinn", "Ljubljana", "Valencia")


def _closed(
    voting: VotingType,
    rows: list[tuple[Mark, int]],
    choices: tuple[str, ...] = CITIES,
    rules: Settled = PLAIN_RULES,
) -> ProposalView:
    ballots = Ballots.of([(mark, power * ONE, (power * ONE,)) for mark, power in rows], 1)
    counted = tally(voting, len(choices), ballots, Options(partial=True))
    quorum, threshold = resolve(rules, {}, 18)
    terms = some_terms(rules=rules, quorum=quorum, threshold=threshold)
    outcome = decide(voting, counted, terms.quorum_rule, threshold)
    result = Result(tally=counted, outcome=outcome, counted_at=Timestamp(terms.end + GRACE))
    proposal = a_proposal(voting=voting, choices=choices, terms=terms, result=result)
    return ProposalView(proposal=proposal, tally=counted, now=result.counted_at)


def _told(view: ProposalView) -> str:
    return result_card(view, []).text()


def _counted(view: ProposalView) -> str:
    """What the button for rounds or duels shows."""
    return details_card(view.proposal, present(view.tally), present(view.proposal.terms)).text()


def test_every_round_is_told_with_who_goes_out_how_ties_were_settled_and_what_is_exhausted() -> None:
    view = _closed("ranked-choice", [((1, 3), 5), ((3, 1), 4), ((2,), 1), ((4, 1), 1)])
    told = _told(view)
    assert (
        "**Decided:** “Lisbon” wins.\nIt has 60 % of the 10 VITA that counted in round 3. In round 1 "
        "“Tallinn” and “Valencia” were equal with the least; “Tallinn” went out because it is listed first."
    ) in told
    assert "**A** Lisbon: 60 % · 6\n**B** Tallinn: out in round 1\n**C** Ljubljana: 40 % · 4\n" in told
    assert "Percentages are of the power that counts in round 3." in told
    counted = _counted(view)
    assert "Tallinn goes out (Tallinn and Valencia were equal; settled by the order of the choices)." in counted
    assert "exhausted 1 VITA" in counted
    assert "**Round 3:**" in counted


def test_star_shows_scores_then_the_run_off_with_the_power_that_prefers_neither() -> None:
    view = _closed("star", [((5, 3, 0, 0), 4), ((0, 4, 5, 0), 3), ((2, 2, 0, 0), 2)])
    told = _told(view)
    counted = _counted(view)
    assert "**Scores:** Tallinn 5.6 (62.2 %), Lisbon 4.8 (53.3 %), Ljubljana 3 (33.3 %), Valencia 0 (0 %)." in counted
    assert "Lisbon and Tallinn go to the run-off." in counted
    assert "power without a preference 2 VITA" in counted
    assert "“Lisbon” wins.\nIt was preferred to “Tallinn” in the run-off by 4 VITA to 3 VITA" in told
    assert "**B** Tallinn: 3.1 of 5 stars" in told


def test_copeland_and_schulze_show_every_duel_of_few_choices() -> None:
    rows: list[tuple[Mark, int]] = [((1, 2, 3, 4), 3), ((2, 3, 1, 4), 2)]
    for voting in ("copeland", "schulze"):
        view = _closed(voting, rows)
        assert "**Lisbon** beats Tallinn, 3 to 2 VITA" in _counted(view)
        assert "it wins 3, loses 0 of 3 head to head" in _told(view)
        assert "**A** Lisbon: wins 3 of 3 duels\n**B** Tallinn: wins 2 of 3 duels\n" in _told(view)


def test_a_copeland_winner_by_average_support_is_not_said_to_win_most_often() -> None:
    told = _told(_closed("copeland", [((1, 2, 3), 4), ((2, 3, 1), 3), ((3, 1, 2), 3)], CITIES[:3]))
    assert "It wins most often" not in told
    assert "most average support of those that win most often" in told


LAST_ROUNDS: list[tuple[VotingType, list[tuple[Mark, int]]]] = [
    ("ranked-choice", [((1, 2), 4), ((2, 1), 3)]),
    ("star", [((5, 0, 0, 0), 4), ((0, 5, 1, 0), 3)]),
]


@pytest.mark.parametrize(("voting", "rows"), LAST_ROUNDS)
@pytest.mark.parametrize(
    ("rules", "verdict", "end"),
    [
        (PLAIN_RULES, "**Decided:**", "**Lisbon wins.**"),
        (replace(PLAIN_RULES, approval=TWO_THIRDS_OF_ALL), "**Rejected:**", "**Lisbon comes first.**"),
        (replace(PLAIN_RULES, quorum="100"), "**No quorum:**", "**Lisbon comes first.**"),
    ],
)
def test_the_rounds_say_that_a_choice_wins_only_where_that_is_decided(
    voting: VotingType, rows: list[tuple[Mark, int]], rules: Settled, verdict: str, end: str
) -> None:
    view = _closed(voting, rows, rules=rules)
    assert verdict in _told(view)
    assert end in _counted(view)
    open_ = replace(view, proposal=replace(view.proposal, result=None))
    assert "**Lisbon leads.**" in _counted(open_)


@pytest.mark.parametrize(("voting", "rows"), LAST_ROUNDS)
def test_the_rounds_say_that_there_is_a_tie_only_where_the_result_has_it_so(
    voting: VotingType, rows: list[tuple[Mark, int]]
) -> None:
    marks = [(mark[:3] if voting == "star" else mark, 4) for mark, _power in rows if isinstance(mark, tuple)]
    level: list[tuple[Mark, int]] = [(marks[0][0], 4), ((0, 5, 0) if voting == "star" else marks[1][0], 4)]
    tied = _closed(voting, level, CITIES[:3])
    assert "**A tie.**" in _counted(tied)
    for view in (
        replace(tied, proposal=replace(tied.proposal, result=None)),
        _closed(voting, level, CITIES[:3], replace(PLAIN_RULES, quorum="100")),
    ):
        assert "**Nobody is ahead.**" in _counted(view)


RUNS: list[tuple[VotingType, list[tuple[Mark, int]], str]] = [
    ("single-choice", [(1, 4), (2, 3), (3, 3)], "40 %"),
    ("approval", [((1,), 4), ((2,), 3), ((3,), 3)], "40 %"),
    ("weighted", [((1, 0, 0, 0), 4), ((0, 1, 1, 0), 6)], "40 %"),
    ("ranked-choice", [((1,), 5), ((2,), 3), ((3,), 2)], "50 %"),
    ("star", [((5, 0, 0, 0), 4), ((0, 4, 0, 0), 3), ((0, 0, 4, 0), 3)], "40 %"),
]


@pytest.mark.parametrize(("voting", "rows", "share"), RUNS)
def test_without_quorum_no_choice_would_have_won_that_lacks_the_approval(
    voting: VotingType, rows: list[tuple[Mark, int]], share: str
) -> None:
    rules = Settled(quorum="10", approval=TWO_THIRDS_OF_ALL)
    assert "**Rejected:**" in _told(_closed(voting, rows, rules=rules))
    told = _told(_closed(voting, rows, rules=replace(rules, quorum="100")))
    assert "would have won" not in told
    assert f"“Lisbon” came first with {share}, but needed at least 2/3 of all that voted." in told
    plain = _told(_closed(voting, rows, rules=replace(PLAIN_RULES, quorum="100")))
    assert "“Lisbon” would have won, had the quorum been reached." in plain


@pytest.mark.parametrize(
    ("counts", "few"),
    [
        (QuorumCounts.TURNOUT, "for too few voted."),
        (QuorumCounts.FOR, "for too few voted For."),
        (QuorumCounts.FOR_AND_AGAINST, "for too few voted For or Against."),
        (QuorumCounts.FOR_AND_ABSTAIN, "for too few voted For or Abstain."),
    ],
)
def test_too_few_of_those_voted_that_the_quorum_counts(counts: QuorumCounts, few: str) -> None:
    rows: list[tuple[Mark, int]] = [(2, 50), (1, 5)]
    told = _told(_closed("basic", rows, ("For", "Against", "Abstain"), Settled(quorum="100", counts=counts)))
    assert f"nothing is decided, {few}\n" in told


def test_a_vote_without_power_is_not_said_to_be_nobodys() -> None:
    told = _told(_closed("basic", [(1, 0)], ("For", "Against", "Abstain")))
    assert "nobody voted with any power.\n1 wallet voted with 0 VITA." in told


def test_many_rounds_give_way_to_a_hint_and_the_table_keeps_them_all() -> None:
    labels = tuple(f"{n:02} " + "long " * 15 for n in range(25))
    rows: list[tuple[Mark, int]] = [((n, *(m for m in range(1, 26) if m != n)), n) for n in range(1, 26)]
    view = _closed("ranked-choice", rows, labels)
    assert view.tally is not None
    assert view.proposal.terms is not None
    words = rounds_words(view.proposal, view.tally, view.proposal.terms)
    assert "rounds between; the button “Every round” shows them." in words
    assert words.startswith("**Round 1:**")
    assert "wins.**" in words
    (file,) = details_card(view.proposal, view.tally, view.proposal.terms).files
    assert file.fp.read().decode().count("\n") == len(view.tally.rounds) + 1


def test_a_label_that_looks_like_a_formula_is_none_in_the_table() -> None:
    view = _closed("copeland", [((1, 2), 1)], ("=1+1", "Tallinn"))
    assert view.tally is not None
    assert view.proposal.terms is not None
    (file,) = details_card(view.proposal, view.tally, view.proposal.terms).files
    assert "'=1+1" in file.fp.read().decode()


@pytest.mark.parametrize("voting", OFFERED)
def test_every_system_says_how_it_is_counted_and_what_happens_to_ties(voting: VotingType) -> None:
    choices = ("For", "Against") if voting == "basic" else CITIES
    draft = a_proposal(voting=voting, choices=choices)
    ties = SYSTEMS[voting].ties[1:]
    assert ties in draft_card(draft).text()
    open_ = ProposalView(proposal=replace(draft, terms=some_terms()), tally=None, now=NOW)
    assert ties in rules_card(open_.proposal).text()
    assert len(f"{voting}: {SYSTEMS[voting].offer}") <= 100


@pytest.mark.parametrize("voting", ["quadratic", "copeland"])
def test_scores_that_are_shares_are_not_passed_off_as_power(voting: VotingType) -> None:
    rows: list[tuple[Mark, int]] = [((1, 2, 3, 4), 3)]
    view = _closed(voting, rows)
    assert SYSTEMS[voting].note in rules_card(view.proposal).text()
    for told in (_told(view), proposal_card(view, {}).text()):
        assert ("not of the power cast" in told) is (voting == "quadratic")
        assert ("wins 3 of 3 duels" in told) is (voting == "copeland")
        assert " VITA\n**B**" not in told


def test_rounds_can_be_asked_for_below_the_card_and_the_result_and_only_where_there_are_any() -> None:
    ranked, single = _closed("ranked-choice", [((1, 2, 3, 4), 1)]), _closed("single-choice", [(1, 1)])
    for rows in (card_rows, result_rows):
        assert "details:" in str(Card(["x"], rows(ranked)).payload())
        assert "details:" not in str(Card(["x"], rows(single)).payload())


@pytest.mark.parametrize(
    ("voting", "mark", "words"),
    [
        ("ranked-choice", (3, 1), "1st Ljubljana and 2nd Lisbon"),
        ("weighted", (50, 0, 30, 0), "62.5 % Lisbon and 37.5 % Ljubljana"),
        ("star", (5, 0, 1, 0), "Lisbon 5 stars and Ljubljana 1 star"),
        ("star", (0, 0, 0, 0), "no stars"),
        ("approval", (1, 3), "Lisbon and Ljubljana"),
        ("approval", (), "none of the choices"),
    ],
)
def test_a_ballot_is_written_as_its_system_reads_it(voting: VotingType, mark: Mark, words: str) -> None:
    assert mark_words(mark, CITIES, voting) == words


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 25)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "25th")
    ]


def test_what_decides_a_basic_vote_is_said_by_its_own_rules() -> None:
    plain, terms = rule_words("basic"), some_terms()
    assert rule_words("basic", terms) == plain
    rejection = replace(terms, rules=replace(terms.rules, counts=QuorumCounts.REJECTION))
    assert "passes unless Against has more power than the quorum" in rule_words("basic", rejection)
    two_thirds = rule_words("basic", replace(terms, threshold=TWO_THIRDS))
    assert "approval needed" in two_thirds
    assert "tie" not in two_thirds
    assert rule_words("approval", rejection) == rule_words("approval")


def test_the_bars_of_many_choices_stand_beside_their_labels() -> None:
    labels = tuple(f"City {n}" for n in range(1, 21))
    told = proposal_card(_closed("weighted", [((1,) * 20, 10)], labels), {}).text()
    assert "**20. City 20** `" in told
    assert "**2. City 2**\n" not in told
