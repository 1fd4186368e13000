"""Sum trees: the root follows from the bytes that the docs state, and no amount can be less than nothing."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from bot.domain.audit.hashing.merkle_sum_tree import EMPTY, MOST, Sum, above, leaf, root
from bot.domain.audit.hashing.merkle_tree import root as ballots_root
from tests.builders import an_address

SALT = bytes(range(16))


def test_a_leaf_and_a_node_have_the_stated_bytes() -> None:
    one = leaf(SALT, an_address(1), 258)
    assert one.amount == 258
    assert one.hash == sha256(b"\x02" + SALT + bytes.fromhex(an_address(1)[2:]) + bytes(30) + b"\x01\x02").digest()
    other = leaf(SALT, an_address(2), 1)
    top = above(one, other)
    assert top.amount == 259
    amounts = [number.to_bytes(32, "big") for number in (258, 1)]
    assert top.hash == sha256(b"\x03" + amounts[0] + one.hash + amounts[1] + other.hash).digest()


def test_the_shape_is_that_of_the_tree_over_ballots() -> None:
    leaves = [leaf(SALT, an_address(number), number) for number in range(1, 6)]
    left = above(above(leaves[0], leaves[1]), above(leaves[2], leaves[3]))
    assert root(leaves) == above(left, leaves[4])
    assert root(leaves[:1]) == leaves[0]
    assert root([]) == EMPTY == Sum(amount=0, hash=sha256(b"\x02").digest())


@given(st.lists(st.integers(0, MOST // 20), max_size=20))
def test_the_root_has_the_sum_of_all_leaves(amounts: Sequence[int]) -> None:
    assert root([leaf(SALT, an_address(n), amount) for n, amount in enumerate(amounts, 1)]).amount == sum(amounts)


@given(
    st.lists(st.integers(0, 10**30), min_size=1, max_size=9),
    st.integers(0, 8),
    st.integers(-(10**30), 10**30),
    st.data(),
)
def test_another_amount_salt_wallet_or_order_has_another_root(
    amounts: Sequence[int], place: int, more: int, data: DataObject
) -> None:
    place %= len(amounts)
    leaves = [leaf(SALT, an_address(n), amount) for n, amount in enumerate(amounts, 1)]
    if more and amounts[place] + more >= 0:
        changed = [*leaves]
        changed[place] = leaf(SALT, an_address(place + 1), amounts[place] + more)
        assert root(changed).hash != root(leaves).hash
    changed = [*leaves]
    changed[place] = leaf(SALT[::-1], an_address(place + 1), amounts[place])
    assert root(changed).hash != root(leaves).hash
    order = data.draw(st.permutations(leaves))
    assert (root(order).hash == root(leaves).hash) == (order == leaves)


def test_what_one_wallet_has_cannot_be_moved_to_another_under_the_same_hash() -> None:
    """A node covers both amounts: were it their sum alone, two openings would share a root."""
    one, other = leaf(SALT, an_address(1), 5), leaf(SALT, an_address(2), 7)
    moved = Sum(amount=6, hash=one.hash), Sum(amount=6, hash=other.hash)
    assert above(*moved).amount == above(one, other).amount
    assert above(*moved).hash != above(one, other).hash


@pytest.mark.parametrize("amount", [-1, MOST + 1])
def test_an_amount_below_nothing_or_beyond_the_largest_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="2\\^256"):
        leaf(SALT, an_address(1), amount)
    with pytest.raises(ValueError, match="2\\^256"):
        above(Sum(amount=amount, hash=bytes(32)), EMPTY)


def test_a_sum_does_not_overflow() -> None:
    most = leaf(SALT, an_address(1), MOST)
    assert above(most, EMPTY).amount == MOST
    with pytest.raises(ValueError, match="2\\^256"):
        above(most, leaf(SALT, an_address(2), 1))


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_salt_has_one_length_so_that_no_two_leaves_share_their_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        leaf(bytes(length), an_address(1), 1)


def test_no_leaf_or_node_passes_for_another_kind_or_for_one_of_the_ballots_tree() -> None:
    one, other = leaf(SALT, an_address(1), 5), leaf(SALT, an_address(2), 7)
    inner = (5).to_bytes(32, "big") + one.hash + (7).to_bytes(32, "big") + other.hash
    top = above(one, other)
    assert top.hash == sha256(b"\x03" + inner).digest()
    assert top.hash not in (sha256(prefix + inner).digest() for prefix in (b"\x00", b"\x01", b"\x02"))
    assert top.hash.hex() != ballots_root([inner])
