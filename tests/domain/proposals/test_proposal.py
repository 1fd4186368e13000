"""The state of a proposal follows from what happened and from the time."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import pytest

from bot.domain.proposals.proposal import (
    GRACE,
    MAX_GROUND,
    Proposal,
    Result,
    State,
    Terms,
    Text,
    check_removal_reason,
    check_text,
)
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import GuildId, MemberId, MessageId, ProposalId, SpaceId, Timestamp, Units
from bot.domain.voting import Ballots, decide, tally
from tests.builders import a_tombstone

TERMS = Terms(
    start=Timestamp(1_000), end=Timestamp(2_000), snapshot={}, strategies=(), scale=18, symbol="VITA", quorum=Units(0)
)
DRAFT = Proposal(
    id=ProposalId(1),
    space=SpaceId(1),
    guild=GuildId(1),
    number=1,
    author=MemberId(1),
    text=Text(title="t", summary="", body="b"),
    voting="basic",
    choices=("For", "Against"),
    created_at=Timestamp(0),
)
SUBMITTED = replace(DRAFT, submitted_at=Timestamp(500), opened_at=Timestamp(1_000), terms=TERMS)
COUNT = tally("basic", 2, Ballots.of([], 0))
RESULT = Result(tally=COUNT, outcome=decide("basic", COUNT, Units(0)), counted_at=Timestamp(2_060))


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (999, State.PENDING),
        (1_000, State.VOTING),
        (2_000, State.VOTING),
        (2_001, State.CLOSING),
        (10**9, State.CLOSING),
    ],
)
def test_both_ends_of_the_window_are_open(now: Timestamp, state: State) -> None:
    assert SUBMITTED.state(now) is state


def test_the_state_follows_the_facts() -> None:
    assert DRAFT.state(Timestamp(1_500)) is State.DRAFT
    assert replace(SUBMITTED, tombstone=a_tombstone(at=1_200)).state(Timestamp(1_500)) is State.WITHDRAWN
    assert replace(SUBMITTED, result=RESULT).state(Timestamp(3_000)) is State.CLOSED
    assert replace(SUBMITTED, held_reason="lagging").state(Timestamp(3_000)) is State.HELD
    assert replace(SUBMITTED, held_reason="lagging").state(Timestamp(1_500)) is State.VOTING


def test_nobody_votes_before_the_vote_was_opened_by_which_its_text_is_fixed() -> None:
    waiting = replace(SUBMITTED, opened_at=None)
    states = [waiting.state(Timestamp(now)) for now in (999, 1_000, 2_000, 2_001)]
    assert states == [State.PENDING, State.PENDING, State.PENDING, State.CLOSING]


@pytest.mark.parametrize("card", [None, MessageId(50)])
def test_what_casts_ballots_is_no_message_from_before_the_submission(card: MessageId | None) -> None:
    """After a restore the id may be another proposal's, or the same draft may be submitted with other choices."""
    proposal = replace(SUBMITTED, card=card, created_at=Timestamp(300))
    skew = CLOCK_SKEW if card is None else 0
    for posted, casts, refused in (
        (299 - skew, False, True),
        (300 - skew, False, False),
        (499, True, True),
        (500, True, False),
    ):
        with pytest.raises(InvalidInput) if refused else nullcontext():
            proposal.check_card(MessageId(40), Timestamp(posted), casts=casts)
    if card is not None:
        for message in (50, 60):
            proposal.check_card(MessageId(message), Timestamp(99), casts=True)


def test_the_count_is_due_after_the_grace_and_only_once() -> None:
    assert not SUBMITTED.due_to_close(Timestamp(2_000 + GRACE - 1))
    assert SUBMITTED.due_to_close(Timestamp(2_000 + GRACE))
    assert not replace(SUBMITTED, result=RESULT).due_to_close(Timestamp(3_000))
    assert not replace(SUBMITTED, tombstone=a_tombstone(at=1)).due_to_close(Timestamp(3_000))
    assert not DRAFT.due_to_close(Timestamp(3_000))


def test_text_is_trimmed_but_kept() -> None:
    text = check_text(Text(title="  A \n title ", summary=" s ", body="\n# b\n\nc\n", discussion=" https://x.org "))
    assert text == Text(title="A title", summary="s", body="# b\n\nc", discussion="https://x.org")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 257}, "title"),
        ({"summary": "x" * 301}, "summary"),
        ({"body": ""}, "body"),
        ({"body": "x" * 4001}, "body"),
        ({"discussion": "javascript:alert(1)"}, "discussion"),
        ({"discussion": "https://" + "x" * 250}, "discussion"),
    ],
)
def test_text_that_does_not_fit_is_refused_with_the_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_text(Text(**({"title": "t", "summary": "", "body": "b"} | change)))
    assert refused.value.field == field


def test_the_reason_for_taking_back_is_one_line_and_moderators_give_one() -> None:
    assert check_removal_reason("  It is\n spam. ", needed=True) == "It is spam."
    assert check_removal_reason(" ", needed=False) == ""
    for reason in ("", " \n", "x" * (MAX_GROUND + 1)):
        with pytest.raises(InvalidInput):
            check_removal_reason(reason, needed=True)
    assert check_removal_reason("x" * MAX_GROUND, needed=True)


def test_a_reason_that_stands_for_ever_holds_nobodys_id() -> None:
    said = "spam by <@1100000000000000002>, as <@!1100000000000000002> knows; see <#1200000000000000001>"
    assert check_removal_reason(said, needed=True) == "spam by a member, as a member knows; see <#1200000000000000001>"
