"""A share that falls short is nowhere shown as what it falls short of, nor one that is enough as less."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.proposals.proposal import GRACE, Proposal, Result
from bot.domain.proposals.vote_rules import Approval, Settled
from bot.domain.shared.types import Timestamp, Units
from bot.domain.voting import Ballots, Base, Tally, Threshold, Verdict, decide, tally
from bot.services.shared.proposal_view import Progress
from cogs.proposals.announcement_cards import result_card
from cogs.proposals.proposal_cards import proposal_card
from tests.builders import ONE, a_proposal, some_terms
from tests.bundles import BALLOTS, a_bundle, forged
from tests.cogs.answers import present
from tests.cogs.proposals.test_proposal_cards import CHAINS, _view

TYPED = Fraction(6_667, 10_000)
ENOUGH, SHORT = 6_667 * 10**14, 6_667 * 10**14 - 1


def a_vote(yes: int, whole: int = ONE) -> tuple[Proposal, Tally, Result]:
    """A basic vote that takes at least 66.67 % of the turnout, with so much For of the whole."""
    threshold = Threshold(share=TYPED, base=Base.TURNOUT, strict=False)
    rules = Settled(approval=Approval(share=TYPED, strict=False, of=Base.TURNOUT))
    terms = some_terms(threshold=threshold, rules=rules)
    scores = tally("basic", 3, Ballots.of([(1, yes, (yes,)), (2, whole - yes, (whole - yes,))], 1))
    outcome = decide("basic", scores, terms.quorum_rule, threshold)
    result = Result(tally=scores, outcome=outcome, counted_at=Timestamp(terms.end + GRACE))
    return a_proposal(terms=terms, result=result), scores, result


@pytest.mark.parametrize(
    ("yes", "verdict", "shown"),
    [(ENOUGH, Verdict.PASSED, "66.67 %"), (SHORT, Verdict.REJECTED, "66.66999999 %")],
)
def test_the_result_and_its_bars_stay_on_their_side_of_the_threshold(yes: int, verdict: Verdict, shown: str) -> None:
    proposal, scores, result = a_vote(yes)
    card = result_card(_view(proposal, result.counted_at, scores), []).text()
    assert result.outcome.verdict is verdict
    assert f", {shown}.\n" in card
    needed = "what it needs," if verdict is Verdict.PASSED else "needed"
    assert f"“For” {'has ' if verdict is Verdict.PASSED else ''}{needed} at least 66.67 % of all that voted." in card
    bars = proposal_card(_view(replace(proposal, result=None), scores=scores), CHAINS).text()
    assert f" {shown} · " in bars


def test_a_quorum_that_is_missed_by_ever_so_little_is_not_at_100_percent() -> None:
    proposal, scores, result = a_vote(ENOUGH)
    terms = replace(present(proposal.terms), quorum=Units(10**30 + 1))
    view = _view(replace(proposal, terms=terms, result=None), scores=scores)
    view = replace(view, progress=Progress(reached=10**30, turnout=Units(10**30), ballots=1))
    assert "99.99999999 % of" in proposal_card(view, CHAINS).text()
    outcome = decide("basic", scores, Units(ONE + 1), terms.threshold)
    missed = replace(proposal, terms=replace(terms, quorum=Units(ONE + 1)))
    missed = replace(missed, result=replace(result, outcome=outcome))
    card = result_card(_view(missed, result.counted_at, scores), []).text()
    assert "voted with 1 VITA; the quorum of 1.000000000000000001 VITA lacks less than 0.01 VITA." in card


def sentence_in(content: bytes) -> str:
    sentence: str = read(content).sections["outcome"]["sentence"]
    return sentence


def test_bundles_say_it_so_and_those_that_said_it_by_rounded_shares_go_on_verifying() -> None:
    proposal, *_ = a_vote(SHORT)
    short, rest = Units(SHORT), Units(ONE - SHORT)
    ballots = [replace(BALLOTS[0], power=short, scores=(short,))]
    ballots.append(replace(BALLOTS[1], power=rest, scores=(rest,)))
    content = a_bundle(ballots, replace(proposal, result=None)).content
    said = sentence_in(content)
    assert "66.66999999 % of the turnout, where at least 66.67 % is needed" in said
    before = said.replace("66.66999999", "66.7").replace("66.67 %", "66.7 %")

    def fails(words: str) -> list[str]:
        told = forged(content, lambda value: value["outcome"].update(sentence=words))
        return [one.detail for one in check(told, read(told)) if one.state is State.FAILS]

    assert fails(said) == fails(before) == []
    assert fails(said.replace("66.66999999", "66.7"))
