from typing import Any

import pytest

from bot.chain.rpc.network import MULTICALL3
from bot.demo.chain.call_execution import Reverted
from bot.demo.chain.embedded_evm import Evm, NoSuchBlock
from bot.demo.chain.genesis import ETHER, account, address_of
from bot.demo.chain.json_rpc import Rpc
from bot.demo.contracts import contract
from bot.domain.shared.types import Address

OWNER, ADA = account(0), account(1)
ada, ben = address_of(1), address_of(2)
TOKEN = contract("GovernanceToken")
BALANCE_OF_ADA = "0x" + TOKEN.encode("balanceOf", ada).hex()
RETURNS_42 = "0x602a60005260206000f3"
REVERTS_WITH_42 = "0x602a60005260206000fd"


class Asker:
    """Asks a node one thing at a time, and remembers nothing but a number."""

    def __init__(self, evm: Evm, **options: Any) -> None:
        self.evm = evm
        self.rpc = Rpc(evm, **options)

    async def answer(self, method: str, *params: Any) -> Any:
        return await self.rpc.request({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})

    async def __call__(self, method: str, *params: Any) -> Any:
        answer = await self.answer(method, *params)
        assert answer["id"] == 7
        return answer["result"]

    async def error(self, method: str, *params: Any) -> Any:
        return (await self.answer(method, *params))["error"]


@pytest.fixture
def evm() -> Evm:
    return Evm()


@pytest.fixture
def ask(evm: Evm) -> Asker:
    return Asker(evm)


@pytest.fixture
def token(evm: Evm) -> Address:
    token = evm.deploy("GovernanceToken", "Moot", "MOOT", sender=OWNER)
    evm.send(token, "mint", ada, 100, sender=OWNER)
    return token


def test_the_same_history_gives_the_same_blocks() -> None:
    def play() -> Any:
        evm = Evm()
        token = evm.deploy("GovernanceToken", "Moot", "MOOT", sender=OWNER)
        evm.send(token, "mint", ada, 100, sender=OWNER)
        return evm.mine(2).hash

    assert play() == play()


def test_blocks_follow_the_clock_they_are_given() -> None:
    time = [1_800_000_000]
    evm = Evm(genesis=1_700_000_000, now=lambda: time[0])
    assert evm.mine().header.timestamp == 1_800_000_000
    time[0] += 500
    assert evm.pay(ben, 1, sender=ADA).header.timestamp == 1_800_000_500
    assert evm.mine().header.timestamp == 1_800_000_501, "no two blocks have the same time"
    time[0] -= 1_000
    assert evm.mine().header.timestamp == 1_800_000_502, "time never runs backwards"


def test_travel_reaches_the_moment_and_never_goes_back(evm: Evm) -> None:
    there = evm.head.header.timestamp + 86_400
    assert evm.travel(there).header.timestamp == there
    number = evm.head.number
    assert evm.travel(there - 5).number == evm.travel(there).number == number
    assert evm.mine().header.timestamp == there + 12
    with pytest.raises(ValueError, match="cannot be of"):
        evm.set_next_timestamp(there)


def test_contracts_see_the_time_of_the_block_they_are_asked_at(evm: Evm) -> None:
    timestamp_opcode = bytes.fromhex("4260005260206000f3")
    moments = [evm.mine().header.timestamp for _ in range(3)]
    answers = [evm.execute(evm.block(number), to=None, data=timestamp_opcode) for number in (1, 2, 3)]
    assert [int.from_bytes(answer) for answer in answers] == moments


def test_a_transaction_that_fails_is_mined_and_changes_nothing(evm: Evm, token: Address) -> None:
    before = evm.head.number
    with pytest.raises(Reverted, match="InsufficientBalance"):
        evm.send(token, "transfer", ben, 101, sender=ADA)
    assert evm.head.number == before + 1
    assert evm.call(token, "balanceOf", ada) == 100
    evm.send(token, "transfer", ben, 100, sender=ADA)
    assert evm.call(token, "balanceOf", ben) == 100


def test_finality_trails_by_as_many_blocks_as_configured() -> None:
    evm = Evm(unfinal=3)
    assert evm.finalized.number == 0
    evm.mine(10)
    assert (evm.head.number, evm.finalized.number) == (10, 7)


async def test_finalized_and_safe_are_the_same_block_and_latest_is_not(ask: Asker) -> None:
    ask.evm.unfinal = 2
    ask.evm.mine(5)
    tags = ("earliest", "finalized", "safe", "latest", "pending")
    assert [(await ask("eth_getBlockByNumber", tag, False))["number"] for tag in tags] == [
        "0x0", "0x3", "0x3", "0x5", "0x5",
    ]  # fmt: skip


async def test_a_block_is_the_same_by_number_and_by_hash(ask: Asker) -> None:
    ask.evm.mine(3)
    block = await ask("eth_getBlockByNumber", "0x2", False)
    assert await ask("eth_getBlockByHash", block["hash"], False) == block
    assert (await ask("eth_getBlockByNumber", "0x3", False))["parentHash"] == block["hash"]


async def test_a_block_that_is_not_there_is_null_and_a_read_at_it_an_error(ask: Asker, token: Address) -> None:
    nowhere = "0x" + "11" * 32
    assert await ask("eth_getBlockByNumber", "0xffff", False) is None
    assert await ask("eth_getBlockByHash", nowhere, False) is None
    for at in ("0xffff", {"blockHash": nowhere}):
        assert (await ask.error("eth_call", {"to": token, "data": BALANCE_OF_ADA}, at)) == {
            "code": -32000,
            "message": "header not found",
        }
    with pytest.raises(NoSuchBlock):
        ask.evm.block(-1)


async def test_history_is_read_by_number_and_by_hash(ask: Asker, token: Address) -> None:
    evm, was = ask.evm, {}
    was[evm.head.number] = 100
    for _ in range(20):
        evm.send(token, "transfer", ben, 5, sender=ADA)
        was[evm.head.number] = 100 - 5 * len(was)
    call = {"to": token, "data": BALANCE_OF_ADA, "gas": "0x100000"}
    for number, amount in was.items():
        by_hash = {"blockHash": evm.block(number).hash, "requireCanonical": True}
        for at in (hex(number), {"blockNumber": hex(number)}, by_hash):
            assert int(await ask("eth_call", call, at), 16) == amount
    assert int(await ask("eth_call", call), 16) == int(await ask("eth_call", call, "latest"), 16) == 0


async def test_history_of_coins_code_and_counts(ask: Asker) -> None:
    evm = ask.evm
    evm.pay(address_of(50), 7, sender=ADA)
    token = evm.deploy("Stablecoin", "Test Dollar", "tUSD", sender=ADA)
    evm.pay(address_of(50), 7, sender=ADA)
    balances = [await ask("eth_getBalance", address_of(50), hex(number)) for number in range(4)]
    assert balances == ["0x0", "0x7", "0x7", "0xe"]
    assert [await ask("eth_getTransactionCount", ada, hex(number)) for number in range(4)] == [
        "0x0", "0x1", "0x2", "0x3",
    ]  # fmt: skip
    code = [await ask("eth_getCode", token, hex(number)) for number in range(4)]
    assert code[:2] == ["0x", "0x"]
    assert code[2] == code[3] != "0x"


async def test_a_call_changes_nothing(ask: Asker, token: Address) -> None:
    mint = "0x" + TOKEN.encode("mint", ada, 5).hex()
    before = await ask("eth_getBlockByNumber", "latest", False)
    for _ in range(2):
        assert await ask("eth_call", {"from": address_of(0), "to": token, "data": mint}, "latest") == "0x"
    assert int(await ask("eth_call", {"to": token, "data": BALANCE_OF_ADA}, "latest"), 16) == 100
    ask.evm.mine()
    after = await ask("eth_getBlockByNumber", "latest", False)
    assert after["stateRoot"] == before["stateRoot"]


async def test_a_call_knows_who_asks_and_what_they_pay(ask: Asker) -> None:
    caller_and_value = "0x3360005234602052" + "60406000f3"
    answer = await ask("eth_call", {"from": ada, "value": "0x9", "data": caller_and_value}, "latest")
    assert int(answer[2:66], 16) == int(ada, 16)
    assert int(answer[66:], 16) == 9
    poor = {"from": address_of(50), "value": "0x9", "data": caller_and_value}
    assert "insufficient funds" in (await ask.error("eth_call", poor, "latest"))["message"]


async def test_creation_code_answers_without_a_contract(ask: Asker) -> None:
    assert int(await ask("eth_call", {"data": RETURNS_42}, "latest"), 16) == 42
    error = await ask.error("eth_call", {"data": REVERTS_WITH_42}, "latest")
    assert error["code"] == 3
    assert int(error["data"], 16) == 42


async def test_creation_code_has_the_limits_of_real_chains(ask: Asker) -> None:
    stop = "00"
    assert await ask("eth_call", {"data": "0x" + stop * 49_152}, "latest") == "0x"
    assert "initcode" in (await ask.error("eth_call", {"data": "0x" + stop * 49_153}, "latest"))["message"]
    assert len(await ask("eth_call", {"data": "0x6160006000f3"}, "latest")) == 2 + 2 * 24_576
    assert "error" in await ask.answer("eth_call", {"data": "0x6160016000f3"}, "latest")


async def test_a_revert_carries_its_reason_and_its_data(ask: Asker, token: Address) -> None:
    hostile = ask.evm.deploy("Hostile", sender=OWNER)
    ask.evm.send(hostile, "set", ada, 1, 1, sender=OWNER)
    error = await ask.error("eth_call", {"to": hostile, "data": BALANCE_OF_ADA}, "latest")
    assert (error["code"], error["message"]) == (3, "execution reverted: not today")
    assert error["data"].startswith("0x08c379a0")
    steal = "0x" + TOKEN.encode("mint", ada, 5).hex()
    error = await ask.error("eth_call", {"from": ada, "to": token, "data": steal}, "latest")
    assert (error["code"], error["message"]) == (3, f"execution reverted: NotOwner({ada})")


async def test_a_call_may_not_burn_more_gas_than_it_names(ask: Asker, token: Address) -> None:
    needs = {"to": token, "data": BALANCE_OF_ADA}
    assert (await ask.error("eth_call", needs | {"gas": "0x5900"}, "latest"))["message"] == "out of gas"
    assert (await ask.error("eth_call", needs | {"gas": "0x5208"}, "latest"))["message"] == "intrinsic gas too low"
    assert int(await ask("eth_call", needs | {"gas": "0x8000"}, "latest"), 16) == 100


async def test_an_override_holds_for_one_call(ask: Asker, token: Address) -> None:
    somewhere = "0x" + "ab" * 20
    call = {"to": somewhere, "data": "0x"}
    assert int(await ask("eth_call", call, "latest", {somewhere: {"code": RETURNS_42}}), 16) == 42
    assert await ask("eth_call", call, "latest") == "0x"
    rich = {somewhere: {"code": "0x4760005260206000f3", "balance": "0x10"}}
    assert int(await ask("eth_call", call, "latest", rich), 16) == 16
    slot, five = "0x" + "00" * 32, "0x" + "05".rjust(64, "0")
    reads_slot_0 = {"code": "0x60005460005260206000f3"}
    for key in ("state", "stateDiff"):
        assert int(await ask("eth_call", call, "latest", {somewhere: reads_slot_0 | {key: {slot: five}}}), 16) == 5
    assert int(await ask("eth_call", call, "latest", {somewhere: reads_slot_0}), 16) == 0
    assert int(await ask("eth_call", {"to": token, "data": BALANCE_OF_ADA}, "latest"), 16) == 100


async def test_a_node_without_override_says_so(evm: Evm) -> None:
    ask = Asker(evm, state_override=False)
    call = {"to": ada, "data": "0x"}
    assert await ask.error("eth_call", call, "latest", {ada: {"code": RETURNS_42}}) == {
        "code": -32602,
        "message": "state override is not supported",
    }
    assert await ask("eth_call", call, "latest", {}) == "0x"


async def test_many_calls_in_one_stand_where_multicall3_does(ask: Asker, token: Address) -> None:
    many = contract("Aggregate3")
    calls = [(token, True, TOKEN.encode("balanceOf", who)) for who in (ada, ben, ada)]
    answer = await ask("eth_call", {"to": MULTICALL3, "data": "0x" + many.encode("aggregate3", calls).hex()}, "latest")
    results = many.decode("aggregate3", bytes.fromhex(answer[2:]))
    assert [int.from_bytes(data) for _, data in results] == [100, 0, 100]


async def test_a_batch_is_answered_in_its_order_and_one_failure_spoils_nothing(ask: Asker, token: Address) -> None:
    ask.evm.mine(2)
    payload = [
        {"jsonrpc": "2.0", "id": 3, "method": "eth_blockNumber", "params": []},
        {"jsonrpc": "2.0", "id": 1, "method": "eth_nonsense", "params": []},
        {"jsonrpc": "2.0", "id": 2, "method": "eth_call", "params": [{"to": token, "data": BALANCE_OF_ADA}, "latest"]},
    ]
    answers = await ask.rpc.request(payload)
    assert [answer["id"] for answer in answers] == [3, 1, 2]
    assert answers[0]["result"] == "0x4"
    assert answers[1]["error"]["code"] == -32601
    assert int(answers[2]["result"], 16) == 100
    assert ask.rpc.requests == 1


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("eth_call", []),
        ("eth_call", [{"to": "0x12", "data": "0x"}, "latest"]),
        ("eth_call", [{"data": "0xzz"}, "latest"]),
        ("eth_call", [{"data": "0x"}, "newest"]),
        ("eth_call", [{"data": "0x"}, 5]),
        ("eth_call", [7, "latest"]),
        ("eth_getBalance", [ada, "latest", "more"]),
        ("eth_sendRawTransaction", ["12"]),
    ],
)
async def test_nonsense_is_answered_with_invalid_params(ask: Asker, method: str, params: Any) -> None:
    assert (await ask.error(method, *params))["code"] == -32602


@pytest.mark.parametrize("payload", [7, None, {}, {"id": 1}, []])
async def test_what_is_no_request_is_answered_as_such(ask: Asker, payload: Any) -> None:
    assert (await ask.rpc.request(payload))["error"]["code"] == -32600


async def test_logs_are_found_by_place_and_by_what_they_say(ask: Asker, token: Address) -> None:
    evm = ask.evm
    evm.send(token, "transfer", ben, 5, sender=ADA)
    sent = evm.head
    evm.send(token, "transfer", ada, 5, sender=account(2))
    evm.deploy("MemberBadge", "Member", "MEMBER", sender=OWNER)

    def topic(who: Address) -> str:
        return "0x" + who[2:].rjust(64, "0")

    to_ben = {"fromBlock": "0x0", "toBlock": "latest", "address": token, "topics": [None, None, topic(ben)]}
    (log,) = await ask("eth_getLogs", to_ben)
    assert (log["blockNumber"], log["blockHash"], int(log["data"], 16)) == (hex(sent.number), sent.hash, 5)
    either = to_ben | {"topics": [None, None, [topic(ben), topic(ada)]], "address": [ben, token]}
    assert len(await ask("eth_getLogs", either)) == 3
    assert await ask("eth_getLogs", {"blockHash": sent.hash}) == [log]
    assert await ask("eth_getLogs", to_ben | {"toBlock": hex(sent.number - 1)}) == []
    assert await ask("eth_getLogs", to_ben | {"address": ben}) == []
    receipt = await ask("eth_getTransactionReceipt", log["transactionHash"])
    assert (receipt["status"], receipt["logs"], receipt["from"], receipt["to"]) == ("0x1", [log], ada, token)


async def test_a_signed_transaction_is_mined_once(ask: Asker) -> None:
    raw = "0x" + ask.evm.sign(ADA, ben, value=5).hex()
    sent = await ask("eth_sendRawTransaction", raw)
    receipt = await ask("eth_getTransactionReceipt", sent)
    assert (receipt["transactionHash"], receipt["blockNumber"], receipt["status"]) == (sent, "0x1", "0x1")
    assert (await ask.error("eth_sendRawTransaction", raw))["code"] == -32000
    assert int(await ask("eth_getBalance", ben), 16) == 10_000 * ETHER + 5
    assert ask.evm.head.number == 1


@pytest.mark.parametrize("raw", ["0x", "0x12", "0x02", "0xc0", "0x02c0", "0xf8"])
async def test_a_transaction_that_is_none_is_refused(ask: Asker, raw: Any) -> None:
    assert (await ask.error("eth_sendRawTransaction", raw))["code"] == -32000
    assert ask.evm.head.number == 0
