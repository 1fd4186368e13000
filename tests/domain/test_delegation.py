"""Who votes for whom: frozen by the time of submission, the topic first, never in a circle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delegation import Mandate, counting
from bot.domain.delegation import circle as closes
from tests.builders import GUILD, NOW, a_mandate

ANN, BEN, CY, DEE = 1, 2, 3, 4


def mandate(delegator: int, delegate: int, topic: str | None = None, **fields: object) -> Mandate:
    return a_mandate(delegator, delegate, topic=topic, **fields)


def delegates(mandates, topic=None, at=NOW) -> dict[int, int]:
    return {delegator: found.delegate for delegator, found in counting(mandates, GUILD, topic, at).items()}


def circle(standing, given) -> tuple[int, ...]:
    return tuple(mandate.delegator for mandate in closes(standing, given))


def test_it_counts_for_what_is_submitted_from_the_second_it_is_given():
    assert not mandate(ANN, BEN).in_force(NOW - 1)
    assert mandate(ANN, BEN).in_force(NOW)


def test_until_counts_to_its_last_second():
    lent = mandate(ANN, BEN, until=NOW + 5)
    assert lent.in_force(NOW + 5)
    assert not lent.in_force(NOW + 6)


def test_what_is_taken_back_counts_no_more_from_that_second_on():
    lent = mandate(ANN, BEN, cleared_at=NOW + 5)
    assert lent.in_force(NOW + 4)
    assert not lent.in_force(NOW + 5)


def test_one_for_the_topic_comes_before_a_general_one_in_whatever_order_they_were_given():
    general, special = mandate(ANN, BEN), mandate(ANN, CY, "approval")
    for standing in ([general, special], [special, general]):
        assert delegates(standing, "approval") == {ANN: CY}
        assert delegates(standing, "basic") == {ANN: BEN}
    assert delegates([special], "basic") == {}


def test_a_topic_that_is_over_falls_back_to_the_general_one():
    standing = [mandate(ANN, BEN), mandate(ANN, CY, "approval", until=NOW + 5)]
    assert delegates(standing, "approval", NOW + 5) == {ANN: CY}
    assert delegates(standing, "approval", NOW + 6) == {ANN: BEN}


def test_two_members_cannot_vote_for_each_other():
    assert circle([mandate(BEN, ANN)], mandate(ANN, BEN)) == (BEN,)


def test_a_circle_through_others_names_them_in_order():
    standing = [mandate(BEN, CY), mandate(CY, DEE), mandate(DEE, ANN)]
    assert circle(standing, mandate(ANN, BEN)) == (BEN, CY, DEE)


def test_a_line_is_no_circle():
    assert circle([mandate(BEN, CY), mandate(DEE, BEN)], mandate(ANN, BEN)) == ()


def test_different_topics_close_no_circle():
    assert circle([mandate(BEN, ANN, "approval")], mandate(ANN, BEN, "basic")) == ()
    assert circle([mandate(BEN, ANN, "approval")], mandate(ANN, BEN, "approval")) == (BEN,)


def test_a_general_one_closes_a_circle_within_a_topic():
    assert circle([mandate(BEN, ANN, "approval")], mandate(ANN, BEN)) == (BEN,)
    assert circle([mandate(BEN, ANN)], mandate(ANN, BEN, "approval")) == (BEN,)


def test_a_general_one_that_the_topic_overrides_closes_none_there():
    standing = [mandate(BEN, ANN, "approval"), mandate(ANN, CY, "approval")]
    assert circle(standing, mandate(ANN, BEN)) == ()


def test_what_it_replaces_is_no_part_of_the_circle():
    standing = [mandate(ANN, CY), mandate(CY, BEN), mandate(BEN, DEE)]
    assert circle(standing, mandate(ANN, BEN)) == ()
    assert circle([mandate(ANN, BEN), mandate(BEN, CY)], mandate(BEN, ANN)) == (ANN,)


members = st.integers(1, 6)
topics = st.sampled_from([None, "basic", "approval"])


@given(st.lists(st.tuples(members, members, topics).filter(lambda given: given[0] != given[1]), max_size=14))
def test_as_long_as_circles_are_refused_nobody_comes_back_to_themselves(wishes):
    standing: dict[tuple[int, str | None], Mandate] = {}
    for delegator, delegate, topic in wishes:
        wish = mandate(delegator, delegate, topic)
        if not circle(list(standing.values()), wish):
            standing[delegator, topic] = wish
    for topic in (None, "basic", "approval"):
        chosen = delegates(standing.values(), topic)
        for member in chosen:
            seen = [member]
            while seen[-1] in chosen:
                seen.append(chosen[seen[-1]])
                assert len(set(seen)) == len(seen)
