from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.chain.batch.batch_query import UNTRIED, Answer, BatchQuery, Place
from bot.chain.batch.batch_reader import BatchReader
from bot.chain.batch.read_methods import Created, Mapped, Plain
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.rpc_faults import NodeFault
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address
from tests.chain.nodes import (
    BALANCE_OF,
    GET_VOTES,
    Ask,
    Node,
    Scene,
    balance_of,
    endpoint_of,
    error,
    is_mapped,
    place_of,
    wallet,
)


class Twenties(Mapped):
    """The mapped call in chunks that the embedded chain answers quickly."""

    def most(self, _question: BatchQuery) -> int:
        return 20


async def test_n_wallets_take_n_over_chunk_requests_once_proved(scene: Scene) -> None:
    node = Node(scene.evm)
    batch_reader, place = BatchReader(endpoint_of(node), (Twenties(),)), place_of(scene.late)
    await batch_reader.ask(balance_of(scene.token), scene.wallets, place)
    for wallets, requests in ((1, 1), (20, 1), (21, 2), (200, 10), (201, 11), (0, 0)):
        node.seen.clear()
        many = [wallet(7)] * wallets
        assert await batch_reader.ask(balance_of(scene.token), many, place) == [7 * 10**18] * wallets
        assert len(node.seen) == requests


async def test_the_answers_of_many_chunks_are_in_the_order_of_the_wallets(scene: Scene) -> None:
    batch_reader = BatchReader(endpoint_of(Node(scene.evm)), (Twenties(),))
    wallets = [wallet(1 + n % 9) for n in range(250)]
    answers = await batch_reader.ask(balance_of(scene.token), wallets, place_of(scene.late))
    assert answers == [(1 + n % 9) * 10**18 if n % 9 < 7 else 0 for n in range(250)]


def test_a_chunk_stays_within_twelve_million_gas() -> None:
    votes = BatchQuery(target=wallet(1), selector=GET_VOTES)
    assert [Mapped().most(one) for one in (balance_of(wallet(1)), BatchQuery(), votes)] == [2_000, 2_000, 1_300]
    assert 2_000 * 3_148 < 12_000_000 > 1_300 * 9_098
    # creation code: 24,576 bytes out, 49,152 in
    assert 32 + 33 * Created().most(votes) <= 24_576
    assert 20 * Created().most(votes) + 400 <= 49_152


@pytest.mark.parametrize(
    ("code", "message"), [(-32000, "out of gas"), (-32003, "response too large"), (-32002, "request timed out")]
)
async def test_chunks_are_halved_until_the_node_takes_them_and_stay_so(scene: Scene, code: int, message: str) -> None:
    async def spoil(payload: Any, ask: Ask) -> Any:
        if is_mapped(payload) and len(payload["params"][0]["data"]) > 2 + 40 * 30:
            return error(payload, code, message)
        return await ask(payload)

    node = Node(scene.evm, spoil)
    batch_reader, place = BatchReader(endpoint_of(node)), place_of(scene.late)
    wallets = [wallet(1 + n % 9) for n in range(100)]
    for requests in (None, 4):
        node.seen.clear()
        answers = await batch_reader.ask(balance_of(scene.token), wallets, place)
        assert answers == [(1 + n % 9) * 10**18 if n % 9 < 7 else 0 for n in range(100)]
        assert batch_reader.proven_method(scene.token, BALANCE_OF) == "mapped"
        if requests is not None:
            assert len(node.seen) == requests


async def test_what_is_too_large_even_for_one_wallet_is_a_fault(scene: Scene) -> None:
    node = Node(scene.evm)
    batch_reader, place = BatchReader(endpoint_of(node)), place_of(scene.late)
    await batch_reader.ask(balance_of(scene.token), scene.wallets, place)

    async def spoil(payload: Any, ask: Ask) -> Any:
        return error(payload, -32003, "response too large")

    node.spoil = spoil
    with pytest.raises(NodeFault) as caught:
        await batch_reader.ask(balance_of(scene.token), scene.wallets, place)
    assert caught.value.kind is ChainFault.TOO_LARGE


class Starved:
    """A read method whose requests have gas for `enough` wallets."""

    itself = weighed = True

    def __init__(self, enough: int) -> None:
        self.enough = enough
        self.asked: list[int] = []

    def most(self, _question: BatchQuery) -> int:
        return 20

    async def ask(
        self, endpoint: Endpoint, place: Place, question: BatchQuery, wallets: Sequence[Address]
    ) -> list[Answer]:
        self.asked.append(len(wallets))
        truth = await Plain().ask(endpoint, place, question, wallets)
        return truth[: self.enough] + [UNTRIED] * (len(wallets) - self.enough)


async def test_wallets_that_the_gas_did_not_suffice_for_are_asked_again_in_smaller_chunks(scene: Scene) -> None:
    read_method = Starved(7)
    batch_reader, place = BatchReader(endpoint_of(Node(scene.evm)), (read_method,)), place_of(scene.late)
    wallets = [wallet(1 + n % 9) for n in range(30)]
    answers = await batch_reader.ask(balance_of(scene.token), wallets, place)
    assert answers == [(1 + n % 9) * 10**18 if n % 9 < 7 else 0 for n in range(30)]
    assert read_method.asked[0] == 20
    read_method.asked.clear()
    await batch_reader.ask(balance_of(scene.token), wallets[:14], place)
    assert read_method.asked == [7, 7]


async def test_a_node_that_gives_too_little_gas_for_anybody_is_asked_plainly(scene: Scene) -> None:
    read_method = Starved(3)
    batch_reader, place = BatchReader(endpoint_of(Node(scene.evm)), (read_method,)), place_of(scene.late)
    await batch_reader.ask(balance_of(scene.token), scene.wallets[:3], place)
    read_method.enough = 0
    answers = await batch_reader.ask(balance_of(scene.token), scene.wallets, place)
    assert answers == [(n + 1) * 10**18 if n < 7 else 0 for n in range(len(scene.wallets))]
    assert batch_reader.proven_method(scene.token, BALANCE_OF) == "plain"


async def test_requests_grow_again_step_by_step_once_more_is_taken_and_a_lasting_limit_costs_little(
    scene: Scene,
) -> None:
    limit = 30

    async def spoil(payload: Any, ask: Ask) -> Any:
        if is_mapped(payload) and len(payload["params"][0]["data"]) > 2 + 40 * limit:
            return error(payload, -32003, "response too large")
        return await ask(payload)

    node = Node(scene.evm, spoil)
    batch_reader, place = BatchReader(endpoint_of(node)), place_of(scene.late)
    wallets = [wallet(1 + n % 9) for n in range(100)]
    truth = [(1 + n % 9) * 10**18 if n % 9 < 7 else 0 for n in range(100)]
    await batch_reader.ask(balance_of(scene.token), wallets, place)
    node.seen.clear()
    for _ in range(60):
        assert await batch_reader.ask(balance_of(scene.token), wallets, place) == truth
    assert len(node.seen) <= 60 * 4 * 1.15
    limit = 1_000
    for _ in range(60):
        assert await batch_reader.ask(balance_of(scene.token), wallets, place) == truth
    node.seen.clear()
    assert await batch_reader.ask(balance_of(scene.token), wallets, place) == truth
    assert len(node.seen) == 1
