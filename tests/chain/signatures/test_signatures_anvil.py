"""A real node: real Safes, deployed and not, and all the contracts that misbehave, asked through our reader."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from bot.chain.batch.read_methods import STAGE
from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import HttpTransport
from bot.chain.rpc.network import Network
from bot.chain.signatures.contract_queries import ContractQueries, created, mapped, plain
from bot.chain.signatures.eip1271_calldata import YES
from bot.chain.signatures.verdicts import by_contracts, inquiry
from bot.cli.verifying.block_checks import differing
from bot.domain.shared.types import Address, Block, ChainId, Timestamp
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Unknown
from bot.domain.wallets.signature_flaw import Flaw
from bot.services.wallets.signature_check import lasting, proved
from tests.chain.batch.test_read_methods_anvil import ANVIL, answering, place
from tests.chain.signatures import safe_contracts
from tests.chain.signatures.safe_contracts import message_hash
from tests.chain.signatures.wallet_contracts import DIGEST, KEY, STRANGER, Town, address, by, call, gist, wrapped

NODE = Path(__file__).parents[2] / "node"
pytestmark = [
    pytest.mark.anvil,
    pytest.mark.timeout(90),
    pytest.mark.skipif(ANVIL is None, reason="anvil is not installed: npm ci in tests/node, or set FOLKMOOT_ANVIL"),
]
wants_safe = pytest.mark.skipif(not safe_contracts.PACKAGE.is_dir(), reason="Safe's npm package is not installed")
CHAIN = ChainId(31_337)
ADA, BEN = Account.from_key("0x" + "a1" * 32), Account.from_key("0x" + "b2" * 32)


class City:
    """A node with the town of misbehaving contracts, and Safes of Ada, Ben and the town's owned wallet: two suffice."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.town = Town(CHAIN)

    async def build(self) -> None:
        link = HttpTransport(self.url, time_out=20)
        try:
            endpoint = Endpoint(1, CHAIN, link)
            await answering(endpoint)
            self._call = endpoint.call
            self.sender = (await self._call("eth_accounts"))[0]
            await self.town.build(self.deploy)
            if safe_contracts.PACKAGE.is_dir():
                await self._build_safes()
            await self._call("anvil_mine", "0x1")
            self.head = await endpoint.header("latest")
        finally:
            await link.close()

    async def _build_safes(self) -> None:
        self.singleton = await self.deploy(safe_contracts.creation("Safe"))
        self.fallback = await self.deploy(safe_contracts.creation("CompatibilityFallbackHandler"))
        self.factory = await self.deploy(safe_contracts.creation("SafeProxyFactory"))
        library = await self.deploy(safe_contracts.creation("SignMessageLib"))
        owners = [address(ADA), address(BEN), self.town.owned]
        self.setup = safe_contracts.setting_up(owners, 2, self.fallback)
        self.safe, self.approved, self.future = [await self.makes(salt) for salt in (1, 2, 3)]
        for salt in (1, 2):
            await self.transact({"to": self.factory, "data": "0x" + self.making(salt).hex()})
        upon = safe_contracts.setting_up([self.safe, address(KEY)], 2, self.fallback)
        making = safe_contracts.making(self.singleton, upon, 1)
        self.upper = Address("0x" + (await self.ask(self.factory, making))[12:].hex())
        await self.transact({"to": self.factory, "data": "0x" + making.hex()})
        hashed = await self.ask(self.approved, safe_contracts.hashing(library, safe_contracts.approving(), 0))
        approval = safe_contracts.executing(
            library, safe_contracts.approving(), safe_contracts.by_keys(hashed, ADA, BEN)
        )
        await self.transact({"to": self.approved, "data": "0x" + approval.hex()})

    def making(self, salt: int) -> bytes:
        return safe_contracts.making(self.singleton, self.setup, salt)

    async def makes(self, salt: int) -> Address:
        return Address("0x" + (await self.ask(self.factory, self.making(salt)))[12:].hex())

    async def ask(self, to: Address, data: bytes) -> bytes:
        return bytes.fromhex((await self._call("eth_call", {"to": to, "data": "0x" + data.hex()}, "latest"))[2:])

    async def deploy(self, code: bytes) -> Address:
        return Address((await self.transact({"data": "0x" + code.hex()}))["contractAddress"].lower())

    async def transact(self, call: dict[str, Any]) -> Any:
        sent = await self._call("eth_sendTransaction", {"from": self.sender, "gas": hex(8_000_000), **call})
        for _ in range(500):
            if (receipt := await self._call("eth_getTransactionReceipt", sent)) is not None:
                assert int(receipt["status"], 16) == 1
                return receipt
            await asyncio.sleep(0.01)
        raise AssertionError

    def by_upper(self, digest: bytes = DIGEST, *inner: LocalAccount) -> bytes:
        """The finished signature of the Safe that the first Safe and a key own, by owners of the first one."""
        hashed = message_hash(self.upper, CHAIN, digest)
        of_safe = safe_contracts.by_keys(message_hash(self.safe, CHAIN, hashed), *(inner or (ADA, BEN)))
        return safe_contracts.with_contract(hashed, KEY, self.safe, of_safe)

    def safe_claims(self) -> list[tuple[str, Claim, Kind | Flaw]]:
        safe, future, town = self.safe, self.future, self.town
        hashed, later = message_hash(safe, CHAIN), message_hash(future, CHAIN)
        both = safe_contracts.by_keys(hashed, ADA, BEN)
        of_owned = safe_contracts.with_contract(hashed, ADA, town.owned, by(KEY, hashed))
        of_stranger = safe_contracts.with_contract(hashed, ADA, town.owned, by(STRANGER, hashed))
        made = safe_contracts.by_keys(later, ADA, BEN)
        return [
            ("two owners", town.claim(safe, both), Kind.CONTRACT),
            ("an owner, and one that is a contract", town.claim(safe, of_owned), Kind.CONTRACT),
            ("an owner, and a contract whose owner did not sign", town.claim(safe, of_stranger), Flaw.FAILED),
            ("a Safe that a Safe owns", town.claim(self.upper, self.by_upper()), Kind.CONTRACT),
            (
                "a Safe that a Safe owns, by one",
                town.claim(self.upper, self.by_upper(DIGEST, ADA)),
                Flaw.FAILED,
            ),
            ("one owner alone", town.claim(safe, safe_contracts.by_keys(hashed, ADA)), Flaw.FAILED),
            ("one owner twice", town.claim(safe, safe_contracts.by_keys(hashed, ADA, ADA)), Flaw.FAILED),
            ("the wrong order", town.claim(safe, both[65:] + both[:65]), Flaw.FAILED),
            ("an owner and a stranger", town.claim(safe, safe_contracts.by_keys(hashed, ADA, STRANGER)), Flaw.FAILED),
            ("owners over the bare digest", town.claim(safe, safe_contracts.by_keys(DIGEST, ADA, BEN)), Flaw.FAILED),
            ("another Safe of the same owners", town.claim(self.approved, both), Flaw.FAILED),
            ("approved on chain", town.claim(self.approved, b""), Kind.CONTRACT),
            ("not approved on chain", town.claim(safe, b""), Flaw.FAILED),
            (
                "another chain's",
                town.claim(safe, safe_contracts.by_keys(message_hash(safe, 1), ADA, BEN)),
                Flaw.FAILED,
            ),
            ("not deployed", town.claim(future, wrapped(self.factory, self.making(3), made)), Kind.COUNTERFACTUAL),
            ("of another salt", town.claim(future, wrapped(self.factory, self.making(4), made)), Flaw.NOT_MADE),
            (
                "not deployed, one owner",
                town.claim(future, wrapped(self.factory, self.making(3), made[:65])),
                Flaw.FAILED,
            ),
            ("wrapped and deployed", town.claim(safe, wrapped(self.factory, self.making(1), both)), Kind.CONTRACT),
            ("not deployed nor wrapped", town.claim(future, made), Flaw.MALFORMED),
        ]


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(ANVIL), "--port", str(port), "--silent"])
    try:
        city = City(f"http://127.0.0.1:{port}")
        asyncio.run(city.build())
        yield city
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def chain(city: City) -> AsyncIterator[ChainReader]:
    reader = ChainReader({CHAIN: Network(id=CHAIN, name="Anvil", rpc_urls=(city.url,))})
    yield reader
    await reader.close()


def expected(claims: Sequence[tuple[str, Claim, Kind | Flaw]]) -> dict[str, Kind | Flaw]:
    return {name: says for name, _, says in claims}


@wants_safe
async def test_a_real_safe_signs_by_its_own_rules_deployed_or_not(city: City, chain: ChainReader) -> None:
    claims = city.safe_claims()
    said = await chain.signed([claim for _, claim, _ in claims])
    assert {name: gist(one) for (name, _, _), one in zip(claims, said, strict=True)} == expected(claims)


async def test_contracts_that_misbehave_spoil_nobody_on_a_real_node(city: City, chain: ChainReader) -> None:
    claims = city.town.claims()
    said = await chain.signed([claim for _, claim, _ in claims])
    assert {name: gist(one) for (name, _, _), one in zip(claims, said, strict=True)} == expected(claims)
    queries = chain._chains[CHAIN].contract_queries[1]
    assert queries._works.get("") is mapped


async def test_a_contract_cannot_tell_by_its_caller_in_which_way_it_is_asked(city: City) -> None:
    """Else a voter could have one that says yes to the bot's node, and no to a node that asks in the other way."""
    town, link = city.town, HttpTransport(city.url)
    told = f"3373{STAGE[2:]}14631626ba7e60e01b0260005260206000f3"  # yes, times whether that is who calls
    try:
        wallet, endpoint = Address("0x" + "ca" * 20), Endpoint(1, CHAIN, link)
        await endpoint.call("anvil_setCode", wallet, "0x" + told)
        await endpoint.call("anvil_mine", "0x1")
        head = await endpoint.header("latest")
        assert head is not None
        at = place(head)
        for way in (mapped, created):
            (record,) = await way(endpoint, at, [inquiry(town.claim(wallet, b"please"))])
            assert record.word == YES, way
    finally:
        await link.close()


def delegation(to: Address) -> str:
    return "0xef0100" + to[2:]


async def test_code_of_an_account_is_told_from_a_contract_and_not_believed_if_it_believes_everybody(
    city: City, chain: ChainReader
) -> None:
    """Accounts with keys of their own are delegated (EIP-7702): two to code that says yes to all, one to an owner's."""
    town, link = city.town, HttpTransport(city.url)
    keys = [Account.from_key(bytes([number]) * 32) for number in (0x91, 0x92, 0x93)]
    try:
        call = Endpoint(1, CHAIN, link).call
        for key, code in zip(keys, (town.odd[0], town.odd[15], town.owned), strict=True):
            await call("anvil_setCode", address(key), delegation(code))
        await call("anvil_mine", "0x1")
        head = await Endpoint(1, CHAIN, link).header("latest")
        assert head is not None
        claims: list[tuple[str, Claim, Kind | Flaw]] = [
            ("yes to all", town.claim(address(keys[0]), by(STRANGER)), Flaw.DELEGATED),
            ("yes to all, of any form", town.claim(address(keys[0]), b"please"), Flaw.DELEGATED),
            ("yes to all, the older form", town.claim(address(keys[1]), by(STRANGER)), Flaw.DELEGATED),
            ("its own key", town.claim(address(keys[0]), by(keys[0])), Kind.ACCOUNT),
            ("another key that its code knows", town.claim(address(keys[2]), by(KEY)), Kind.DELEGATED),
            ("one that it does not know", town.claim(address(keys[2]), by(STRANGER)), Flaw.REFUSED),
            ("a contract that says yes to all", town.claim(town.odd[0], by(STRANGER)), Kind.CONTRACT),
        ]
        said = await chain.signed([claim for _, claim, _ in claims])
        assert {name: gist(one) for (name, _, _), one in zip(claims, said, strict=True)} == expected(claims)
        asked = [(claim, Invalid(flaw=Flaw.MALFORMED)) for name, claim, _ in claims if name != "its own key"]
        for way in (created, plain):
            queries = ContractQueries(Endpoint(1, CHAIN, link))
            queries._works.put("", way)
            alike = await by_contracts(queries, place(head), asked)
            assert [gist(one) for one in alike] == [says for name, _, says in claims if name != "its own key"]
    finally:
        await link.close()


async def test_the_block_that_a_ballot_keeps_survives_a_reorganisation(city: City) -> None:
    """Where the newest one is taken back, whoever verifies can still ask at the final one, and is told yes."""
    network = Network(id=CHAIN, name="Anvil", rpc_urls=(city.url,), finality=5)
    reader, link = ChainReader({CHAIN: network}), HttpTransport(city.url)
    claim = city.town.claim(city.town.owned, by(KEY))
    try:
        call = Endpoint(1, CHAIN, link).call
        await call("anvil_mine", "0xa", "0x1")
        before = await call("evm_snapshot")
        await call("anvil_mine", "0x3", "0x1")
        newest = await proved(reader, claim)
        assert newest.block is not None
        since = Timestamp(newest.block.timestamp - 2)
        kept = await lasting(reader, claim, newest.kind, newest.block, settled=since, taken=lambda _: True)
        assert kept is not None
        assert kept.number == newest.block.number - 5
        final = kept.number

        def behind(block: Block) -> bool:
            return block.number > final

        later = await lasting(reader, claim, newest.kind, newest.block, settled=since, taken=behind)
        assert later is not None
        assert kept.number < later.number < newest.block.number
        assert later.timestamp <= since
        await call("evm_revert", before)
        await call("evm_increaseTime", hex(7))
        await call("anvil_mine", "0x14")
        assert [words async for words in differing(kept, reader, "block")] == []
        assert [words async for words in differing(newest.block, reader, "block")] != []
        assert await reader.signed([claim], {CHAIN: kept}) == [replace(newest, block=kept)]
        (gone,) = await reader.signed([claim], {CHAIN: newest.block})
        assert isinstance(gone, Unknown)
    finally:
        await reader.close()
        await link.close()


async def test_creation_code_says_the_same_as_a_program_in_place_on_a_real_node(city: City) -> None:
    link = HttpTransport(city.url)
    claims = city.town.claims() + (city.safe_claims() if safe_contracts.PACKAGE.is_dir() else [])
    offline = {Kind.ACCOUNT, Flaw.WRAPPER, Flaw.TOO_LONG}
    inquiries = [inquiry(claim) for _, claim, says in claims if says not in offline]
    try:
        queries = ContractQueries(Endpoint(1, CHAIN, link))
        assert city.head is not None
        at = place(city.head)
        assert await queries._all(created, inquiries, at) == await queries._all(mapped, inquiries, at)
    finally:
        await link.close()


async def test_a_thousand_contracts_are_asked_in_a_few_requests(
    city: City, chain: ChainReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [city.town.claim(city.town.owned, by(KEY))] * 1_000
    sent = 0
    transport = chain._chains[CHAIN].pool.endpoints[0]._transport
    carry = transport.request

    async def counted(payload: Any) -> Any:
        nonlocal sent
        sent += 1
        return await carry(payload)

    monkeypatch.setattr(transport, "request", counted)
    assert {gist(one) for one in await chain.signed(claims)} == {Kind.CONTRACT}
    assert sent <= 8


@pytest.mark.node
@wants_safe
@pytest.mark.skipif(
    not (shutil.which("node") and (NODE / "node_modules" / "viem").is_dir()), reason="npm's viem is not installed"
)
async def test_viem_verifies_the_same_claims_alike_but_for_three(city: City, chain: ChainReader) -> None:
    ours = [one for one in city.town.claims() if not one[0].startswith("mood")] + city.safe_claims()
    asked = {
        "url": city.url,
        "claims": [
            {"address": claim.address, "hash": "0x" + claim.digest.hex(), "signature": "0x" + claim.signature.hex()}
            for _, claim, _ in ours
        ],
    }
    ran = await asyncio.to_thread(
        subprocess.run,
        ["node", "verify.mjs"],
        cwd=NODE,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    theirs = dict(zip((name for name, _, _ in ours), json.loads(ran.stdout), strict=True))
    differ = {name: theirs[name] for name, _, says in ours if theirs[name] != isinstance(says, Kind)}
    # It lets a signature change a wallet that stands before asking it; we don't. It knows no older form than EIP-1271,
    # and asks nobody about an empty signature.
    assert differ == {"opens itself": True, "an old contract": False, "approved on chain": False}


def test_calls_are_written_as_ethereum_has_them() -> None:
    assert call("open()").hex() == "fcfff16f"
