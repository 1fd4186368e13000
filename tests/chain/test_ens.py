"""Names are shown where they are plain and lead back to the wallet; whatever a resolver does is no worse than none."""

from __future__ import annotations

from typing import Any

import pytest
from eth_hash.auto import keccak

from bot.chain import ens
from bot.chain.chain_reader import ChainReader
from bot.chain.ens import is_plain, namehash, names, text_of
from bot.chain.rpc.network import Network
from bot.demo.chain.embedded_evm import Evm
from bot.domain.shared.errors import ChainUnavailable
from bot.domain.shared.types import Address, ChainId
from tests.builders import an_address
from tests.chain.nodes import OWNER, Ask, Node, Patience, Spoil, block_of, endpoint_of, failing, place_of
from tests.chain.signatures.wallet_contracts import call, creation

HONEST, REVERTING, ENDLESS, GARBAGE, HUGE, ELSEWHERE = range(6)
ALICE, BOB, CAROL = an_address(0xA11CE), an_address(0xB0B), an_address(0xCA201)


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("", "00" * 32),
        ("eth", "93cdeb708b7545dc668eb9280176169d1c33cfd8ed6f04690a0bcc88a93fc4ae"),
        ("foo.eth", "de9b09fd7c5f901e23a3f19fecc54828e9c848539801e86591bd9801b019f84f"),
    ],
)
def test_nodes_are_those_of_eip_137(name: str, node: str) -> None:
    assert namehash(name).hex() == node


def test_selectors_are_those_of_the_functions() -> None:
    for selector, signature in ((ens._RESOLVER, "resolver"), (ens._NAME, "name"), (ens._ADDR, "addr")):
        assert selector == keccak(f"{signature}(bytes32)".encode())[:4]


@pytest.mark.parametrize("name", ["vitalik.eth", "a.b.c.eth", "x-1.eth", "dao.xyz", "0.eth", "a" * 60 + ".eth"])
def test_plain_names_are_shown(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize(
    "name",
    ["", "eth", ".eth", "a..eth", "a.eth.", "Vitalik.eth", "vita\u200blik.eth", "v\u0456talik.eth", "xn--ab.eth",
     "a_b.eth", "-a.eth", "a-.eth", "a b.eth", "`x`.eth", "@everyone.eth", "a.eth\n", "a" * 61 + ".eth"],
)  # fmt: skip
def test_names_that_are_not_plain_are_not_shown(name: str) -> None:
    assert not is_plain(name)


@pytest.mark.parametrize(
    "raw", [None, b"", b"\xff" * 64, (32).to_bytes(32, "big"), (2**255).to_bytes(32, "big") * 2,
            (32).to_bytes(32, "big") + (65).to_bytes(32, "big") + b"a" * 65,
            (32).to_bytes(32, "big") + (9).to_bytes(32, "big") + b"a.eth"],
)  # fmt: skip
def test_what_is_no_short_text_is_no_name(raw: bytes | None) -> None:
    assert text_of(raw) is None


class Town:
    """A registry, and resolvers that tell names and where they lead."""

    def __init__(self, **chain: Any) -> None:
        self.evm = Evm(**chain)
        self.registry = self.deploy("NameService")
        self.resolver = self.deploy("NameResolver")

    def deploy(self, name: str) -> Address:
        created = self.evm.send_raw(self.evm.sign(OWNER, None, creation(name))).created
        assert created is not None
        return created

    def do(self, to: Address, signature: str, *args: Any) -> None:
        self.evm.send_raw(self.evm.sign(OWNER, to, call(signature, *args)))

    def claim(
        self,
        wallet: Address,
        name: str,
        leads_to: Address,
        *,
        resolver: Address | None = None,
        forward: Address | None = None,
    ) -> None:
        """Have a wallet call itself `name`, and the name lead somewhere."""
        resolver, forward = resolver or self.resolver, forward or resolver or self.resolver
        reverse, node = namehash(f"{wallet[2:]}.addr.reverse"), namehash(name)
        self.do(self.registry, "setResolver(bytes32,address)", reverse, resolver)
        self.do(resolver, "setName(bytes32,string)", reverse, name)
        self.do(self.registry, "setResolver(bytes32,address)", node, forward)
        self.do(forward, "setAddr(bytes32,address)", node, leads_to)

    @property
    def contracts(self) -> set[Address]:
        return {self.registry, self.resolver}

    async def names(self, *wallets: Address, spoil: Spoil | None = None) -> dict[Address, str]:
        endpoint = endpoint_of(Node(self.evm, spoil))
        return await names(endpoint, place_of(block_of(self.evm)), wallets)


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    town = Town()
    monkeypatch.setattr(ens, "REGISTRY", town.registry)
    return town


async def test_a_name_is_shown_where_it_leads_back_to_the_wallet_and_nowhere_else(town: Town) -> None:
    town.claim(ALICE, "alice.eth", ALICE)
    town.claim(BOB, "vitalik.eth", ALICE)
    assert await town.names(ALICE, BOB, CAROL, ALICE) == {ALICE: "alice.eth"}


async def test_of_two_that_claim_a_name_it_is_the_one_that_it_leads_to(town: Town) -> None:
    town.claim(BOB, "dao.eth", ALICE)
    town.claim(ALICE, "dao.eth", ALICE)
    assert await town.names(BOB, ALICE) == {ALICE: "dao.eth"}


async def test_a_name_that_only_looks_like_another_is_not_shown(town: Town) -> None:
    for name in ("Alice.eth", "al\u0456ce.eth", "alice.eth\u202e"):
        town.claim(ALICE, name, ALICE)
        assert await town.names(ALICE) == {}


@pytest.mark.parametrize("mood", [REVERTING, ENDLESS, GARBAGE, HUGE, ELSEWHERE])
@pytest.mark.parametrize("where", ["reverse", "forward"])
async def test_a_hostile_resolver_has_no_name_and_spoils_nobody_elses(town: Town, mood: int, where: str) -> None:
    hostile = town.deploy("NameResolver")
    town.claim(ALICE, "alice.eth", ALICE)
    if where == "reverse":
        town.claim(BOB, "bob.eth", BOB, resolver=hostile, forward=town.resolver)
    else:
        town.claim(BOB, "bob.eth", BOB, forward=hostile)
    assert await town.names(ALICE, BOB) == {ALICE: "alice.eth", BOB: "bob.eth"}
    town.do(hostile, "setMood(uint8)", mood)
    assert await town.names(ALICE, BOB) == {ALICE: "alice.eth"}


async def test_a_resolver_that_is_no_contract_has_no_name(town: Town) -> None:
    town.claim(ALICE, "alice.eth", ALICE)
    town.do(town.registry, "setResolver(bytes32,address)", namehash("alice.eth"), BOB)
    assert await town.names(ALICE) == {}


async def test_a_node_that_takes_no_batches_is_asked_call_by_call(town: Town) -> None:
    town.claim(ALICE, "alice.eth", ALICE)

    async def spoil(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, list):
            return {"jsonrpc": "2.0", "id": None, "error": {"code": -32_600, "message": "batches are not supported"}}
        return await ask(payload)

    assert await town.names(ALICE, BOB, spoil=spoil) == {ALICE: "alice.eth"}


async def test_every_call_has_little_gas(town: Town) -> None:
    town.claim(ALICE, "alice.eth", ALICE)
    node = Node(town.evm)
    await names(endpoint_of(node), place_of(block_of(town.evm)), [ALICE])
    asked = [one for payload in node.seen for one in payload if one["params"][0].get("to") in town.contracts]
    assert len(asked) == 4
    assert {one["params"][0]["gas"] for one in asked} == {hex(ens.GAS)}


def on_mainnet(node: Node) -> ChainReader:
    network = Network(id=ens.MAINNET, name="Ethereum", rpc_urls=("https://node.example",))
    return ChainReader({ens.MAINNET: network}, lambda _url: node, sleep=Patience())


async def test_the_names_are_those_of_a_final_block_of_ethereum(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town(chain_id=int(ens.MAINNET), unfinal=3)
    monkeypatch.setattr(ens, "REGISTRY", town.registry)
    reader = on_mainnet(Node(town.evm))
    town.claim(ALICE, "alice.eth", ALICE)
    assert await reader.names([ALICE]) == {}
    town.evm.mine(3)
    assert await reader.names([ALICE]) == {ALICE: "alice.eth"}
    assert await reader.names([]) == {}


async def test_without_ethereum_nobody_is_asked_for_names(town: Town) -> None:
    node = Node(town.evm)
    other = ChainId(10)
    network = Network(id=other, name="Other", rpc_urls=("https://node.example",))
    assert await ChainReader({other: network}, lambda _url: node, sleep=Patience()).names([ALICE]) == {}
    assert node.seen == []


async def test_an_ethereum_that_does_not_answer_is_told_apart_from_no_name(town: Town) -> None:
    with pytest.raises(ChainUnavailable):
        await on_mainnet(Node(town.evm, failing(503))).names([ALICE])
