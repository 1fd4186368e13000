"""Who votes for whom: frozen by the time of submission, this space first, then the topic, never in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delegation.member_delegation import MemberDelegation, ahead, counting, idle
from bot.domain.delegation.member_delegation import circle as closes
from bot.domain.shared.types import MemberId, SpaceId, Timestamp
from bot.domain.voting.system_registry import VotingType
from tests.builders import NOW, a_member_delegation

ANN, BEN, CY, DEE = 1, 2, 3, 4
HERE = SpaceId(1)
TOPICS: tuple[VotingType | None, ...] = (None, "basic", "approval")


def delegation(delegator: int, delegate: int, topic: str | None = None, **fields: Any) -> MemberDelegation:
    return a_member_delegation(MemberId(delegator), MemberId(delegate), topic=topic, **fields)


def delegates(
    delegations: Iterable[MemberDelegation], topic: VotingType | None = None, at: Timestamp = NOW
) -> dict[int, int]:
    return delegates_in(delegations, HERE, topic, at)


def delegates_in(
    delegations: Iterable[MemberDelegation], space: SpaceId, topic: VotingType | None, at: Timestamp
) -> dict[int, int]:
    return {delegator: found.delegate for delegator, found in counting(delegations, space, topic, at).items()}


def circle(standing: Sequence[MemberDelegation], given: MemberDelegation) -> tuple[int, ...]:
    return tuple(delegation.delegator for delegation in closes(standing, given))


def test_it_counts_for_what_is_submitted_from_the_second_it_is_given() -> None:
    assert not delegation(ANN, BEN).in_force(Timestamp(NOW - 1))
    assert delegation(ANN, BEN).in_force(NOW)


def test_until_counts_to_its_last_second() -> None:
    lent = delegation(ANN, BEN, until=NOW + 5)
    assert lent.in_force(Timestamp(NOW + 5))
    assert not lent.in_force(Timestamp(NOW + 6))


def test_what_is_taken_back_counts_no_more_from_that_second_on() -> None:
    lent = delegation(ANN, BEN, cleared_at=NOW + 5)
    assert lent.in_force(Timestamp(NOW + 4))
    assert not lent.in_force(Timestamp(NOW + 5))


def test_one_for_the_topic_comes_before_a_general_one_in_whatever_order_they_were_given() -> None:
    general, special = delegation(ANN, BEN), delegation(ANN, CY, "approval")
    for standing in ([general, special], [special, general]):
        assert delegates(standing, "approval") == {ANN: CY}
        assert delegates(standing, "basic") == {ANN: BEN}
    assert delegates([special], "basic") == {}


def test_a_topic_that_is_over_falls_back_to_the_general_one() -> None:
    standing = [delegation(ANN, BEN), delegation(ANN, CY, "approval", until=NOW + 5)]
    assert delegates(standing, "approval", Timestamp(NOW + 5)) == {ANN: CY}
    assert delegates(standing, "approval", Timestamp(NOW + 6)) == {ANN: BEN}


def test_two_members_cannot_vote_for_each_other() -> None:
    assert circle([delegation(BEN, ANN)], delegation(ANN, BEN)) == (BEN,)


def test_a_circle_through_others_names_them_in_order() -> None:
    standing = [delegation(BEN, CY), delegation(CY, DEE), delegation(DEE, ANN)]
    assert circle(standing, delegation(ANN, BEN)) == (BEN, CY, DEE)


def test_a_line_is_no_circle() -> None:
    assert circle([delegation(BEN, CY), delegation(DEE, BEN)], delegation(ANN, BEN)) == ()


def test_different_topics_close_no_circle() -> None:
    assert circle([delegation(BEN, ANN, "approval")], delegation(ANN, BEN, "basic")) == ()
    assert circle([delegation(BEN, ANN, "approval")], delegation(ANN, BEN, "approval")) == (BEN,)


def test_a_general_one_closes_a_circle_within_a_topic() -> None:
    assert circle([delegation(BEN, ANN, "approval")], delegation(ANN, BEN)) == (BEN,)
    assert circle([delegation(BEN, ANN)], delegation(ANN, BEN, "approval")) == (BEN,)


def test_a_general_one_that_the_topic_overrides_closes_none_there() -> None:
    standing = [delegation(BEN, ANN, "approval"), delegation(ANN, CY, "approval")]
    assert circle(standing, delegation(ANN, BEN)) == ()


def test_what_it_replaces_is_no_part_of_the_circle() -> None:
    standing = [delegation(ANN, CY), delegation(CY, BEN), delegation(BEN, DEE)]
    assert circle(standing, delegation(ANN, BEN)) == ()
    assert circle([delegation(ANN, BEN), delegation(BEN, CY)], delegation(BEN, ANN)) == (ANN,)


members = st.integers(1, 6)
topics = st.sampled_from(TOPICS)


@given(st.lists(st.tuples(members, members, topics).filter(lambda given: given[0] != given[1]), max_size=14))
def test_as_long_as_circles_are_refused_nobody_comes_back_to_themselves(
    wishes: Sequence[tuple[int, int, VotingType | None]],
) -> None:
    standing: dict[tuple[int, str | None], MemberDelegation] = {}
    for delegator, delegate, topic in wishes:
        wish = delegation(delegator, delegate, topic)
        if not circle(list(standing.values()), wish):
            standing[delegator, topic] = wish
    for topic in TOPICS:
        chosen = delegates(standing.values(), topic)
        for member in chosen:
            seen = [member]
            while seen[-1] in chosen:
                seen.append(chosen[seen[-1]])
                assert len(set(seen)) == len(seen)


def test_this_spaces_comes_before_one_for_every_server_whatever_the_topic() -> None:
    local, special = delegation(ANN, BEN), delegation(ANN, CY, "approval")
    wide, wide_special = delegation(ANN, DEE, everywhere=True), delegation(ANN, 5, "approval", everywhere=True)
    standing = [local, special, wide, wide_special]
    for left, wanted in [(standing, CY), ([local, wide, wide_special], BEN), (standing[2:], 5), ([wide], DEE)]:
        for order in (left, left[::-1]):
            assert delegates(order, "approval") == {ANN: wanted}


def test_one_for_another_space_counts_for_nothing_here() -> None:
    assert delegates([delegation(ANN, BEN, space=7)]) == {}
    assert delegates([delegation(ANN, BEN, space=7, everywhere=True)]) == {ANN: BEN}


def test_a_global_one_closes_a_circle_in_whatever_space_one_stands() -> None:
    standing = [delegation(BEN, CY, space=7), delegation(CY, ANN, space=7)]
    assert circle(standing, delegation(ANN, BEN, everywhere=True)) == (BEN, CY)
    assert circle(standing, delegation(ANN, BEN)) == ()
    assert circle([standing[0], delegation(CY, ANN, space=8)], delegation(ANN, BEN, everywhere=True)) == ()


def test_global_ones_close_a_circle_where_nothing_else_is_given() -> None:
    standing = [delegation(BEN, ANN, everywhere=True), delegation(BEN, CY), delegation(BEN, CY, space=7)]
    assert circle(standing, delegation(ANN, BEN, everywhere=True)) == (BEN,)
    assert circle(standing, delegation(ANN, BEN)) == (), "here Ben's goes to Cy"


def test_what_begins_in_the_next_second_closes_a_circle_already() -> None:
    assert circle([delegation(BEN, ANN, given_at=NOW + 1, everywhere=True)], delegation(ANN, BEN)) == (BEN,)


def test_what_comes_before_a_global_one_here() -> None:
    wide, narrow = delegation(ANN, BEN, everywhere=True), delegation(ANN, BEN, "basic", everywhere=True)
    local, special = delegation(ANN, CY), delegation(ANN, CY, "approval")
    standing = [wide, narrow, local, special, delegation(BEN, CY), delegation(ANN, CY, space=7)]
    assert ahead(wide, standing, HERE) == [local, special]
    assert ahead(narrow, standing, HERE) == [local]
    assert ahead(local, standing, HERE) == []
    assert (idle(wide, standing, HERE), idle(narrow, standing, HERE)) == (True, True)
    assert not idle(wide, [special], HERE)
    assert not idle(special, standing, HERE)


spaces = st.sampled_from([HERE, 7, 8])
moments = st.integers(NOW - 3, NOW + 3)
anything = st.builds(
    delegation,
    members,
    members,
    topics,
    space=spaces,
    everywhere=st.booleans(),
    given_at=moments,
    until=st.none() | moments,
    cleared_at=st.none() | moments,
)


def plainly(
    standing: Sequence[MemberDelegation], space: SpaceId, topic: str | None, at: Timestamp, delegator: int
) -> set[int]:
    """Whoever may vote for a delegator: of four drawers, the nearest first, the first that is not empty."""
    mine = [m for m in standing if m.delegator == delegator and m.given_at <= at]
    mine = [m for m in mine if (m.until is None or m.until >= at) and (m.cleared_at is None or m.cleared_at > at)]
    drawers = [
        [m for m in mine if not m.everywhere and m.space == space and m.topic is not None and m.topic == topic],
        [m for m in mine if not m.everywhere and m.space == space and m.topic is None],
        [m for m in mine if m.everywhere and m.topic is not None and m.topic == topic],
        [m for m in mine if m.everywhere and m.topic is None],
    ]
    return next(({m.delegate for m in drawer} for drawer in drawers if drawer), set())


@given(st.lists(anything, max_size=12), spaces, topics, moments)
def test_who_votes_for_whom_is_what_four_drawers_say(
    standing: Sequence[MemberDelegation], space: SpaceId, topic: VotingType | None, at: Timestamp
) -> None:
    found = delegates_in(standing, space, topic, at)
    for delegator in range(1, 7):
        wanted = plainly(standing, space, topic, at, delegator)
        assert (found.get(delegator) in wanted) if wanted else (delegator not in found)


@given(st.lists(anything, max_size=12))
def test_what_is_idle_here_votes_on_nothing_here_and_what_is_not_does(standing: Sequence[MemberDelegation]) -> None:
    one_each = {m.slot: replace(m, given_at=NOW, until=None, cleared_at=None) for m in standing}
    standing = list(one_each.values())
    for one in standing:
        if one.everywhere:
            topic = one.topic or "schulze"  # which no other is for
            votes = counting(standing, HERE, topic, NOW).get(one.delegator) is one
            assert votes != idle(one, standing, HERE)


@given(
    st.lists(anything.filter(lambda m: m.delegator != m.delegate), max_size=10),
    anything.filter(lambda m: m.delegator != m.delegate),
)
def test_a_circle_is_found_where_walking_every_space_and_topic_finds_one(
    standing: Sequence[MemberDelegation], wish: MemberDelegation
) -> None:
    plain: dict[str, Any] = {"given_at": NOW, "until": None, "cleared_at": None}
    standing = list({m.slot: replace(m, **plain) for m in standing}.values())
    wish = replace(wish, **plain)
    after = [m for m in standing if m.slot != wish.slot] + [wish]
    places = [HERE, 7, 8, 9] if wish.everywhere else [wish.space]  # nobody gave one for 9
    walked = False
    for place in places:
        for topic in TOPICS:
            if plainly_one(after, SpaceId(place), topic, wish.delegator) is wish:
                member: MemberId | None = wish.delegate
                for _ in range(len(after)):
                    following = plainly_one(after, SpaceId(place), topic, member)
                    member = following.delegate if following else None
                    walked |= member == wish.delegator
    path = closes(standing, wish)
    assert bool(path) == walked
    if path:
        assert [path[0].delegator, path[-1].delegate] == [wish.delegate, wish.delegator]
        assert all(one.delegate == other.delegator for one, other in pairwise(path))


def plainly_one(
    standing: Sequence[MemberDelegation], space: SpaceId, topic: str | None, delegator: int | None
) -> MemberDelegation | None:
    fits = [m for m in standing if m.delegator == delegator and (m.everywhere or m.space == space)]
    fits = [m for m in fits if m.topic is None or m.topic == topic]
    return max(fits, key=lambda m: (not m.everywhere) * 2 + (m.topic is not None), default=None)
