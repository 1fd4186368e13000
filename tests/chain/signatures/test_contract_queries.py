"""Wallets that are contracts, on the embedded chain, asked in each of our ways, by nodes good and bad."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from eth_hash.auto import keccak
from eth_typing import Address as EvmAddress

from bot.chain.signatures.contract_queries import created, mapped, plain
from bot.demo.chain.embedded_evm import Evm
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address, ChainId
from bot.domain.wallets.signature_claim import Invalid, Kind, Unknown, Valid
from bot.domain.wallets.signature_flaw import Flaw
from tests.chain.nodes import CHAIN, OWNER, Ask, Node, Spoil, block_of, error, failing, reader
from tests.chain.signatures.wallet_contracts import KEY, NOWHERE, STRANGER, Town, address, by, gist
from tests.refusals import refused

pytestmark = [pytest.mark.timeout(60), pytest.mark.filterwarnings("ignore:SELFDESTRUCT opcode:DeprecationWarning")]


@pytest.fixture(scope="module")
def evm() -> Evm:
    return Evm(chain_id=CHAIN)


@pytest.fixture(scope="module")
def town(evm: Evm) -> Town:
    async def deploy(code: bytes) -> Address:
        created = evm.send_raw(evm.sign(OWNER, None, code)).created
        assert created is not None
        return created

    return asyncio.run(Town(CHAIN).build(deploy))


async def no_creation(payload: Any, ask: Ask) -> Any:
    """A node that runs no creation code."""
    if isinstance(payload, dict) and payload["method"] == "eth_call" and "to" not in payload["params"][0]:
        return error(payload, -32_602, "missing field `to`")
    return await ask(payload)


NODES: dict[str, Callable[[Evm], Node]] = {
    "mapped": Node,
    "created": lambda evm: Node(evm, state_override=False),
    "plain": lambda evm: Node(evm, no_creation, state_override=False),
}


def no_code_is(nothing: str | None) -> Spoil:
    """A node without programs, that writes code which is not there like this."""

    async def worded(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, dict) and payload["method"] == "eth_call" and "to" not in payload["params"][0]:
            return error(payload, -32_602, "missing field `to`")
        said = await ask(payload)
        asked = payload if isinstance(payload, list) else [payload]
        codes = {one["id"] for one in asked if one["method"] == "eth_getCode"}
        for one in said if isinstance(said, list) else [said]:
            if one["id"] in codes and one.get("result") == "0x":
                one["result"] = nothing
        return said

    return worded


@pytest.mark.parametrize("nothing", ["0x", "0x0", "", None])
async def test_an_address_without_code_has_none_however_the_node_writes_that(evm: Evm, nothing: str | None) -> None:
    chains = reader(Node(evm, no_code_is(nothing), state_override=False))
    claim = Town(CHAIN).claim(NOWHERE, by(STRANGER))
    (said,) = await chains.signed([claim])
    assert gist(said) is Flaw.OTHER_SIGNER
    assert await chains.chains_with_contract(NOWHERE) == frozenset()
    with refused("is not a contract"):
        await chains.token(CHAIN, NOWHERE, block_of(evm))


@pytest.mark.parametrize("way", ["mapped", "created"])
async def test_each_claim_comes_to_what_it_must_whoever_its_neighbours_are(evm: Evm, town: Town, way: str) -> None:
    claims = town.claims()
    said = await reader(NODES[way](evm)).signed([claim for _, claim, _ in claims])
    assert {name: gist(one) for (name, _, _), one in zip(claims, said, strict=True)} == {
        name: expected for name, _, expected in claims
    }
    head = block_of(evm)
    for (name, _, _), one in zip(claims, said, strict=True):
        offline = gist(one) in {Kind.ACCOUNT, Flaw.WRAPPER, Flaw.TOO_LONG}
        assert not isinstance(one, Unknown), name
        assert one.block == (None if offline else head), name
    assert said[1] == Invalid(flaw=Flaw.OTHER_SIGNER, signer=address(STRANGER), block=head)


async def test_where_no_program_runs_plain_calls_tell_but_of_wallets_not_deployed(evm: Evm, town: Town) -> None:
    claims = town.claims()
    said = await reader(NODES["plain"](evm)).signed([claim for _, claim, _ in claims])
    for (name, claim, expected), one in zip(claims, said, strict=True):
        not_deployed = claim.address in {NOWHERE, *map(town.future, (1, 2, 3))} and len(claim.signature) > 65
        if not_deployed or name in {"mood 2", "mood 4", "mood 5", "mood 6", "mood 8", "mood 14"}:
            assert isinstance(one, Unknown), name
        elif name not in {"mood 10", "mood 11"}:  # a plain call lets a contract change what it likes, for nothing
            assert gist(one) == expected, name


@pytest.mark.parametrize(("way", "used"), [("mapped", mapped), ("created", created), ("plain", plain)])
async def test_the_first_way_that_works_is_remembered(
    evm: Evm, town: Town, way: str, used: Callable[..., Awaitable[object]]
) -> None:
    chain = reader(NODES[way](evm))
    assert [gist(one) for one in await chain.signed([town.claim(town.owned, by(KEY))])] == [Kind.CONTRACT]
    assert chain._chains[CHAIN].contract_queries[1]._works.get("") is (None if used is plain else used)


async def test_many_contracts_are_asked_in_one_request(evm: Evm, town: Town) -> None:
    node = Node(evm)
    chain = reader(node)
    claims = [town.claim(town.owned, by(KEY))] * 200
    await chain.signed(claims[:1])
    node.seen.clear()
    assert {gist(one) for one in await chain.signed(claims)} == {Kind.CONTRACT}
    assert node.count("eth_call") == 1
    assert len(node.seen) == 2  # the newest block is the other


async def test_what_keys_prove_takes_no_chain() -> None:
    chain = reader(node := Node(Evm(chain_id=CHAIN), failing(None)))
    mine = Town(ChainId(99)).claim(address(KEY), by(KEY))
    assert await chain.signed([mine, mine]) == [Valid(kind=Kind.ACCOUNT)] * 2
    assert not node.seen


async def test_an_unread_chain_makes_nothing_invalid(evm: Evm, town: Town) -> None:
    for spoil, fault in (
        (failing(None), ChainFault.UNREACHABLE),
        (failing(429), ChainFault.RATE_LIMITED),
        (failing(401), ChainFault.UNAUTHORIZED),
    ):
        said = await reader(Node(evm, spoil)).signed([claim for _, claim, _ in town.claims()])
        for (name, _, expected), one in zip(town.claims(), said, strict=True):
            if expected in {Kind.ACCOUNT, Flaw.WRAPPER, Flaw.TOO_LONG}:
                assert gist(one) == expected, name
            else:
                assert isinstance(one, Unknown), name
                assert (one.chain, one.fault) == (CHAIN, fault), name


async def test_a_chain_that_is_not_configured_is_unknown(evm: Evm, town: Town) -> None:
    elsewhere = Town(ChainId(99)).claim(town.owned, by(KEY))
    said = await reader(Node(evm)).signed([elsewhere, town.claim(town.owned, by(KEY))])
    assert [gist(one) for one in said] == ["unknown: not configured", Kind.CONTRACT]


def answering(result: int | str | Mapping[str, object] | None) -> Spoil:
    async def spoil(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, dict) and payload["method"] == "eth_call":
            return {"jsonrpc": "2.0", "id": payload["id"], "result": result}
        if isinstance(payload, list):
            answers = await ask(payload)
            calls = {one["id"] for one in payload if one["method"] == "eth_call"}
            return [{**one, "result": result} if one["id"] in calls else one for one in answers]
        return await ask(payload)

    return spoil


KNOWN = "02" + keccak(b"folkmoot: an answer known beforehand").hex()


def word(number: int) -> str:
    return f"{number:064x}"


@pytest.mark.parametrize(
    "result", ["0x", "0x1", None, 5, {}, "0x" + "zz" * 65, "yes"], ids=["empty", "odd", "null", "5", "{}", "zz", "yes"]
)
async def test_a_broken_answer_proves_nothing(
    evm: Evm, town: Town, result: int | str | Mapping[str, object] | None
) -> None:
    said = await reader(Node(evm, answering(result))).signed([town.claim(town.owned, by(KEY))])
    assert isinstance(said[0], Unknown)


async def test_the_program_s_answer_counts_from_its_block_alone_and_in_its_form(evm: Evm, town: Town) -> None:
    good = town.claim(town.owned, by(KEY))
    now = block_of(evm).timestamp
    yes = "021626ba7e" + "00" * 28
    for result in (
        "0x" + word(now - 12) + KNOWN + yes,
        "0x" + word(now) + KNOWN + yes + "00",
        "0x" + word(now) + KNOWN + yes[:-2],
        "0x" + word(now) + KNOWN + "06" + yes[2:],
        "0x" + word(now) + KNOWN + "00" + yes[2:],
        "0x" + word(now) + yes,
        "0x" + word(now) + yes + yes,
        "0x" + KNOWN + yes,
    ):
        node = Node(evm)
        chain = reader(node)
        await chain.signed([good])
        node.spoil = answering(result)
        (said,) = await chain.signed([good])
        assert isinstance(said, Unknown), result


async def test_two_endpoints_must_agree_where_there_are_two(evm: Evm, town: Town) -> None:
    claims = [town.claim(town.owned, by(STRANGER)), town.claim(town.owned, by(KEY))]
    honest = [gist(one) for one in await reader(Node(evm), Node(evm)).signed(claims)]
    assert honest == [Flaw.REFUSED, Kind.CONTRACT]
    now = block_of(evm).timestamp
    yes = "021626ba7e" + "00" * 28

    async def liar(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, list):
            answers = await ask(payload)
            calls = {one["id"] for one in payload if one["method"] == "eth_call"}
            return [{**one, "result": "0x" + yes[2:]} if one["id"] in calls else one for one in answers]
        if payload["method"] == "eth_call":
            return {"jsonrpc": "2.0", "id": payload["id"], "result": "0x" + word(now) + KNOWN + yes * 2}
        return await ask(payload)

    for nodes in ((Node(evm), Node(evm, liar)), (Node(evm, liar), Node(evm))):
        said = await reader(*nodes).signed(claims)
        assert {gist(one) for one in said} == {"unknown: endpoints disagree"}


async def test_the_newest_block_is_one_that_both_endpoints_have(town: Town) -> None:
    evm = Evm(chain_id=CHAIN)
    behind = evm.head.number

    async def slow(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, dict) and payload["params"] and payload["params"][0] == "latest":
            payload = payload | {"params": [hex(behind), False]}
        return await ask(payload)

    evm.mine(3)
    (said,) = await reader(Node(evm), Node(evm, slow)).signed([town.claim(NOWHERE, b"x")])
    assert said == Invalid(flaw=Flaw.MALFORMED, block=block_of(evm, behind))


async def test_a_claim_may_be_judged_at_a_named_block(evm: Evm, town: Town) -> None:
    before, now = block_of(evm, 0), block_of(evm)
    chain = reader(Node(evm))
    claim = town.claim(town.owned, by(KEY))
    assert await chain.signed([claim], {CHAIN: before}) == [
        Invalid(flaw=Flaw.OTHER_SIGNER, signer=address(KEY), block=before)
    ]
    assert await chain.signed([claim], {CHAIN: now}) == [Valid(kind=Kind.CONTRACT, block=now)]


def with_gas(gas: int) -> Spoil:
    async def spoil(payload: Any, ask: Ask) -> Any:
        for one in payload if isinstance(payload, list) else [payload]:
            if one["method"] == "eth_call":
                one["params"][0]["gas"] = hex(gas)
        return await ask(payload)

    return spoil


async def test_a_node_that_gives_little_gas_is_asked_more_often(evm: Evm, town: Town) -> None:
    node = Node(evm, with_gas(3_000_000))
    claims = [*[town.claim(town.odd[9], b"")] * 2, *[town.claim(town.owned, by(KEY))] * 3]
    said = await reader(node).signed(claims)
    assert [gist(one) for one in said] == [Flaw.FAILED] * 2 + [Kind.CONTRACT] * 3


async def test_too_little_gas_is_never_taken_for_a_refusal(evm: Evm, town: Town) -> None:
    claims = [town.claim(town.owned, by(KEY)), town.future_claim()]
    for gas, says in ((2_000_000, Kind.CONTRACT), (25_000, "unknown: bad answer")):
        said = await reader(Node(evm, with_gas(gas))).signed(claims)
        assert [gist(one) for one in said] == [says, "unknown: bad answer"]


async def test_no_call_changes_the_chain_or_comes_from_anybody(evm: Evm, town: Town) -> None:
    node = Node(evm)
    before = (evm.head.hash, evm.state(evm.head).get_nonce(EvmAddress(bytes(20))))
    await reader(node).signed([claim for name, claim, _ in town.claims() if not name.startswith("mood")])
    calls = [one for payload in node.seen for one in (payload if isinstance(payload, list) else [payload])]
    assert {one["params"][0]["from"] for one in calls if one["method"] == "eth_call"} == {"0x" + "00" * 20}
    assert {one["method"] for one in calls} <= {
        "eth_call",
        "eth_chainId",
        "eth_getBalance",
        "eth_getBlockByNumber",
        "eth_getCode",
    }
    assert (evm.head.hash, evm.state(evm.head).get_nonce(EvmAddress(bytes(20)))) == before


async def test_where_a_contract_stands_is_told_as_far_as_chains_can_be_read(evm: Evm, town: Town) -> None:
    assert await reader(Node(evm)).chains_with_contract(town.owned) == {CHAIN}
    assert await reader(Node(evm)).chains_with_contract(NOWHERE) == frozenset()
    assert await reader(Node(evm, failing(None))).chains_with_contract(town.owned) == frozenset()
