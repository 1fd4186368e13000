"""What is wrong with a bundle in one respect alone is found and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from bot.domain.audit.bundle.checking.ballot_signatures import message_problems
from bot.domain.audit.bundle.checking.bundle_checks import read
from bot.domain.audit.bundle.checking.findings import differences
from bot.domain.audit.bundle.writing.sections import Registered
from bot.domain.audit.proposal_document import proposal_cid
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Approval, Assurance, Settled, resolve
from bot.domain.shared.types import Address, MemberId, Timestamp, Units
from bot.domain.voting.ballot import Ballot, Signed
from bot.domain.voting.ballot_message import BallotMessage, choice_of
from bot.domain.voting.recusal import Recusal, RecusedWallet
from tests.builders import CHAIN, NOW, a_ballot, a_proposal, an_address, some_terms
from tests.bundles import BALLOTS, a_bundle, failures, forged

PRESS = "5" * 32
TO_SIGN = a_proposal(terms=some_terms(rules=Settled(assurance=Assurance.SIGNED)))


def signed(ballot: Ballot, proposal: Proposal, voter: Address) -> Ballot:
    """A ballot with the message that the bot writes for a wallet; whose signature stands below is not looked at."""
    message = BallotMessage(
        voter=voter,
        space=f"discord:{proposal.guild}",
        timestamp=NOW,
        proposal=proposal_cid(proposal),
        choice=choice_of(proposal.voting, ballot.mark),
    )
    return replace(ballot, signed=Signed(message=message, signature=b"1", chain=CHAIN))


def test_a_mark_that_is_not_in_the_ballots_order_is_not_what_the_bot_stores() -> None:
    proposal = a_proposal(voting="approval")
    assert failures(a_bundle([a_ballot(1, (1, 2))], proposal).content) == []
    (found,) = failures(a_bundle([a_ballot(1, (2, 1))], proposal).content)
    assert found == f"ballots: ballot of {an_address(1)} mark: it is not in the order of the ballot"


@pytest.mark.parametrize(
    ("second", "named"),
    [
        ({}, False),
        ({"mark": 2}, True),
        ({"cast_at": NOW + 1}, True),
        ({"via": MemberId(6)}, True),
        ({"via": MemberId(5)}, False),
    ],
)
def test_one_press_casts_one_mark_at_one_moment_as_one_delegate(second: dict[str, Any], named: bool) -> None:
    first = a_ballot(1, 1, receipt=PRESS, via=MemberId(5))
    other = replace(a_ballot(2, 1, receipt=PRESS), **({"cast_at": NOW} | second))
    proposal = a_proposal(terms=some_terms(delegation=True))
    references = {MemberId(5): "a" * 32, MemberId(6): "b" * 32}
    found = failures(a_bundle([first, other], proposal, references=references).content)
    words = f"ballot of {an_address(2)} receipt: it is that of {an_address(1)}, which another press cast"
    assert [line.partition(": ")[2] for line in found] == [words] * named


@pytest.mark.parametrize("those", [{1}, {2}, {1, 2}, set()])
def test_a_signature_is_for_one_wallet_so_no_other_shares_its_receipt(those: set[int]) -> None:
    ballots = [a_ballot(number, receipt=PRESS) for number in (1, 2)]
    ballots = [
        signed(ballot, TO_SIGN, ballot.wallet) if number in those else ballot
        for number, ballot in enumerate(ballots, start=1)
    ]
    words = f"ballot of {an_address(2)} receipt: it is that of {an_address(1)}, and a signature is for one wallet"
    assert any(words in line for line in failures(a_bundle(ballots, TO_SIGN).content)) == bool(those)


def test_a_message_in_the_name_of_another_wallet_signs_nothing_for_this_one() -> None:
    one, other = an_address(1), an_address(2)
    for voter, named in ((one, []), (other, [f"ballot of {one} signed message from: it is another wallet, {other}"])):
        content = a_bundle([signed(a_ballot(1), TO_SIGN, voter)], TO_SIGN).content
        assert list(message_problems(read(content))) == named


def test_no_power_is_taken_out_of_a_vote_twice() -> None:
    gone = RecusedWallet(address=an_address(9), power=Units(8), supply=Units(8), linked=Units(0))
    recusals = [Recusal(member=MemberId(n), by=MemberId(n), at=Timestamp(NOW), wallets=(gone,)) for n in (3, 4)]
    assert failures(a_bundle(proposal=a_proposal(recusals=tuple(recusals[:1]))).content) == []
    found = failures(a_bundle(proposal=a_proposal(recusals=tuple(recusals))).content)
    assert "recusals: recusals: a wallet is taken out twice" in found


def test_what_the_registry_gave_stands_in_order_and_once() -> None:
    ids = [("0x" + digit * 64,) for digit in "01"]
    given = {an_address(7): an_address(1)}
    entries = [Registered(chain=CHAIN, ids=one, given=given) for one in ids]
    content = a_bundle(registered=entries).content
    assert failures(content) == []
    found = failures(forged(content, lambda value: value["delegations"].reverse()))
    assert found == ["delegations: delegations 2: it is out of order"]
    found = failures(forged(content, lambda value: value["delegations"].insert(0, value["delegations"][0])))
    assert found == ["delegations: delegations 2: it is out of order"]


def test_a_list_that_is_too_long_or_too_short_differs_whatever_stands_in_it() -> None:
    assert list(differences([1, 2], [1, 2], "scores")) == []
    assert list(differences([1], [1, 2], "scores")) == ["scores: it has 1 entries, not 2"]
    assert list(differences([1, 2], [1], "scores")) == ["scores: it has 2 entries, not 1"]


def test_linked_power_that_no_rule_needs_is_no_part_of_a_first_bundle() -> None:
    def posted(**more: object) -> Callable[[dict[str, Any]], object]:
        return lambda value: value.update(schema="folkmoot/bundle/1", **more)

    words = "quorum and threshold: votable: it is not needed by the rules"
    for votable in ({}, {an_address(1): "5"}):
        found = failures(forged(a_bundle(BALLOTS).content, posted(votable=votable)))
        assert (words in found) == bool(votable), found


def abstained(share: Fraction = Fraction(2, 3), *, strict: bool = False) -> Any:
    """A bundle of a vote in which all abstained, under such a threshold."""
    rules = Settled(approval=Approval(share=share, strict=strict))
    quorum, threshold = resolve(rules, {}, 18)
    terms = some_terms(rules=rules, quorum=quorum, threshold=threshold)
    return a_bundle([a_ballot(1, 3)], a_proposal(terms=terms)).content


def test_a_bundle_in_which_abstain_alone_passed_is_told_by_which_rule_it_has_not() -> None:
    content = abstained()
    assert failures(content) == []
    found = failures(forged(content, lambda v: v["outcome"].update(verdict="passed", sentence="Passed.")))
    named = [line for line in found if "nothing of nothing meets no threshold" in line]
    assert len(named) == 1, found
    assert "Abstain alone passes nothing" in named[0]
    assert "versions before that rule let it pass, as nothing is 2/3 of nothing" in named[0]


@pytest.mark.parametrize(
    ("content", "verdict"),
    [(abstained(), "tied"), (abstained(strict=True), "passed"), (a_bundle().content, "rejected")],
    ids=["another verdict", "a threshold that it never met", "a vote with For and Against"],
)
def test_no_other_wrong_verdict_is_laid_to_that_rule(content: bytes, verdict: str) -> None:
    found = failures(forged(content, lambda v: v["outcome"].update(verdict=verdict)))
    assert found
    assert not [line for line in found if "nothing of nothing" in line]
