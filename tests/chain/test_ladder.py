import pytest

from bot.chain.endpoint import Endpoint
from bot.chain.faults import NoContract, NodeFault
from bot.chain.ladder import Ladder
from bot.chain.network import MULTICALL3
from bot.chain.question import UNTRIED, Place, Question
from bot.chain.rungs import Aggregated, Batched, Created, Mapped, Single
from bot.chain.together import together
from bot.domain.errors import ChainFault
from bot.domain.types import Address
from tests.chain.nodes import BALANCE_OF, CHAIN, GET_VOTES, Node, Patience, error, is_mapped, wallet

RUNGS = [Mapped(), Created(), Aggregated(), Batched(), Single()]


def place_of(block):
    where = {"blockHash": block.hash, "requireCanonical": True}
    return Place(block=block, where=where, multicall=MULTICALL3)


def endpoint_of(node, **options):
    return Endpoint(1, CHAIN, node, sleep=Patience(), **options)


def balance_of(token):
    return Question(target=token, selector=BALANCE_OF)


async def plainly(node, question, wallets, block):
    """What one plain call after another says: the truth for all rungs."""
    answers = []
    for who in wallets:
        where = {"blockHash": block.hash}
        if question.target is None:
            call = {"method": "eth_getBalance", "params": [who, where]}
        else:
            data = "0x" + question.selector.hex() + "00" * 12 + who[2:] + question.tail.hex()
            call = {"method": "eth_call", "params": [{"to": question.target, "data": data}, where]}
        answer = await node.rpc.request({"jsonrpc": "2.0", "id": 1, **call})
        result = answer.get("result", "0x")
        enough = question.target is None or len(result) >= 66
        answers.append(int(result[: 66 if question.target else None], 16) if enough else None)
    return answers


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: type(rung).__name__)
@pytest.mark.parametrize("about", ["token", "hostile", "coin"])
async def test_every_rung_says_what_plain_calls_say_wallet_by_wallet(scene, rung, about):
    node = Node(scene.evm)
    target = {"token": scene.token, "hostile": scene.hostile, "coin": None}[about]
    question = Question(target=target, selector=BALANCE_OF) if target else Question()
    wallets = [wallet(number) for number in (1, 2, 4, 5, 6, 7, 7, 30, 31, 0, 2)]
    truth = await plainly(node, question, wallets, scene.early)
    assert len(set(truth)) > 2
    ladder = Ladder(endpoint_of(node), (rung,))
    assert await ladder.ask(question, wallets, place_of(scene.early)) == truth
    assert ladder.standing(coin=about == "coin") == type(rung).__name__.lower()


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: type(rung).__name__)
async def test_every_rung_reads_the_block_asked_for_and_no_other(scene, rung):
    ladder = Ladder(endpoint_of(Node(scene.evm)), (rung,))
    for block, tokens in ((scene.early, 10**18 // 2), (scene.late, 10**18)):
        answers = await ladder.ask(balance_of(scene.token), scene.wallets[:8], place_of(block))
        assert answers == [n * tokens for n in range(1, 8)] + [0]


class Twenties(Mapped):
    """The mapped call in chunks that the embedded chain answers quickly."""

    def most(self, _question):
        return 20


async def test_n_wallets_take_n_over_chunk_requests_once_proved(scene):
    node = Node(scene.evm)
    ladder, place = Ladder(endpoint_of(node), (Twenties(),)), place_of(scene.late)
    await ladder.ask(balance_of(scene.token), scene.wallets, place)
    for wallets, requests in ((1, 1), (20, 1), (21, 2), (200, 10), (201, 11), (0, 0)):
        node.seen.clear()
        many = [wallet(7)] * wallets
        assert await ladder.ask(balance_of(scene.token), many, place) == [7 * 10**18] * wallets
        assert len(node.seen) == requests


async def test_the_answers_of_many_chunks_are_in_the_order_of_the_wallets(scene):
    ladder = Ladder(endpoint_of(Node(scene.evm)), (Twenties(),))
    wallets = [wallet(1 + n % 9) for n in range(250)]
    answers = await ladder.ask(balance_of(scene.token), wallets, place_of(scene.late))
    assert answers == [(1 + n % 9) * 10**18 if n % 9 < 7 else 0 for n in range(250)]


def test_a_chunk_stays_within_twelve_million_gas():
    votes = Question(target=wallet(1), selector=GET_VOTES)
    assert [Mapped().most(one) for one in (balance_of(wallet(1)), Question(), votes)] == [2_000, 2_000, 1_300]
    assert 2_000 * 3_148 < 12_000_000 > 1_300 * 9_098
    # creation code: 24,576 bytes out, 49,152 in
    assert 32 + 33 * Created().most(votes) <= 24_576
    assert 20 * Created().most(votes) + 400 <= 49_152


def without(*kinds):
    """A node that does not take some kinds of requests."""

    async def spoil(payload, ask):
        call = payload if isinstance(payload, dict) else payload[0]
        kind = "batch" if isinstance(payload, list) else call["method"]
        if kind == "eth_call":
            first = call["params"][0]
            kind = "mapped" if is_mapped(payload) else "created" if "to" not in first else "plain"
            kind = "aggregated" if first.get("to") == MULTICALL3 else kind
        if kind in kinds:
            return error(call, -32602, "invalid argument")
        return await ask(payload)

    return spoil


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ((), "mapped"),
        (("mapped",), "created"),
        (("mapped", "created"), "aggregated"),
        (("mapped", "created", "aggregated"), "batched"),
        (("mapped", "created", "aggregated", "batch"), "single"),
    ],
)
async def test_the_ladder_goes_down_to_what_the_node_takes_and_stays_there(scene, missing, left):
    node = Node(scene.evm, without(*missing))
    ladder, place = Ladder(endpoint_of(node)), place_of(scene.late)
    for _ in range(2):
        for question, coin in ((balance_of(scene.token), False), (Question(), True)):
            answers = await ladder.ask(question, scene.wallets[:5], place)
            assert answers == await plainly(node, question, scene.wallets[:5], scene.late)
            assert ladder.standing(coin=coin) == left
    node.seen.clear()
    await ladder.ask(balance_of(scene.token), scene.wallets[:5], place)
    assert len(node.seen) == (5 if left == "single" else 1)


async def test_a_rung_that_lies_is_not_trusted(scene):
    async def spoil(payload, ask):
        answer = await ask(payload)
        if is_mapped(payload):
            answer["result"] = answer["result"][:-1] + "7"
        return answer

    ladder = Ladder(endpoint_of(Node(scene.evm, spoil)))
    answers = await ladder.ask(balance_of(scene.token), [wallet(7)], place_of(scene.late))
    assert answers == [7 * 10**18]
    assert ladder.standing(coin=False) == "created"


@pytest.mark.parametrize("cut", [0, 2, 66, -2, -66])
async def test_a_rung_that_answers_in_another_form_is_not_trusted(scene, cut):
    async def spoil(payload, ask):
        answer = await ask(payload)
        if is_mapped(payload):
            answer["result"] = answer["result"][:cut] if cut else None
        return answer

    ladder = Ladder(endpoint_of(Node(scene.evm, spoil)))
    assert await ladder.ask(balance_of(scene.token), [wallet(7)], place_of(scene.late)) == [7 * 10**18]
    assert ladder.standing(coin=False) == "created"


async def test_a_trusted_rung_that_changes_is_forgotten_and_proved_anew(scene):
    node = Node(scene.evm)
    ladder, place = Ladder(endpoint_of(node)), place_of(scene.late)
    await ladder.ask(balance_of(scene.token), scene.wallets, place)
    node.spoil = without("mapped")
    with pytest.raises(NodeFault) as caught:
        await ladder.ask(balance_of(scene.token), scene.wallets, place)
    assert caught.value.kind is ChainFault.BAD_ANSWER
    assert (await ladder.ask(balance_of(scene.token), scene.wallets, place))[6] == 7 * 10**18
    assert ladder.standing(coin=False) == "created"


@pytest.mark.parametrize("rung", [Mapped(), Created(), Aggregated()], ids=lambda rung: type(rung).__name__)
async def test_an_answer_from_another_block_is_found_out(scene, rung):
    """The node ignores which block is asked for, as some do that lack it."""

    async def latest(payload, ask):
        call = payload if isinstance(payload, dict) else payload[0]
        if call["method"] == "eth_call":
            call["params"] = [call["params"][0], "latest", *call["params"][2:]]
        return await ask(payload)

    ladder = Ladder(endpoint_of(Node(scene.evm, latest)), (rung, Single()))
    with pytest.raises(NodeFault) as caught:
        await ladder.ask(balance_of(scene.token), scene.wallets, place_of(scene.early))
    assert caught.value.kind is ChainFault.LAGGING


@pytest.mark.parametrize(
    ("code", "message"), [(-32000, "out of gas"), (-32003, "response too large"), (-32002, "request timed out")]
)
async def test_chunks_are_halved_until_the_node_takes_them_and_stay_so(scene, code, message):
    async def spoil(payload, ask):
        if is_mapped(payload) and len(payload["params"][0]["data"]) > 2 + 40 * 30:
            return error(payload, code, message)
        return await ask(payload)

    node = Node(scene.evm, spoil)
    ladder, place = Ladder(endpoint_of(node)), place_of(scene.late)
    wallets = [wallet(1 + n % 9) for n in range(100)]
    for requests in (None, 4):
        node.seen.clear()
        answers = await ladder.ask(balance_of(scene.token), wallets, place)
        assert answers == [(1 + n % 9) * 10**18 if n % 9 < 7 else 0 for n in range(100)]
        assert ladder.standing(coin=False) == "mapped"
        if requests is not None:
            assert len(node.seen) == requests


async def test_what_is_too_large_even_for_one_wallet_is_a_fault(scene):
    node = Node(scene.evm)
    ladder, place = Ladder(endpoint_of(node)), place_of(scene.late)
    await ladder.ask(balance_of(scene.token), scene.wallets, place)

    async def spoil(payload, ask):
        return error(payload, -32003, "response too large")

    node.spoil = spoil
    with pytest.raises(NodeFault) as caught:
        await ladder.ask(balance_of(scene.token), scene.wallets, place)
    assert caught.value.kind is ChainFault.TOO_LARGE


class Starved:
    """A rung whose requests have gas for `enough` wallets."""

    sure = True

    def __init__(self, enough):
        self.enough = enough
        self.asked = []

    def most(self, _question):
        return 20

    async def ask(self, endpoint, place, question, wallets):
        self.asked.append(len(wallets))
        truth = await Single().ask(endpoint, place, question, wallets)
        return truth[: self.enough] + [UNTRIED] * (len(wallets) - self.enough)


async def test_wallets_that_the_gas_did_not_suffice_for_are_asked_again_in_smaller_chunks(scene):
    rung = Starved(7)
    ladder, place = Ladder(endpoint_of(Node(scene.evm)), (rung,)), place_of(scene.late)
    wallets = [wallet(1 + n % 9) for n in range(30)]
    answers = await ladder.ask(balance_of(scene.token), wallets, place)
    assert answers == [(1 + n % 9) * 10**18 if n % 9 < 7 else 0 for n in range(30)]
    assert rung.asked[0] == 3
    rung.asked.clear()
    await ladder.ask(balance_of(scene.token), wallets[:14], place)
    assert rung.asked == [7, 7]


async def test_a_node_that_gives_too_little_gas_for_anybody_is_a_fault_and_no_loop(scene):
    rung = Starved(3)
    ladder, place = Ladder(endpoint_of(Node(scene.evm)), (rung,)), place_of(scene.late)
    await ladder.ask(balance_of(scene.token), scene.wallets[:3], place)
    rung.enough = 0
    with pytest.raises(NodeFault) as caught:
        await ladder.ask(balance_of(scene.token), scene.wallets, place)
    assert caught.value.kind is ChainFault.TOO_LARGE


async def test_a_failure_inside_aggregate3_is_asked_again_plainly(scene):
    """There a call may fail because the calls before it left too little gas."""
    node = Node(scene.evm)
    ladder = Ladder(endpoint_of(node), (Aggregated(),))
    wallets = [wallet(1), wallet(2), wallet(4), wallet(1), wallet(7)]
    assert await ladder.ask(balance_of(scene.hostile), wallets, place_of(scene.early)) == [
        10**18,
        None,
        None,
        10**18,
        0,
    ]
    batches = [payload for payload in node.seen if isinstance(payload, list)]
    assert [len(batch) for batch in batches][-1] == 2


async def test_no_contract_at_the_block_is_said_and_never_zero(scene):
    ladder = Ladder(endpoint_of(Node(scene.evm)))
    nowhere = Address("0x" + "77" * 20)
    with pytest.raises(NoContract) as caught:
        await ladder.ask(balance_of(nowhere), scene.wallets, place_of(scene.late))
    assert (caught.value.target, caught.value.kind) == (nowhere, ChainFault.BAD_ANSWER)
    await ladder.ask(balance_of(scene.token), scene.wallets, place_of(scene.late))
    with pytest.raises(NoContract):
        await ladder.ask(balance_of(nowhere), scene.wallets, place_of(scene.late))


async def test_a_contract_that_answers_nobody_gives_unknown(scene):
    ladder = Ladder(endpoint_of(Node(scene.evm)))
    silent = Question(target=scene.token, selector=bytes.fromhex("deadbeef"))
    assert await ladder.ask(silent, scene.wallets[:4], place_of(scene.late)) == [None] * 4
    assert ladder.standing(coin=False) is None  # agreement on nothing proves nothing


async def test_many_questions_at_once_prove_the_rung_once(scene):
    node = Node(scene.evm)
    ladder, place = Ladder(endpoint_of(node)), place_of(scene.late)
    await together(ladder.ask(balance_of(scene.token), scene.wallets, place) for _ in range(6))
    assert len(node.seen) == 3 + 1 + 6  # a sample of three plainly, the sample by the rung, six reads
