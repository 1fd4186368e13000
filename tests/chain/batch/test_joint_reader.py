"""Many contracts in one request: what is asked together is what each would say by itself, in as few requests as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest

from bot.chain.rpc.http_transport import TransportFailed
from bot.demo.chain.embedded_evm import Evm
from bot.domain.power.chain_reads import Calls, NativeBalances, Read, View
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Address, Block, ChainId
from bot.domain.treasury.campaigns import Holding
from bot.services.treasury.balance_reader import BalanceReader
from tests.chain.nodes import (
    BALANCE_OF,
    CHAIN,
    GET_VOTES,
    OWNER,
    Ask,
    Node,
    Patience,
    Spoil,
    balances,
    block_of,
    each,
    error,
    failing,
    is_mapped,
    reader,
    wallet,
)

TOKENS, HOLDERS = 20, 50
TREASURIES = tuple(wallet(number) for number in range(20, 20 + HOLDERS))


@pytest.fixture(scope="module")
def town() -> tuple[Evm, list[Address], Block]:
    """Twenty tokens of which the treasury `n` of fifty has `n` times the token's number, every fifth nothing."""
    evm = Evm(chain_id=CHAIN, unfinal=2)
    tokens = [put(evm, held(number)) for number in range(1, TOKENS + 1)]
    block = block_of(evm)
    evm.mine(5)
    return evm, tokens, block


def held(number: int) -> str:
    """The code of a token: the wallet's low byte times `number`, nothing where five divides that byte."""
    return f"60043560ff168060{number:02x}02906005900615150260005260206000f3"


def put(evm: Evm, runtime: str) -> Address:
    size = len(runtime) // 2
    creation = bytes.fromhex(f"60{size:02x}600b5f3960{size:02x}5ff3".ljust(22, "0") + runtime)
    created = evm.send_raw(evm.sign(OWNER, None, creation)).created
    assert created is not None
    return created


def holds(number: int, who: str) -> int:
    low = int(who, 16) % 256
    return low * number if low % 5 else 0


class Chain:
    """A reader of the town's chain through nodes; `cost` is how many requests the first of them was sent."""

    def __init__(
        self,
        town: tuple[Evm, Sequence[Address], Block],
        *spoils: Spoil | None,
        sleep: Patience | None = None,
        **options: Any,
    ) -> None:
        self.evm, self.tokens, self.block = town
        self.nodes = [Node(self.evm, spoil, **options) for spoil in spoils or (None,)]
        self.reader = reader(*self.nodes, sleep=sleep)

    def cost(self, node: int = 0) -> int:
        seen = len(self.nodes[node].seen)
        self.nodes[node].seen.clear()
        return seen

    async def sweep(self, treasuries: tuple[Address, ...] = TREASURIES, *, coin: bool = True) -> None:
        """Read every treasury's every token, as the sweep of all servers does."""
        tokens = [*enumerate(self.tokens, 1), *([(0, None)] if coin else ())]
        holdings = [Holding(chain=CHAIN, token=token, holder=who) for who in treasuries for _, token in tokens]
        found = await self.reader.balances(holdings, {CHAIN: self.block})
        truth = [
            self.evm.balance(who, self.block.number) if token is None else holds(number, who)
            for who in treasuries
            for number, token in tokens
        ]
        assert found == truth


async def test_fifty_treasuries_of_twenty_tokens_are_one_request_once_the_ways_are_proved(
    town: tuple[Evm, list[Address], Block],
) -> None:
    chain = Chain(town)
    await chain.sweep()
    assert chain.cost() <= 7  # the chain, the block, a sample in a batch, three ways; what has nothing anywhere
    for _ in range(2):
        await chain.sweep()
        assert chain.cost() == 1


async def test_of_two_endpoints_each_is_asked_once(town: tuple[Evm, list[Address], Block]) -> None:
    chain = Chain(town, None, None)
    await chain.sweep()
    for node in (0, 1):
        assert chain.cost(node) <= 7
    await chain.sweep()
    assert (chain.cost(0), chain.cost(1)) == (1, 1)


async def test_the_role_checks_of_a_hundred_servers_are_one_request(town: tuple[Evm, list[Address], Block]) -> None:
    """Of each server two tokens of its members, some of whom are in many servers; voting power besides."""
    chain = Chain(town)
    members = [tuple(wallet(20 + (server * 3 + at) % 120) for at in range(6)) for server in range(100)]
    reads = [
        balances(Address(chain.tokens[(server + more) % TOKENS]), members[server], BALANCE_OF if more else GET_VOTES)
        for server in range(100)
        for more in (0, 1)
    ]
    truth = [
        [holds((server + more) % TOKENS + 1, who) for who in members[server]]
        for server in range(100)
        for more in (0, 1)
    ]
    for cost in (9, 1, 1):
        assert await chain.reader.read(reads, {CHAIN: chain.block}) == truth
        assert chain.cost() <= cost


async def test_a_token_that_is_new_is_proved_beside_the_others(town: tuple[Evm, list[Address], Block]) -> None:
    chain = Chain(town)
    tokens = chain.tokens
    chain.tokens = tokens[:10]
    await chain.sweep()
    chain.cost()
    chain.tokens = tokens
    await chain.sweep()
    assert chain.cost() <= 4  # those that are known; the sample and all of those that are not; what has nothing
    await chain.sweep()
    assert chain.cost() == 1


def without(*kinds: str) -> Spoil:
    async def spoil(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, list):
            if "batch" in kinds:
                return error(payload, -32600, "batches are not supported")
            return [await spoil(one, ask) for one in payload]
        return error(payload, -32602, "invalid argument") if kind_of(payload) in kinds else await ask(payload)

    return spoil


def kind_of(call: dict[str, Any]) -> str:
    if call["method"] != "eth_call":
        return str(call["method"])
    if is_mapped(call):
        return "mapped"
    if "to" not in call["params"][0]:
        return "created"
    return "aggregated" if call["params"][0]["data"].startswith("0x82ad56cb") else "plain"


@pytest.mark.parametrize(
    ("missing", "cold", "warm"),
    [
        (("mapped",), 9, 2),  # creation code returns 700 at most
        (("mapped", "created"), 10, 2),  # Multicall, and plainly what has nothing
        (("mapped", "created", "aggregated"), 32, 3),  # batches of 500
        (("batch",), 70, 1),  # the sample one by one
    ],
    ids=str,
)
async def test_whatever_way_an_endpoint_takes_it_is_asked_for_all_at_once(
    town: tuple[Evm, list[Address], Block], missing: Sequence[str], cold: int, warm: int
) -> None:
    chain = Chain(town, without(*missing))
    await chain.sweep(TREASURIES)
    assert chain.cost() <= cold
    await chain.sweep(TREASURIES)
    assert chain.cost() <= warm


async def test_where_neither_ways_nor_batches_are_taken_all_is_asked_one_by_one_and_right(
    town: tuple[Evm, list[Address], Block],
) -> None:
    chain = Chain(town, without("mapped", "created", "aggregated", "batch"))
    for _ in range(2):
        await chain.sweep(TREASURIES[:4])


def halved(most: int, refusal: TransportFailed) -> Spoil:
    """A node that takes no request beyond `most` characters."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        if len(str(payload)) > most:
            raise refusal
        return await ask(payload)

    return spoil


@pytest.mark.parametrize(
    "refusal", [TransportFailed(413, "<html>"), TransportFailed(late=True), TransportFailed(502, "<html>")], ids=repr
)
async def test_a_request_that_is_too_big_is_halved_and_what_is_taken_remembered(
    town: tuple[Evm, list[Address], Block], refusal: TransportFailed
) -> None:
    chain = Chain(town, halved(30_000, refusal))
    await chain.sweep(coin=False)
    await chain.sweep(coin=False)
    chain.cost()
    await chain.sweep(coin=False)
    assert chain.cost() <= 17  # a sixteenth at a time where nobody can wait twice


def answering(change: Callable[[Any], Any]) -> Spoil:
    """A node that changes what it answers to a batch."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        told = await ask(payload)
        return change(told) if isinstance(told, list) else told

    return spoil


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told[: len(told) // 2],
        lambda told: [one | {"id": str(one["id"])} for one in told],
        lambda told: [*told[:-1], None],
        lambda told: [*told[:-1], told[0]],
        lambda told: [],
        lambda told: "0x",
        lambda told: [{"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "too many"}}],
    ],
    ids=["half", "text", "null", "twice", "none", "no list", "one error"],
)
async def test_a_batch_that_comes_back_in_another_form_is_asked_one_by_one(
    town: tuple[Evm, list[Address], Block], change: Callable[[Any], Any]
) -> None:
    chain = Chain(town, answering(change))
    for _ in range(2):
        await chain.sweep(TREASURIES[:6])
    assert chain.cost()


async def test_batches_that_come_back_in_another_order_are_read_by_their_numbers(
    town: tuple[Evm, list[Address], Block],
) -> None:
    chain = Chain(town, answering(lambda told: told[::-1]))
    await chain.sweep()
    assert chain.cost() <= 7


def swapping(one: str, other: str, kinds: Sequence[str] = ("mapped", "created", "aggregated", "plain")) -> Spoil:
    """A node that answers for one contract what another one says."""

    async def spoil(payload: Any, ask: Ask) -> Any:
        if payload["method"] == "eth_call" and kind_of(payload) in kinds:
            payload = orjson.loads(orjson.dumps(payload).replace(one[2:].encode(), other[2:].encode()))
        return await ask(payload)

    return each(spoil)


async def test_an_endpoint_that_contradicts_for_one_token_holds_up_no_other(
    town: tuple[Evm, list[Address], Block],
) -> None:
    _, tokens, _ = town
    chain = Chain(town, None, swapping(tokens[6], tokens[7]))
    with pytest.raises(ChainUnavailable) as caught:
        await chain.sweep()
    assert caught.value.fault is ChainFault.DISAGREEMENT
    readings = BalanceReader(chain.reader)
    holdings = [Holding(chain=CHAIN, token=token, holder=who) for who in TREASURIES[:5] for token in tokens]
    for costs in (40, 8):
        chain.cost()
        read, unread = await readings.read(CHAIN, holdings)
        assert {one.token for one in unread} == {tokens[6]}
        assert {one.holding: one.amount for one in read} == {
            one: holds(tokens.index(one.token) + 1, one.holder)
            for one in holdings
            if one.token is not None and one.token != tokens[6]
        }
        assert chain.cost() <= costs


@pytest.mark.parametrize("kind", ["mapped", "created", "aggregated"])
async def test_a_way_that_says_something_else_of_one_token_is_not_taken_for_that_one(
    town: tuple[Evm, list[Address], Block], kind: str
) -> None:
    _, tokens, _ = town
    ways = ["mapped", "created", "aggregated"]
    broken, lies = without(*ways[: ways.index(kind)]), swapping(tokens[6], tokens[7], (kind,))

    async def spoil(payload: Any, ask: Ask) -> Any:
        return await broken(payload, lambda one: lies(one, ask))

    chain = Chain(town, spoil)
    await chain.sweep(TREASURIES[:8])
    await chain.sweep(TREASURIES[:8])
    chain.cost()
    await chain.sweep(TREASURIES[:8])
    assert chain.cost() <= 3


@pytest.mark.parametrize("kind", ["mapped", "created"])
async def test_a_way_that_lies_of_one_wallet_of_several_that_are_held_against_plain_calls_is_not_taken(
    town: tuple[Evm, list[Address], Block], kind: str
) -> None:
    _, tokens, _ = town
    ways = ["mapped", "created"]
    broken = without(*ways[: ways.index(kind)])
    first, held_against = TREASURIES[1], TREASURIES[3]  # of eight, the first, the fourth and the last are
    lies = swapping(tokens[6] + BALANCE_OF.hex() + held_against[2:], tokens[6] + BALANCE_OF.hex() + first[2:], (kind,))
    assert holds(7, first) != holds(7, held_against)

    async def spoil(payload: Any, ask: Ask) -> Any:
        return await broken(payload, lambda one: lies(one, ask))

    await Chain(town, spoil).sweep(TREASURIES[:8])


async def test_a_way_that_lies_only_of_wallets_that_no_plain_call_was_made_for_at_first_is_not_taken(
    town: tuple[Evm, list[Address], Block],
) -> None:
    _, tokens, _ = town
    poor = [who for who in TREASURIES if not holds(1, who)]
    rich = [who for who in TREASURIES if holds(1, who)]
    treasuries = (poor[0], *rich[:8], poor[1], *rich[8:16], poor[2])  # the first, the middle and the last have nothing
    assert len(treasuries) == 19
    await Chain(town, swapping(tokens[6], tokens[7], ("mapped", "created", "aggregated"))).sweep(treasuries)


async def test_a_way_that_is_taken_no_more_is_proved_anew_for_all_at_once(
    town: tuple[Evm, list[Address], Block],
) -> None:
    chain = Chain(town)
    await chain.sweep(TREASURIES[:8])
    chain.nodes[0].spoil = without("mapped")
    chain.cost()
    await chain.sweep(TREASURIES[:8])
    assert chain.cost() <= 9
    await chain.sweep(TREASURIES[:8])
    assert chain.cost() == 1


async def test_another_block_than_was_asked_for_is_found_out_of_all_at_once(
    town: tuple[Evm, list[Address], Block],
) -> None:
    evm, _, _ = town

    async def newest(payload: Any, ask: Ask) -> Any:
        if payload["method"] == "eth_call":
            what, _, *override = payload["params"]
            payload = payload | {"params": [what, "latest", *override]}
        return await ask(payload)

    chain = Chain(town, each(newest))
    chain.block = block_of(evm, 10)
    with pytest.raises(ChainUnavailable) as caught:
        await chain.reader.read([balances(token, TREASURIES) for token in chain.tokens[:3]], {CHAIN: chain.block})
    assert caught.value.fault is ChainFault.LAGGING


async def test_endpoints_that_ask_for_fewer_requests_are_waited_for_and_not_asked_for_more(
    town: tuple[Evm, list[Address], Block],
) -> None:
    sleep = Patience()
    chain = Chain(town, failing(429, times=10), failing(429, times=10), sleep=sleep)
    await chain.sweep()
    assert len(sleep.waits) > 1
    assert chain.cost() + chain.cost(1) <= 2 * (10 + 7 + 7)


@pytest.mark.parametrize("nodes", [1, 2])
async def test_where_all_keep_asking_for_fewer_requests_it_ends_as_that(
    town: tuple[Evm, list[Address], Block], nodes: ChainId
) -> None:
    chain = Chain(town)
    await chain.sweep()
    for spoil in (failing(429), failing(None), failing(503)):
        chain = Chain(town, *[spoil] * nodes)
        with pytest.raises(ChainUnavailable) as caught:
            await chain.sweep()
        assert caught.value.fault in {ChainFault.RATE_LIMITED, ChainFault.UNREACHABLE}
        assert chain.cost() <= 60


@pytest.mark.parametrize("missing", [(), ("mapped",), ("mapped", "created")], ids=str)
async def test_a_contract_that_burns_all_gas_keeps_its_neighbours_in_one_request(missing: Sequence[str]) -> None:
    evm = Evm(chain_id=CHAIN)
    tokens = [put(evm, held(number)) for number in range(1, 6)]
    burner = put(evm, "fe")
    chain = Chain((evm, tokens, block_of(evm)), without(*missing))
    reads = [balances(token, TREASURIES[:12]) for token in (*tokens[:2], burner, *tokens[2:])]
    truth: list[list[int | None]] = [[holds(number, who) for who in TREASURIES[:12]] for number in range(1, 6)]
    truth.insert(2, [None] * 12)
    for _ in range(2):
        assert await chain.reader.read(reads, {CHAIN: chain.block}) == truth
    (node,) = chain.nodes
    node.seen.clear()
    assert await chain.reader.read(reads, {CHAIN: chain.block}) == truth
    assert sum(tokens[0][2:] in str(payload) for payload in node.seen) == (2 if "created" in missing else 1)


async def test_no_contract_among_others_is_said_of_that_one(town: tuple[Evm, list[Address], Block]) -> None:
    chain = Chain(town)
    nowhere = wallet(99)
    for _ in range(2):
        with pytest.raises(ChainUnavailable, match=nowhere):
            await chain.reader.read(
                [balances(token, TREASURIES) for token in (*chain.tokens[:3], nowhere)], {CHAIN: chain.block}
            )
    holdings = [Holding(chain=CHAIN, token=token, holder=TREASURIES[0]) for token in (chain.tokens[0], nowhere)]
    assert await chain.reader.balances(holdings, {CHAIN: chain.block}) == [holds(1, TREASURIES[0]), None]


async def test_all_kinds_of_reads_come_back_in_the_order_asked(town: tuple[Evm, list[Address], Block]) -> None:
    """Views together, calls by their contract, further arguments by their length."""
    chain = Chain(town)
    asked = BALANCE_OF + bytes(12) + bytes.fromhex(TREASURIES[1][2:])
    tailed = replace(balances(chain.tokens[4], TREASURIES[:3]), tail=(7).to_bytes(32, "big"))
    reads: list[Read] = [
        View(chain=CHAIN, target=chain.tokens[1], data=asked),
        balances(chain.tokens[2], TREASURIES[:3]),
        Calls(chain=CHAIN, target=chain.tokens[3], data=(asked, asked)),
        tailed,
        NativeBalances(chain=CHAIN, wallets=TREASURIES[:2]),
        View(chain=CHAIN, target=chain.tokens[0], data=asked),
        balances(chain.tokens[2], ()),
        balances(chain.tokens[2], TREASURIES[2:5]),
    ]
    who = TREASURIES[1]
    truth = [
        [holds(2, who)],
        [holds(3, one) for one in TREASURIES[:3]],
        [holds(4, who).to_bytes(32, "big")] * 2,
        [holds(5, one) for one in TREASURIES[:3]],
        [chain.evm.balance(one, chain.block.number) for one in TREASURIES[:2]],
        [holds(1, who)],
        [],
        [holds(3, one) for one in TREASURIES[2:5]],
    ]
    for _ in range(2):
        chain.cost()
        assert [list(one) for one in await chain.reader.read(reads, {CHAIN: chain.block})] == truth
    assert chain.cost() <= 4  # two lengths of arguments, the views, the calls


async def test_many_sweeps_at_once_prove_each_token_once(town: tuple[Evm, list[Address], Block]) -> None:
    chain = Chain(town)
    await asyncio.gather(*(chain.sweep() for _ in range(4)))
    assert sum(isinstance(payload, list) for payload in chain.nodes[0].seen) == 1
    assert chain.cost() <= 7 * 4


async def test_reads_of_nobody_ask_nothing_and_of_one_wallet_twice_answer_twice(
    town: tuple[Evm, list[Address], Block],
) -> None:
    chain = Chain(town)
    nobody = [balances(token, ()) for token in chain.tokens[:3]]
    assert await chain.reader.read(nobody, {CHAIN: chain.block}) == [[], [], []]
    twice = TREASURIES[1]
    reads = [
        *nobody,
        *(balances(token, (twice, twice)) for token in chain.tokens[:3]),
        balances(chain.tokens[0], (twice,)),
    ]
    for _ in range(2):
        assert await chain.reader.read(reads, {CHAIN: chain.block}) == [
            *([[]] * 3),
            *([holds(number, twice)] * 2 for number in (1, 2, 3)),
            [holds(1, twice)],
        ]
