"""What the registry's events say of who delegates to whom, and that nothing of them is lost."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation, in_force, space_ids
from bot.domain.shared.types import ChainId
from bot.services.delegation.registry_index import Delegations, InMemoryIndex
from tests.builders import an_address
from tests.chain.events.nodes import CHAIN, block, event, reader
from tests.cli.node import RecordedNode

SPACE, SHORT = space_ids("vote.example.eth")[1:]


async def all_of(node: RecordedNode, upto: int) -> list[Delegation]:
    served = Delegations(index=InMemoryIndex(), chain=reader(node))
    return await served.at(block(upto), (EVERYWHERE, SPACE, SHORT))


@given(
    blocks=st.lists(st.integers(0, 4_000), unique=True, max_size=30),
    most=st.sampled_from([1, 2, 7, 100, 4_001]),
    upto=st.integers(3_000, 4_000),
)
async def test_ranges_are_split_as_the_node_wants_and_nothing_is_lost_or_doubled(
    blocks: Sequence[ChainId], most: int, upto: int
) -> None:
    upto = upto if most > 2 else upto // 20
    events = [event(number, delegator=number + 1) for number in sorted(blocks)]
    node = RecordedNode(delegations=events, chain=CHAIN, final=4_000, most=most)
    assert await all_of(node, upto) == [one for one in events if one.block <= upto]
    covered = {number for first, last in node.ranges for number in range(first, last + 1)}
    assert covered == set(range(upto + 1))


async def test_only_what_is_new_is_asked_for() -> None:
    node = RecordedNode(delegations=[event(5), event(50, delegate=3)], chain=CHAIN, final=100)
    served = Delegations(index=InMemoryIndex(), chain=reader(node))
    assert len(await served.at(block(10), (EVERYWHERE,))) == 1
    assert len(await served.at(block(60), (EVERYWHERE,))) == 2
    assert len(await served.at(block(20), (EVERYWHERE,))) == 1, "an earlier block asks for nothing"
    assert node.ranges == [(0, 10), (11, 60)]


async def test_a_registry_nobody_used_yet_holds_nothing() -> None:
    assert await all_of(RecordedNode(chain=CHAIN, final=100), 60) == []


def test_what_was_set_for_the_space_beats_what_was_set_for_everywhere_in_either_order() -> None:
    for first, second in ((1, 2), (2, 1)):
        records = [event(first, delegate=7), event(second, delegate=8, space=SPACE)]
        assert in_force(records) == {an_address(1): an_address(8)}


def test_clearing_the_space_leaves_what_was_set_for_everywhere() -> None:
    records = [event(1, delegate=7), event(2, delegate=8, space=SPACE), event(3, delegate=None, space=SPACE)]
    assert in_force(records) == {an_address(1): an_address(7)}
    assert in_force([*records, event(4, delegate=None)]) == {}


def test_a_delegate_that_is_replaced_is_cleared_and_set_in_one_transaction() -> None:
    records = [event(1, delegate=7), event(2, 4, delegate=None), event(2, 5, delegate=8)]
    assert in_force(reversed(records)) == {an_address(1): an_address(8)}


def test_of_two_spellings_of_the_space_the_later_counts() -> None:
    records = [event(2, delegate=7, space=SPACE), event(1, delegate=8, space=SHORT)]
    assert in_force(records) == {an_address(1): an_address(7)}
    assert space_ids("") == (EVERYWHERE,)
    assert space_ids("gnosis") == (EVERYWHERE, "0x" + b"gnosis".ljust(32, b"\0").hex())
