"""Rules become whole units that compare as the exact shares would."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.power import parse_strategy
from bot.domain.power.strategy import Strategy
from bot.domain.proposals.vote_rules import (
    MAJORITY,
    OPEN,
    Approval,
    Assurance,
    Rules,
    Settled,
    Share,
    VoteVisibility,
    Whole,
    check,
    check_one_supply,
    parse_approval,
    parse_quorum,
    resolve,
    settle,
)
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import Units
from bot.domain.voting import (
    SIMPLE,
    TWO_THIRDS,
    Ballots,
    Base,
    Outcome,
    Quorum,
    QuorumCounts,
    Threshold,
    Verdict,
    VotingType,
    decide,
    tally,
)
from bot.domain.voting.recusal import Recusal, RecusedWallet, taken_out
from tests.builders import AUTHOR, NOW, ONE, a_proposal, a_strategy, an_address, some_terms
from tests.bundles import a_bundle, failures
from tests.refusals import refused, shown


def _decide(
    yes: int,
    no: int,
    abstain: int,
    quorum: int,
    counts: QuorumCounts = QuorumCounts.TURNOUT,
    threshold: Threshold = SIMPLE,
) -> Outcome:
    ballots = [(mark, power, (power,)) for mark, power in ((1, yes), (2, no), (3, abstain)) if power]
    return decide("basic", tally("basic", 3, Ballots.of(ballots, 1)), Quorum(amount=quorum, counts=counts), threshold)


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "verdict"),
    [
        (600_000, 365_390, 0, Verdict.PASSED),
        (600_000, 365_389, 500_000, Verdict.NO_QUORUM),
        (482_695, 482_695, 0, Verdict.TIED),
    ],
)
def test_the_quorum_of_vitadao_counts_for_and_against(yes: int, no: int, abstain: int, verdict: Verdict) -> None:
    assert _decide(yes, no, abstain, 965_390, QuorumCounts.FOR_AND_AGAINST).verdict is verdict


@pytest.mark.parametrize(
    ("yes", "no", "verdict"), [(700_000, 650_000, Verdict.PASSED), (550_000, 1, Verdict.NO_QUORUM)]
)
def test_a_quorum_on_for_is_a_share_of_the_supply(yes: int, no: int, verdict: Verdict) -> None:
    rules = Settled(quorum=Share(share=Fraction(4, 100), of=Whole.SUPPLY), counts=QuorumCounts.FOR)
    quorum, threshold = resolve(rules, {Whole.SUPPLY: Units(15_000_000)}, 0)
    assert (quorum, threshold) == (600_000, SIMPLE)
    assert _decide(yes, no, 0, quorum, QuorumCounts.FOR).verdict is verdict


@given(st.fractions(0, 1), st.integers(0, 10**30), st.integers(-1, 1))
def test_a_share_in_whole_units_is_reached_exactly_where_the_share_is(share: Fraction, whole: int, near: int) -> None:
    part = floor(share * whole) + near
    quorum, _ = resolve(Settled(quorum=Share(share=share, of=Whole.SUPPLY)), {Whole.SUPPLY: Units(whole)}, 0)
    assert (part >= quorum) == (part >= share * whole)
    veto = Settled(quorum=Share(share=share, of=Whole.LINKED), counts=QuorumCounts.REJECTION)
    quorum, _ = resolve(veto, {Whole.LINKED: Units(whole)}, 0)
    assert (part > quorum) == (part > share * whole)


def test_a_rejection_quorum_passes_at_its_amount_and_whatever_for_has() -> None:
    assert _decide(0, 10, 0, 10, QuorumCounts.REJECTION).verdict is Verdict.PASSED
    assert _decide(90, 11, 0, 10, QuorumCounts.REJECTION).verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("text", "of", "threshold"),
    [
        ("majority", None, SIMPLE),
        ("Two-Thirds", None, TWO_THIRDS),
        ("2/3", Base.CAST, TWO_THIRDS),
        ("> 60 %", Base.TURNOUT, Threshold(share=Fraction(3, 5), base=Base.TURNOUT)),
        ("66.7%", None, Threshold(share=Fraction(667, 1000), strict=False)),
        ("majority", Whole.LINKED, Threshold(base=Base.VOTABLE, votable=77)),
    ],
)
def test_approvals_are_read_as_people_write_them(text: str, of: Base | Whole | None, threshold: Threshold) -> None:
    rules = Settled(approval=parse_approval(text, of))
    assert resolve(rules, {Whole.LINKED: Units(77)}, 18)[1] == threshold


@pytest.mark.parametrize("text", ["", "most", "101 %", "3/0", "-1 %", "5/4", "0x10 %", "1e3 %", "½"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_approval(text, None)
    with pytest.raises(InvalidInput):
        parse_quorum(text + " %", None)


def test_a_quorum_is_an_amount_or_a_share() -> None:
    assert parse_quorum(" 1.2M ", None) == "1,200,000"
    assert parse_quorum("5 %", None) == Share(share=Fraction(1, 20), of=Whole.SUPPLY)
    assert parse_quorum("12,5 %", None) == Share(share=Fraction(1, 8), of=Whole.SUPPLY)
    assert parse_quorum("1/3", Whole.LINKED) == Share(share=Fraction(1, 3), of=Whole.LINKED)
    with refused("an amount is of nothing"):
        parse_quorum("1.2M", Whole.SUPPLY)


def test_the_largest_quorum_that_is_taken_has_a_place_in_a_bundle() -> None:
    rules = Settled(quorum=parse_quorum(f"{2**256 - 1}.{1:036d}", None))
    strategies = (a_strategy(params={"address": an_address(9), "symbol": "VITA", "decimals": 36}),)
    quorum, threshold = resolve(rules, {}, 36)
    terms = some_terms(strategies=strategies, scale=36, quorum=quorum, threshold=threshold, rules=rules)
    assert failures(a_bundle(proposal=a_proposal(terms=terms)).content) == []
    with refused("beyond all tokens"):
        parse_quorum(f"{2**256}", None)


def test_what_is_set_for_a_system_goes_before_what_is_set_for_all_and_the_author_before_both() -> None:
    rules: dict[VotingType | None, Rules] = {
        None: Rules(quorum="5", shown=VoteVisibility.QUORUM, partial=True, approval=parse_approval("2/3", None)),
        "basic": Rules(quorum="9", counts=QuorumCounts.FOR),
    }
    basic = settle(rules, "basic", OPEN)
    assert (basic.quorum, basic.counts, basic.shown, basic.partial) == (
        "9",
        QuorumCounts.FOR,
        VoteVisibility.QUORUM,
        False,
    )
    assert settle(rules, "basic", Rules(shown=VoteVisibility.TALLY)).shown is VoteVisibility.TALLY
    ranked = settle(rules, "ranked-choice", OPEN)
    assert (ranked.quorum, ranked.counts, ranked.partial) == ("5", QuorumCounts.TURNOUT, True)
    assert settle(rules, "ranked-choice", Rules(partial=False)).partial is False
    assert settle({}, "approval", OPEN) == Settled()


def test_an_author_may_ask_for_signed_ballots_and_not_do_without_them() -> None:
    asks, does_without = Rules(assurance=Assurance.SIGNED), Rules(assurance=Assurance.ACCOUNT)
    assert settle({}, "basic", OPEN).assurance is Assurance.ACCOUNT
    assert settle({}, "basic", asks).assurance is Assurance.SIGNED
    assert settle({None: asks}, "basic", does_without).assurance is Assurance.SIGNED
    assert settle({None: asks, "basic": does_without}, "basic", OPEN).assurance is Assurance.ACCOUNT
    assert settle({None: does_without, "basic": asks}, "basic", does_without).assurance is Assurance.SIGNED


def test_an_approval_for_all_leaves_out_systems_whose_scores_are_no_power() -> None:
    rules: dict[VotingType | None, Rules] = {None: Rules(approval=parse_approval("2/3", None))}
    assert settle(rules, "single-choice", OPEN).approval == Approval(share=Fraction(2, 3), strict=False)
    assert settle(rules, "quadratic", OPEN).approval == MAJORITY


@pytest.mark.parametrize(
    ("voting", "rules"),
    [
        (None, Rules(counts=QuorumCounts.FOR)),
        ("approval", Rules(counts=QuorumCounts.FOR)),
        ("copeland", Rules(approval=parse_approval("2/3", None))),
        ("approval", Rules(partial=True)),
    ],
)
def test_rules_without_a_meaning_are_refused(voting: VotingType | None, rules: Rules) -> None:
    with pytest.raises(InvalidInput):
        check(voting, rules)


@pytest.mark.parametrize("counts", [c for c in QuorumCounts if c is not QuorumCounts.TURNOUT])
def test_where_the_tally_is_hidden_a_quorum_that_would_tell_it_is_hidden_too(counts: QuorumCounts) -> None:
    assert Settled(shown=VoteVisibility.QUORUM).progress_shown
    assert not Settled(shown=VoteVisibility.QUORUM, counts=counts).progress_shown
    assert not Settled(shown=VoteVisibility.NOTHING).progress_shown
    assert Settled(counts=counts).progress_shown


def test_recused_power_leaves_what_shares_are_of_and_no_amount() -> None:
    gone = [
        Recusal(
            member=AUTHOR,
            by=AUTHOR,
            at=NOW,
            wallets=(
                RecusedWallet(
                    address=an_address(1), power=Units(40 * ONE), supply=Units(40 * ONE), linked=Units(30 * ONE)
                ),
            ),
        )
    ]
    wholes = {Whole.SUPPLY: Units(100 * ONE), Whole.LINKED: Units(90 * ONE)}
    shares = Settled(
        quorum=Share(share=Fraction(1, 10), of=Whole.SUPPLY), approval=Approval(of=Whole.LINKED, strict=True)
    )
    left, quorum, threshold = taken_out(shares, wholes, gone, *resolve(shares, wholes, 18))
    assert left == {Whole.SUPPLY: 60 * ONE, Whole.LINKED: 60 * ONE}
    assert (quorum, threshold.votable) == (6 * ONE, 60 * ONE)
    amount = Settled(quorum="7", approval=Approval(of=Whole.LINKED, strict=True))
    assert taken_out(amount, wholes, gone, *resolve(amount, wholes, 18))[1] == 7 * ONE


def _token(symbol: str, number: int, name: str = "erc20-balance-of", **params: Any) -> Strategy:
    entry = {"name": name, "network": "1", "params": {"address": an_address(number), "symbol": symbol, **params}}
    return parse_strategy(entry, 1)


@pytest.mark.parametrize(
    "strategies",
    [
        [_token("SPAN", 1, "erc20-balance-of-weighted", weight=1), _token("LP", 2)],
        [_token("SPAN", 1), _token("LP", 2, "erc20-balance-of-weighted", weight=1)],
        [_token("LP", 2), _token("SPAN", 1, "erc20-votes")],
    ],
)
def test_a_share_of_the_supply_is_refused_where_it_could_be_that_of_several_tokens(
    strategies: Sequence[Strategy],
) -> None:
    with refused("does not say of which token") as caught:
        check_one_supply(strategies)
    assert "SPAN (0x" in shown(caught.value)
    assert "LP (0x" in shown(caught.value)


def test_one_token_that_is_counted_twice_is_one_supply() -> None:
    strategies = [_token("VITA", 1), _token("VITA", 1, "erc20-balance-of-with-delegation", delegationSpace="a.eth")]
    assert check_one_supply(strategies) is strategies[0]
